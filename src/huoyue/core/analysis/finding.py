"""What a plausibility check hands over: a rule, the records it concerns, and what to say about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from huoyue.core.message import M, Message, Value
from huoyue.core.scheme.model import FieldSpec, RecordType

RecordRow = tuple[str, str, str]
"""unit, record type, record."""


@dataclass(frozen=True)
class Finding:
    """One finding: `rows` are the records that belong together."""

    rule: str
    rows: tuple[RecordRow, ...]
    detail: Message


@dataclass(frozen=True)
class Register:
    """Names and places of units, for naming them in findings and for their order."""

    names: dict[str, str]
    places: dict[str, int]

    @classmethod
    def of(cls, units: pl.DataFrame) -> Register:
        return cls(dict(units.select("unit", "name").iter_rows()), dict(units.select("unit", "position").iter_rows()))

    def name(self, unit: str) -> str:
        """The unit's name; its code where the register does not know it."""
        return self.names.get(unit, unit)

    def listed(self, units: set[str]) -> tuple[str, ...]:
        """Names of units in the order of the register."""
        return tuple(self.name(unit) for unit in sorted(units, key=self.place))

    def place(self, unit: str) -> tuple[int, str]:
        return self.places.get(unit, len(self.places) + 1), unit


def shown(spec: FieldSpec, value: Value) -> Value:
    """A stored value as people write it: numbers scaled, choices by title."""
    if isinstance(value, bool):
        return M("yes") if value else M("no")
    if isinstance(value, int):
        return Decimal(value) / spec.scale
    chosen: dict[Value, Value] = {option.id: option.title for option in spec.options}
    return chosen.get(value, value)


def key_shown(kind: RecordType, row: Mapping[str, Value]) -> Message:
    """The key fields of a record as people wrote them."""
    return M("{key}", key=tuple(shown(kind.field(name), row[name]) for name in kind.key))
