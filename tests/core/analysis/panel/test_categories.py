from __future__ import annotations

import numpy as np
import polars as pl

from huoyue.core.analysis.panel.categories import categories, ratings
from huoyue.core.analysis.panel.estimable import estimable


def given(rows: list[tuple[str, str, str, int, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["unit", "expert", "indicator", "mark", "maximum"], orient="row")


def test_few_shares_are_categories_as_they_are() -> None:
    """0, a third and all of 300 and of 600: three categories whatever is attainable."""
    mark, maximum = np.array([0, 100, 300, 200, 600]), np.array([300, 300, 300, 600, 600])
    assert categories(np.zeros(5, np.int64), mark, maximum).tolist() == [0, 1, 2, 1, 2]


def test_many_shares_are_rounded_half_up_to_tenths_and_closed_up() -> None:
    """Twelve shares of 200: 5% rounds up to one tenth; tenths that nobody gave leave no gap."""
    mark = np.array([0, 2, 4, 6, 8, 9, 10, 29, 30, 100, 199, 200])
    assert categories(np.zeros(12, np.int64), mark, np.full(12, 200)).tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4, 4]


def test_indicators_have_categories_of_their_own() -> None:
    indicator, mark = np.array([0, 0, 1, 1, 1]), np.array([0, 100, 0, 50, 100])
    assert categories(indicator, mark, np.full(5, 100)).tolist() == [0, 1, 0, 1, 2]


def test_what_cannot_earn_points_is_left_out_and_order_does_not_matter() -> None:
    rows = [("b", "x", "i", 50, 100), ("a", "y", "i", 100, 100), ("a", "x", "i", 0, 100), ("a", "x", "j", 0, 0)]
    one, other = ratings(given(rows)), ratings(given(rows[::-1]))
    assert one is not None and other is not None
    assert (one.units, one.experts, one.indicators) == (["a", "b"], ["x", "y"], ["i"])
    assert one.category.tolist() == other.category.tolist() == [0, 2, 1]
    assert ratings(given(rows[3:])) is None


def test_full_marks_all_over_fall_out_and_with_them_what_is_left_alone() -> None:
    """Unit a has full marks from all; without it expert z has nothing, and indicator j a single category."""
    cells = [
        *(("a", expert, "i", 100, 100) for expert in "xyz"), ("b", "x", "i", 0, 100), ("b", "y", "i", 50, 100),
        ("b", "x", "j", 50, 100), ("b", "y", "j", 50, 100), ("c", "x", "i", 50, 100), ("c", "y", "i", 0, 100),
    ]  # fmt: skip
    found = ratings(given(cells))
    assert found is not None
    facets = estimable(found)
    assert facets is not None
    assert [found.units[n] for n in facets.units] == ["b", "c"]
    assert [found.experts[n] for n in facets.experts] == ["x", "y"]
    assert [found.indicators[n] for n in facets.indicators] == ["i"]
    assert (facets.most.tolist(), facets.share.tolist()) == ([1], [[0.0, 0.5]])


def test_nothing_is_left_where_everybody_gives_the_same() -> None:
    found = ratings(given([(unit, expert, "i", 100, 100) for unit in "ab" for expert in "xy"]))
    assert found is not None
    assert estimable(found) is None
