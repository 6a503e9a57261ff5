"""Published editions, for everybody: no key is needed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Query, Schema
from pydantic import Field

from huoyue.core.message import M
from huoyue.server.api.declaring import reading
from huoyue.server.api.paging import Paging, part_of
from huoyue.server.api.shapes import Digest, Part, Titled, local
from huoyue.server.models import Edition
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.published import (
    holding_edition_door,
    open_table,
    open_tables,
    public_edition_door,
    published,
)
from huoyue.server.routes import ANYONE

OF = M("Editions").text


class EditionShown(Schema):
    """Results as published. A withdrawn edition stays listed as withdrawn."""

    round: str
    round_title: Titled
    number: int
    digest: Digest
    at: datetime
    replaces: int | None = Field(description=M("Number of the edition in whose place it stands.").text)
    errata: list[Titled]
    withdrawn_at: datetime | None
    withdrawn_reason: str


class EditionWithTables(EditionShown):
    """The same with the names of its tables of open data; none once it is withdrawn."""

    tables: list[str]


class TableShown(Schema):
    """A table of open data as it was published."""

    round: str
    number: int
    table: str
    columns: list[dict[str, Any]] = Field(description=M("Each column with its type and what it means.").text)
    rows: list[dict[str, Any]]


def shown(edition: Edition) -> dict[str, Any]:
    round_ = edition.round
    return {
        "round": round_.key, "round_title": {"zh": round_.title_zh, "en": round_.title_en}, "number": edition.number,
        "digest": edition.digest, "at": local(edition.at, round_.time_zone),
        "replaces": edition.replaces.number if edition.replaces else None,
        "errata": [{"zh": one.get("zh", ""), "en": one.get("en", "")} for one in edition.errata],
        "withdrawn_at": local(edition.withdrawn_at, round_.time_zone), "withdrawn_reason": edition.withdrawn_reason,
    }  # fmt: skip


@reading("editions", "api_editions", M("Published editions"), Part[EditionShown], of=OF, roles=ANYONE)
def editions(paging: Query[Paging]) -> dict[str, Any]:
    return part_of(published(), {"round__key": str, "number": int}, paging, shown)


@reading("editions/{slug:round}/{int:number}", "api_edition", M("A published edition"), EditionWithTables, of=OF,
         roles=ANYONE, door=public_edition_door)  # fmt: skip
def one(row: Edition) -> dict[str, Any]:
    return shown(row) | {"tables": open_tables(row)}


@reading("editions/{slug:round}/{int:number}/tables/{slug:table}", "api_open_table", M("A table of open data"),
         TableShown, of=OF, roles=ANYONE, door=holding_edition_door)  # fmt: skip
def table_of(row: Edition, table: str) -> dict[str, Any]:
    found = open_table(row, table)
    if found is None:
        raise Refuse("absent")
    return {"round": row.round.key, "number": row.number, "table": table, "columns": found["columns"],
            "rows": found["rows"]}  # fmt: skip
