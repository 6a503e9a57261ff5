"""From an exact total to the rounded score and its tier. All numbers are hundredths of a point."""

from __future__ import annotations

from fractions import Fraction

from huoyue.core.scheme.model import Rounding, Scheme, Tier, hundredths


def rounded(total: Fraction, rounding: Rounding) -> int:
    """Round an exact total of hundredths once, to `rounding.decimals` places of a point; hundredths again.

    half_up rounds 84.5 to 85, as the report's readers do; half_even to 84; down drops what is beyond.
    """
    grain = int(10 ** (2 - rounding.decimals))
    steps = total / grain
    whole, rest = divmod(steps.numerator, steps.denominator)
    twice = 2 * rest
    up = {
        "half_up": twice >= steps.denominator,
        "half_even": twice > steps.denominator or (twice == steps.denominator and whole % 2 == 1),
        "down": False,
    }[rounding.method]
    return (whole + up) * grain


def tiers_from_top(scheme: Scheme) -> tuple[Tier, ...]:
    """The tiers, highest lower bound first."""
    return tuple(sorted(scheme.tiers, key=lambda tier: tier.at_least, reverse=True))


def tier_of(scheme: Scheme, score: int) -> Tier:
    """The tier of a rounded score: the highest whose lower bound it reaches, so there is no gap and no overlap."""
    ordered = tiers_from_top(scheme)
    return next((tier for tier in ordered if score >= hundredths(tier.at_least)), ordered[-1])
