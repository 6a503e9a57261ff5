"""Relative standards: a unit's standing among the evaluated units of its reference group, as points.

The group is the scheme's; where it is too small or its values do not differ, all units take its place, and where
those do not differ either everybody gets half of the points. Only units to which the indicator applies are reference.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import narwhals as nw

from huoyue.core.filing.measures import Frame, Plan
from huoyue.core.scheme.model import Relative, hundredths
from huoyue.core.scoring.arithmetic import known
from huoyue.core.scoring.standards import standing
from huoyue.core.scoring.standards.linear import linear

EVERYBODY = "_all"
"""A column with the same value for every unit: the group of all."""


def place(frame: Frame, plan: Plan, part: Relative, reference: nw.Expr, tag: str) -> Frame:
    """Adds the unit's standing: `tag` + value, den (what it was measured by), group_*, all_* and `whole`.

    `reference` is true for the units that are reference. `whole` is true where all units stood in for the group.
    """
    value, is_known = comparable(plan, part), nw.col(f"{tag}value")
    frame = frame.with_columns(value.alias(f"{tag}value"))
    counted = nw.when(reference & ~is_known.is_null()).then(nw.lit(1, dtype=nw.Int64))
    frame = frame.with_columns(counted.otherwise(nw.lit(0, dtype=nw.Int64)).alias(f"{tag}ref"))
    frame = _stand(frame, part, EVERYBODY, tag, f"{tag}all_")
    if part.group == "all":
        return frame.with_columns(nw.lit(value=True).alias(f"{tag}whole"))
    frame = _stand(frame, part, part.group, tag, f"{tag}own_")
    small = (nw.col(f"{tag}own_n") < part.smallest_group) | (nw.col(f"{tag}own_spread") == 0)
    return frame.with_columns((small | nw.col(part.group).is_null()).alias(f"{tag}whole"))


def comparable(plan: Plan, part: Relative) -> nw.Expr:
    """What units are compared by: the measure as stored, or measure per `per` cut to millionths; larger is more."""
    value = plan.measure(part.measure)
    if part.per is None:
        return value
    base = plan.measure(part.per)
    shared = gcd(plan.scale(part.measure), plan.scale(part.per))
    den = nw.when(base > 0).then(base * (plan.scale(part.measure) // shared))
    found, left = nw.lit(0, dtype=nw.Int64), value * (plan.scale(part.per) // shared)
    for digits in (1, 1000, 1000):  # a thousand at a time, so that no product outgrows 64 bits
        whole = (left * digits // den).cast(nw.Int64)
        found, left = found * digits + whole, left * digits - whole * den
    return found


def _stand(frame: Frame, part: Relative, by: str, tag: str, into: str) -> Frame:
    x, ref = f"{tag}value", f"{tag}ref"
    frame = standing.spread(frame, x, ref, by, into)
    match part.method:
        case "min_max":
            return standing.min_max(frame, x, into)
        case "percentile":
            return standing.percentile(frame, x, ref, by, into)
        case _:
            return standing.z_score(frame, x, ref, by, into)


def points(part: Relative, tag: str) -> nw.Expr:
    """The points of the standing that `place` found; missing where the value is."""
    everybody = _points(part, f"{tag}all_")
    if part.group == "all":
        return known(everybody, nw.col(f"{tag}value"))
    chosen = nw.when(nw.col(f"{tag}whole")).then(everybody).otherwise(_points(part, f"{tag}own_"))
    return known(chosen, nw.col(f"{tag}value"))


def _points(part: Relative, into: str) -> nw.Expr:
    worth = hundredths(part.points)
    num, den = nw.col(f"{into}num"), nw.col(f"{into}den")
    low, high = (part.z_low, part.z_high) if part.method == "z_score" else (0, 1)
    if part.better == "less":
        num = -num if part.method == "z_score" else den - num
    usable = nw.when(nw.col(f"{into}spread") > 0).then(den)
    share = linear(num, usable, Fraction(low), Fraction(high), worth)
    half = nw.lit((worth + 1) // 2, dtype=nw.Int64)
    return nw.when(nw.col(f"{into}spread") > 0).then(share).otherwise(half)
