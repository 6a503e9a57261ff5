"""Severity by the additive two-way model: mark total = unit - severity of the expert + error, by least squares.

Source: the intra-block analysis of incomplete two-way tables (F. Yates 1936; H. Scheffe, The Analysis of Variance
(1959), section 4.4 and chapter 5). Units are swept out, so that what is solved is as small as the panel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from huoyue.core.analysis.panel.series import Floats, Series
from huoyue.core.review.design import components


@dataclass(frozen=True)
class Severities:
    """Per expert of a series: component (from 1, the largest first), severity in points and its standard error.

    Severities add up to 0 within a component: they compare experts who are joined by units marked in common, and say
    nothing across components. `df` are the degrees of freedom of the error; with none, errors are NaN.
    """

    component: list[int]
    severity: Floats
    error: Floats
    df: int

    def intervals(self) -> tuple[Floats, Floats]:
        """The 95% t intervals; NaN without degrees of freedom."""
        from scipy.special import stdtrit  # why: slow

        half = self.error * (float(stdtrit(self.df, 0.975)) if self.df > 0 else np.nan)
        return self.severity - half, self.severity + half


def severities(series: Series) -> Severities:
    """Least squares of `value` on units and experts; positive is more severe."""
    experts = len(series.experts)
    parts = expert_components(series)
    seen = np.zeros((experts, len(series.units)))
    np.add.at(seen, (series.expert, series.unit), 1.0)
    sizes = seen.sum(axis=0)
    means = np.bincount(series.unit, weights=series.value) / sizes
    normal = np.diag(seen.sum(axis=1)) - (seen / sizes) @ seen.T
    away = np.zeros(experts)
    np.add.at(away, series.expert, series.value - means[series.unit])
    inverse = np.zeros((experts, experts))
    for part in parts:
        inside, even = np.ix_(part, part), np.full((len(part), len(part)), 1 / len(part))
        inverse[inside] = np.linalg.inv(normal[inside] + even) - even
    effect = inverse @ away
    df = len(series.value) - len(series.units) - experts + len(parts)
    error = np.sqrt(np.maximum(np.diag(inverse), 0)) * np.sqrt(_mean_square(series, means, effect, away, df))
    numbers = {expert: number for number, part in enumerate(parts, start=1) for expert in part}
    return Severities([numbers[expert] for expert in range(experts)], -effect, error, df)


def _mean_square(series: Series, means: Floats, effect: Floats, away: Floats, df: int) -> float:
    if df <= 0:
        return float("nan")
    within = float(((series.value - means[series.unit]) ** 2).sum())
    return max(within - float(effect @ away), 0.0) / df


def expert_components(series: Series) -> list[list[int]]:
    """Numbers of the experts joined by commonly marked units: the largest component first, equal ones in order."""
    pairs = zip(series.unit.tolist(), series.expert.tolist(), strict=True)
    joined = components((str(unit), f"{expert:09d}") for unit, expert in pairs)
    return sorted(([int(expert) for expert in part] for part in joined), key=lambda part: (-len(part), part[0]))
