from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from workbook_round import snapshot

from huoyue.core.tables import RESULT_TABLES
from huoyue.report.workbook import write_workbook
from huoyue.report.workbook_book import columns, tier_look
from huoyue.snapshot.store import Snapshot

HEADER = 4
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")


def opened(path: Path) -> Workbook:
    return openpyxl.load_workbook(BytesIO(path.read_bytes()))


@pytest.fixture(scope="module")
def frozen() -> Snapshot:
    return snapshot()


@pytest.fixture(scope="module")
def english(frozen: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("en") / "report.xlsx"
    write_workbook(frozen, path, "en")
    return opened(path)


def rows(sheet: Worksheet) -> list[tuple[object, ...]]:
    return [tuple(row) for row in sheet.iter_rows(min_row=HEADER + 1, values_only=True)]


def tables(book: Workbook) -> Iterator[Worksheet]:
    return (sheet for sheet in book.worksheets if sheet.title != "Contents")


def test_the_annex_has_rank_name_score_tier_and_how_the_batch_is_known(english: Workbook) -> None:
    found = rows(english["Results"])
    assert found[0][:6] == (1, "=1+1", 100, "High activity", "First batch", "evidenced")
    assert found[1][:6] == (2, "甲联盟", 99, "High activity", "Second batch", "synthetic")
    assert len(found) == 10


def test_no_text_becomes_a_formula(english: Workbook) -> None:
    kinds = {cell.data_type for sheet in english.worksheets for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert [row[0] for row in rows(english["Results"])][:1] == [1]
    assert rows(english["Decisions"])[0][3] == "=HYPERLINK(1)"


def test_percentages_are_numbers_as_the_scheme_prints_them(english: Workbook) -> None:
    sheet = english["Tiers by batch"]
    first = rows(sheet)[0]
    assert first[:7] == ("First batch", 2, 1, 0, 1, 0, 4)
    assert first[7:9] == (0.5, 0.25)
    assert sheet.cell(HEADER + 1, 8).number_format == "0.00%"


def test_settled_points_are_decimals_and_the_raw_table_keeps_the_fraction(english: Workbook) -> None:
    assert rows(english["Points by indicator"])[0][5] == pytest.approx(5 - 1 / 300)
    raw = english["data settled points"]
    names = [cell.value for cell in raw[HEADER]]
    assert [rows(raw)[0][names.index(name)] for name in ("settled_num", "settled_den")] == [1499, 3]


def test_change_streaks_and_decisions_are_told_in_words(english: Workbook) -> None:
    assert rows(english["Change"])[0] == ("=1+1", "2015", 90, 100, "High activity", "High activity", 0, None)
    assert rows(english["Streaks"])[0] == ("=1+1", "Top tier", 2)
    assert rows(english["Differences"]) == [("乙联盟", "Experts' totals differ", "as a whole", 9.5, 8, "yes")]
    assert rows(english["Not evaluated"])[0][:4] == ("癸联盟", "Second batch", "evidenced", "Not filed")


def test_agreement_and_severity_are_there_with_intervals_and_what_would_change(english: Workbook) -> None:
    agreement, severity, removed = (english[name] for name in ("Agreement", "Severity of experts", "Severity removed"))
    assert rows(agreement)[0][:4] == ("Preliminary review in groups", "Experts' totals", 10, 2)
    assert [cell.value for cell in agreement[HEADER]][4:7] == [
        "Intraclass correlation", "Intraclass correlation: lower end", "Intraclass correlation: upper end",
    ]  # fmt: skip
    first, second = rows(severity)[:2]
    assert first[:5] == ("all stages together", "E1", 1, 10, -5)
    assert second[1:7] == ("E2", 1, 10, 5, 5, 5)
    assert rows(removed)[0][1:] == (99, 98, -1, "High activity", "Poor activity", "yes")
    assert rows(removed)[1][1:4] == (100, 100, 0)


def test_every_sheet_is_filtered_frozen_and_prints_landscape_with_its_header_repeated(english: Workbook) -> None:
    for sheet in tables(english):
        assert sheet.auto_filter.ref is not None, sheet.title
        assert sheet.freeze_panes is not None, sheet.title
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9), sheet.title
        assert sheet.print_title_rows == "$4:$4", sheet.title


def test_the_contents_link_to_every_other_sheet(english: Workbook) -> None:
    links = [cell.hyperlink.location for (cell, *_) in english["Contents"].iter_rows(min_row=HEADER) if cell.hyperlink]
    assert links == [f"'{sheet.title}'!A1" for sheet in tables(english)]


def test_tier_cells_carry_the_colours_of_the_scheme(english: Workbook, frozen: Snapshot) -> None:
    colours = {tier.title.en: "FF" + tier.colour[1:].upper() for tier in frozen.scheme.tiers}
    for row in english["Results"].iter_rows(min_row=HEADER + 1, max_row=HEADER + 10):
        assert row[3].fill.fgColor.rgb == colours[row[3].value]


def test_every_result_table_is_there_with_its_columns_and_rows(english: Workbook, frozen: Snapshot) -> None:
    raw = [sheet for sheet in english.worksheets if sheet.title.startswith("data ")]
    heads = [[cell.value for cell in sheet[HEADER]] for sheet in raw]
    assert heads == [[column.name for column in table.columns] for table in RESULT_TABLES.values()]
    shares = english["data shares"]
    assert shares.max_row - HEADER == frozen.results["shares"].height


def test_the_dictionary_explains_every_column_of_every_result_table(english: Workbook) -> None:
    explained = {(row[0], row[1]) for row in rows(english["Data dictionary"]) if row[5]}
    assert {(t.name, c.name) for t in RESULT_TABLES.values() for c in t.columns} <= explained


def test_the_dictionary_is_written_in_chinese_too(frozen: Snapshot, tmp_path: Path) -> None:
    write_workbook(frozen, tmp_path / "report.xlsx", "zh")
    lines = rows(opened(tmp_path / "report.xlsx")["数据字典"])
    assert [line[:2] for line in lines if str(line[5]).isascii()] == []


def test_the_charts_are_native(english: Workbook) -> None:
    charts = {sheet.title: len(sheet._charts) for sheet in english.worksheets if sheet._charts}
    assert charts == {
        "Filing and screening": 1,
        "Tiers": 2,
        "Tiers by batch": 2,
        "Tiers by industry": 2,
        "Each tier by batch": 1,
        "Distribution of scores": 1,
    }


def test_sheets_are_named_in_chinese_and_every_text_has_its_chinese(frozen: Snapshot, tmp_path: Path) -> None:
    write_workbook(frozen, tmp_path / "report.xlsx", "zh")
    book = opened(tmp_path / "report.xlsx")
    assert book.sheetnames[:3] == ["目录", "评价结果", "填报与筛查"]
    assert [name for name in book.sheetnames if name.isascii()] == []
    heads = [cell.value for sheet in tables(book) if not sheet.title.startswith("数据") for cell in sheet[HEADER]]
    assert [head for head in heads if head and str(head).isascii()] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_runs_give_the_same_bytes(frozen: Snapshot, tmp_path: Path, lang: str) -> None:
    for name in ("one", "two"):
        write_workbook(frozen, tmp_path / name, lang)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_round_without_any_result_still_makes_a_workbook(frozen: Snapshot, tmp_path: Path) -> None:
    results = {name: table.empty() for name, table in RESULT_TABLES.items()}
    analysed = {name: frozen.results[name] for name in ("funnel", "shares", "participation", "lost")}
    write_workbook(dataclasses.replace(frozen, results=results | analysed), tmp_path / "report.xlsx", "zh")
    assert rows(opened(tmp_path / "report.xlsx")["评价结果"]) == []


def test_a_chinese_character_is_two_columns_wide() -> None:
    assert columns("联盟A") == 5


@pytest.mark.parametrize(("colour", "font"), [("#1b4965", "#FFFFFF"), ("#d9dde1", "#000000")])
def test_text_on_a_tier_colour_can_be_read(colour: str, font: str) -> None:
    assert tier_look(colour)["font_color"] == font
