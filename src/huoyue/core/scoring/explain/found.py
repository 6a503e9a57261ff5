"""What a part of a standard found for one unit, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from huoyue.core.filing.measures import Plan
from huoyue.core.filing.quantities import count, quantities_of
from huoyue.core.message import M, Message, Value
from huoyue.core.scheme.model import (
    Categories,
    Checklist,
    Indicator,
    Linear,
    Measure,
    Presence,
    Ratio,
    Recency,
    Relative,
    Scheme,
    SimplePart,
    Steps,
)
from huoyue.core.scoring.explain.standard import group_in_words, ratio_value, relative_in_words
from huoyue.core.scoring.explain.words import amount, field_of, kind_in_words, measure_in_words, option_title, records
from huoyue.core.scoring.parts import tag_of

Row = Mapping[str, "int | str | bool | None"]


@dataclass(frozen=True)
class Basis:
    """An indicator of one unit, and the unit's row of the wide table."""

    plan: Plan
    indicator: Indicator
    row: Row

    @property
    def scheme(self) -> Scheme:
        return self.plan.scheme

    def whole(self, column: str) -> int | None:
        """A whole number of the row."""
        value = self.row[column]
        return None if value is None else int(value)

    def value(self, part: int) -> Fraction | None:
        """What a part measured."""
        tag = tag_of(self.indicator, part)
        num, den = self.whole(f"{tag}num"), self.whole(f"{tag}den")
        return None if num is None or not den else Fraction(num, den)

    def points(self, part: int) -> int | None:
        """The hundredths a part earned."""
        return self.whole(f"{tag_of(self.indicator, part)}points")


def found_words(basis: Basis, number: int, part: SimplePart) -> Message:
    """What a part found: Meetings (kind of meeting: Council): 2 records."""
    value = basis.value(number)
    match part:
        case Steps() | Linear():
            return measured(basis.scheme, part.measure, value)
        case Ratio():
            return _ratio(basis, part, value)
        case Relative():
            return _relative(basis, number, part, value)
        case Recency():
            return _recency(basis, part, value)
        case Checklist():
            return _checklist(basis, part)
        case Categories():
            return _categories(basis, part)
        case Presence():
            return _of_kind(basis.scheme, part, basis.whole(basis.plan.columns[quantities_of(part)[0]]) or 0)


def measured(scheme: Scheme, measure: Measure, value: Fraction | None) -> Message:
    """A measure and its value."""
    if value is None:
        return M("{measure}: not available", measure=measure_in_words(scheme, measure))
    said = amount(scheme, measure, plain(value))
    if measure.of is not None and field_of(scheme, measure) is None:
        return M("{kind}: {records}", kind=kind_in_words(scheme, measure.of, measure.where), records=said)
    return M("{measure}: {value}", measure=measure_in_words(scheme, measure), value=said)


def plain(value: Fraction) -> Value:
    """A whole number as such."""
    return value.numerator if value.denominator == 1 else value


def _of_kind(scheme: Scheme, part: Presence | Categories, number: int) -> Message:
    return M("{kind}: {records}", kind=kind_in_words(scheme, part.of, part.where), records=records(number))


def _ratio(basis: Basis, part: Ratio, value: Fraction | None) -> Message:
    scheme, plan = basis.scheme, basis.plan
    top, bottom = (
        measured(
            scheme, side, None if (raw := basis.whole(plan.name(side))) is None else Fraction(raw, plan.scale(side))
        )
        for side in (part.numerator, part.denominator)
    )
    if value is None:
        return M("{numerator}; {denominator}; no ratio can be formed", numerator=top, denominator=bottom)
    said = ratio_value(scheme, part, value)
    return M("{numerator}; {denominator}; ratio {ratio}", numerator=top, denominator=bottom, ratio=said)


def _relative(basis: Basis, number: int, part: Relative, value: Fraction | None) -> Message:
    measure = relative_in_words(basis.scheme, part)
    if value is None:
        return M("{measure}: not available", measure=measure)
    tag = tag_of(basis.indicator, number)
    whole = bool(basis.row[f"{tag}whole"])
    into = f"{tag}all_" if whole else f"{tag}own_"
    place = _place(basis, part, into)
    group = group_in_words(basis.scheme, "all" if whole else part.group)
    said = M(
        "{measure}: {value}; {place} among {group} ({size})",
        measure=measure, value=plain(value), place=place, group=group, size=basis.whole(f"{into}n") or 0,
    )  # fmt: skip
    if whole and part.group != "all":
        return M(
            "{found}; {group} are too few or do not differ", found=said, group=group_in_words(basis.scheme, part.group)
        )
    return said


def _place(basis: Basis, part: Relative, into: str) -> Message:
    num, den = basis.whole(f"{into}num"), basis.whole(f"{into}den")
    if not basis.whole(f"{into}spread") or num is None or not den:
        return M("no difference")
    match part.method:
        case "percentile":
            return M("ahead of {share}", share=_percent(num, den))
        case "min_max" if num < 0:
            return M("below the lowest")
        case "min_max" if num > den:
            return M("above the highest")
        case "min_max":
            return M("{share} of the way from the lowest to the highest", share=_percent(num, den))
        case _:
            return M("standard score {score}", score=Fraction(num, den))


def _percent(num: int, den: int) -> Message:
    return M("{percent}%", percent=Fraction(num * 100, den))


def _recency(basis: Basis, part: Recency, age: Fraction | None) -> Message:
    scheme, plan = basis.scheme, basis.plan
    kind = kind_in_words(scheme, part.of, part.where)
    number = basis.whole(plan.columns[count(part.of, part.where)]) or 0
    if not number:
        return M("{kind}: {records}", kind=kind, records=records(0))
    field = scheme.record_type(part.of).field(part.field).title
    if age is None:
        return M("{kind}: {records}; “{field}” not given", kind=kind, records=records(number), field=field)
    return M(
        "{kind}: {records}; latest “{field}” {date}, {days} days before the end of the period",
        kind=kind, records=records(number), field=field,
        date=scheme.period.ends - timedelta(days=int(age)), days=int(age),
    )  # fmt: skip


def _checklist(basis: Basis, part: Checklist) -> Message:
    columns = [basis.plan.columns[found] for found in quantities_of(part)]
    met = tuple(item.title for item, column in zip(part.items, columns, strict=True) if basis.whole(column))
    missing = tuple(item.title for item, column in zip(part.items, columns, strict=True) if not basis.whole(column))
    if not met:
        return M("missing: {missing}", missing=missing)
    if not missing:
        return M("present: {met}", met=met)
    return M("present: {met}; missing: {missing}", met=met, missing=missing)


def _categories(basis: Basis, part: Categories) -> Message:
    spec = basis.scheme.record_type(part.of).field(part.field)
    counts = {
        name: basis.whole(basis.plan.columns[found]) or 0
        for name, found in zip(part.points, quantities_of(part), strict=True)
    }
    total = _of_kind(basis.scheme, part, sum(counts.values()))
    if not any(counts.values()):
        return total
    each = (M("{item}: {number}", item=option_title(spec, name), number=n) for name, n in counts.items() if n)
    return M("{total} ({categories})", total=total, categories=tuple(each))
