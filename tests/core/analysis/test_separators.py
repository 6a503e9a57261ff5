from __future__ import annotations

import polars as pl
import pytest
import rounds
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from huoyue.core.analysis.separators import separators
from huoyue.core.tables import SCORES, SETTLED

POINTS = st.lists(st.integers(0, 5), min_size=1, max_size=12)


def of_points(high: list[int], fairly_high: list[int], indicator: str = "council") -> pl.DataFrame:
    """SEPARATORS of two tiers whose units have so many points of 5."""
    points = {f"H{i}": p for i, p in enumerate(high)} | {f"F{i}": p for i, p in enumerate(fairly_high)}
    scores = rounds.scores({unit: 90 if unit.startswith("H") else 75 for unit in points})
    settled = rounds.settled([(unit, indicator, 100 * p, 500) for unit, p in points.items()])
    return separators(rounds.scheme(), scores, settled)


@settings(max_examples=40)
@given(POINTS, POINTS)
def test_the_probability_is_mann_whitneys_u_over_all_pairs(high: list[int], fairly_high: list[int]) -> None:
    row = of_points(high, fairly_high).row(0, named=True)
    u = mannwhitneyu(high, fairly_high, method="asymptotic").statistic if len({*high, *fairly_high}) > 1 else None
    expected = 0.5 if u is None else u / (len(high) * len(fairly_high))
    assert row["probability"] == pytest.approx(expected, abs=5e-5)


def test_a_clean_separation_and_its_difference_in_percentage_points() -> None:
    assert of_points([5, 4], [3, 0]).rows() == [("high", "fairly_high", "council", 1.0, 60.0, 1)]


def test_all_tied_separates_nothing() -> None:
    assert of_points([3, 3, 3], [3]).rows() == [("high", "fairly_high", "council", 0.5, 0.0, 1)]


def test_the_best_separator_comes_first_and_equal_ones_stand_in_the_order_of_the_scheme() -> None:
    scores = rounds.scores({"H": 90, "F": 75})
    rows = [("H", "council", 500, 500), ("F", "council", 400, 500)]
    rows += [("H", "website", 300, 300), ("F", "website", 0, 300)]
    rows += [("H", "assembly", 500, 500), ("F", "assembly", 400, 500)]
    table = separators(rounds.scheme(), scores, rounds.settled(rows))
    assert table["indicator"].to_list() == ["website", "council", "assembly"]
    assert table["place"].to_list() == [1, 2, 3]


def test_a_tier_without_units_separates_from_nobody() -> None:
    assert of_points([5, 4], []).is_empty()
    assert separators(rounds.scheme(), SCORES.empty(), SETTLED.empty()).is_empty()


def test_the_order_of_rows_does_not_matter() -> None:
    scores = rounds.scores({f"U{i:02d}": 40 + i for i in range(60)})
    settled = rounds.settled([(f"U{i:02d}", "council", (i * 37) % 500, 500) for i in range(60)])
    table = separators(rounds.scheme(), scores, settled)
    assert separators(rounds.scheme(), scores.reverse(), settled.reverse()).equals(table)
