"""Points in proportion between two bounds."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import narwhals as nw

from huoyue.core.scoring.arithmetic import Whole, half_up, held


def linear(num: nw.Expr, den: Whole, zero: Fraction, full: Fraction, points: int) -> nw.Expr:
    """0 at `zero`, `points` at `full`, in proportion between to the nearest hundredth, halves up; held at both ends.

    `full` may lie below `zero`: then less is better. `den` is positive; `zero` and `full` differ.
    """
    common = lcm(zero.denominator, full.denominator)
    start, end = int(zero * common), int(full * common)
    sign = 1 if end > start else -1
    span = den * (abs(end - start))
    gone = held((num * common - den * start) * sign, 0, span)
    return half_up(gone * points, span)
