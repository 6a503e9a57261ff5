"""Points by steps: of a value, of a number of items, of an age."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import narwhals as nw

from huoyue.core.scoring.arithmetic import Whole

Ladder = Sequence[tuple[Fraction, int]]
"""Thresholds and the hundredths they earn, in any order."""


def steps(num: nw.Expr, den: Whole, ladder: Ladder) -> nw.Expr:
    """The points of the highest threshold that num / den reaches, else 0. `den` is positive."""
    earned: nw.Expr = nw.lit(0, dtype=nw.Int64)
    for threshold, points in sorted(ladder):
        reached = num * threshold.denominator >= den * threshold.numerator
        earned = nw.when(reached).then(nw.lit(points, dtype=nw.Int64)).otherwise(earned)
    return earned


def age_steps(count: nw.Expr, age: nw.Expr, ladder: Sequence[tuple[int, int]], otherwise: int) -> nw.Expr:
    """The points of the shortest age (in days) that `age` is within; `otherwise` for older or unknown; 0 for none.

    `ladder` holds pairs of days and hundredths.
    """
    earned: nw.Expr = nw.lit(otherwise, dtype=nw.Int64)
    for days, points in sorted(ladder, reverse=True):
        earned = nw.when(age <= days).then(nw.lit(points, dtype=nw.Int64)).otherwise(earned)
    return nw.when(count > 0).then(earned).otherwise(nw.lit(0, dtype=nw.Int64))
