"""Kendall's coefficient of concordance W: whether experts put units into the same order.

Sources: M. G. Kendall and B. Babington Smith, The problem of m rankings, Annals of Mathematical Statistics 10 (1939)
275-287; ties and the test by chi-square as in S. Siegel and N. J. Castellan, Nonparametric Statistics for the
Behavioral Sciences, 2nd edition (1988), section 9.6.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from huoyue.core.analysis.panel.series import Floats, Series, Whole


@dataclass(frozen=True)
class Concordance:
    """W over `units` units, with the p-value of no concordance at all (chi-square with `df`)."""

    w: float
    units: int
    chi_square: float
    df: int
    p: float


@dataclass(frozen=True)
class Blocks:
    """Units that the same experts marked: the number of each unit's block, and how many experts a block has."""

    of_unit: Whole
    experts: Whole

    @classmethod
    def of(cls, series: Series) -> Blocks:
        sizes = np.bincount(series.unit)
        panels = [own.tobytes() for own in np.split(series.expert, np.cumsum(sizes)[:-1])]
        numbers = {panel: number for number, panel in enumerate(dict.fromkeys(panels))}
        of_unit = np.array([numbers[panel] for panel in panels])
        experts = np.zeros(len(numbers), np.int64)
        experts[of_unit] = sizes
        return cls(of_unit, experts)


def concordance(series: Series) -> Concordance | None:
    """W of a series. Units that the same experts marked make a block; within it W is Kendall's, corrected for ties:

    12 S / (m^2 (n^3 - n) - m sum(t^3 - t)), S the squares of the units' rank sums about their mean, m experts, n units,
    t marks that one expert gave alike. Over several blocks W is the sum of their chi-squares, m (n - 1) W, over the
    sum of m (n - 1), tested with the sum of their degrees of freedom n - 1; where everybody marked everything there is
    one block and nothing is added. None where no block has two units in any order. The chi-square is an
    approximation, rough in small blocks.
    """
    blocks = Blocks.of(series)
    experts, units = blocks.experts.astype(np.float64), np.bincount(blocks.of_unit).astype(np.float64)
    ranks, ties = ranked(series, blocks)
    sums = np.bincount(series.unit, weights=ranks) - (experts * (units + 1) / 2)[blocks.of_unit]
    squares = np.bincount(blocks.of_unit, weights=sums**2)
    most = experts**2 * (units**3 - units) - experts * ties
    told = most > 0
    if not told.any():
        return None
    from scipy.special import chdtrc  # why: slow

    weight = (experts * (units - 1))[told]
    chi_square, df = float((weight * 12 * squares[told] / most[told]).sum()), int((units - 1)[told].sum())
    return Concordance(
        chi_square / float(weight.sum()), int(units[told].sum()), chi_square, df, float(chdtrc(df, chi_square))
    )


def ranked(series: Series, blocks: Blocks) -> tuple[Floats, Floats]:
    """The rank of every mark among those of its expert in its block, and per block the sum of t^3 - t over ties."""
    block = blocks.of_unit[series.unit]
    row = block * len(series.experts) + series.expert
    order = np.lexsort((series.value, row))
    new_row = np.diff(row[order], prepend=-1) != 0
    new_run = new_row | (np.diff(series.value[order], prepend=np.nan) != 0)
    run = np.cumsum(new_run) - 1
    lengths = np.bincount(run)
    begins = np.flatnonzero(new_run) - np.flatnonzero(new_row)[(np.cumsum(new_row) - 1)[new_run]]
    ranks = np.empty(len(row))
    ranks[order] = (begins + (lengths + 1) / 2)[run]
    tied = np.zeros(len(blocks.experts))
    np.add.at(tied, block[order][new_run], lengths.astype(np.float64) ** 3 - lengths)
    return ranks, tied
