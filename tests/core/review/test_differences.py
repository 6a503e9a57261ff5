from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from panels import decisions, facts, marks, points, reviewed, screening, unit_rows

from huoyue.core.review.settlement import settle
from huoyue.core.scheme.model import Scheme

SUGGESTED: dict[str, int | str] = {"meetings": 4000, "calls": 2000, "projects": 2400}


def differing(by: Scheme, *given: tuple[str, str, str, str, int], **tables: Any) -> list[tuple[Any, ...]]:
    """Rows of DIFFERENCES of unit A, without the unit. The rules suggest 84 points."""
    suggested = points(by, "A", **SUGGESTED)
    return found(by, suggested, marks=marks(*given), **tables).drop("unit").rows()


def found(by: Scheme, suggested: pl.DataFrame, **tables: Any) -> pl.DataFrame:
    units = suggested["unit"].unique(maintain_order=True).to_list()
    return settle(by, facts(by, unit_rows(*units), **tables), suggested, screening(*units)).differences


def test_experts_totals_are_compared_across_stages() -> None:
    by = reviewed(total=8)
    given = [("first", "a", "A", "projects", 2000), ("second", "b", "A", "projects", 2800)]
    assert differing(by, *given) == [("total", "*", 8.0, 8.0, False)]


def test_a_spread_just_under_the_limit_is_not_listed() -> None:
    by = reviewed(total=8)
    assert differing(by, ("first", "a", "A", "projects", 2000), ("first", "b", "A", "projects", 2799)) == []


def test_a_judged_indicator_that_a_stage_left_out_does_not_set_the_stages_apart() -> None:
    by = reviewed(stages=5)
    suggested = points(by, "A", meetings=4000, calls=2000, projects="judged")
    given = [("first", "a", "A", "projects", 3500), ("second", "z", "A", "meetings", 4000)]
    assert found(by, suggested, marks=marks(*given)).rows() == []


def test_an_indicator_left_out_does_not_look_like_a_dispute() -> None:
    """b left the meetings to the others; they stand at the provisional 30 points in b's total, not at 0."""
    by = reviewed(total=1)
    given = [("first", "a", "A", "meetings", 3000), ("first", "a", "A", "projects", 2000),
             ("first", "b", "A", "projects", 2000)]  # fmt: skip
    assert differing(by, *given) == []


def test_results_of_stages_are_compared() -> None:
    by = reviewed(stages=5)
    given = [("first", "a", "A", "projects", 2000), ("first", "b", "A", "projects", 2800),
             ("second", "c", "A", "projects", 3000)]  # fmt: skip
    assert differing(by, *given) == [("stages", "*", 6.0, 5.0, False)]


def test_the_suggested_points_are_no_stage() -> None:
    assert differing(reviewed(stages=5), ("first", "a", "A", "projects", 0)) == []


def test_totals_in_different_tiers_are_listed_as_they_round() -> None:
    """84.49 rounds to 84, middle; 84.5 to 85, high."""
    by = reviewed(tier_crossing=True)
    low = ("first", "a", "A", "projects", 2449)
    assert differing(by, low, ("first", "b", "A", "projects", 2450)) == [("tier_crossing", "*", 0.01, None, False)]
    assert differing(by, low, ("first", "b", "A", "projects", 2448)) == []


@pytest.mark.parametrize(("mark", "listed"), [(2400, True), (2399, False), (2600, True), (2601, False)])
def test_provisional_scores_at_a_border_are_listed(mark: int, listed: bool) -> None:
    """60 points by rule and the mark; the border is 85, the rule 1 point on either side of it."""
    rows = differing(reviewed(border=1), ("first", "a", "A", "projects", mark))
    assert rows == ([("border", "*", 1.0, 1.0, False)] if listed else [])


def test_the_lowest_tier_has_no_border_at_zero() -> None:
    by = reviewed(border=1)
    assert found(by, points(by, "A", meetings=0, calls=0, projects=0)).height == 0


def test_marks_on_an_indicator_are_compared_with_its_points() -> None:
    by = reviewed(indicator_share=60)
    given = [("first", "a", "A", "projects", 0), ("second", "b", "A", "projects", 2400)]
    assert differing(by, *given) == [("indicator_share", "projects", 60.0, 60.0, False)]
    assert differing(by, given[0], ("second", "b", "A", "projects", 2399)) == []


def test_the_meetings_decision_marks_what_it_settles_but_hides_nothing() -> None:
    """Rules look at the marks before the meeting: the decision closes the difference, it does not undo it."""
    by = reviewed(total=8, indicator_share=20)
    given = [("first", "a", "A", "projects", 0), ("first", "b", "A", "projects", 2400),
             ("first", "a", "A", "meetings", 0), ("first", "b", "A", "meetings", 0)]  # fmt: skip
    settled = decisions(("meeting", "A", "projects", 2000))
    assert differing(by, *given, decisions=settled) == [
        ("total", "*", 24.0, 8.0, True),
        ("indicator_share", "projects", 60.0, 20.0, True),
    ]
    elsewhere = decisions(("meeting", "A", "calls", 2000))
    assert [row[-1] for row in differing(by, *given, decisions=elsewhere)] == [True, False]


def test_upholding_a_unit_decides_all_its_differences() -> None:
    by = reviewed(total=8, indicator_share=20)
    given = [("first", "a", "A", "projects", 0), ("first", "b", "A", "projects", 2400)]
    upheld = decisions(("meeting", "A", "*", None))
    assert [row[-1] for row in differing(by, *given, decisions=upheld)] == [True, True]


def test_rules_that_are_not_set_list_nothing() -> None:
    assert differing(reviewed(), ("first", "a", "A", "projects", 0), ("first", "b", "A", "projects", 4000)) == []


def test_units_stand_in_order_and_are_compared_with_themselves_alone() -> None:
    by = reviewed(total=8)
    suggested = pl.concat([points(by, unit, **SUGGESTED) for unit in ("B", "A", "C")])
    rows = [
        (stage, expert, unit, "projects", mark)
        for unit, spread in (("A", 900), ("B", 800), ("C", 0))
        for stage, expert, mark in (("first", "a", 1000), ("first", "b", 1000 + spread))
    ]
    assert found(by, suggested, marks=marks(*rows)).select("unit", "size").rows() == [("B", 8.0), ("A", 9.0)]
