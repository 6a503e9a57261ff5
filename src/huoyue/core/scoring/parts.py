"""A part of a standard as expressions over the wide table: what it measured, and the points it earns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

import narwhals as nw

from huoyue.core.filing.measures import Plan
from huoyue.core.filing.quantities import count, latest, quantities_of
from huoyue.core.scheme.model import (
    Categories,
    Checklist,
    Indicator,
    Linear,
    Presence,
    Ratio,
    Recency,
    Relative,
    SimplePart,
    Step,
    Steps,
    hundredths,
)
from huoyue.core.scoring import relative
from huoyue.core.scoring.arithmetic import Whole, known
from huoyue.core.scoring.standards import counted, stepped
from huoyue.core.scoring.standards.linear import linear

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Reading:
    """num / den is what the part measured; points are hundredths, missing where the value is not available."""

    num: nw.Expr
    den: Whole
    points: nw.Expr


def ladder(steps: Sequence[Step]) -> list[tuple[Fraction, int]]:
    """Steps as exact thresholds and hundredths."""
    return [(Fraction(step.at_least), hundredths(step.points)) for step in steps]


def read(plan: Plan, part: SimplePart, tag: str) -> Reading:
    """The reading of one part. A relative part needs `relative.place` with the same `tag` first."""
    match part:
        case Steps() | Linear():
            return _measured(plan, part)
        case Ratio():
            return _ratio(plan, part)
        case Relative():
            return _relative(plan, part, tag)
        case Recency():
            return _recency(plan, part)
        case _:
            return _counted(plan, part)


def _measured(plan: Plan, part: Steps | Linear) -> Reading:
    num, den = plan.measure(part.measure), plan.scale(part.measure)
    if isinstance(part, Steps):
        points = stepped.steps(num, den, ladder(part.steps))
    else:
        points = linear(num, den, Fraction(part.zero_at), Fraction(part.full_at), hundredths(part.points))
    return Reading(num, den, known(points, num))


def _ratio(plan: Plan, part: Ratio) -> Reading:
    num = plan.measure(part.numerator) * plan.scale(part.denominator)
    base = plan.measure(part.denominator)
    den = nw.when(base > 0).then(base * plan.scale(part.numerator))
    if part.steps:
        points = stepped.steps(num, den, ladder(part.steps))
    else:
        full, worth = Fraction(1 if part.full_at is None else part.full_at), hundredths(part.points or Decimal(0))
        points = linear(num, den, Fraction(part.zero_at), full, worth)
    return Reading(known(num, den), known(den, num), known(points, num, den))


def _relative(plan: Plan, part: Relative, tag: str) -> Reading:
    num, den = plan.measure(part.measure), plan.scale(part.measure)
    points = relative.points(part, tag)
    if part.per is None:
        return Reading(num, den, points)
    base = plan.measure(part.per)
    below = nw.when(base > 0).then(base * den)
    return Reading(known(num * plan.scale(part.per), below), known(below, num), points)


def _recency(plan: Plan, part: Recency) -> Reading:
    ends = (plan.scheme.period.ends - EPOCH).days
    age = nw.lit(ends, dtype=nw.Int64) - plan.value(latest(part))
    steps = [(step.within_days, hundredths(step.points)) for step in part.steps]
    points = stepped.age_steps(plan.value(count(part.of, part.where)), age, steps, hundredths(part.otherwise))
    return Reading(age, 1, points)


def _counted(plan: Plan, part: Categories | Checklist | Presence) -> Reading:
    counts = [plan.value(found) for found in quantities_of(part)]
    match part:
        case Categories():
            worths = [hundredths(points) for points in part.points.values()]
            return Reading(sum(counts[1:], counts[0]), 1, counted.categories(counts, worths, hundredths(part.cap)))
        case Presence():
            return Reading(counts[0], 1, counted.presence(counts[0], hundredths(part.points)))
        case _:
            return Reading(counted.items_met(counts), 1, _checklist(part, counts))


def _checklist(part: Checklist, counts: Sequence[nw.Expr]) -> nw.Expr:
    if part.by_number:
        return counted.checklist_by_number(counts, ladder(part.by_number))
    return counted.checklist(counts, [hundredths(item.points) for item in part.items])


def tag_of(indicator: Indicator, part: int) -> str:
    """The prefix of the columns of one part; no field of a scheme can start with an underscore."""
    return f"_{indicator.id}_{part}_"
