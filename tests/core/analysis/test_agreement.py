from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from rounds import points as suggested_points
from rounds import scheme

from huoyue.core.analysis.agreement import agreement, expert_scales, icc1, mean_interval
from huoyue.core.tables import MARKS, POINTS

SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
"""Six targets by four judges: Shrout and Fleiss (1979), table 2."""


def given(rows: list[tuple[str, str, str, str, int]]) -> pl.DataFrame:
    """MARKS of (stage, expert, unit, indicator, hundredths)."""
    return MARKS.frame(dict(zip(MARKS.schema, (*row, None), strict=True)) for row in rows)


def judged(table: list[list[int]], stage: str = "preliminary") -> pl.DataFrame:
    """A row a unit, a column an expert, whole points for the council; None did not mark."""
    return given([
        (stage, f"E{column}", f"U{row}", "council", mark * 100)
        for row, marks in enumerate(table)
        for column, mark in enumerate(marks)
        if mark is not None
    ])  # fmt: skip


def test_icc1_matches_shrout_and_fleiss_1979_table_4() -> None:
    """ICC(1,1) = .17 for their table 2; mean squares 11.24 between and 6.26 within targets (table 3)."""
    found = icc1([np.array(row, dtype=float) for row in SHROUT_FLEISS])
    assert found is not None
    assert round(found, 2) == 0.17
    assert found == pytest.approx((11.2417 - 6.2639) / (11.2417 + 3 * 6.2639), abs=1e-4)


def test_icc1_of_unequal_numbers_of_experts_uses_the_size_of_the_analysis_of_variance() -> None:
    """7 totals of 3 units: means 2, 6, 1 about 24 / 7; 10 within over 4 degrees of freedom; k0 = (7 - 17 / 7) / 2."""
    groups = [np.array([1.0, 3.0]), np.array([5.0, 5.0, 8.0]), np.array([0.0, 2.0])]
    grand = 24 / 7
    between = (2 * (2 - grand) ** 2 + 3 * (6 - grand) ** 2 + 2 * (1 - grand) ** 2) / 2
    within = (2 + 6 + 2) / 4
    size = (7 - 17 / 7) / 2
    assert icc1(groups) == pytest.approx((between - within) / (between + (size - 1) * within))


def test_icc1_is_one_when_experts_agree_and_units_differ() -> None:
    assert icc1([np.array([1.0, 1.0]), np.array([4.0, 4.0])]) == 1.0


@pytest.mark.parametrize("groups", [[], [[1.0, 2.0]], [[1.0], [2.0]], [[3.0, 3.0], [3.0, 3.0]]])
def test_icc1_says_nothing_where_nothing_can_be_said(groups: list[list[float]]) -> None:
    assert icc1([np.array(group) for group in groups]) is None


def test_agreement_of_a_stage() -> None:
    points = suggested_points([(f"U{n}", "council", True) for n in range(6)]).with_columns(points=pl.lit(900))
    assert agreement(scheme(), judged(SHROUT_FLEISS), POINTS.check(points.cast({"points": pl.Int64}))).rows() == [
        ("preliminary", 6, 0.165742, 5.333333, round(2 / 24, 6))
    ]


def test_units_that_one_expert_marked_say_nothing_of_agreement() -> None:
    found = agreement(scheme(), judged([[1, 2], [3, None], [5, 5]]), POINTS.empty())  # type: ignore[list-item]
    assert found.select("units", "mean_range", "confirmed").rows() == [(2, 0.5, None)]


def test_stages_stand_apart_and_those_without_marks_are_left_out() -> None:
    both = pl.concat([judged([[1, 2], [3, 4]]), judged([[1, 1], [2, 2]], "cross")])
    assert agreement(scheme(), both, POINTS.empty())["stage"].to_list() == ["preliminary", "cross"]
    assert agreement(scheme(), MARKS.empty(), POINTS.empty()).height == 0


def test_an_indicator_that_an_expert_left_out_does_not_count_as_disagreement() -> None:
    marks = given([
        ("preliminary", "E1", "U1", "council", 300), ("preliminary", "E1", "U1", "media", 500),
        ("preliminary", "E2", "U1", "council", 300),
    ])  # fmt: skip
    assert agreement(scheme(), marks, POINTS.empty())["mean_range"].to_list() == [0.0]


def test_severity_is_the_mean_deviation_from_the_others_with_a_t_interval() -> None:
    """Deviations of E0 from E1 are 1, 2, 3: mean 2, sd 1, t(2) = 4.302653, half width 4.302653 / sqrt 3."""
    found = expert_scales(scheme(), judged([[2, 1], [3, 1], [4, 1]]))
    half = 4.302653 / 3**0.5
    assert found.select("expert", "units", "severity").rows() == [("E0", 3, 2.0), ("E1", 3, -2.0)]
    assert found["low"].to_list() == pytest.approx([2 - half, -2 - half], abs=1e-5)
    assert found["high"].to_list() == pytest.approx([2 + half, -2 + half], abs=1e-5)


def test_severity_compares_with_the_mean_of_the_other_experts() -> None:
    found = expert_scales(scheme(), judged([[5, 1, 2], [5, 3, 2]]))
    assert found["severity"].to_list() == [3.0, -1.5, -1.5]


def test_an_expert_whose_units_nobody_else_marked_has_no_severity() -> None:
    found = expert_scales(scheme(), judged([[3]]))
    assert found.rows() == [("preliminary", "E0", 1, None, None, None)]


def test_one_common_unit_gives_no_interval() -> None:
    assert expert_scales(scheme(), judged([[3, 1]])).rows() == [
        ("preliminary", "E0", 1, 2.0, None, None),
        ("preliminary", "E1", 1, -2.0, None, None),
    ]


def test_mean_interval_matches_a_textbook_t_value() -> None:
    """t(9, 0.975) = 2.262157."""
    values = np.arange(10.0)
    low, high = mean_interval(values)
    half = 2.262157 * values.std(ddof=1) / 10**0.5
    assert (low, high) == (pytest.approx(4.5 - half, abs=1e-5), pytest.approx(4.5 + half, abs=1e-5))


def test_order_of_marks_does_not_matter() -> None:
    marks = judged(SHROUT_FLEISS)
    mixed = marks.sample(fraction=1, shuffle=True, seed=3)
    assert expert_scales(scheme(), mixed).equals(expert_scales(scheme(), marks))
    assert agreement(scheme(), mixed, POINTS.empty()).equals(agreement(scheme(), marks, POINTS.empty()))
