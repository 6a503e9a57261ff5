"""Krippendorff's alpha: agreement beyond chance, of any number of experts, marks missing or not.

Source: K. Krippendorff, Computing Krippendorff's alpha-reliability (2011), University of Pennsylvania. Both metrics
are squared differences of a score: the mark itself (interval), or its mean rank among all marks (ordinal: the sum of
the frequencies from c to k less half of both ends is the difference of their mean ranks). So with n marks, m on a unit,

    alpha = 1 - (n - 1) / n * sum over units of m SS(unit) / (m - 1) / SS(all).

The interval is a bootstrap over units (A. Zapf, S. Castell, L. Morawietz and A. Karch, Measuring inter-rater
reliability for nominal data, BMC Medical Research Methodology 16:93 (2016)), percentiles of seeded draws.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from huoyue.core.analysis.panel.series import Estimate, Floats, Whole

DRAWS = 1000
FEWEST = 5
"""Units from which on an interval is given: fewer cannot be drawn in the forty ways that a tail of 2.5% needs."""
CHUNK = 100
"""Draws worked out at a time, so that large rounds fit into memory."""
NOTHING = 1e-12
"""A share of the squares of all marks below which a draw's are rounding."""

Metric = Literal["interval", "ordinal"]


def alpha(unit: Whole, value: Floats, metric: Metric) -> float | None:
    """Alpha of marks on units (numbers from 0) that two experts or more marked; None where all marks are equal."""
    if not len(value):
        return None
    sums = unit_sums(unit, value if metric == "interval" else mean_ranks(value))
    found = float(alphas(np.ones((1, len(sums))), sums)[0])
    return None if np.isnan(found) else found


def alpha_interval(unit: Whole, value: Floats, metric: Metric, seeds: list[int]) -> Estimate | None:
    """Alpha with its bootstrap interval. `seeds` make the draws; draws in which all marks are equal are left out.

    Ordinal: the ranks are those among all marks and stay so in every draw. Ranked anew, units drawn twice would bring
    ties, and alpha would be too low in nearly every draw.
    """
    found = alpha(unit, value, metric)
    if found is None:
        return None
    sums = unit_sums(unit, value if metric == "interval" else mean_ranks(value))
    if len(sums) < FEWEST:
        return Estimate(found)
    rng = np.random.Generator(np.random.PCG64(seeds))
    drawn = np.concatenate([alphas(times(rng, len(sums)), sums) for _ in range(DRAWS // CHUNK)])
    known = drawn[~np.isnan(drawn)]
    low, high = np.quantile(known, [0.025, 0.975]) if len(known) else (None, None)
    return Estimate(found, low, high)


def mean_ranks(value: Floats) -> Floats:
    """The rank of each value, equal ones sharing the mean of their places, from 1."""
    _, place, counts = np.unique(value, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return ranks


def unit_sums(unit: Whole, score: Floats) -> Floats:
    """units x (marks, sum, sum of squares, m SS / (m - 1)), of scores taken from their mean, which keeps precision."""
    score = score - score.mean()
    sizes, sums = np.bincount(unit), np.bincount(unit, weights=score)
    within = np.bincount(unit, weights=(score - (sums / sizes)[unit]) ** 2)
    return np.stack([sizes, sums, np.bincount(unit, weights=score**2), within * sizes / (sizes - 1)], axis=1)


def alphas(weights: Floats, sums: Floats) -> Floats:
    """Alpha for each row of `weights` (draws x units: how often a unit counts); NaN where all marks are equal."""
    marks, total, squares, observed = (weights @ sums).T
    spread = squares - total**2 / marks
    mixed = spread > NOTHING * float(sums[:, 2].sum())
    return np.where(mixed, 1 - (marks - 1) / marks * observed / np.where(mixed, spread, 1.0), np.nan)


def times(rng: np.random.Generator, units: int) -> Floats:
    """draws x units: how often each of `units` comes up in as many draws with replacement, `CHUNK` times."""
    picks = rng.integers(0, units, size=(CHUNK, units)) + units * np.arange(CHUNK)[:, None]
    return np.bincount(picks.ravel(), minlength=CHUNK * units).reshape(CHUNK, units).astype(np.float64)
