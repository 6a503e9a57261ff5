"""Where the register and accounts here say something else than an archive: all of it stays here as it is.

So a round that was brought in is equal to the one in the archive where nothing is listed here, and only there.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from django.db.models import Field, ForeignKey, QuerySet

from huoyue.server.models import Account, Alliance
from huoyue.server.queries.carriage import TABLES, Row, Table, plain

Rows = Mapping[Table, list[Row]]


@dataclass(frozen=True)
class Difference:
    """What an archive says of an alliance or a person, and what is said here instead. `what` is a column or table."""

    kind: str
    key: str
    what: str
    there: str
    here: str


def differences(tables: Rows, chosen: frozenset[str]) -> list[Difference]:
    """Every difference between an archive's rows and what stands here, of alliances and people known here already."""
    found: list[Difference] = []
    for table in TABLES:
        if table.model in (Account, Alliance):
            found += of_columns(table, tables.get(table, []), chosen)
        elif table.register and table in tables and (not table.needs or table.needs in chosen):
            found += of_rows(table, tables[table], known_codes(tables), chosen)
    return sorted(found, key=lambda one: (one.kind != "alliance", one.key))


def of_columns(table: Table, rows: list[Row], chosen: frozenset[str]) -> Iterator[Difference]:
    """Accounts or alliances whose own columns differ."""
    (key,) = table.key
    wanted = {f"{key}__in": [row[key] for row in rows]}
    here = {getattr(one, key): one for one in table.model._default_manager.filter(**wanted)}
    for row in rows:
        if (one := here.get(row[key])) is not None:
            for field in table.fields(chosen):
                there, own = shown(field, row[field.name]), shown(field, value_here(field, one))
                if there != own:
                    yield Difference(table.name, str(row[key]), field.name, there, own)


def known_codes(tables: Rows) -> list[str]:
    """The alliances of an archive that are in the register here."""
    codes = [row["code"] for table, rows in tables.items() if table.model is Alliance for row in rows]
    return list(Alliance.objects.filter(code__in=codes).values_list("code", flat=True))


def of_rows(table: Table, rows: list[Row], codes: list[str], chosen: frozenset[str]) -> Iterator[Difference]:
    """What the register keeps of known alliances in a table of its own: lines that only one side has."""
    fields = [one for one in table.fields(chosen) if one.name not in ("alliance", "by", "at")]
    there, here = gathered(codes), gathered(codes)
    for row in rows:
        if row["alliance"] in there:
            there[row["alliance"]][line(shown(one, row[one.name]) for one in fields)] += 1
    kept_here: QuerySet[Any] = table.model._default_manager.filter(alliance__code__in=codes)
    for kept in kept_here.select_related("alliance").order_by("pk"):
        here[kept.alliance.code][line(shown(one, value_here(one, kept)) for one in fields)] += 1
    for code in codes:
        if there[code] != here[code]:
            yield Difference("alliance", code, table.name, "；".join((there[code] - here[code]).elements()),
                             "；".join((here[code] - there[code]).elements()))  # fmt: skip


def gathered(codes: Iterable[str]) -> dict[str, Counter[str]]:
    return {code: Counter() for code in codes}


def line(cells: Iterable[str]) -> str:
    return "，".join(cell for cell in cells if cell)


def value_here(field: Field[Any, Any], one: Any) -> Any:
    """A column as an archive would have it: the name of the row that it names, or its value."""
    if not isinstance(field, ForeignKey):
        return getattr(one, field.attname)
    to = getattr(one, field.name)
    return None if to is None else getattr(to, "code", None) or getattr(to, "username", None)


def shown(field: Field[Any, Any], value: Any) -> str:
    """A value as people read it, the same from either side."""
    written = value if isinstance(field, ForeignKey) else plain(field, value)
    if isinstance(written, bool):
        return "✓" if written else ""
    if isinstance(written, dict):
        return line(f"{name}={one}" for name, one in sorted(written.items()))
    return "" if written is None else str(written)


def as_csv(found: Iterable[Difference]) -> bytes:
    """The differences as a file for spreadsheets; what would be a formula is a text."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(("kind", "key", "what", "archive", "here"))
    for one in found:
        writer.writerow(f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in astuple(one))
    return stream.getvalue().encode("utf-8-sig")
