"""Published worked examples of the additive model of incomplete two-way tables."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t

from huoyue.core.analysis.panel.additive import severities
from huoyue.core.analysis.panel.series import Series

CATALYSTS = {
    1: {1: 73, 2: 74, 4: 71},
    2: {2: 75, 3: 67, 4: 72},
    3: {1: 73, 2: 75, 3: 68},
    4: {1: 75, 3: 72, 4: 75},
}
"""Catalyst -> batch -> reaction time: D. C. Montgomery, Design and Analysis of Experiments, the catalyst experiment, a
balanced incomplete block design of 4 treatments in 4 blocks of 3 (table 4.22 of the 6th edition)."""


def catalysts() -> Series:
    """Batches stand for units, catalysts for experts."""
    cells = sorted((batch, catalyst, time) for catalyst, row in CATALYSTS.items() for batch, time in row.items())
    unit, expert, value = (np.array(column) for column in zip(*cells, strict=True))
    names = [[str(n) for n in range(1, 5)] for _ in "ue"]
    return Series("stage", "*", names[0], names[1], unit - 1, expert - 1, value.astype(np.float64))


def test_the_effects_of_montgomerys_catalysts() -> None:
    """k Q / (lambda a) with adjusted totals Q = -9/3, -7/3, -4/3, 20/3, k = 3, lambda = 2, a = 4. Severity is the
    effect with its sign turned."""
    found = severities(catalysts())
    assert (-found.severity).tolist() == pytest.approx([-9 / 8, -7 / 8, -4 / 8, 20 / 8])
    assert found.component == [1, 1, 1, 1]


def test_the_error_of_montgomerys_catalysts() -> None:
    """Mean square 0.65 on 5 degrees of freedom; the error of a difference is sqrt(2 k MS / (lambda a)) = 0.698, and of
    one effect among four, which add up to nothing, sqrt((a - 1) k MS / (lambda a^2))."""
    found = severities(catalysts())
    assert found.df == 5
    assert found.error.tolist() == pytest.approx([(3 * 3 * 0.65 / (2 * 16)) ** 0.5] * 4)
    assert round((2 * 3 * 0.65 / (2 * 4)) ** 0.5, 3) == round(float(found.error[0]) * (2 * 4 / 3) ** 0.5, 3) == 0.698
    low, high = found.intervals()
    assert (high - low).tolist() == pytest.approx((2 * t.ppf(0.975, 5) * found.error).tolist())
