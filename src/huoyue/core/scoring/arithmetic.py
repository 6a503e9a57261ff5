"""Whole-number arithmetic on Narwhals expressions, the same on every engine.

Values are fractions num / den of whole numbers. Divisions are of non-negative numbers by positive ones, so that
flooring and truncating engines agree; numerators stay below 2**53, so that an engine that divides in floating point
does too.
"""

from __future__ import annotations

from typing import TypeAlias

import narwhals as nw

Whole: TypeAlias = "nw.Expr | int"


def half_up(numerator: nw.Expr, denominator: Whole) -> nw.Expr:
    """numerator / denominator to the nearest whole number, halves up; both whole, not negative, denominator not 0."""
    return ((numerator * 2 + denominator) // (denominator * 2)).cast(nw.Int64)


def held(value: nw.Expr, low: Whole, high: Whole) -> nw.Expr:
    """`value` held between `low` and `high`; a missing value becomes `low`, so mask it afterwards."""
    return nw.min_horizontal(nw.max_horizontal(value, _expr(low)), _expr(high))


def _expr(value: Whole) -> nw.Expr:
    return nw.lit(value, dtype=nw.Int64) if isinstance(value, int) else value


def known(value: nw.Expr, *needed: nw.Expr) -> nw.Expr:
    """`value` where everything in `needed` is known, else missing."""
    there = ~needed[0].is_null()
    for expression in needed[1:]:
        there = there & ~expression.is_null()
    return nw.when(there).then(value)
