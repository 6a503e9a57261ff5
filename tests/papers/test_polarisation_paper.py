"""Van der Eijk, C. (2001). Measuring agreement in ordered rating scales. Quality & Quantity 35(3), 325-341."""

from __future__ import annotations

import numpy as np
import pytest

from huoyue.core.analysis.polarisation import agreement, pattern_agreement, polarisation_of


def test_the_worked_example_of_seven_positions() -> None:
    """Page 331: 1000 observations on seven positions; A = 0.61 (0.6113333 in the R package agrmt)."""
    assert agreement(np.array([[30, 40, 210, 130, 530, 50, 10]]))[0] == pytest.approx(0.6113333, abs=5e-8)


def test_the_layers_of_the_worked_example() -> None:
    """All seven positions filled: 0; six of seven in one run: 1 - 5/6; a single one: 1."""
    assert pattern_agreement((True,) * 7) == 0
    assert pattern_agreement((True,) * 6 + (False,)) == pytest.approx(1 / 6)
    assert pattern_agreement((False, False, True) + (False,) * 4) == 1


@pytest.mark.parametrize(
    ("counts", "value"),
    [([0, 0, 50, 0, 0], 1), ([10, 10, 10, 10, 10], 0), ([25, 0, 0, 0, 25], -1), ([5, 0, 5], -1), ([0, 7, 7, 0], 2 / 3)],
)
def test_the_anchors_of_the_scale(counts: list[int], value: float) -> None:
    """A is 1 for one category, 0 for an even spread and -1 for two halves at the ends, for any number of categories."""
    assert agreement(np.array([counts]))[0] == pytest.approx(value)
    assert polarisation_of(np.array([counts]))[0] == pytest.approx((1 - value) / 2)
