"""Standards: the rules and rubrics that turn facts into points."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from huoyue.core.message import Title
from huoyue.core.scheme.model.base import Flag, Identifier, Part, Scalar


class Test(Part):
    """A condition on one field; all parts that are set must hold. A missing value meets only `present: false`."""

    is_: Scalar | None = Field(default=None, alias="is")
    in_: tuple[Scalar, ...] = Field(default=(), alias="in")
    not_in: tuple[Scalar, ...] = ()
    at_least: Decimal | date | None = None
    at_most: Decimal | date | None = None
    present: Flag | None = None


Where = dict[Identifier, Scalar | tuple[Scalar, ...] | Test]
"""Field -> a value (equals), a list of values (one of), or a `Test`. All entries must hold."""


class Measure(Part):
    """A number drawn from a unit's records of one type: how many, or a statistic of one field.

    How many is the default; `distinct`, `sum`, `largest` and `smallest` name a field. `register` names a
    register field instead of records. Units without a qualifying record have count and sum 0, other statistics none.
    """

    of: Identifier | None = None
    where: Where = Field(default_factory=dict)
    distinct: Identifier | None = None
    sum: Identifier | None = None
    largest: Identifier | None = None
    smallest: Identifier | None = None
    register_field: Identifier | None = Field(default=None, alias="register")


class Step(Part):
    """`points` when the value is at least `at_least`."""

    at_least: Decimal
    points: Decimal


class AgeStep(Part):
    """`points` when the latest date is at most `within_days` before the end of the period."""

    within_days: int = Field(ge=0)
    points: Decimal


class Item(Part):
    """One line of a checklist: met when the unit has a record of type `of` that passes `where`."""

    title: Title
    of: Identifier
    where: Where = Field(default_factory=dict)
    points: Decimal = Decimal(0)


class Steps(Part):
    """Points by steps: the points of the highest step reached, else 0."""

    kind: Literal["steps"]
    measure: Measure
    steps: tuple[Step, ...] = Field(min_length=1)


class Linear(Part):
    """0 points at `zero_at`, `points` at `full_at`, linear between, capped at both ends. `full_at` may be the less."""

    kind: Literal["linear"]
    measure: Measure
    zero_at: Decimal = Decimal(0)
    full_at: Decimal
    points: Decimal


class Categories(Part):
    """Each record earns the points of its category in `field`; the sum is capped at `cap`."""

    kind: Literal["categories"]
    of: Identifier
    where: Where = Field(default_factory=dict)
    field: Identifier
    points: dict[Identifier, Decimal]
    cap: Decimal


class Checklist(Part):
    """Points of every item met; or, with `by_number`, the points of the largest number of items met that is reached."""

    kind: Literal["checklist"]
    items: tuple[Item, ...] = Field(min_length=1)
    by_number: tuple[Step, ...] = ()


class Recency(Part):
    """Points by the age, in days at the end of the period, of the latest date in `field`.

    `otherwise` is earned when records exist but the latest date is older than every step, or missing.
    """

    kind: Literal["recency"]
    of: Identifier
    where: Where = Field(default_factory=dict)
    field: Identifier
    steps: tuple[AgeStep, ...] = Field(min_length=1)
    otherwise: Decimal = Decimal(0)


class Ratio(Part):
    """Numerator over denominator, then by `steps` or linearly from `zero_at` to `full_at`.

    Not available (no points, and said so) where the denominator is 0 or missing.
    """

    kind: Literal["ratio"]
    numerator: Measure
    denominator: Measure
    steps: tuple[Step, ...] = ()
    zero_at: Decimal = Decimal(0)
    full_at: Decimal | None = None
    points: Decimal | None = None


class Presence(Part):
    """`points` when at least one record qualifies."""

    kind: Literal["presence"]
    of: Identifier
    where: Where = Field(default_factory=dict)
    points: Decimal


class Relative(Part):
    """Points by standing among the evaluated units of the reference group; ours is stated, never implied.

    min_max: (x - min) / (max - min). percentile: (units below + half of units equal, self excluded) / (n - 1).
    z_score: ((x - mean) / population standard deviation) mapped linearly from `z_low`..`z_high` to 0..`points`.
    `better` says which direction is good. A group with fewer than `smallest_group` units, or without spread, falls
    back to all units, and without spread there everybody gets half of `points`.
    """

    kind: Literal["relative"]
    measure: Measure
    per: Measure | None = None
    method: Literal["min_max", "percentile", "z_score"]
    group: Literal["all", "batch", "industry"] = "all"
    better: Literal["more", "less"] = "more"
    points: Decimal
    z_low: Decimal = Decimal(-2)
    z_high: Decimal = Decimal(2)
    smallest_group: int = Field(default=5, ge=2)


class Level(Part):
    """One described level of a rubric; `example` is a case in point, shown beside it as an anchor."""

    points: Decimal
    title: Title
    example: Title | None = None


class Judged(Part):
    """No rule: experts mark by a written rubric. `facts` names the record types shown beside the score sheet."""

    kind: Literal["judged"]
    rubric: tuple[Level, ...] = Field(min_length=2)
    facts: tuple[Identifier, ...] = ()


SimplePart = Annotated[
    Steps | Linear | Categories | Checklist | Recency | Ratio | Presence | Relative, Field(discriminator="kind")
]


class Sum(Part):
    """Several parts added, capped at the indicator's points."""

    kind: Literal["sum"]
    parts: tuple[SimplePart, ...] = Field(min_length=2)


Standard = Annotated[
    Steps | Linear | Categories | Checklist | Recency | Ratio | Presence | Relative | Judged | Sum,
    Field(discriminator="kind"),
]


def simple_parts(standard: Standard) -> Iterator[SimplePart]:
    """The rule parts of a standard, one by one; a judged standard has none."""
    if isinstance(standard, Sum):
        yield from standard.parts
    elif not isinstance(standard, Judged):
        yield standard
