from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rounds import scheme as published
from rounds import scores, settled

from huoyue.core.analysis.risk import cut, joined, nearest, tier_risk
from huoyue.core.scheme.bands import rounded
from huoyue.core.scheme.model import Rounding, Scheme, Stage
from huoyue.core.tables import DECISIONS, EARLIER, EXPERTS, FILINGS, MARKS, OVERRIDES, UNITS, Facts

FULL = 10000


def facts(marks: list[tuple[str, str, str, str, int]]) -> Facts:
    """Marks alone, as (stage, expert, unit, indicator, hundredths)."""
    frame = MARKS.frame(dict(zip(MARKS.schema, (*row, None), strict=True)) for row in marks)
    empty = (t.empty() for t in (UNITS, FILINGS, EXPERTS, DECISIONS, EARLIER, OVERRIDES))
    units, filings, experts, decisions, earlier, overrides = empty
    return Facts(units, filings, {}, experts, frame, decisions, earlier, overrides)


def marked(*values: int, stage: str = "preliminary", unit: str = "A") -> list[tuple[str, str, str, str, int]]:
    return [(stage, f"{stage}{n}", unit, "council", value) for n, value in enumerate(values)]


def risk(
    marks: list[tuple[str, str, str, str, int]], score: int, *, by: Scheme | None = None, basis: str = "marks",
    unit: str = "A", seed: int = 7,
) -> dict[str, Any]:  # fmt: skip
    """A unit with marks on the council, worth 5 points here, and `score` less their mean from all else."""
    mean = Fraction(sum(row[-1] for row in marks), max(len(marks), 1))
    cells = pl.concat([
        settled([(unit, "council", mean, 500)], basis),
        settled([(unit, "media", score * 100 - mean, FULL - 500)], "rule"),
    ])  # fmt: skip
    return tier_risk(by or published(), facts(marks), cells, scores({unit: score}), seed=seed).row(0, named=True)


def test_the_nearest_border_and_the_distance_to_it() -> None:
    assert risk([], 84) == {"unit": "A", "border": 8500, "distance": -100, "same_tier": None}


@pytest.mark.parametrize(("score", "border"), [(10000, 8500), (7750, 8500), (7740, 7000), (0, 5000), (5000, 5000)])
def test_of_two_borders_as_near_the_higher_is_named(score: int, border: int) -> None:
    assert nearest([8500, 7000, 5000], score) == border


def test_without_two_experts_in_a_stage_nothing_can_be_drawn() -> None:
    one_each = marked(500) + marked(0, stage="cross")
    assert risk(one_each, 85)["same_tier"] is None


def test_two_experts_on_different_indicators_leave_nothing_to_draw() -> None:
    apart = [("preliminary", "one", "A", "council", 500), ("preliminary", "two", "A", "media", 5000)]
    cells = pl.concat([settled([("A", "council", Fraction(500), 500)], "marks"),
                       settled([("A", "media", Fraction(5000), FULL - 500)], "marks")])  # fmt: skip
    assert tier_risk(published(), facts(apart), cells, scores({"A": 55}), seed=7)["same_tier"].to_list() == [None]


def test_what_no_set_of_marks_could_move_is_certain() -> None:
    assert risk(marked(0, 250, 500), 60)["same_tier"] == 1.0


def test_decided_indicators_are_not_drawn() -> None:
    assert risk(marked(0, 250, 500), 85, basis="decision")["same_tier"] is None


def test_two_experts_at_a_border_leave_the_tier_in_three_draws_of_four() -> None:
    """Marks 4 and 5, score 85: only the draw of 4 twice, one in four, falls to 84.4 and below 84.5."""
    cells = pl.concat([settled([("A", "council", 450, 500)]), settled([("A", "media", 8040, 9500)], "rule")])
    found = tier_risk(published(), facts(marked(400, 500)), cells, scores({"A": 85}), seed=1)
    assert found["same_tier"].to_list()[0] == pytest.approx(0.75, abs=0.04)


def test_exact_ties_at_a_border_are_on_the_upper_side() -> None:
    """The unit's total is 84.5 exactly, which rounds up to 85; equal thirds must not fall below it by a float's bit."""
    marks = marked(100, 100, 101) + marked(100, 100, 101, stage="cross")
    mean = Fraction(301, 3)
    cells = pl.concat([settled([("A", "council", mean, 500)]), settled([("A", "media", 8450 - mean, 9500)], "rule")])
    share = tier_risk(published(), facts(marks), cells, scores({"A": 85}), seed=1)["same_tier"][0]
    assert 0.3 < share < 0.9
    drawn_mean = [(a + b + c) for a in (100, 100, 101) for b in (100, 100, 101) for c in (100, 100, 101)]
    both = [Fraction(2 * x + 3 * y, 15) >= mean for x in drawn_mean for y in drawn_mean]
    assert share == pytest.approx(sum(both) / len(both), abs=0.05)


def test_the_same_seed_gives_the_same_share_whatever_the_other_units() -> None:
    marks = [row for unit in ("A", "B") for row in marked(300, 450, 500, unit=unit)]
    mean = Fraction(1250, 3)
    cells = pl.concat([
        settled([(unit, "council", mean, 500) for unit in ("A", "B")]),
        settled([(unit, "media", 8450 - mean, 9500) for unit in ("A", "B")], "rule"),
    ])  # fmt: skip
    both = tier_risk(published(), facts(marks), cells, scores({"A": 85, "B": 85}), seed=7)
    alone = tier_risk(
        published(), facts(marks[:3][::-1]), cells.filter(pl.col("unit") == "A"), scores({"A": 85}), seed=7
    )
    other = tier_risk(published(), facts(marks), cells, scores({"A": 85, "B": 85}), seed=8)
    assert both.row(0) == alone.row(0)
    assert not both.equals(other)


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ({"combine": "mean"}, [275.0, 150.0]),
        ({"combine": "median"}, [200.0, 150.0]),
        ({"combine": "trimmed_mean"}, [200.0, 150.0]),
        ({"combine": "trimmed_mean", "trim": 2}, [275.0, 150.0]),
    ],
)
def test_draws_are_joined_like_marks(stage: dict[str, Any], expected: list[float]) -> None:
    by = Stage.model_validate({"id": "s", "title": {"zh": "评", "en": "s"}, "kind": "marks"} | stage)
    drawn = np.array([[[600.0, 100.0], [200.0, np.nan], [100.0, 200.0], [200.0, np.nan]]])
    assert joined(by, drawn).tolist() == [expected]


def test_a_draw_in_which_nobody_marked_an_indicator_is_told_apart() -> None:
    by = Stage.model_validate({"id": "s", "title": {"zh": "评", "en": "s"}, "kind": "marks", "combine": "median"})
    assert np.isnan(joined(by, np.full((1, 2, 1), np.nan))).all()


@given(
    st.integers(0, 10000).map(lambda n: Fraction(n)) | st.fractions(0, 10000, max_denominator=60),
    st.sampled_from(["half_up", "half_even", "down"]),
    st.integers(0, 2),
    st.sampled_from([5000, 6950, 7000, 8500]),
)
def test_a_cut_divides_totals_as_the_rounding_does(total: Fraction, method: str, decimals: int, border: int) -> None:
    rounding = Rounding.model_validate({"method": method, "decimals": decimals})
    assert (float(total) >= cut(border, rounding)) == (rounded(total, rounding) >= border)
