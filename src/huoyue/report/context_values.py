"""What templates print: numbers that know their table, and text made safe for Markdown."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, is_dataclass
from datetime import date

from huoyue.wording import day

SPECIAL = re.compile(r"""([\\`*_{}\[\]<>#|$^~@+!"'-]|\.(?=\.)|^:)""")
IDENTIFIER = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")
AT_START = re.compile(r"^(\s*\w{1,9})([.)])(?=\s)")


class Markdown(str):
    """Text that is Markdown already: printed as it stands."""

    __slots__ = ()


def escaped(text: str) -> str:
    """Plain text as Markdown that says exactly that, on one line. Nothing in it can become markup, list or heading.

    A bare identifier stands as it is: it cannot be markup, and templates compare with it.
    """
    flat = " ".join(text.split())
    if IDENTIFIER.fullmatch(flat):
        return flat
    return AT_START.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", flat))


@dataclass(frozen=True)
class Num:
    """A number as people read it, and the table of the report in which it stands."""

    text: str
    table: str

    @property
    def span(self) -> Markdown:
        return Markdown(f"[{escaped(self.text)}]{{.n t={self.table}}}")


@dataclass(frozen=True)
class Count:
    """How many units. Prints as `n` (129), `c` (129家; English: 129), `units` (129家联盟; 129 alliances)."""

    value: int
    table: str


@dataclass(frozen=True)
class Share:
    """Part of a whole: `count` and `pct` (12.82%; a dash if the whole is empty), `of` and the whole's size."""

    count: Count
    whole: Count
    shown: str | None

    @property
    def pct(self) -> Num:
        return Num("—" if self.shown is None else f"{self.shown}%", self.count.table)


@dataclass(frozen=True)
class Counting:
    """How a language counts the units of a scheme."""

    lang: str
    unit: str
    units: str
    counter: str

    def data(self, count: Count) -> dict[str, object]:
        text = f"{count.value:,}" if self.lang == "en" else str(count.value)
        span = Num(text, count.table).span
        noun = self.unit if count.value == 1 else self.units
        zh = self.lang == "zh"
        return {
            "n": span,
            "c": span + (self.counter if zh else ""),
            "units": span + (f"{self.counter}{escaped(self.unit)}" if zh else f" {escaped(noun)}"),
            "any": count.value > 0,
            "one": count.value == 1,
        }


def data_of(value: object, counting: Counting) -> object:
    """`value` as plain dicts, lists, strings, booleans and None, ready to print. Text is escaped, numbers are spans."""
    match value:
        case Count():
            return counting.data(value)
        case Share():
            share = {"pct": str(value.pct.span), "known": value.shown is not None}
            return counting.data(value.count) | share | {"whole": counting.data(value.whole)}
        case Num():
            return str(value.span)
        case str():
            return str(value) if isinstance(value, Markdown) else escaped(value)
        case int() | None:
            return value
        case date():
            return day(value, counting.lang)
        case dict():
            return {key: data_of(item, counting) for key, item in value.items()}
        case tuple() | list():
            return [data_of(item, counting) for item in value]
    if is_dataclass(value):
        return {field.name: data_of(getattr(value, field.name), counting) for field in fields(value)}
    raise TypeError(type(value))
