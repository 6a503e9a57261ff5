"""Intraclass correlations of a single expert's marks, with intervals.

Sources: P. E. Shrout and J. L. Fleiss, Intraclass correlations: uses in assessing rater reliability, Psychological
Bulletin 86 (1979) 420-428; K. O. McGraw and S. P. Wong, Forming inferences about some intraclass correlation
coefficients, Psychological Methods 1 (1996) 30-46, table 7, with the correction in 1 (1996) 390.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from huoyue.core.analysis.panel.series import Estimate, Floats, Whole

UPPER = 0.975
"""The probability below the upper end of a two-sided interval of 95%."""

NOTHING = 1e-9
"""A mean square below this share of another is rounding: there is nothing to take an interval from."""


@dataclass(frozen=True)
class OneWay:
    """Mean squares between and within units, the size k0 of a unit's panel, and the degrees of freedom."""

    between: float
    within: float
    size: float
    between_df: int
    within_df: int


def one_way(unit: Whole, value: Floats) -> OneWay | None:
    """The one-way analysis of variance of `value` by `unit` (numbers from 0); None without two units or any pair."""
    sizes = np.bincount(unit).astype(np.float64)
    count, everyone = len(sizes), len(value)
    if count < 2 or everyone <= count:
        return None
    means = np.bincount(unit, weights=value) / sizes
    between = float((sizes * (means - value.mean()) ** 2).sum()) / (count - 1)
    within = float(((value - means[unit]) ** 2).sum()) / (everyone - count)
    size = (everyone - float((sizes**2).sum()) / everyone) / (count - 1)
    return OneWay(between, within, size, count - 1, everyone - count)


def icc_one_way(unit: Whole, value: Floats) -> Estimate | None:
    """ICC(1): (MSB - MSW) / (MSB + (k0 - 1) MSW); panels may differ in size and people.

    k0 = (N - sum k^2 / N) / (n - 1), N marks on n units, is the size of a panel in a one-way analysis of variance with
    random effects. Negative where experts differ more within units than chance would have it.

    The interval is that of Shrout and Fleiss, F = MSB / MSW over its quantiles, with k0 for k: exact with equal
    panels, approximate otherwise. None where nothing can be compared or all marks are equal; no interval where
    experts agree completely or units do not differ at all.
    """
    found = one_way(unit, value)
    if found is None or (spread := found.between + (found.size - 1) * found.within) <= 0:
        return None
    rho = (found.between - found.within) / spread
    return by_ratio(rho, found.between, found.within, found.between_df, found.within_df, found.size)


def by_ratio(value: float, above: float, below: float, df: int, rest: int, size: float) -> Estimate:
    """`value` with the interval that two mean squares give: (F - 1) / (F + size - 1) at both ends of their ratio F."""
    if nothing(above, below):
        return Estimate(value)
    ratio = above / below
    low, high = ratio / upper_f(df, rest), ratio * upper_f(rest, df)
    return Estimate(value, (low - 1) / (low + size - 1), (high - 1) / (high + size - 1))


def upper_f(df: float, rest: float) -> float:
    """The F that is exceeded in one of forty cases."""
    from scipy.special import fdtri  # why: slow

    return float(fdtri(df, rest, UPPER))


def nothing(above: float, below: float) -> bool:
    """Whether one of two mean squares is nothing beside the other."""
    return min(above, below) <= NOTHING * max(above, below)


@dataclass(frozen=True)
class TwoWay:
    """Mean squares of units (rows), experts (columns) and the rest, of `n` units and `k` experts."""

    rows: float
    columns: float
    error: float
    n: int
    k: int


def two_way(table: Floats) -> TwoWay | None:
    """The two-way analysis of variance of a full table units x experts; None with fewer than two of either."""
    n, k = table.shape
    if n < 2 or k < 2:
        return None
    grand, rows, columns = table.mean(), table.mean(axis=1, keepdims=True), table.mean(axis=0, keepdims=True)
    error = float(((table - rows - columns + grand) ** 2).sum()) / ((n - 1) * (k - 1))
    between_rows = k * float(((rows - grand) ** 2).sum()) / (n - 1)
    between_columns = n * float(((columns - grand) ** 2).sum()) / (k - 1)
    return TwoWay(real(between_rows, table), real(between_columns, table), real(error, table), n, k)


def real(square: float, table: Floats) -> float:
    """A mean square, 0 where it is no more than what rounding leaves of values as large as the table's."""
    rounding = (8 * np.finfo(float).eps * float(np.abs(table).max())) ** 2 * table.size
    return square if square > rounding else 0.0


def icc_agreement(table: Floats) -> Estimate | None:
    """ICC(2,1) of Shrout and Fleiss, ICC(A,1) of McGraw and Wong: absolute agreement of one expert, both random.

    (MSR - MSE) / (MSR + (k - 1) MSE + k (MSC - MSE) / n) of a full table units x experts. The interval is McGraw and
    Wong's, with Satterthwaite's degrees of freedom, which a negative correlation enters as 0: their weights would have
    different signs. None and no interval as for `icc_one_way`.
    """
    squares = two_way(table)
    if squares is None:
        return None
    n, k = squares.n, squares.k
    rows, columns, error = squares.rows, squares.columns, squares.error
    spread = rows + (k - 1) * error + k * (columns - error) / n
    if spread <= 0:
        return None
    rho = (rows - error) / spread
    if nothing(rows, error):
        return Estimate(rho)
    df = satterthwaite(squares, max(rho, 0.0))
    upper, lower = upper_f(n - 1, df), upper_f(df, n - 1)
    rest = k * columns + (k * n - k - n) * error
    return Estimate(
        rho,
        n * (rows - upper * error) / (upper * rest + n * rows),
        n * (lower * rows - error) / (rest + n * lower * rows),
    )


def satterthwaite(squares: TwoWay, rho: float) -> float:
    """Degrees of freedom of a MSC + b MSE, a = k rho / (n (1 - rho)), b = 1 + k rho (n - 1) / (n (1 - rho))."""
    n, k = squares.n, squares.k
    a, b = k * rho / (n * (1 - rho)), 1 + k * rho * (n - 1) / (n * (1 - rho))
    first, second = a * squares.columns, b * squares.error
    return float((first + second) ** 2 / (first**2 / (k - 1) + second**2 / ((n - 1) * (k - 1))))


def icc_consistency(table: Floats) -> Estimate | None:
    """ICC(3,1), ICC(C,1): (MSR - MSE) / (MSR + (k - 1) MSE), which leaves differences of scale out of account."""
    squares = two_way(table)
    if squares is None or (spread := squares.rows + (squares.k - 1) * squares.error) <= 0:
        return None
    value = (squares.rows - squares.error) / spread
    df = squares.n - 1
    return by_ratio(value, squares.rows, squares.error, df, df * (squares.k - 1), squares.k)
