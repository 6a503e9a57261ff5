from __future__ import annotations

from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panels import (
    corrections,
    decisions,
    facts,
    marks,
    named,
    plain,
    points,
    reviewed,
    screening,
    short,
    title,
    unit_rows,
)

from huoyue.core.review.settlement import Settlement, settle
from huoyue.core.scheme.model import Scheme

SUGGESTED: dict[str, int | str] = {"meetings": 4000, "calls": 2000, "projects": "judged"}


def settled(by: Scheme, suggested: dict[str, int | str] | None = None, **tables: Any) -> Settlement:
    given_points = points(by, "A", **(suggested or SUGGESTED))
    return settle(by, facts(by, unit_rows("A"), **tables), given_points, screening("A"))


def value(found: Settlement, indicator: str) -> Fraction:
    row = found.settled.row(by_predicate=pl.col("indicator") == indicator, named=True)
    return Fraction(row["settled_num"], row["settled_den"])


def column(found: Settlement, name: str) -> dict[str, Any]:
    return dict(found.settled.select("indicator", name).iter_rows())


def test_without_marks_the_suggested_points_stand() -> None:
    found = settled(plain())
    assert value(found, "meetings") == 4000
    assert column(found, "basis") == {"meetings": "rule", "calls": "rule", "projects": "not_available"}


def test_a_judged_indicator_that_nobody_marked_counts_nothing_and_says_so() -> None:
    found = settled(plain())
    assert value(found, "projects") == 0
    assert column(found, "note_zh")["projects"] == "无法取得：本指标由专家评判，但无专家评分，计0分"


def test_stages_weigh_by_weight_and_the_note_tells_how() -> None:
    given_marks = marks(
        ("first", "a", "A", "projects", 400),
        ("first", "b", "A", "projects", 400),
        ("first", "c", "A", "projects", 500),
        ("second", "d", "A", "projects", 400),
        ("second", "e", "A", "projects", 500),
    )
    found = settled(plain(), marks=given_marks)
    assert value(found, "projects") == Fraction(4, 10) * Fraction(1300, 3) + Fraction(6, 10) * 450
    assert column(found, "note_zh")["projects"] == "first（中）3位专家均值4.33，second（中）2位专家均值4.5，加权4.43"
    assert column(found, "note_en")["projects"] == (
        "first: mean 4.33 of 3 experts; second: mean 4.5 of 2 experts; weighted 4.43"
    )


def test_only_the_stages_that_marked_a_unit_weigh() -> None:
    found = settled(plain(), marks=marks(("second", "d", "A", "projects", 3100)))
    assert value(found, "projects") == 3100
    assert column(found, "note_zh")["projects"] == "second（中）1位专家评31"


def test_a_missing_expert_never_lowers_the_result() -> None:
    two = marks(("first", "a", "A", "projects", 3000), ("first", "b", "A", "projects", 3000))
    assert value(settled(plain(), marks=two), "projects") == 3000


@pytest.mark.parametrize(
    ("stage", "given_marks", "expected"),
    [
        ({"combine": "median"}, (100, 900, 200), Fraction(200)),
        ({"combine": "median"}, (100, 900, 200, 301), Fraction(501, 2)),
        ({"combine": "trimmed_mean"}, (0, 100, 200, 4000), Fraction(150)),
        ({"combine": "trimmed_mean"}, (0, 4000), Fraction(2000)),
        ({"combine": "trimmed_mean", "trim": 2}, (0, 1, 100, 3000, 4000), Fraction(100)),
        ({"combine": "mean"}, (0, 1, 0), Fraction(1, 3)),
    ],
)
def test_marks_of_a_stage_are_joined_as_the_scheme_says(
    stage: dict[str, Any], given_marks: tuple[int, ...], expected: Fraction
) -> None:
    by = reviewed([named("first", kind="marks", **stage)])
    rows = [("first", f"e{place}", "A", "projects", mark) for place, mark in enumerate(given_marks)]
    assert value(settled(by, marks=marks(*rows)), "projects") == expected


def test_the_note_names_median_and_trimmed_mean() -> None:
    rows = [("first", f"e{place}", "A", "projects", mark) for place, mark in enumerate((0, 100, 200))]
    notes = []
    for combine in ("median", "trimmed_mean"):
        by = reviewed([named("first", kind="marks", combine=combine)])
        notes.append(column(settled(by, marks=marks(*rows)), "note_zh")["projects"])
    assert notes == ["first（中）3位专家中位数1", "first（中）3位专家去掉1个最高和1个最低后均值1"]


def test_the_meeting_has_the_last_word() -> None:
    given_marks = marks(("first", "a", "A", "projects", 3000))
    found = settled(plain(), marks=given_marks, decisions=decisions(("meeting", "A", "projects", 2500)))
    assert value(found, "projects") == 2500
    assert column(found, "basis")["projects"] == "decision"
    assert column(found, "note_zh")["projects"] == "first（中）1位专家评30，meeting（中）定为25分：talked over"


def test_the_meeting_may_decide_what_nobody_marked() -> None:
    found = settled(plain(), decisions=decisions(("meeting", "A", "calls", 500)))
    assert (value(found, "calls"), column(found, "basis")["calls"]) == (500, "decision")


def test_an_upheld_indicator_keeps_its_marks() -> None:
    given_marks = marks(("first", "a", "A", "projects", 3000))
    found = settled(plain(), marks=given_marks, decisions=decisions(("meeting", "A", "projects", None)))
    assert (value(found, "projects"), column(found, "basis")["projects"]) == (3000, "marks")
    assert column(found, "note_zh")["projects"].endswith("meeting（中）维持原分：talked over")


def test_what_an_objection_corrected_comes_last_and_names_it() -> None:
    found = settled(
        plain(),
        marks=marks(("first", "a", "A", "projects", 3000), ("first", "a", "A", "calls", 1000)),
        decisions=decisions(("meeting", "A", "projects", 2500)),
        corrections=corrections(("A", "projects", 3500), ("B", "calls", 2000)),
    )
    assert (value(found, "projects"), column(found, "basis")["projects"]) == (3500, "correction")
    assert column(found, "note_zh")["projects"].endswith("定为25分：talked over，异议7后更正为35：left out")
    assert (value(found, "calls"), column(found, "basis")["calls"]) == (1000, "marks")


def test_what_does_not_apply_stays_so_whatever_was_marked_or_decided() -> None:
    found = settled(
        plain(),
        {"meetings": 4000, "calls": "not_applicable", "projects": "judged"},
        marks=marks(("first", "a", "A", "calls", 2000)),
        decisions=decisions(("meeting", "A", "calls", 2000)),
        corrections=corrections(("A", "calls", 2000)),
    )
    assert (value(found, "calls"), column(found, "basis")["calls"]) == (0, "not_applicable")


def test_only_evaluated_units_are_settled() -> None:
    by = plain()
    both = pl.concat([points(by, "A", meetings=0), points(by, "B", meetings=0)])
    screened = pl.concat([screening("A"), screening("B", verdict="incomplete")])
    given_marks = marks(("first", "a", "B", "meetings", 100))
    found = settle(by, facts(by, unit_rows("A", "B"), marks=given_marks), both, screened)
    assert found.settled["unit"].unique().to_list() == ["A"]
    assert found.stage_totals["unit"].unique().to_list() == ["A"]


def test_stage_totals_fill_gaps_with_suggested_points_or_what_other_stages_gave() -> None:
    given_marks = marks(
        ("first", "a", "A", "projects", 1000),
        ("first", "b", "A", "projects", 1001),
        ("second", "c", "A", "meetings", 3000),
    )
    found = settled(plain(), marks=given_marks).stage_totals
    assert found.rows() == [
        ("A", "rule", 0, 6000, 1),
        ("A", "first", 2, 14001, 2),
        ("A", "second", 1, 12001, 2),
    ]


def test_stage_totals_stand_on_the_scale_of_the_score() -> None:
    """40 of 80 attainable points, calls not being applicable and not redistributed, are 50 of 100."""
    found = settled(plain(), {"meetings": 4000, "calls": "not_applicable", "projects": "judged"}).stage_totals
    assert found.rows() == [("A", "rule", 0, 5000, 1)]


def test_a_bonus_cannot_lift_a_stage_total_above_the_scheme() -> None:
    extra = short("extra", points=10, bonus=True, standard={"kind": "presence", "of": "call", "points": 10})
    pillar = short("work", points=100, indicators=[
        short("meetings", points=100, standard={"kind": "presence", "of": "meeting", "points": 100}), extra,
    ])  # fmt: skip
    by = Scheme.model_validate(plain().model_dump(by_alias=True, exclude_unset=True) | {"pillars": [pillar]})
    assert settled(by, {"meetings": 9500, "extra": 1000}).stage_totals.rows() == [("A", "rule", 0, 10000, 1)]
    assert settled(by, {"meetings": 8000, "extra": 1000}).stage_totals.rows() == [("A", "rule", 0, 9000, 1)]


def test_a_scheme_without_stages_settles_by_rule_alone() -> None:
    by = reviewed([])
    found = settled(by, marks=marks(("first", "a", "A", "meetings", 1)))
    assert value(found, "meetings") == 4000
    assert (found.stage_totals.height, found.differences.height) == (1, 0)


def test_titles_of_stages_are_the_schemes_own() -> None:
    by = reviewed([named("first", kind="marks") | {"title": title("Review")}])
    found = settled(by, marks=marks(("first", "a", "A", "projects", 100)))
    assert column(found, "note_en")["projects"] == "Review: one expert gave 1"


cell = st.tuples(st.sampled_from(["first", "second"]), st.sampled_from("abcdef"))


@given(st.dictionaries(cell, st.integers(0, 4000), min_size=1), st.randoms(use_true_random=False))
def test_order_of_marks_does_not_matter_and_the_result_lies_between_the_marks(
    given_marks: dict[tuple[str, str], int], random: Any
) -> None:
    rows = [(stage, expert, "A", "projects", mark) for (stage, expert), mark in given_marks.items()]
    mixed = random.sample(rows, len(rows))
    found, again = (settled(plain(), marks=marks(*order)) for order in (rows, mixed))
    assert found.settled.equals(again.settled)
    assert min(given_marks.values()) <= value(found, "projects") <= max(given_marks.values())
    means = [
        (Fraction(sum(own), len(own)), weight)
        for stage, weight in (("first", 2), ("second", 3))
        if (own := [mark for (at, _), mark in given_marks.items() if at == stage])
    ]
    assert value(found, "projects") == sum(m * w for m, w in means) / sum(w for _, w in means)
