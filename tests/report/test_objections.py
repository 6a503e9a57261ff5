"""The annex on objections: every one of them with what became of it, and nothing of who objected."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from report_rounds import published
from workbook_round import snapshot

from huoyue.core.tables import CORRECTIONS, OBJECTIONS, OVERRIDES
from huoyue.report.context import NUMBER, compose
from huoyue.report.workbook import write_workbook

DAY = date(2017, 5, 2)
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")


def register(units: list[str], indicator: str) -> pl.DataFrame:
    """Four objections: upheld, dismissed, not taken up, undecided."""
    common = {"received_on": DAY, "kind": "score", "indicator": indicator, "outcome": None, "reasons": None}
    rows = [
        {"number": "YY-1", "unit": units[0], "state": "decided", "outcome": "upheld", "reasons": "漏计|一次 *理事会*",
         "decided_on": DAY},
        {"number": "YY-2", "unit": units[0], "state": "decided", "outcome": "dismissed", "reasons": "材料不支持",
         "decided_on": DAY},
        {"number": "YY-3", "unit": units[1], "state": "refused", "reasons": "匿名", "decided_on": DAY},
        {"number": "YY-4", "unit": units[1], "state": "admitted", "kind": "facts", "indicator": None,
         "decided_on": None},
    ]  # fmt: skip
    return OBJECTIONS.frame([common | row for row in rows])


def objected():
    source = published()
    units, indicator = source.facts.units["unit"].to_list(), source.scheme.indicators[0]
    corrections = CORRECTIONS.frame([{"unit": units[0], "indicator": indicator.id, "settled": 450, "number": "YY-1",
                                      "reason": "漏计一次", "decided_on": DAY}])  # fmt: skip
    facts = replace(source.facts, objections=register(units, indicator.id), corrections=corrections)
    return replace(source, facts=facts)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", ("收到异议4件，涉及2家联盟", "成立1件，部分成立0件，不成立1件，不予受理1件", "更正评分或结论的联盟1家")),
        ("en", ("4 objections came in, about 2 alliances", "1 upheld, 0 partly upheld, 1 dismissed, 1 not taken up",
                "corrected for 1 alliance")),
    ],
)  # fmt: skip
def test_the_annex_counts_what_became_of_every_objection(lang: str, told: tuple[str, ...]) -> None:
    document = compose(objected(), lang)
    text = NUMBER.sub(r"\1", document.markdown)
    assert [sentence for sentence in told if sentence not in text] == []
    table = document.tables["objections"]
    assert table.height == 4
    assert table.row(0)[0] == "YY-1"
    assert "4.5" in table.row(0)[5]
    assert table.row(0)[4] == "漏计|一次 *理事会*"
    assert table.row(1)[5] == "–"


def test_a_verdict_that_an_objection_changed_counts_as_corrected() -> None:
    source = objected()
    unit = source.facts.units["unit"][1]
    overrides = OVERRIDES.frame([{"unit": unit, "verdict": "incomplete", "reason": "资格", "by": "YY-4"}])
    document = compose(replace(source, facts=replace(source.facts, overrides=overrides)), "zh")
    assert "更正评分或结论的联盟2家" in NUMBER.sub(r"\1", document.markdown)
    assert "录入不全" in document.tables["objections"].row(3)[5]


def test_without_objections_there_is_neither_annex_nor_sheet(tmp_path: Path) -> None:
    assert "异议" not in compose(published(), "zh").markdown
    write_workbook(snapshot(), tmp_path / "without.xlsx", "zh")
    assert "异议" not in openpyxl.load_workbook(tmp_path / "without.xlsx").sheetnames


def test_the_workbook_lists_objections(tmp_path: Path) -> None:
    source = snapshot()
    units = source.facts.units["unit"].to_list()
    facts = replace(source.facts, objections=register(units, source.scheme.indicators[0].id))
    write_workbook(replace(source, facts=facts), tmp_path / "with.xlsx", "zh")
    sheet = openpyxl.load_workbook(tmp_path / "with.xlsx")["异议"]
    assert [sheet.cell(row, 1).value for row in range(5, 9)] == ["YY-1", "YY-2", "YY-3", "YY-4"]
