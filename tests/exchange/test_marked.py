"""Marked copies: what was wrong stands where it was wrong, in the reader's language, and nothing of theirs is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from filed_books import MEETING, book, found, meeting, meetings
from openpyxl import load_workbook

from huoyue.core.scheme.model import Scheme
from huoyue.exchange.intake import import_facts
from huoyue.exchange.marked import write_marked

BAD = meetings(meeting(), meeting(会议名称="=1+1", 召开日期="3/5/2016"), meeting(会议名称="三", 参会人数="约30"))


def test_cells_with_problems_are_filled_and_explained(scheme: Scheme, tmp_path: Path) -> None:
    result = import_facts(scheme, [book(tmp_path / "联盟.xlsx", BAD)])
    written = write_marked(result, tmp_path / "marked", "zh")
    assert [path.name for path in written] == ["联盟.marked.xlsx"]
    page = load_workbook(written[0])["会议"]
    marked = {cell.coordinate for row in page.iter_rows() for cell in row if cell.comment}
    assert marked == {"C3", "D3", "E4"}
    assert page["D3"].fill.fgColor.rgb == "FFF4B6B0"
    assert page["D3"].comment.text == "“3/5/2016”可以读成不止一个日期。\n请将日期写作2020-03-05或2020年3月5日。"
    assert [cell.value for cell in page[4]] == ["A001", "理事会", "三", "2016-05-04", "约30", "纪要1"]


def test_a_formula_becomes_its_own_text(scheme: Scheme, tmp_path: Path) -> None:
    result = import_facts(scheme, [book(tmp_path / "a.xlsx", BAD)])
    cell = load_workbook(write_marked(result, tmp_path / "marked", "en")[0])["会议"]["C3"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize(("lang", "title"), [("zh", "问题"), ("en", "Problems")])
def test_the_first_sheet_lists_every_problem_with_a_link(scheme: Scheme, tmp_path: Path, lang: str, title: str) -> None:
    result = import_facts(scheme, [book(tmp_path / "a.xlsx", BAD)])
    made = load_workbook(write_marked(result, tmp_path / "marked", lang)[0])
    assert made.sheetnames[0] == title
    rows = [
        (row[1].value, row[2].value, row[2].hyperlink.location)
        for row in made[title].iter_rows(min_row=2)
        if row[2].value
    ]
    assert sorted(rows) == [("会议", cell, f"'会议'!{cell}") for cell in ("C3", "D3", "E4")]


def test_a_mended_copy_can_be_handed_in_again(scheme: Scheme, tmp_path: Path) -> None:
    result = import_facts(scheme, [book(tmp_path / "a.xlsx", BAD)])
    copy = write_marked(result, tmp_path / "marked", "zh")[0]
    changed = load_workbook(copy)
    changed["会议"]["C3"], changed["会议"]["D3"], changed["会议"]["E4"] = "二", "2016-03-05", 30
    changed.save(copy)
    again = import_facts(scheme, [copy])
    assert found(again) == []
    assert again.facts is not None
    assert again.facts.records["meeting"].height == 3


def test_a_csv_file_is_marked_in_a_workbook(scheme: Scheme, tmp_path: Path) -> None:
    lines = [",".join(MEETING), "A001,座谈,=1+1,2016-05-04,30,纪要1"]
    (tmp_path / "会议.csv").write_text("\n".join(lines), encoding="utf-8")
    result = import_facts(scheme, [tmp_path / "会议.csv"])
    page = load_workbook(write_marked(result, tmp_path / "marked", "zh")[0])["会议"]
    assert page["B2"].comment is not None
    assert (page["C2"].value, page["C2"].data_type) == ("=1+1", "s")


def test_a_file_without_a_cell_to_mark_gets_no_copy(scheme: Scheme, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 cut off")
    result = import_facts(scheme, [tmp_path / "a.xlsx"])
    assert write_marked(result, tmp_path / "marked", "zh") == []


def test_a_day_outside_the_period_is_marked_in_its_own_cell(scheme: Scheme, tmp_path: Path) -> None:
    result = import_facts(scheme, [book(tmp_path / "a.xlsx", meetings(meeting(), meeting(召开日期="2015-05-04")))])
    page = load_workbook(write_marked(result, tmp_path / "marked", "zh")[0])["会议"]
    assert {cell.coordinate for row in page.iter_rows() for cell in row if cell.comment} == {"D3"}


def test_good_files_get_no_copy_and_files_called_alike_get_one_each(scheme: Scheme, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        book(tmp_path / folder / "x.xlsx", meetings(meeting(会议类别="座谈")))
    result = import_facts(scheme, [tmp_path / "a", tmp_path / "b"])
    names = [path.name for path in write_marked(result, tmp_path / "marked", "zh")]
    assert names == ["x.marked.xlsx", "x.2.marked.xlsx"]
    good = import_facts(scheme, [book(tmp_path / "good.xlsx", meetings(meeting()))])
    assert write_marked(good, tmp_path / "marked2", "zh") == []
