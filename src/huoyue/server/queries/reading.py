"""What was typed into a record, read by the rules of its record type: values, and what is wrong with which cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from huoyue.core.filing.names import Names
from huoyue.core.filing.values import Value, is_blank, read
from huoyue.core.message import M, Message
from huoyue.core.scheme.model import FieldSpec, RecordType, Scheme

EVIDENCE = "evidence"
"""The cell that names evidence on paper or by link; files are kept apart."""
LONGEST_CELL = 8000
"""Characters kept of one cell; more than any field of a scheme allows."""


@dataclass(frozen=True)
class Flaw:
    """What is wrong with a cell (or, with no `cell`, with the record), and how to mend it."""

    cell: str
    what: Message
    mend: Message | None = None
    missing: bool = False
    """Whether something is merely not there yet."""


@dataclass
class Reading:
    """One record as it was read: stored values by field, and its flaws."""

    values: dict[str, Value] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)

    @property
    def by_cell(self) -> dict[str, Flaw]:
        """The first flaw of each cell."""
        return {flaw.cell: flaw for flaw in reversed(self.flaws)}

    @property
    def state(self) -> str:
        """error, missing or complete."""
        if any(not flaw.missing for flaw in self.flaws):
            return "error"
        return "missing" if self.flaws else "complete"


def read_record(
    scheme: Scheme, kind: RecordType, cells: Mapping[str, str], *, files: int = 0, names: Names | None = None
) -> Reading:
    """Read the typed `cells` of one record; `files` is how many evidence files it has, `names` the register's."""
    reading = Reading()
    for spec in kind.fields:
        typed = cells.get(spec.id, "")
        if is_blank(typed):
            reading.values[spec.id] = None
            if spec.required:
                reading.flaws.append(Flaw(spec.id, M("{title} is missing.", title=spec.title), missing=True))
            continue
        found = names.find(typed) if spec.type == "unit" and names is not None else read(spec, typed)
        if found.code is not None and found.what is not None:
            reading.flaws.append(Flaw(spec.id, found.what, found.mend))
        reading.values[spec.id] = found.value
    reading.flaws += outside_period(scheme, kind, reading.values)
    if kind.evidence == "required" and not files and is_blank(cells.get(EVIDENCE, "")):
        what = M("Evidence is missing: attach a file, or write a link or reference.")
        reading.flaws.append(Flaw(EVIDENCE, what, missing=True))
    return reading


def outside_period(scheme: Scheme, kind: RecordType, values: Mapping[str, Value]) -> Iterable[Flaw]:
    """The flaw of a record dated outside the period of the round."""
    day = values.get(kind.dated) if kind.dated else None
    first, last = scheme.period.starts, scheme.period.ends
    if day is None or kind.dated is None or first <= day <= last:  # type: ignore[operator]
        return []
    what = M("{day} lies outside the period from {first} to {last}.", day=day, first=first, last=last)
    return [Flaw(kind.dated, what, M("File it in the round it belongs to, or correct the date."))]


def duplicates(kind: RecordType, readings: Mapping[str, Reading]) -> dict[str, Flaw]:
    """The records (by uid) that are there more than once, by the key of their type."""
    if not kind.key:
        return {}
    keys = {uid: tuple(reading.values.get(name) for name in kind.key) for uid, reading in readings.items()}
    full = {uid: key for uid, key in keys.items() if all(part is not None for part in key)}
    counts = Counter(full.values())
    titles = tuple(kind.field(name).title for name in kind.key)
    what = M("Another record here has the same {titles}.", titles=titles)
    mend = M("Delete one of them, or correct what is wrong.")
    return {uid: Flaw(kind.key[0], what, mend) for uid, key in full.items() if counts[key] > 1}


def shown_choice(spec: FieldSpec, typed: str) -> str:
    """The id of the option that `typed` means; `typed` itself if it means none."""
    if is_blank(typed):
        return ""
    if spec.type == "yes_no":
        value = read(spec, typed).value
        return ("是" if value else "否") if isinstance(value, bool) else typed
    found = read(spec, typed)
    return str(found.value) if found.value is not None else typed


def clean_cells(kind: RecordType, cells: Mapping[str, Any]) -> dict[str, str]:
    """The cells of `kind` as text that every database keeps; cells of other names are dropped, blank ones too."""
    allowed = {*kind.names, *((EVIDENCE,) if kind.evidence != "none" else ())}
    texts = {name: str(value).replace("\x00", "")[:LONGEST_CELL] for name, value in cells.items() if name in allowed}
    legible = {name: text.encode("utf-8", "replace").decode() for name, text in texts.items()}
    return {name: text for name, text in legible.items() if text.strip()}


def is_uid(text: str) -> bool:
    """Whether a text may name a record: letters and digits of our own making."""
    return 8 <= len(text) <= 32 and text.isascii() and text.isalnum()
