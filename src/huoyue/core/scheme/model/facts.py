"""Facts: record types and their typed fields."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from huoyue.core.message import Title
from huoyue.core.scheme.model.base import Flag, Identifier, Named


class Option(Named):
    """One choice. `also` lists other spellings that people write and that certainly mean it."""

    also: tuple[str, ...] = ()


class FieldSpec(Named):
    """One typed field of a record type or of the register.

    Stored as: text, choice, link, unit -> string; integer, decimal, money -> 64-bit whole number in units of
    10**-`decimals`; date -> date; yes_no -> boolean. `money` is in 万元 (ten thousand yuan); 元 is converted.
    `unit` holds the code of another evaluated unit.
    """

    type: Literal["text", "integer", "decimal", "money", "date", "choice", "yes_no", "link", "unit"]
    required: Flag = False
    options: tuple[Option, ...] = ()
    decimals: int = Field(default=0, ge=0, le=4)
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    longest: int = Field(default=200, ge=1, le=5000)
    help: Title | None = None
    measured_in: Title | None = None

    @property
    def scale(self) -> int:
        """How many stored units make one: 10**decimals."""
        return int(10**self.decimals)


class RecordType(Named):
    """A kind of fact: its fields, who reports it, what evidence it needs, and what makes two records the same.

    `dated` names the date field that must lie in the period. `key` names the fields that identify one event; two
    records of one unit with the same key are duplicates. `exclusive` means that one key belongs to one unit only, so
    two units that claim it are listed for checking; with `joint` partners named in a unit field the claim is expected.
    """

    reported_by: Literal["unit", "liaison", "secretariat"] = "unit"
    fields: tuple[FieldSpec, ...]
    dated: Identifier | None = None
    key: tuple[Identifier, ...] = ()
    exclusive: Flag = False
    joint: Identifier | None = None
    evidence: Literal["required", "optional", "none"] = "none"
    evidence_hint: Title | None = None
    single: Flag = False
    """At most one record a unit (a yearly statement rather than a list of events)."""
    outliers: tuple[Identifier, ...] = ()
    """Number fields whose extreme values, within a batch, are listed for checking."""

    def field(self, name: str) -> FieldSpec:
        """The field called `name`; KeyError if there is none."""
        return {spec.id: spec for spec in self.fields}[name]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(spec.id for spec in self.fields)
