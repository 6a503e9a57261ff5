"""Published worked examples of the scoring formulas."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import narwhals as nw
import polars as pl
import pytest

from huoyue.core.scoring.standards import standing
from huoyue.core.scoring.standards.linear import linear
from huoyue.core.scoring.standards.stepped import steps


def placed(method: str, values: list[int]) -> list[Fraction]:
    """The position of every value among all of them."""
    frame: Any = nw.from_native(pl.LazyFrame({"x": values}).with_columns(ref=pl.lit(1, pl.Int64), by=pl.lit(1)))
    frame = standing.spread(frame, "x", "ref", "by", "_")
    match method:
        case "min_max":
            frame = standing.min_max(frame, "x", "_")
        case "percentile":
            frame = standing.percentile(frame, "x", "ref", "by", "_")
        case _:
            frame = standing.z_score(frame, "x", "ref", "by", "_")
    found = frame.select("x", "_num", "_den").collect().to_native()
    return [Fraction(num, den) for _, num, den in found.iter_rows()]


def test_percentile_is_the_percent_rank_of_the_spreadsheet_manuals() -> None:
    """Microsoft's example of PERCENTRANK.INC: 2, 4 and 8 among ten values are 0.333, 0.555 and 0.666 (cut off)."""
    values = [13, 12, 11, 8, 4, 3, 2, 1, 1, 1]
    found = dict(zip(values, placed("percentile", values), strict=True))
    assert [found[2], found[4], found[8]] == [Fraction(3, 9), Fraction(5, 9), Fraction(6, 9)]


def test_percentile_gives_ties_the_middle_of_their_places() -> None:
    assert placed("percentile", [1, 1, 1]) == [Fraction(1, 2)] * 3


def test_z_score_is_that_of_the_scipy_manual() -> None:
    """scipy.stats.zscore, first example, with the population standard deviation."""
    values = [7972, 767, 4383, 7866, 8091, 1954, 6307, 6599, 1065, 508]
    expected = [1.1273, -1.247, -0.0552, 1.0923, 1.1664, -0.8559, 0.5786, 0.6748, -1.1488, -1.3324]
    printed = [round(float(z), 4) for z in placed("z_score", values)]
    assert printed == pytest.approx(expected, abs=3e-4)


def test_z_score_is_scipys_to_a_millionth_for_small_and_large_values() -> None:
    from scipy.stats import zscore

    for factor in (1, 10**6, 10**11):
        values = [n * n % 101 * factor for n in range(60)]
        found = [float(z) for z in placed("z_score", values)]
        assert found == pytest.approx(list(zscore([float(v) for v in values])), abs=2e-6)


def test_linear_is_the_index_of_the_human_development_report() -> None:
    """Goalposts of 25 and 85 years (1994-2009): 45 years are (45 - 25) / (85 - 25) = 0.33."""
    frame = nw.from_native(pl.DataFrame({"years": [20, 25, 45, 85, 90]}))
    index = linear(nw.col("years"), 1, Fraction(25), Fraction(85), 100)
    assert frame.select(index=index).to_native()["index"].to_list() == [0, 0, 33, 100, 100]


def test_steps_are_those_of_the_societies_of_huaian() -> None:
    """Comprehensive evaluation of municipal societies: at least 5 councils a year 3 points, 3 earn 2, 1 earns 1."""
    frame = nw.from_native(pl.DataFrame({"councils": list(range(7))}))
    points = steps(nw.col("councils"), 1, [(Fraction(5), 300), (Fraction(3), 200), (Fraction(1), 100)])
    assert frame.select(points=points).to_native()["points"].to_list() == [0, 100, 100, 200, 200, 300, 300]
