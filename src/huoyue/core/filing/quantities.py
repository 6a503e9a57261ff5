"""The distinct statistics that a scheme draws from records, as hashable values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from huoyue.core.filing.conditions import Clause, clauses
from huoyue.core.scheme.model import (
    Categories,
    Checklist,
    Linear,
    Measure,
    Presence,
    Ratio,
    Recency,
    Relative,
    SimplePart,
    Steps,
    Where,
)

Statistic = Literal["count", "distinct", "sum", "largest", "smallest"]

CLOSED: frozenset[Statistic] = frozenset({"count", "distinct", "sum"})
"""Statistics that are 0, not missing, when no record qualifies."""


@dataclass(frozen=True)
class Quantity:
    """One statistic over the records of type `of` that pass `tests`."""

    of: str
    tests: tuple[Clause, ...] = ()
    statistic: Statistic = "count"
    field: str | None = None


def count(of: str, where: Where) -> Quantity:
    """How many records of type `of` pass `where`."""
    return Quantity(of, clauses(where))


def quantity(measure: Measure) -> Quantity | None:
    """What a measure draws from records; None when it reads a register field."""
    if measure.of is None:
        return None
    named: tuple[tuple[Statistic, str | None], ...] = (
        ("distinct", measure.distinct),
        ("sum", measure.sum),
        ("largest", measure.largest),
        ("smallest", measure.smallest),
    )
    tests = clauses(measure.where)
    chosen = (Quantity(measure.of, tests, name, field) for name, field in named if field is not None)
    return next(chosen, Quantity(measure.of, tests))


def measures_of(part: SimplePart) -> tuple[Measure, ...]:
    """The measures that a part of a standard names; parts that count by themselves name none."""
    match part:
        case Steps() | Linear():
            return (part.measure,)
        case Ratio():
            return (part.numerator, part.denominator)
        case Relative():
            return (part.measure,) if part.per is None else (part.measure, part.per)
        case _:
            return ()


def category_counts(part: Categories) -> tuple[Quantity, ...]:
    """One count for each category that earns points, in the order of the scheme."""
    return tuple(count(part.of, {**part.where, part.field: name}) for name in part.points)


def latest(part: Recency) -> Quantity:
    """The latest date that a recency standard looks at."""
    return Quantity(part.of, clauses(part.where), "largest", part.field)


def quantities_of(part: SimplePart) -> tuple[Quantity, ...]:
    """Everything that a part of a standard needs to be counted."""
    match part:
        case Categories():
            return category_counts(part)
        case Checklist():
            return tuple(count(item.of, item.where) for item in part.items)
        case Recency():
            return (count(part.of, part.where), latest(part))
        case Presence():
            return (count(part.of, part.where),)
        case _:
            return tuple(found for found in map(quantity, measures_of(part)) if found is not None)
