"""Shares as people print them. A share is an exact fraction until here; whole-number arithmetic decides every digit."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from huoyue.core.scheme.model import Percentages


def percentage(numerator: int, denominator: int, rule: Percentages) -> str | None:
    """`numerator` of `denominator` in percent with all of `rule.decimals` places, trailing zeros kept; None of nothing.

    truncate drops what is beyond: 16 of 52 is 30.76. half_up gives 30.77. A share on its own has no whole to add up
    to, so largest_remainder prints it half up; see `percentages`.
    """
    if denominator == 0:
        return None
    whole, rest = divmod(numerator * 100 * 10**rule.decimals, denominator)
    up = rule.method != "truncate" and 2 * rest >= denominator
    return _written(whole + up, rule.decimals)


def percentages(numerators: Sequence[int], denominator: int, rule: Percentages) -> list[str | None]:
    """The parts of one whole in percent, in order; all None of nothing.

    largest_remainder (Hamilton's method) drops every fraction and gives the steps still missing to the parts that
    lost most, the larger part and then the earlier one first, so that parts that make up the whole add to 100.
    """
    if denominator == 0 or rule.method != "largest_remainder":
        return [percentage(numerator, denominator, rule) for numerator in numerators]
    steps = 100 * 10**rule.decimals
    parts = [divmod(numerator * steps, denominator) for numerator in numerators]
    missing = int(Fraction(sum(numerators) * steps, denominator) + Fraction(1, 2)) - sum(whole for whole, _ in parts)
    order = sorted(range(len(parts)), key=lambda i: (-parts[i][1], -parts[i][0], i))
    lifted = set(order[:missing])
    return [_written(whole + (i in lifted), rule.decimals) for i, (whole, _) in enumerate(parts)]


def _written(steps: int, decimals: int) -> str:
    whole, rest = divmod(steps, 10**decimals)
    return f"{whole}.{rest:0{decimals}d}" if decimals else str(whole)
