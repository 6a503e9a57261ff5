from __future__ import annotations

import polars as pl
import pytest
from panels_marks import given
from rounds import points as suggested_points

from huoyue.core.analysis.panel.questions import SHEETS, Limits, questions
from huoyue.core.tables import MARKS, POINTS

UNITS = [f"U{n:02d}" for n in range(40)]


def suggested() -> pl.DataFrame:
    return suggested_points([(unit, "council", True) for unit in UNITS]).with_columns(points=pl.lit(300, pl.Int64))


def confirming(**counts: int) -> pl.DataFrame:
    """MARKS of experts who gave the suggested 3 points so many times of forty, and 2 points otherwise."""
    return given(
        ("preliminary", expert, unit, "council", 300 if place < count else 200)
        for expert, count in counts.items()
        for place, unit in enumerate(UNITS)
    )


def sheets(*rows: tuple[str, int, int | None, int | None, int | None]) -> pl.DataFrame:
    """SHEETS of (expert, how many alike, seconds, offered, opened), in one stage."""
    return SHEETS.frame(
        {
            "stage": "preliminary", "expert": expert, "unit": f"{unit}{number}", "seconds": seconds, "offered": offered,
            "opened": opened,
        }
        for unit, (expert, count, seconds, offered, opened) in zip("abcdefgh", rows, strict=False)
        for number in range(count)
    )  # fmt: skip


def kinds(found: list[object]) -> list[tuple[str, str]]:
    return [(question.expert, question.kind) for question in found]  # type: ignore[attr-defined]


def test_an_expert_who_always_accepts_where_colleagues_do_not_is_asked_about() -> None:
    """Colleagues accept 30 and 34 of 40: 0.8^40 is 0.00013."""
    found = questions(confirming(E1=40, E2=30, E3=34), suggested(), names={"E1": "Wang"})
    assert kinds(found) == [("E1", "always_as_suggested")]
    assert dict(found[0].message.values) == {"expert": "Wang", "same": 40, "marks": 40, "percent": 80}
    assert found[0].message.text.endswith("?")


@pytest.mark.parametrize("counts", [{"E1": 40, "E2": 38, "E3": 39}, {"E1": 38, "E2": 20, "E3": 20}, {"E1": 40}])
def test_accepting_much_is_no_question_where_colleagues_do_too_or_judgement_shows(counts: dict[str, int]) -> None:
    assert questions(confirming(**counts), suggested()) == []


def test_marks_on_judged_indicators_raise_no_question() -> None:
    assert questions(confirming(E1=40, E2=0), POINTS.empty()) == []


def test_sheets_ten_times_as_fast_as_those_of_others_are_asked_about() -> None:
    found = questions(MARKS.empty(), POINTS.empty(), sheets(("E1", 4, 50, None, None), ("E2", 5, 600, None, None)))
    assert kinds(found) == [("E1", "fast")]
    assert found[0].units == ("a0", "a1", "a2", "a3")
    assert dict(found[0].message.values) == {"expert": "E1", "quick": 4, "sheets": 4, "seconds": 60, "usual": 600}


@pytest.mark.parametrize("row", [("E1", 4, 61, None, None), ("E1", 2, 5, None, None), ("E1", 4, None, None, None)])
def test_time_that_may_do_few_sheets_and_unknown_time_raise_no_question(row: tuple[str, int, int, None, None]) -> None:
    assert questions(MARKS.empty(), POINTS.empty(), sheets(row, ("E2", 5, 600, None, None))) == []


def test_nobody_is_fast_alone() -> None:
    assert questions(MARKS.empty(), POINTS.empty(), sheets(("E1", 9, 1, None, None))) == []


def test_evidence_that_was_never_opened_is_asked_about() -> None:
    found = questions(MARKS.empty(), POINTS.empty(), sheets(("E1", 3, None, 2, 0), ("E1", 3, None, 2, 1)))
    assert kinds(found) == [("E1", "evidence_unopened")]
    assert (found[0].units, found[0].message.values["sheets"]) == (("a0", "a1", "a2"), 6)


@pytest.mark.parametrize("rows", [
    [("E1", 3, None, 0, 0)], [("E1", 2, None, 2, 0)], [("E1", 3, None, 2, 0), ("E1", 4, None, 2, 1)],
    [("E1", 5, None, 2, None)],
])  # fmt: skip
def test_no_evidence_to_open_few_sheets_or_most_opened_raise_no_question(
    rows: list[tuple[str, int, None, int, int]],
) -> None:
    assert questions(MARKS.empty(), POINTS.empty(), sheets(*rows)) == []


def test_limits_can_be_moved() -> None:
    given_ = sheets(("E1", 3, 200, None, None), ("E2", 3, 600, None, None))
    assert questions(MARKS.empty(), POINTS.empty(), given_) == []
    assert kinds(questions(MARKS.empty(), POINTS.empty(), given_, limits=Limits(fast=0.5))) == [("E1", "fast")]


def test_stages_are_asked_about_apart() -> None:
    twice = pl.concat(
        [confirming(E1=40, E2=30, E3=34), confirming(E1=20, E2=30, E3=34).with_columns(stage=pl.lit("cross"))]
    )
    assert [(q.stage, q.expert) for q in questions(twice, suggested())] == [("preliminary", "E1")]
