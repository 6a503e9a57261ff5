"""What holds of the coefficients of agreement whatever the marks are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from panels_marks import series

from huoyue.core.analysis.panel.concordance import concordance
from huoyue.core.analysis.panel.intraclass import icc_agreement, icc_consistency, icc_one_way
from huoyue.core.analysis.panel.krippendorff import alpha, alpha_interval
from huoyue.core.analysis.panel.series import Estimate, Series

MARK = st.integers(0, 20).map(lambda half: half / 2)
FULL = st.integers(2, 4).flatmap(lambda k: st.lists(st.lists(MARK, min_size=k, max_size=k), min_size=3, max_size=8))
SOME = st.lists(st.lists(st.none() | MARK, min_size=4, max_size=4), min_size=3, max_size=8).map(
    lambda rows: [row for row in rows if sum(mark is not None for mark in row) > 1]
)
METRICS = ("interval", "ordinal")


def near(one: float | None, other: float | None) -> bool:
    return one == other or (one is not None and other is not None and one == pytest.approx(other, abs=1e-9))


def values(found: Series) -> list[float | None]:
    """Every coefficient of a series."""
    once, ordered = icc_one_way(found.unit, found.value), concordance(found)
    alphas = [alpha(found.unit, found.value, metric) for metric in ("interval", "ordinal")]
    return [once.value if once else None, *alphas, ordered.w if ordered else None]


@for_all(SOME.filter(lambda rows: len(rows) > 1))
@settings(deadline=None, max_examples=60)
def test_names_and_order_do_not_matter(rows: list[list[float | None]]) -> None:
    turned = [list(reversed(row)) for row in reversed(rows)]
    assert all(map(near, values(series(rows)), values(series(turned))))


@for_all(SOME.filter(lambda rows: len(rows) > 1), st.floats(0.1, 9), st.floats(-5, 5))
@settings(deadline=None, max_examples=60)
def test_another_unit_of_measurement_changes_nothing(rows: list[list[float | None]], by: float, plus: float) -> None:
    moved = [[None if mark is None else mark * by + plus for mark in row] for row in rows]
    assert all(map(near, values(series(rows)), values(series(moved))))


@for_all(st.lists(MARK, min_size=2, max_size=8).filter(lambda marks: len(set(marks)) > 1), st.integers(2, 5))
@settings(deadline=None, max_examples=40)
def test_experts_who_agree_have_coefficients_of_one_and_no_interval(marks: list[float], experts: int) -> None:
    found = series([[mark] * experts for mark in marks])
    assert values(found) == pytest.approx([1, 1, 1, 1])
    assert icc_one_way(found.unit, found.value) == Estimate(1.0)
    assert icc_agreement(found.value.reshape(len(marks), experts)) == Estimate(1.0)


@for_all(FULL)
@settings(deadline=None, max_examples=60)
def test_an_estimate_lies_within_its_interval(rows: list[list[float]]) -> None:
    found, table = series(rows), np.array(rows)
    for own in (icc_one_way(found.unit, found.value), icc_agreement(table), icc_consistency(table)):
        if own is not None and own.low is not None and own.high is not None:
            assert own.low - 1e-9 <= own.value <= own.high + 1e-9


@for_all(FULL)
@settings(deadline=None, max_examples=60)
def test_a_constant_for_one_expert_lowers_agreement_but_not_consistency_or_order(rows: list[list[float]]) -> None:
    moved = [[row[0] + 30, *row[1:]] for row in rows]
    one, other = icc_consistency(np.array(rows)), icc_consistency(np.array(moved))
    assert near(one.value if one else None, other.value if other else None)
    assert values(series(rows))[3] == values(series(moved))[3]


@pytest.mark.parametrize("metric", METRICS)
def test_alpha_of_marks_that_are_all_equal_is_not_defined(metric: str) -> None:
    found = series([[3, 3], [3, 3]])
    assert alpha(found.unit, found.value, metric) is None  # type: ignore[arg-type]
    assert alpha_interval(found.unit, found.value, metric, [1]) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("metric", METRICS)
def test_the_interval_of_alpha_depends_on_the_seed_alone(metric: str) -> None:
    found = series([[1, 2, None], [3, 3, 4], [5, None, 4], [6, 7, 7], [8, 8, None], [2, 1, 1]])
    once, again, other = (alpha_interval(found.unit, found.value, metric, [s]) for s in (1, 1, 2))  # type: ignore[arg-type]
    assert once == again != other
    assert once is not None and once.low is not None and once.high is not None
    assert once.low < once.value < once.high <= 1


@pytest.mark.parametrize("metric", METRICS)
def test_fewer_than_five_units_have_an_alpha_without_interval(metric: str) -> None:
    found = series([[1, 2], [3, 3], [5, 4], [6, 7]])
    own = alpha_interval(found.unit, found.value, metric, [1])  # type: ignore[arg-type]
    assert own is not None
    assert (own.low, own.high) == (None, None)


def test_concordance_of_blocks_is_the_mean_of_their_w_by_what_they_could_show() -> None:
    """Two experts order three units alike (W = 1, weight 2 * 2), two others turn two units round (W = 0, weight 2)."""
    found = concordance(series([
        [1, 1, None, None], [2, 3, None, None], [3, 9, None, None], [None, None, 1, 2], [None, None, 2, 1],
    ]))  # fmt: skip
    assert found is not None
    assert (found.w, found.units, found.df, found.chi_square) == (pytest.approx(4 / 6), 5, 3, pytest.approx(4))


def test_concordance_needs_two_units_of_the_same_experts() -> None:
    assert concordance(series([[1, 2, None], [None, 2, 3], [1, None, 3]])) is None
    assert concordance(series([[2, 2], [2, 2]])) is None
