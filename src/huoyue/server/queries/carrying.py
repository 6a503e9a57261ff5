"""A round as it travels: its rows under names that hold anywhere, its journal, and the files that they name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import ForeignKey, Model, QuerySet

from huoyue.server.models import ERASED_NAME, Account, Alliance, Carried, Event, Objection, Round
from huoyue.server.queries.carriage import (
    OBJECTORS,
    SHELVES,
    TABLES,
    Row,
    Table,
    name_of,
    plain,
)
from huoyue.server.queries.shelf import Shelf, shelf_path

IMPORTED, EXPORTED = "round.imported", "round.exported"
"""Events of the carriage itself, which stay where they happened."""
SOURCE = "source"
"""The key of the journal's lines that begin what one installation recorded."""


@dataclass
class Carriage:
    """What an archive is made of: rows by table, lines of the journal, and files by their name in the archive."""

    scheme_text: str
    tables: dict[str, list[Row]]
    journal: list[Any]
    files: dict[str, Path] = field(default_factory=dict)


@dataclass
class Taking:
    """Rows on their way out: names of rows by model and key, and what each table's rows are."""

    round: Round
    chosen: frozenset[str]
    names: dict[type[Model], dict[int, Any]] = field(default_factory=dict)
    rows: dict[Table, list[tuple[Any, Row]]] = field(default_factory=dict)


def carriage_of(round_: Round, chosen: frozenset[str]) -> Carriage:
    """All of a round that travels; of personal data, what is in `chosen`."""
    taking = Taking(round_, chosen)
    found = {table: list(rows_of(table, round_)) for table in TABLES if not table.needs or table.needs in chosen}
    if OBJECTORS not in chosen:
        for row in found[objections()]:
            without_objector(row)
    found[of(Alliance)] = with_merged(references(found, Alliance))
    for table in TABLES:
        if table.register and table in found:
            found[table] = under(table, found[of(Alliance)])
    accounts = Account.objects.filter(pk__in=references(found, Account))
    found[of(Account)] = sorted(accounts, key=lambda one: one.username)  # databases sort text each in its own way
    for table in TABLES:
        if table in found:
            take(taking, table, found[table])
    for table, rows in taking.rows.items():
        fill_later(taking, table, rows)
    return Carriage(
        round_.scheme_text,
        {table.name: [row for _, row in taking.rows.get(table, [])] for table in TABLES},
        [*journal_of(round_, chosen)],
        files_of(found),
    )


def of(model: type[Model]) -> Table:
    """The table of a model."""
    return next(table for table in TABLES if table.model is model)


def objections() -> Table:
    return of(Objection)


def rows_of(table: Table, round_: Round) -> Iterable[Any]:
    """A table's rows of a round in the order in which they were made; none yet of what is gathered by reference."""
    if table.register or not table.path:
        return []
    rows: QuerySet[Any] = table.model._default_manager.filter(**{table.path: round_.pk}).order_by("pk")
    return rows.select_related("notice__by") if table.model is Objection else rows


def under(table: Table, alliances: Iterable[Alliance]) -> list[Any]:
    """What the register keeps of some alliances, alliance by alliance."""
    codes = {one.pk: one.code for one in alliances}
    rows = table.model._default_manager.filter(alliance__in=codes)
    return sorted(rows, key=lambda row: (codes[row.alliance_id], row.pk))


def without_objector(row: Objection) -> None:
    """Leave out who objected, how they are reached, and what they wrote, from which they could be told."""
    row.name, row.by = ERASED_NAME, None
    row.organisation = row.telephone = row.email = row.signed_as = row.grounds = ""
    row.entered_by = row.notice.by


def references(found: dict[Table, list[Any]], model: type[Model]) -> set[int]:
    """The keys of all rows of `model` that rows name."""
    keys: set[int] = set()
    for table, rows in found.items():
        columns = [
            f.attname for f in table.fields(frozenset()) if isinstance(f, ForeignKey) and f.related_model is model
        ]
        keys |= {getattr(row, column) for row in rows for column in columns}
    return keys - {None}


def with_merged(keys: set[int]) -> list[Alliance]:
    """Alliances, and those into which they were merged."""
    found: dict[int, Alliance] = {}
    while keys:
        for one in Alliance.objects.filter(pk__in=keys):
            found[one.pk] = one
        keys = {one.merged_into_id for one in found.values() if one.merged_into_id} - found.keys()
    return sorted(found.values(), key=lambda one: one.code)


def take(taking: Taking, table: Table, rows: Iterable[Any]) -> None:
    """Write a table's rows, and remember what they are called."""
    fields = [one for one in table.fields(taking.chosen) if one.name not in table.later]
    taken, names = [], taking.names.setdefault(table.model, {})
    for place, row in enumerate(rows, 1):
        written = {one.name: value_of(taking, one, row) for one in fields}
        names[row.pk] = name_of(table, written, place)
        taken.append((row, written))
    taking.rows[table] = taken


def value_of(taking: Taking, column: Any, row: Any) -> Any:
    """A column as it is written: the name of the row that it names, or its plain value."""
    value = getattr(row, column.attname)
    if not isinstance(column, ForeignKey):
        return plain(column, value)
    return None if value is None else taking.names[column.related_model][value]  # type: ignore[index]


def fill_later(taking: Taking, table: Table, rows: list[tuple[Any, Row]]) -> None:
    """Write the columns that name rows of the same table, or of one that comes after it."""
    for column in (one for one in table.fields(taking.chosen) if one.name in table.later):
        for row, written in rows:
            written[column.name] = value_of(taking, column, row)


def files_of(found: dict[Table, list[Any]]) -> dict[str, Path]:
    """The files that rows name, by their name in an archive."""
    return {
        f"files/{shelf}/{digest}": shelf_path(shelf, digest)
        for table, rows in found.items()
        for row in rows
        for shelf, digest in files_named(table, lambda column, row=row: getattr(row, column))
    }


def files_named(table: Table, value: Any) -> Iterator[tuple[Shelf, str]]:
    """Shelf and digest of every file that a row names, whose columns `value` tells."""
    for shelf, column in SHELVES.get(table.model, ()):
        if digest := value(column):
            yield shelf, digest  # type: ignore[misc]


def stayed(round_: Round) -> int:
    """How many differences stayed as they are here when a round was brought in."""
    event = Event.objects.filter(round=round_, kind=IMPORTED).order_by("seq").last()
    detail: dict[str, Any] = (event.detail if event is not None else None) or {}
    return len(detail.get("after", {}).get("stays", []))


def is_named(shelf: Shelf, digest: str) -> bool:
    """Whether a row names a file of a shelf."""
    columns = ((model, column) for model, places in SHELVES.items() for place, column in places if place == shelf)
    return any(model._default_manager.filter(**{column: digest}).exists() for model, column in columns)


def journal_of(round_: Round, chosen: frozenset[str]) -> Iterator[Any]:
    """The journal that came along as it came, then what was recorded here since.

    Each part begins with a line that says where it was recorded and which alliance each number in it stands for.
    Details stay behind: they hold names and addresses. Their digests travel, so that who has them can prove them.
    """
    carried = Carried.objects.filter(round=round_).first()
    events = Event.objects.filter(round=round_).exclude(kind__in=(IMPORTED, EXPORTED)).order_by("seq")
    if OBJECTORS not in chosen:
        events = events.exclude(kind__startswith="objection.")
    if carried is not None:
        yield from carried.journal.splitlines()
        since = Event.objects.filter(round=round_, kind=IMPORTED).values_list("seq", flat=True).first() or 0
        events = events.filter(seq__gt=since)
        if not events.exists():
            return
    units = dict(Alliance.objects.filter(events__in=events).values_list("pk", "code"))
    previous = round_.previous.key if round_.previous else None
    yield {
        SOURCE: settings.SITE_ADDRESS,
        "previous": previous_here(carried) if previous is None and carried else previous,
        "units": {str(key): units[key] for key in sorted(units)},
    }
    for event in events.iterator(chunk_size=2000):
        yield {
            "seq": event.seq, "at": event.at.timestamp(), "actor": event.actor_id, "role": event.role,
            "kind": event.kind, "round": event.round_id, "alliance": event.alliance_id, "subject": event.subject,
            "token": event.token, "detail": None, "salt": "", "detail_digest": event.detail_digest,
            "previous": event.previous, "digest": event.digest,
        }  # fmt: skip


def previous_here(carried: Carried) -> str | None:
    """The round before, as the journal that came along names it."""
    return last_header(carried.journal.splitlines()).get("previous")


def last_header(lines: Iterable[str]) -> dict[str, Any]:
    """The line with which the last part of a journal begins."""
    found: dict[str, Any] = {}
    for line in lines:
        if line.startswith('{"previous":') and f'"{SOURCE}":' in line and isinstance(read := json.loads(line), dict):
            found = read if SOURCE in read else found
    return found
