"""How large numbers usually are: what a scheme's standards ask for tells it better than any guess."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from huoyue.core.scheme.model import Linear, Measure, Ratio, Relative, Scheme, SimplePart, Steps, simple_parts

USUAL = Decimal(20)
RECORDS = 3
"""How many records of a type an active unit has, more or less."""


def typical(scheme: Scheme, kind: str | None, field: str) -> float:
    """The size of a number at which its standard is met; for sums, that of one of a few records."""
    parts = [part for indicator in scheme.indicators for part in simple_parts(indicator.standard)]
    sizes = [size for part in parts for size in asked(part, kind, field)]
    return float(max(sizes, default=USUAL))


def asked(part: SimplePart, kind: str | None, field: str) -> Iterator[Decimal]:
    """The sizes that one part of a standard asks of a field."""
    match part:
        case Steps(measure=measure) if named(measure, kind, field):
            yield shared(measure, max(step.at_least for step in part.steps))
        case Linear(measure=measure) if named(measure, kind, field):
            yield shared(measure, max(part.zero_at, part.full_at))
        case Ratio() if named(part.denominator, kind, field):
            yield USUAL * 50
        case Ratio() if named(part.numerator, kind, field):
            yield USUAL * 50 * best(part)
        case Relative(measure=measure) if named(measure, kind, field):
            yield USUAL * 5
        case _:
            pass


def named(measure: Measure, kind: str | None, field: str) -> bool:
    if kind is None:
        return measure.register_field == field
    return measure.of == kind and field in (measure.sum, measure.largest, measure.smallest)


def shared(measure: Measure, size: Decimal) -> Decimal:
    return size / RECORDS if measure.sum else size


def best(part: Ratio) -> Decimal:
    """The ratio that earns all points."""
    return part.full_at or max((step.at_least for step in part.steps), default=Decimal(1))
