"""How far the tiers of a batch fall apart into top and bottom: a measure, its interval, and when the word is earned.

Van der Eijk, C. (2001), Measuring agreement in ordered rating scales, Quality & Quantity 35, 325-341.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

from huoyue.core.analysis.margins import ALL, batches, in_round
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import POLARISATION

Counts = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

DRAWS = 2000
PLACES = 4
EVEN_SPREAD = 0.5
"""The measure when every tier holds equally many."""


def pattern_agreement(filled: tuple[bool, ...]) -> float:
    """Agreement of one layer: which of the K ordered categories it fills. 1 one category, 0 all, -1 both extremes.

    Van der Eijk's equation for U over triples of categories (110 and 011 speak for one peak, 101 against it), times
    1 - (S - 1)/(K - 1) for S filled categories. Where no triple speaks, U is 1.
    """
    size = len(filled)
    triples = list(combinations(filled, 3))
    against = triples.count((True, False, True))
    speaking = triples.count((True, True, False)) + triples.count((False, True, True)) + against
    peaked = ((size - 2) * (speaking - against) - (size - 1) * against) / ((size - 2) * speaking) if speaking else 1.0
    return peaked * (1 - (sum(filled) - 1) / (size - 1))


def agreement(counts: Counts) -> Reals:
    """Van der Eijk's A of each row of frequencies over ordered categories, shape (rows, K), K at least 2, no empty row.

    A row is taken apart into layers of equal height; A is the mean of the layers' agreement, weighted by their size.
    """
    size = counts.shape[1]
    patterns = np.array([pattern_agreement(tuple(bool(code >> i & 1) for i in range(size))) for code in range(2**size)])
    levels = np.sort(counts, axis=1)
    heights = np.diff(levels, axis=1, prepend=0)
    reached = counts[:, None, :] >= levels[:, :, None]
    codes = reached @ (2 ** np.arange(size))
    sizes = heights * reached.sum(axis=2)
    weighted = (sizes * patterns[codes]).sum(axis=1)
    return np.asarray(weighted / counts.sum(axis=1), dtype=np.float64)


def polarisation_of(counts: Counts) -> Reals:
    """(1 - A) / 2: 0 when all are in one category, 0.5 spread evenly, 1 half in each extreme."""
    return (1 - agreement(counts)) / 2


def polarisation(scheme: Scheme, units: pl.DataFrame, scores: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """POLARISATION for all evaluated units and each batch that has any, with percentile bootstrap intervals.

    `polarised` only if the interval of the difference from the other batches lies above 0, the measure is above that
    of an even spread, and the two extreme tiers together hold more than half of the batch. All units together have
    nobody to be compared with, so they are never called polarised. Numbers are rounded to 4 decimals.
    """
    tiers = [tier.id for tier in tiers_from_top(scheme)]
    placed = scores.select("unit", "tier").join(in_round(scheme, units).select("unit", "batch"), on="unit")
    found = {(b, t): n for b, t, n in placed.group_by("batch", "tier").len().iter_rows()}
    counts = {batch: np.array([found.get((batch, tier), 0) for tier in tiers], np.int64) for batch in batches(scheme)}
    together = np.sum(list(counts.values()), axis=0)
    rows = [_row(ALL, together, None, np.random.default_rng([seed, 0]))] if together.sum() else []
    for number, (batch, own) in enumerate(counts.items(), start=1):
        others = together - own
        if own.sum():
            rows.append(_row(batch, own, others if others.sum() else None, np.random.default_rng([seed, number])))
    return POLARISATION.frame(rows)


def _row(member: str, own: Counts, others: Counts | None, generator: np.random.Generator) -> dict[str, object]:
    measure, draws = _measured(own), _drawn(own, generator)
    low, high = _interval(draws)
    row = {"member": member, "units": int(own.sum()), "measure": measure, "low": low, "high": high}
    if others is None:
        return row | {"others": None, "difference_low": None, "difference_high": None, "polarised": False}
    least, most = _interval(draws - _drawn(others, generator))
    split = 2 * int(own[0] + own[-1]) > int(own.sum()) and measure > EVEN_SPREAD
    compared = {"others": _measured(others), "difference_low": least, "difference_high": most}
    return row | compared | {"polarised": least > 0 and split}


def _measured(counts: Counts) -> float:
    return round(float(polarisation_of(counts[None, :])[0]), PLACES)


def _drawn(counts: Counts, generator: np.random.Generator) -> Reals:
    """The measure of `DRAWS` samples with replacement, as large as the original."""
    size = int(counts.sum())
    return polarisation_of(generator.multinomial(size, counts / size, size=DRAWS))


def _interval(draws: Reals) -> tuple[float, float]:
    low, high = np.percentile(draws, [2.5, 97.5])
    return round(float(low), PLACES) + 0.0, round(float(high), PLACES) + 0.0
