"""Rows that are sent for a section, and which of its records they mean: what is new, corrected, the same, or gone."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from huoyue.core.filing.names import Names
from huoyue.core.filing.values import Value, is_blank, read
from huoyue.core.scheme.model import RecordType, Scheme
from huoyue.server.models import Filing, Record
from huoyue.server.queries.filings import live_records, names_of
from huoyue.server.queries.reading import EVIDENCE, clean_cells


@dataclass(frozen=True)
class Unread:
    """What stands in a cell that cannot be read. Workbooks that we write leave it out."""

    text: str


Part: TypeAlias = "Value | Unread"
Parts: TypeAlias = Mapping[str, Part]
Looked: TypeAlias = "Callable[[tuple[str, ...], Parts], tuple[tuple[str, ...], Parts]]"
"""From the columns of a row and a record: what to compare, and what of the record with."""


@dataclass(frozen=True)
class Fate:
    """What becomes of a row: new, corrected or unchanged; the record it means, and the cells it has then."""

    state: str
    cells: dict[str, str]
    record: int | None = None
    changed: tuple[str, ...] = ()
    """The cells that are corrected."""


@dataclass(frozen=True)
class Plan:
    """What becomes of the rows of one section. `numbers` says which of all rows they are."""

    kind: RecordType
    records: list[Record]
    numbers: list[int] = field(default_factory=list)
    fates: list[Fate] = field(default_factory=list)

    def count(self, state: str) -> int:
        """How many rows are `state`."""
        return sum(fate.state == state for fate in self.fates)

    @property
    def gone(self) -> list[Record]:
        """The records that no row means."""
        meant = {fate.record for fate in self.fates}
        return [record for n, record in enumerate(self.records) if n not in meant]


def matched(
    kind: RecordType,
    rows: Sequence[Mapping[str, str]],
    records: Sequence[Mapping[str, str]],
    names: Names | None = None,
) -> list[Fate]:
    """What becomes of every row, given the cells of the records that are there; each record is meant at most once.

    A row means a record that reads the same; else one that reads as a workbook of ours writes it, without what cannot
    be read; else one with the same key (or the only one of its kind); else one that differs in unreadable cells alone.
    In a row, a cell that is there and blank empties the record's; one that is not there leaves it as it is.
    """
    typed = [_parts(kind, row, names) for row in rows]
    known = [_parts(kind, record, names) for record in records]
    found: dict[int, int] = {}
    for looked in (_whole, _as_written, _key_of(kind), _readable):
        _pair(typed, known, looked, found)
    if kind.single:
        left = [n for n in range(len(records)) if n not in set(found.values())]
        found |= zip((n for n in range(len(rows)) if n not in found), left, strict=False)
    return [
        _fate(kind, row, typed[n], found[n], records[found[n]], known[found[n]])
        if n in found
        else Fate("new", clean_cells(kind, row))
        for n, row in enumerate(rows)
    ]


def _parts(kind: RecordType, cells: Mapping[str, str], names: Names | None) -> Parts:
    """The cells as they are read, those of other names left out."""
    texts = clean_cells(kind, cells)
    parts: dict[str, Part] = {}
    for spec in kind.fields:
        if spec.id not in cells:
            continue
        text = texts.get(spec.id, "")
        if is_blank(text):
            parts[spec.id] = None
            continue
        taken = names.find(text) if spec.type == "unit" and names is not None else read(spec, text)
        value = _lined(taken.value) if isinstance(taken.value, str) else taken.value
        parts[spec.id] = value if taken.code is None else Unread(_lined(text))
    if EVIDENCE in cells and kind.evidence != "none":
        parts[EVIDENCE] = _lined(texts.get(EVIDENCE, "")) or None
    return parts


def _lined(text: str) -> str:
    """The text without the blanks that a spreadsheet may add or take."""
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


def _whole(columns: tuple[str, ...], record: Parts) -> tuple[tuple[str, ...], Parts]:
    return columns, record


def _as_written(columns: tuple[str, ...], record: Parts) -> tuple[tuple[str, ...], Parts]:
    return columns, {name: None if isinstance(part, Unread) else part for name, part in record.items()}


def _readable(columns: tuple[str, ...], record: Parts) -> tuple[tuple[str, ...], Parts]:
    return tuple(name for name in columns if not isinstance(record.get(name), Unread)), record


def _key_of(kind: RecordType) -> Looked:
    def key(columns: tuple[str, ...], record: Parts) -> tuple[tuple[str, ...], Parts]:
        parts = [record.get(name) for name in kind.key]
        whole = all(part is not None and not isinstance(part, Unread) for part in parts)
        return kind.key if whole and set(kind.key) <= set(columns) else (), record

    return key


def _pair(rows: Sequence[Parts], records: Sequence[Parts], looked: Looked, found: dict[int, int]) -> None:
    """Add to `found` (row: record) the pairs that are alike when looked at so, in their order."""
    taken = set(found.values())
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for n, row in enumerate(rows):
        if n not in found:
            groups[tuple(row)].append(n)
    for columns, group in groups.items():
        indexes: dict[tuple[str, ...], dict[tuple[Part, ...], deque[int]]] = {}
        for n, record in enumerate(records):
            names, parts = looked(columns, record)
            if n in taken or not names:
                continue
            if names not in indexes:
                indexes[names] = defaultdict(deque)
                for number in group:
                    indexes[names][tuple(rows[number][name] for name in names)].append(number)
            wanted = tuple(parts.get(name) for name in names)
            queue = indexes[names].get(wanted, deque())
            while queue and queue[0] in found:
                queue.popleft()
            if queue and any(part is not None for part in wanted):
                found[queue.popleft()] = n
                taken.add(n)


def _fate(
    kind: RecordType, row: Mapping[str, str], typed: Parts, number: int, record: Mapping[str, str], known: Parts
) -> Fate:
    """The record with what the row says otherwise; what reads the same stays as it was typed."""
    changed = tuple(
        name
        for name, part in typed.items()
        if part != known.get(name) and not (part is None and isinstance(known.get(name), Unread))
    )
    cells = clean_cells(kind, dict(record) | {name: row[name] for name in changed})
    return Fate("corrected" if changed else "unchanged", cells, number, changed)


def plans_of(
    scheme: Scheme, filing: Filing, rows: Sequence[tuple[RecordType, Mapping[str, str]]], kinds: Iterable[RecordType]
) -> list[Plan]:
    """What becomes of `rows` in each of the sections `kinds` of a filing. Blank rows are left out."""
    wanted = list(kinds)
    plans = {kind.id: Plan(kind, []) for kind in wanted}
    for record in live_records(filing).filter(kind__in=list(plans)):
        plans[record.kind].records.append(record)
    for number, (kind, cells) in enumerate(rows):
        if kind.id in plans and clean_cells(kind, cells):
            plans[kind.id].numbers.append(number)
    for plan in plans.values():
        names = names_of(scheme) if any(spec.type == "unit" for spec in plan.kind.fields) else None
        sent = [rows[number][1] for number in plan.numbers]
        plan.fates.extend(matched(plan.kind, sent, [record.cells for record in plan.records], names))
    return list(plans.values())
