"""The standard of an indicator written out in words."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from huoyue.core.message import M, Message, Value
from huoyue.core.scheme.model import (
    Categories,
    Checklist,
    Indicator,
    Judged,
    Linear,
    Measure,
    Presence,
    Ratio,
    Recency,
    Relative,
    Scheme,
    SimplePart,
    Step,
    Steps,
    hundredths,
    simple_parts,
)
from huoyue.core.scoring.explain.words import (
    amount,
    field_of,
    kind_in_words,
    measure_in_words,
    option_title,
    worth,
)


def standard_words(scheme: Scheme, indicator: Indicator) -> list[Message]:
    """How points are earned on an indicator: one sentence for each part of its standard, or for each rubric level."""
    if isinstance(indicator.standard, Judged):
        return [
            M("{points}: {level}", points=worth(hundredths(level.points)), level=level.title)
            for level in indicator.standard.rubric
        ]
    return [part_words(scheme, part) for part in simple_parts(indicator.standard)]


def part_words(scheme: Scheme, part: SimplePart) -> Message:
    """One part of a standard in words: what is looked at, and how it earns points."""
    return M("{measure}: {rule}", measure=subject_words(scheme, part), rule=rule_words(scheme, part))


def subject_words(scheme: Scheme, part: SimplePart) -> Message:
    """What a part looks at."""
    match part:
        case Steps() | Linear():
            return measure_in_words(scheme, part.measure)
        case Ratio():
            return ratio_in_words(scheme, part.numerator, part.denominator)
        case Relative():
            return relative_in_words(scheme, part)
        case Checklist():
            return M("items present")
        case Recency():
            field = scheme.record_type(part.of).field(part.field).title
            return M("latest “{field}” in {kind}", field=field, kind=kind_in_words(scheme, part.of, part.where))
        case Categories() | Presence():
            return kind_in_words(scheme, part.of, part.where)


def rule_words(scheme: Scheme, part: SimplePart) -> Message:
    """How a part earns points."""
    match part:
        case Steps():
            ordered = descending(part.steps)
            return several(step_words(step, amount(scheme, part.measure, step.at_least)) for step in ordered)
        case Linear():
            return linear_words(scheme, part)
        case Ratio():
            return ratio_rule(scheme, part)
        case Relative():
            return _relative(scheme, part)
        case Recency():
            return _recency(part)
        case Checklist():
            return _checklist(part)
        case Categories():
            return _categories(scheme, part)
        case Presence():
            return M("at least one record: {points}", points=worth(hundredths(part.points)))


def several(messages: Iterable[Message]) -> Message:
    """Messages one after another."""
    return M("{several}", several=tuple(messages))


def descending(steps: tuple[Step, ...]) -> list[Step]:
    """Steps from the highest threshold down."""
    return sorted(steps, key=lambda step: step.at_least, reverse=True)


def step_words(step: Step, threshold: Value) -> Message:
    """At least 2 records: 5 points."""
    return M("at least {threshold}: {points}", threshold=threshold, points=worth(hundredths(step.points)))


def linear_words(scheme: Scheme, part: Linear) -> Message:
    """400: 2 points, less in proportion."""
    return proportion_words(
        amount(scheme, part.measure, part.zero_at) if part.zero_at else None,
        amount(scheme, part.measure, part.full_at),
        hundredths(part.points),
    )


def proportion_words(zero: Value | None, full: Value, points: int) -> Message:
    """In proportion from `zero` (None: nothing) to `full`."""
    if zero is None:
        return M("{full}: {points}, less in proportion", full=full, points=worth(points))
    return M(
        "0 points at {zero}, {points} at {full}, in proportion between", zero=zero, full=full, points=worth(points)
    )


def is_share(scheme: Scheme, part: Ratio) -> bool:
    """A ratio of counts of one record type, which reads best as a percentage."""
    sides = (part.numerator, part.denominator)
    return part.numerator.of == part.denominator.of and all(field_of(scheme, side) is None for side in sides)


def ratio_value(scheme: Scheme, part: Ratio, value: Fraction | Decimal) -> Value:
    """A ratio as people read it: a percentage for a share, else a number."""
    return M("{percent}%", percent=value * 100) if is_share(scheme, part) else value


def ratio_rule(scheme: Scheme, part: Ratio) -> Message:
    """How a ratio earns its points."""
    if part.steps:
        steps = (step_words(step, ratio_value(scheme, part, step.at_least)) for step in descending(part.steps))
        return several(steps)
    zero = ratio_value(scheme, part, part.zero_at) if part.zero_at else None
    full = ratio_value(scheme, part, part.full_at if part.full_at is not None else Decimal(1))
    return proportion_words(zero, full, hundredths(part.points or Decimal(0)))


def ratio_in_words(scheme: Scheme, numerator: Measure, denominator: Measure) -> Message:
    """What a ratio divides by what."""
    return M(
        "{numerator} divided by {denominator}",
        numerator=measure_in_words(scheme, numerator),
        denominator=measure_in_words(scheme, denominator),
    )


def relative_in_words(scheme: Scheme, part: Relative) -> Message:
    """What a relative standard compares."""
    if part.per is None:
        return measure_in_words(scheme, part.measure)
    return ratio_in_words(scheme, part.measure, part.per)


def group_in_words(scheme: Scheme, group: str) -> Message:
    """The reference group of a relative standard."""
    units = scheme.words.units
    match group:
        case "batch":
            return M("the evaluated {units} of the same {group}", units=units, group=scheme.words.batch)
        case "industry":
            return M("the evaluated {units} of the same {group}", units=units, group=scheme.words.industry)
        case _:
            return M("all evaluated {units}", units=units)


def method_in_words(part: Relative) -> Message:
    """How a relative standard compares."""
    match part.method:
        case "min_max":
            return M("position between the lowest and the highest")
        case "percentile":
            return M("percentile rank")
        case _:
            return M("standard score, from {low} to {high}", low=part.z_low, high=part.z_high)


def _relative(scheme: Scheme, part: Relative) -> Message:
    return M(
        "compared with {group} by {method}, {direction}, up to {points}",
        group=group_in_words(scheme, part.group),
        method=method_in_words(part),
        direction=M("the more the better") if part.better == "more" else M("the less the better"),
        points=worth(hundredths(part.points)),
    )


def _recency(part: Recency) -> Message:
    steps = (
        M(
            "at most {days} days before the end of the period: {points}",
            days=s.within_days,
            points=_worth(s.points),
        )
        for s in sorted(part.steps, key=lambda step: step.within_days)
    )
    return M("{steps}, older or not given: {otherwise}", steps=several(steps), otherwise=_worth(part.otherwise))


def _checklist(part: Checklist) -> Message:
    if not part.by_number:
        return several(M("{item} {points}", item=item.title, points=_worth(item.points)) for item in part.items)
    steps = (step_words(step, M("{number} items", number=step.at_least)) for step in descending(part.by_number))
    return M("of {items}, {steps}", items=tuple(item.title for item in part.items), steps=several(steps))


def _categories(scheme: Scheme, part: Categories) -> Message:
    spec = scheme.record_type(part.of).field(part.field)
    each = (M("{item} {points}", item=option_title(spec, name), points=_worth(p)) for name, p in part.points.items())
    return M("for each record {categories}, at most {cap} in all", categories=several(each), cap=_worth(part.cap))


def _worth(points: Decimal) -> Message:
    return worth(hundredths(points))
