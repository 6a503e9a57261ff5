"""Reading an archive that came from elsewhere: nothing in it is believed before it was checked."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Field,
    FloatField,
    ForeignKey,
    JSONField,
    TextField,
)

from huoyue.server.operations.chain import ORIGIN, Link, canonical, digest_of_link
from huoyue.server.operations.evidence import safe_name
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.carriage import CHOICES, TABLES, Row, Table
from huoyue.server.queries.carrying import SOURCE, files_named
from huoyue.server.queries.schemes import digest_of_scheme
from huoyue.snapshot.archive import JOURNAL, SCHEME, Archive

NAMED = ("evidence", "objectionfile", "returned")
"""Tables whose `name` is a file's, as people see it."""


@dataclass
class Carried:
    """An archive's rows, checked one by one, with its scheme and its journal."""

    digest: str
    chosen: frozenset[str]
    demonstration: bool
    scheme_text: str
    tables: dict[Table, list[Row]]
    journal: str
    source: str
    previous: str | None

    @property
    def round(self) -> Row:
        """The row of the round itself."""
        return self.rows("round")[0]

    def rows(self, name: str) -> list[Row]:
        """The rows of one table."""
        return next(rows for table, rows in self.tables.items() if table.name == name)


def damaged(where: str) -> Refuse:
    """What refuses an archive whose bytes are as they were written, and whose rows are not."""
    return Refuse("carried_damaged", where=where)


def read_archive(archive: Archive) -> Carried:
    """Everything an archive says. Refuse the first thing that cannot be."""
    chosen = archive.manifest.get("with")
    if not isinstance(chosen, list) or chosen != sorted(set(chosen) & set(CHOICES)):
        raise damaged("manifest.json")
    wanted = {SCHEME, JOURNAL, *(f"tables/{table.name}.jsonl" for table in TABLES)}
    if {name for name in archive.names if not name.startswith("files/")} != wanted:
        raise damaged("manifest.json")
    kept = frozenset(chosen)
    tables = {table: list(rows_in(archive, table, kept)) for table in TABLES}
    found = Carried(
        archive.digest, kept, archive.manifest.get("demonstration") is True, archive.text(SCHEME), tables, "", "", None
    )
    found.journal = archive.text(JOURNAL)
    found.source, found.previous = journal_in(found.journal)
    check_round(archive, found)
    check_files(archive, found)
    return found


def rows_in(archive: Archive, table: Table, chosen: frozenset[str]) -> Iterator[Row]:
    """The rows of one table, each column as its model takes it."""
    name = f"tables/{table.name}.jsonl"
    fields = {one.name: one for one in table.fields(chosen)}
    lines = archive.text(name).split("\n")
    if lines.pop() != "" or (lines and table.needs and table.needs not in chosen):
        raise damaged(name)
    for number, line in enumerate(lines, 1):
        where = f"{name}, {number}"
        row = object_in(line, where)
        row = dict.fromkeys(table.since) | row
        if row.keys() != fields.keys():
            raise damaged(where)
        yield {column: taken(field, row[column], where) for column, field in fields.items()}
        if table.name in NAMED and row["name"] != safe_name(row["name"]):
            raise damaged(where)


def object_in(line: str, where: str) -> dict[str, Any]:
    """A line as the object that it is, in its one form: no signs that a database does not keep."""
    try:
        row = json.loads(line, parse_constant=lambda _: math.nan)
        same = canonical(row).encode() == line.encode()
    except (ValueError, RecursionError) as error:
        raise damaged(where) from error
    if not same or not isinstance(row, dict) or not all(keepable(one) for one in parts(row)):
        raise damaged(where)
    return row


def parts(value: Any) -> Iterator[Any]:
    """Every text and number in a value."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield name
            yield from parts(one)
    elif isinstance(value, list):
        for one in value:
            yield from parts(one)
    else:
        yield value


def keepable(value: Any) -> bool:
    """Whether both databases can keep it."""
    if isinstance(value, float):
        return math.isfinite(value)
    return not (isinstance(value, str) and "\x00" in value)


def taken(field: Field[Any, Any], value: Any, where: str) -> Any:
    """A column's value. References stay names until their rows are there."""
    if value is None and not isinstance(field, JSONField):
        if not field.null:
            raise damaged(f"{where}, {field.name}")
        return None
    if isinstance(field, ForeignKey):
        if not all(type(part) in (str, int) for part in parts(value)) or isinstance(value, dict):
            raise damaged(f"{where}, {field.name}")
        return value
    try:
        return plainly(field, value)
    except (ValueError, TypeError, OverflowError, ValidationError) as error:
        raise damaged(f"{where}, {field.name}") from error


def plainly(field: Field[Any, Any], value: Any) -> Any:
    """A value of the very type that the column has. ValueError if it is another, too long, or no choice of its."""
    if isinstance(field, JSONField):
        return value
    if isinstance(field, DateTimeField):
        found = datetime.fromisoformat(text_of(value))
        if found.tzinfo is None or found.isoformat(timespec="microseconds") != value:
            raise ValueError(value)
        return found
    if isinstance(field, DateField):
        return date.fromisoformat(text_of(value))
    if isinstance(field, BooleanField):
        return one_of(value, bool)
    if isinstance(field, FloatField):
        return one_of(value, float)
    if isinstance(field, (CharField, TextField)):
        if field.choices and value not in {choice for choice, _ in field.choices}:
            raise ValueError(value)
        field.run_validators(text_of(value))
        return value
    least, most = BaseDatabaseOperations.integer_field_ranges[field.get_internal_type()]
    if not least <= one_of(value, int) <= most:
        raise ValueError(value)
    return value


def one_of(value: Any, kind: type[Any]) -> Any:
    if type(value) is not kind:  # True is no number here
        raise ValueError(value)
    return value


def text_of(value: Any) -> str:
    return str(one_of(value, str))


def check_round(archive: Archive, found: Carried) -> None:
    """One round, the one that the manifest names, under a scheme that can be read."""
    rows = found.rows("round")
    if len(rows) != 1 or rows[0]["key"] != archive.manifest.get("round"):
        raise damaged("tables/round.jsonl")
    if rows[0]["time_zone"] not in available_timezones() or not rows[0]["opens_at"] < rows[0]["deadline"]:
        raise damaged("tables/round.jsonl")
    if digest_of_scheme(found.scheme_text) != rows[0]["scheme_digest"]:
        raise damaged(SCHEME)


def check_files(archive: Archive, found: Carried) -> None:
    """Every file that a row names is there, and no other."""
    named = {
        f"files/{shelf}/{digest}"
        for table, rows in found.tables.items()
        for row in rows
        for shelf, digest in files_named(table, row.__getitem__)
    }
    there = {name for name in archive.names if name.startswith("files/")}
    if odd := sorted(named ^ there):
        raise damaged(odd[0])


def journal_in(text: str) -> tuple[str, str | None]:
    """Where the last part of a journal was recorded, and the round before; each event's digest is checked."""
    lines = text.split("\n")
    if lines.pop() != "" or not lines:
        raise damaged(JOURNAL)
    source, previous = None, None
    for number, line in enumerate(lines, 1):
        where = f"{JOURNAL}, {number}"
        row = object_in(line, where)
        if SOURCE in row:
            source, previous = header(row, where)
        elif source is None or not is_sound(row):
            raise damaged(where)
    if source is None:
        raise damaged(JOURNAL)
    return source, previous


def header(row: Row, where: str) -> tuple[str, str | None]:
    source, previous = row[SOURCE], row.get("previous")
    sound = isinstance(source, str) and len(source) <= 200 and (previous is None or isinstance(previous, str))
    if not sound or row.keys() != {SOURCE, "previous", "units"}:
        raise damaged(where)
    return source, previous


def is_sound(row: Row) -> bool:
    """Whether a line is an event that carries its own digest."""
    if row.keys() != set(Link._fields) or row["previous"] is None:
        return False
    link = Link(**row)
    return link.digest == digest_of_link(link) and len(str(link.previous)) == len(ORIGIN)
