"""What would earn more next year: the nearest higher step of every part of a standard, with its gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from huoyue.core.message import M, Message
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
    Steps,
    hundredths,
    simple_parts,
)
from huoyue.core.scoring.explain.found import plain
from huoyue.core.scoring.explain.standard import (
    descending,
    group_in_words,
    ratio_in_words,
    ratio_value,
    relative_in_words,
)
from huoyue.core.scoring.explain.words import amount, field_of, kind_in_words, measure_in_words, option_title, worth

PartRow = Mapping[str, object]
"""A row of the table PARTS."""


@dataclass(frozen=True)
class Step:
    """What to do, and the hundredths that the part would then earn."""

    doing: Message
    points: int


def next_step(
    scheme: Scheme, indicator: Indicator, parts: Sequence[PartRow], maximum: int, settled: Fraction | None = None
) -> Message | None:
    """What would earn more on an indicator, part by part; None when nothing would or the rule cannot say.

    `parts` are the unit's rows of PARTS for the indicator, `maximum` what it can attain, in hundredths. Gains are
    after the cap and the redistribution. A judged indicator names the next level of the rubric above `settled`.
    """
    if maximum == 0:
        return None
    if isinstance(indicator.standard, Judged):
        return _next_level(indicator.standard, settled)
    rows = {int(str(row["part"])): row for row in parts}
    earned = {number: int(str(row["points"])) for number, row in rows.items()}
    said = []
    for number, part in enumerate(simple_parts(indicator.standard)):
        step = _step(scheme, part, _value(rows[number]), earned[number])
        gain = 0 if step is None else _gain(indicator, earned, {number: step.points}, maximum)
        if step is not None and gain > 0:
            said.append(M("{doing} (+{gain})", doing=step.doing, gain=worth(gain)))
    return _joined(said)


def _joined(said: list[Message]) -> Message | None:
    if len(said) < 2:
        return said[0] if said else None
    joined = said[0]
    for message in said[1:]:
        joined = M("{before}; {message}", before=joined, message=message)
    return joined


def _value(row: PartRow) -> Fraction | None:
    num, den = row["value_num"], row["value_den"]
    return None if num is None else Fraction(int(str(num)), int(str(den)))


def _gain(indicator: Indicator, earned: Mapping[int, int], change: Mapping[int, int], maximum: int) -> int:
    return _scaled(indicator, {**earned, **change}, maximum) - _scaled(indicator, earned, maximum)


def _scaled(indicator: Indicator, earned: Mapping[int, int], maximum: int) -> int:
    full = hundredths(indicator.points)
    raw = max(0, min(sum(earned.values()), full))
    return (2 * raw * maximum + full) // (2 * full)


def _next_level(standard: Judged, settled: Fraction | None) -> Message | None:
    above = [level for level in standard.rubric if settled is not None and hundredths(level.points) > settled]
    if not above:
        return None
    level = min(above, key=lambda level: level.points)
    return M("the next level, {points}: {level}", points=worth(hundredths(level.points)), level=level.title)


def _step(scheme: Scheme, part: SimplePart, value: Fraction | None, points: int) -> Step | None:
    match part:
        case Steps():
            return _next_threshold(scheme, part, value, points)
        case Linear():
            return _to_full(scheme, part, value)
        case Ratio():
            return _ratio(scheme, part, value, points)
        case Relative():
            return _better_place(scheme, part)
        case Recency():
            return _recency(scheme, part)
        case Checklist():
            return _checklist(part, value)
        case Categories():
            return _category(scheme, part, points)
        case Presence():
            return Step(
                M("one record of {kind}", kind=kind_in_words(scheme, part.of, part.where)), hundredths(part.points)
            )


def _next_threshold(scheme: Scheme, part: Steps, value: Fraction | None, points: int) -> Step | None:
    better = [step for step in descending(part.steps) if hundredths(step.points) > points]
    higher = [step for step in better if value is None or step.at_least > value]
    if not higher:
        return None
    step = higher[-1]
    return Step(_reach(scheme, part.measure, value, Fraction(step.at_least)), hundredths(step.points))


def _to_full(scheme: Scheme, part: Linear, value: Fraction | None) -> Step:
    return Step(_reach(scheme, part.measure, value, Fraction(part.full_at)), hundredths(part.points))


def _reach(scheme: Scheme, measure: Measure, value: Fraction | None, goal: Fraction) -> Message:
    """How far it is from `value` to `goal`."""
    if value is None:
        return M(
            "{measure}: {goal}", measure=measure_in_words(scheme, measure), goal=amount(scheme, measure, plain(goal))
        )
    counted = measure.of is not None and field_of(scheme, measure) is None
    what = kind_in_words(scheme, measure.of or "", measure.where) if counted else measure_in_words(scheme, measure)
    if goal < value:
        return M("{measure}: {need} less", measure=what, need=amount(scheme, measure, plain(value - goal)))
    return M("{measure}: {need} more", measure=what, need=amount(scheme, measure, plain(goal - value)))


def _ratio(scheme: Scheme, part: Ratio, value: Fraction | None, points: int) -> Step | None:
    if value is None:
        return None
    if part.steps:
        higher = [s for s in descending(part.steps) if s.at_least > value and hundredths(s.points) > points]
        goal = (Fraction(higher[-1].at_least), higher[-1].points) if higher else None
    else:
        goal = (Fraction(part.full_at), part.points) if part.full_at is not None and part.points is not None else None
    if goal is None:
        return None
    ratio = ratio_in_words(scheme, part.numerator, part.denominator)
    doing = M(
        "{measure}: from {value} to {goal}",
        measure=ratio, value=ratio_value(scheme, part, value), goal=ratio_value(scheme, part, goal[0]),
    )  # fmt: skip
    return Step(doing, hundredths(goal[1]))


def _better_place(scheme: Scheme, part: Relative) -> Step:
    measure, group = relative_in_words(scheme, part), group_in_words(scheme, part.group)
    return Step(M("{measure}: the best place among {group}", measure=measure, group=group), hundredths(part.points))


def _recency(scheme: Scheme, part: Recency) -> Step:
    best = max(part.steps, key=lambda step: step.points)
    doing = M(
        "latest “{field}” in {kind}: at most {days} days before the end of the period",
        field=scheme.record_type(part.of).field(part.field).title,
        kind=kind_in_words(scheme, part.of, part.where),
        days=best.within_days,
    )
    return Step(doing, hundredths(best.points))


def _checklist(part: Checklist, value: Fraction | None) -> Step | None:
    met = int(value or 0)
    if not part.by_number:
        items = tuple(item.title for item in part.items)
        return Step(M("every item of {items}", items=items), sum(hundredths(item.points) for item in part.items))
    higher = [step for step in descending(part.by_number) if step.at_least > met]
    if not higher:
        return None
    return Step(
        M("{number} more items", number=plain(Fraction(higher[-1].at_least) - met)), hundredths(higher[-1].points)
    )


def _category(scheme: Scheme, part: Categories, points: int) -> Step:
    best = max(part.points, key=lambda name: part.points[name])
    spec = scheme.record_type(part.of).field(part.field)
    kind = kind_in_words(scheme, part.of, part.where)
    doing = M("{kind}: 1 more record of {category}", kind=kind, category=option_title(spec, best))
    return Step(doing, min(points + hundredths(part.points[best]), hundredths(part.cap)))
