"""Workbooks as people really fill them in: what is read all the same, what is refused, and where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pytest
from filed_books import (
    FILINGS,
    MEETING,
    PROJECT,
    REGISTER,
    Rows,
    book,
    found,
    imported,
    meeting,
    meetings,
    project,
    whole,
)
from openpyxl import load_workbook

from huoyue.core.scheme.model import Scheme
from huoyue.exchange.intake import import_facts
from huoyue.exchange.workbook import write_template


def test_a_good_sheet_is_read_without_a_word(scheme: Scheme, tmp_path: Path) -> None:
    result = imported(scheme, tmp_path, meetings(meeting()))
    assert (found(result), found(result, "note")) == ([], [])
    assert result.facts is not None
    row = result.facts.records["meeting"].row(0, named=True)
    assert row == {
        "unit": "A001", "record": "meeting-A001-001", "kind": "council", "title": "年会", "held_on": date(2016, 5, 4),
        "attendees": 30, "evidence": "纪要1", "source": "round.xlsx", "row": 2,
    }  # fmt: skip


def test_titles_above_the_headings_and_empty_rows_are_passed_over(scheme: Scheme, tmp_path: Path) -> None:
    rows = [["会议填报表"], [], ["填表人：王"], MEETING, [], meeting(), [None] * 6, ["　", " "], meeting(会议名称="二")]
    result = imported(scheme, tmp_path, whole(会议=rows))
    assert result.facts is not None
    assert result.facts.records["meeting"].select("title", "row").rows() == [("年会", 6), ("二", 9)]


def test_headings_over_two_rows_are_read(scheme: Scheme, tmp_path: Path) -> None:
    upper = ["填报单位", "会议信息", None, None, None, "证明材料"]
    lower = [None, "会议类别*", "会议名称*", "召开日期*", "参会人数", None]
    path = book(tmp_path / "round.xlsx", whole(会议=[upper, lower, meeting()]))
    changed = load_workbook(path)
    changed["会议"].merge_cells("B1:E1")
    changed["会议"].merge_cells("A1:A2")
    changed.save(path)
    result = import_facts(scheme, [path])
    assert found(result) == []
    assert result.facts is not None
    assert result.facts.records["meeting"]["evidence"].to_list() == ["纪要1"]


def test_columns_may_stand_in_any_order_and_extra_ones_are_named(scheme: Scheme, tmp_path: Path) -> None:
    rows = [["序号", "备注", *reversed(MEETING)], [1, "x", *reversed(meeting())]]
    result = imported(scheme, tmp_path, whole(会议=rows))
    assert ("sheet.extra_column", "会议", "B1") in found(result, "warning")
    assert result.facts is not None
    assert result.facts.records["meeting"]["attendees"].to_list() == [30]


def test_a_hidden_sheet_with_rows_of_ours_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    result = import_facts(scheme, [hidden(tmp_path, meetings(meeting()), "会议")])
    assert found(result) == [("sheet.hidden", "会议", None)]


@pytest.mark.parametrize("sheets", [meetings(), meetings(meeting()) | {"旧数据": [["x"], [1]]}])
def test_other_hidden_sheets_are_not_read_and_said(scheme: Scheme, tmp_path: Path, sheets: dict[str, Rows]) -> None:
    name = list(sheets)[-1]
    result = import_facts(scheme, [hidden(tmp_path, sheets, name)])
    assert found(result, "note") == [("file.hidden", name, None)]
    assert result.facts is not None


def hidden(folder: Path, sheets: Mapping[str, Rows], name: str) -> Path:
    """A workbook with one of its sheets hidden."""
    path = book(folder / "round.xlsx", sheets)
    changed = load_workbook(path)
    changed[name].sheet_state = "hidden"
    changed.save(path)
    return path


def test_hidden_rows_are_read_and_said(scheme: Scheme, tmp_path: Path) -> None:
    path = book(tmp_path / "round.xlsx", meetings(meeting(), meeting(会议名称="二")))
    changed = load_workbook(path)
    changed["会议"].row_dimensions[3].hidden = True
    changed.save(path)
    result = import_facts(scheme, [path])
    assert found(result, "note") == [("file.hidden_rows", "会议", None)]
    assert result.facts is not None
    assert result.facts.records["meeting"].height == 2


def test_a_formula_is_refused_by_the_name_of_its_cell(scheme: Scheme, tmp_path: Path) -> None:
    result = imported(scheme, tmp_path, meetings(meeting(), meeting(会议名称="二", 参会人数="=15*2")))
    assert found(result) == [("cell.formula", "会议", "E3")]
    assert result.facts is None


def test_error_cells_are_refused(scheme: Scheme, tmp_path: Path) -> None:
    result = imported(scheme, tmp_path, meetings(meeting(参会人数="#REF!", 召开日期="#N/A")))
    assert sorted(found(result)) == [("cell.error", "会议", "D2"), ("cell.error", "会议", "E2")]


def test_every_problem_is_in_one_list_and_nothing_is_imported(scheme: Scheme, tmp_path: Path) -> None:
    bad = [
        meeting(填报单位="航天"),
        meeting(会议类别="座谈"),
        meeting(召开日期="3/5/2016"),
        meeting(参会人数="约30"),
        meeting(召开日期="2015-05-04"),
    ]
    result = imported(scheme, tmp_path, meetings(meeting(会议名称="好"), *bad))
    assert sorted(found(result)) == [
        ("record.period", "会议", "D7"),
        ("unit.unknown", "会议", "A3"),
        ("value.choice", "会议", "B4"),
        ("value.date", "会议", "D5"),
        ("value.number", "会议", "E6"),
    ]
    assert result.facts is None


def test_amounts_in_yuan_become_ten_thousands_and_are_said(scheme: Scheme, tmp_path: Path) -> None:
    rows = [
        project(),
        project(项目编号="2", **{"经费（万元）": "2,500,000元"}),
        project(项目编号="3", **{"经费（万元）": "0.5亿元"}),
    ]
    result = imported(scheme, tmp_path, whole(协同创新项目=[PROJECT, *rows]))
    assert result.facts is not None
    assert result.facts.records["project"]["funding"].to_list() == [12_000, 25_000, 500_000]
    assert found(result, "note") == [
        ("value.normalised", "协同创新项目", "F3"),
        ("value.normalised", "协同创新项目", "F4"),
    ]


def test_a_missing_required_field_of_a_record_is_left_to_screening(scheme: Scheme, tmp_path: Path) -> None:
    result = imported(scheme, tmp_path, meetings(meeting(会议名称=None)))
    assert ("cell.missing", "会议", "C2") in found(result, "warning")
    assert result.facts is not None


def test_a_missing_day_of_submission_is_an_error(scheme: Scheme, tmp_path: Path) -> None:
    result = imported(scheme, tmp_path, {"名册": REGISTER, "填报登记": [FILINGS[0], ["A001", None, "王"]]})
    assert found(result) == [("cell.missing", "填报登记", "B2")]


def test_the_same_row_twice_counts_once(scheme: Scheme, tmp_path: Path) -> None:
    result = imported(scheme, tmp_path, meetings(meeting(), meeting(召开日期=datetime(2016, 5, 4))))  # noqa: DTZ001
    assert found(result, "note") == [("row.duplicate", "会议", "3")]
    assert result.facts is not None
    assert result.facts.records["meeting"].height == 1


def test_rows_that_contradict_each_other_are_refused(scheme: Scheme, tmp_path: Path) -> None:
    result = imported(scheme, tmp_path, meetings(meeting(), meeting(参会人数=31)))
    assert found(result) == [("row.contradicts", "会议", "3")]


def test_records_without_a_filing_are_refused(scheme: Scheme, tmp_path: Path) -> None:
    result = imported(scheme, tmp_path, meetings(meeting(填报单位="A003")))
    assert found(result) == [("record.no_filing", "会议", "A2")]


def test_a_units_own_workbook_says_once_whose_it_is(scheme: Scheme, tmp_path: Path) -> None:
    own = {"填报登记": FILINGS[:2], "会议": [MEETING[1:], meeting()[1:]]}
    paths = [book(tmp_path / "名册.xlsx", {"名册": REGISTER}), book(tmp_path / "钢铁.xlsx", own)]
    result = import_facts(scheme, paths)
    assert result.facts is not None
    assert result.facts.records["meeting"]["unit"].to_list() == ["A001"]


def test_a_unit_cannot_hand_in_what_the_liaison_officer_reports(scheme: Scheme, tmp_path: Path) -> None:
    log = [["联络日期", "联络方式", "是否联系上"], ["2016-05-04", "电话", "是"]]
    own = {"填报登记": FILINGS[:2], "联络记录": log}
    paths = [book(tmp_path / "名册.xlsx", {"名册": REGISTER}), book(tmp_path / "钢铁.xlsx", own)]
    assert found(import_facts(scheme, paths)) == [("sheet.not_theirs", "联络记录", None)]


def test_rows_without_a_unit_are_refused(scheme: Scheme, tmp_path: Path) -> None:
    result = imported(scheme, tmp_path, {"名册": REGISTER, "会议": [MEETING[1:], meeting()[1:]]})
    assert ("sheet.no_unit", "会议", None) in found(result)


def test_a_workbook_of_another_scheme_is_refused_at_its_cover(scheme: Scheme, tmp_path: Path) -> None:
    other = scheme.model_copy(update={"id": "another_round"})
    write_template(other, tmp_path / "other.xlsx", whole_round=True)
    assert found(import_facts(scheme, [tmp_path / "other.xlsx"]))[0] == ("file.scheme", "说明", "3")


def test_another_version_of_the_scheme_is_said(scheme: Scheme, tmp_path: Path) -> None:
    write_template(scheme.model_copy(update={"version": "0"}), tmp_path / "old.xlsx", "en", whole_round=True)
    assert ("file.scheme_version", "Instructions", "4") in found(
        import_facts(scheme, [tmp_path / "old.xlsx"]), "warning"
    )


def test_a_sheet_with_an_unknown_name_is_said(scheme: Scheme, tmp_path: Path) -> None:
    result = imported(scheme, tmp_path, whole(会议记录=[MEETING, meeting()]))
    assert ("sheet.unknown", "会议记录", None) in found(result, "warning")


def test_headings_that_stand_twice_or_nowhere_are_refused(scheme: Scheme, tmp_path: Path) -> None:
    twice = [[*MEETING, "会议名称"], [*meeting(), "x"]]
    assert found(imported(scheme, tmp_path, whole(会议=twice))) == [("sheet.double_column", "会议", "G1")]
    assert found(imported(scheme, tmp_path, whole(会议=[["甲", "乙"], [1, 2]]))) == [
        ("sheet.no_headings", "会议", None)
    ]
    without = [MEETING[:3] + MEETING[4:], meeting()[:3] + meeting()[4:]]
    assert found(imported(scheme, tmp_path, whole(会议=without))) == [("sheet.no_column", "会议", None)]


@pytest.mark.parametrize(
    "typed", ["钢铁可循环流程技术创新战略联盟", "钢铁可循环流程", "钢铁联盟", "Ａ００１", "A001　"]
)
def test_units_are_known_by_every_usual_name(scheme: Scheme, tmp_path: Path, typed: str) -> None:
    result = imported(scheme, tmp_path, meetings(meeting(填报单位=typed)))
    assert result.facts is not None
    assert result.facts.records["meeting"]["unit"].to_list() == ["A001"]


def test_a_units_own_workbook_must_not_carry_rows_of_another(scheme: Scheme, tmp_path: Path) -> None:
    own = {"填报登记": FILINGS[:2], "会议": [MEETING, meeting(), meeting(填报单位="A002")]}
    other = {"填报登记": [FILINGS[0], FILINGS[2]]}
    paths = [
        book(tmp_path / "名册.xlsx", {"名册": REGISTER}),
        book(tmp_path / "钢铁.xlsx", own),
        book(tmp_path / "煤炭.xlsx", other),
    ]
    assert found(import_facts(scheme, paths)) == [("row.not_theirs", "会议", "A3")]


def test_who_was_given_more_time_is_said_by_the_secretariat_and_not_by_the_unit(scheme: Scheme, tmp_path: Path) -> None:
    extended = [[*FILINGS[0], "延期至"], [*FILINGS[1], "2017-02-10"]]
    result = imported(scheme, tmp_path, whole(填报登记=extended))
    assert result.facts is not None
    assert result.facts.filings["due_on"].to_list() == [date(2017, 2, 10)]
    own = {"填报登记": extended, "会议": [MEETING[1:], meeting()[1:]]}
    paths = [book(tmp_path / "名册.xlsx", {"名册": REGISTER}), book(tmp_path / "钢铁.xlsx", own)]
    assert found(import_facts(scheme, paths)) == [("cell.not_theirs", "填报登记", "D2")]


def test_a_units_template_does_not_ask_until_when_it_may_file(scheme: Scheme, tmp_path: Path) -> None:
    write_template(scheme, tmp_path / "own.xlsx")
    write_template(scheme, tmp_path / "whole.xlsx", whole_round=True)
    asks = {
        name: any(
            "延期至" in str(cell) for row in load_workbook(tmp_path / f"{name}.xlsx")["填报登记"].values for cell in row
        )
        for name in ("own", "whole")
    }
    assert asks == {"own": False, "whole": True}


def test_a_whole_round_with_one_filing_may_carry_what_others_report(scheme: Scheme, tmp_path: Path) -> None:
    log = [["填报单位", "联络日期", "联络方式", "是否联系上"], ["A002", "2016-05-04", "电话", "是"]]
    sheets = {"名册": REGISTER, "填报登记": FILINGS[:2], "联络记录": log}
    assert found(imported(scheme, tmp_path, sheets)) == []


def test_record_numbers_stay_when_rows_are_put_in_for_another_unit(scheme: Scheme, tmp_path: Path) -> None:
    coal = [meeting(填报单位="A002", 会议名称=name) for name in "甲乙"]
    before = imported(scheme, tmp_path, meetings(*coal)).facts
    after = imported(scheme, tmp_path, meetings(meeting(), *coal)).facts
    assert before is not None
    assert after is not None
    assert before.records["meeting"]["record"].to_list() == ["meeting-A002-001", "meeting-A002-002"]
    assert after.records["meeting"]["record"].to_list() == ["meeting-A001-001", "meeting-A002-001", "meeting-A002-002"]


def test_a_derived_record_number_avoids_those_given(scheme: Scheme, tmp_path: Path) -> None:
    rows = [["记录编号", *MEETING], [None, *meeting()], ["meeting-A001-001", *meeting(会议名称="二")]]
    facts = imported(scheme, tmp_path, whole(会议=rows)).facts
    assert facts is not None
    assert facts.records["meeting"]["record"].to_list() == ["meeting-A001-002", "meeting-A001-001"]


def test_the_separator_of_a_csv_is_that_of_its_headings(scheme: Scheme, tmp_path: Path) -> None:
    book(tmp_path / "round.xlsx", whole())
    lines = ["关于会议,填报,情况,的,若干,说明,如下", "\t".join(MEETING), "\t".join(map(str, meeting()))]
    (tmp_path / "会议.csv").write_text("\n".join(lines), encoding="utf-8")
    facts = import_facts(scheme, [tmp_path]).facts
    assert facts is not None
    assert facts.records["meeting"]["title"].to_list() == ["年会"]
