"""Filings of a round: where each stands, its versions, and what a version holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from huoyue.core.message import M
from huoyue.server.api.declaring import reading
from huoyue.server.api.paging import Paging, part_of
from huoyue.server.api.shapes import Code, Digest, Part, Titled, local, titled
from huoyue.server.asking import reader
from huoyue.server.models import Filing, Round, Version
from huoyue.server.queries.compare import Kept, content_from
from huoyue.server.queries.doors import filing_door, round_door, visible_filings
from huoyue.server.queries.filings import own_kinds, with_counts
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.screening import outcome_of
from huoyue.server.queries.uploads import version_door
from huoyue.server.queries.windows import deadline_of
from huoyue.server.wording import STATES

OF = M("Filings and their versions").text
SCOPE = "filings:read"
READERS = ("filer", "liaison", "secretariat", "observer")


class FilingLine(Schema):
    """Where a filing stands."""

    alliance: Code
    name: str
    state: str = Field(description="untouched, draft, checking, submitted, returned")
    state_title: Titled
    records: int = Field(description=M("How many records are typed at the moment.").text)
    deadline: datetime = Field(description=M("The alliance's own, where it was given more time.").text)
    in_force: int | None = Field(description=M("Number of the version that counts.").text)
    digest: str | None = Field(description=M("Of the version that counts.").text)
    submitted_at: datetime | None


class VersionLine(Schema):
    """A version as it was submitted."""

    number: int
    digest: Digest
    receipt: str
    submitted_at: datetime
    withdrawn_at: datetime | None


class Outcome(Schema):
    """What settled screening came to."""

    verdict: str = Field(description="evaluated, incomplete, not_filed")
    title: Titled
    reason: Titled


class FilingShown(FilingLine):
    """A filing with its versions, and its verdict once screening is settled."""

    versions: list[VersionLine]
    outcome: Outcome | None


class FileShown(Schema):
    """A file of evidence, by name and digest."""

    name: str
    kind: str
    digest: Digest


class RecordShown(Schema):
    """A record as it was typed, cell by cell of its kind."""

    record: str
    kind: str
    cells: dict[str, str]
    evidence: list[FileShown]


class VersionShown(VersionLine):
    """A version with what it holds."""

    round: str
    alliance: Code
    records: list[RecordShown]


def line(filing: Filing) -> dict[str, Any]:
    held, zone = filing.in_force, filing.round.time_zone
    return {
        "alliance": filing.alliance.code, "name": filing.alliance.name, "state": filing.state,
        "state_title": titled(STATES[filing.state]), "records": filing.record_count,
        "deadline": local(deadline_of(filing), zone), "in_force": held.number if held else None,
        "digest": held.digest if held else None, "submitted_at": local(held.submitted_at, zone) if held else None,
    }  # fmt: skip


def version_line(version: Version, zone: str) -> dict[str, Any]:
    return {"number": version.number, "digest": version.digest, "receipt": version.receipt,
            "submitted_at": local(version.submitted_at, zone),
            "withdrawn_at": local(version.withdrawn_at, zone)}  # fmt: skip


@reading("rounds/{slug:round}/filings", "api_filings", M("Filings of a round"), Part[FilingLine], of=OF, roles=READERS,
         door=round_door, scope=SCOPE)  # fmt: skip
def filings(request: HttpRequest, row: Round, paging: Query[Paging]) -> dict[str, Any]:

    def shown(filing: Filing) -> dict[str, Any]:
        filing.round = row
        return line(filing)

    found = with_counts(visible_filings(reader(request), row)).defer("in_force__content")
    return part_of(found, {"alliance__position": int, "alliance__code": str}, paging, shown)


@reading("rounds/{slug:round}/filings/{str:unit}", "api_filing", M("A filing with its versions"), FilingShown, of=OF,
         roles=READERS, door=filing_door, scope=SCOPE)  # fmt: skip
def one(row: Filing) -> dict[str, Any]:
    row.record_count = row.records.filter(removed_at=None).count()
    versions = row.versions.defer("content").order_by("number")
    found = outcome_of(row)
    outcome = None
    if found is not None:
        reason = found.reason
        texts = {"zh": reason, "en": reason} if isinstance(reason, str) else titled(reason)
        outcome = {"verdict": found.name, "title": titled(found.title), "reason": texts}
    shown = [version_line(version, row.round.time_zone) for version in versions]
    return line(row) | {"versions": shown, "outcome": outcome}


@reading("rounds/{slug:round}/filings/{str:unit}/versions/{int:number}", "api_version", M("What a version holds"),
         VersionShown, of=OF, roles=READERS, door=version_door, scope=SCOPE)  # fmt: skip
def version(row: Version) -> dict[str, Any]:
    filing = row.filing
    content = content_from(row.content)
    records = [kept_shown(kept) for kind in own_kinds(scheme_of(filing.round)) for kept in content.of(kind.id)]
    return version_line(row, filing.round.time_zone) | {
        "round": filing.round.key, "alliance": filing.alliance.code, "records": records,
    }  # fmt: skip


def kept_shown(kept: Kept) -> dict[str, Any]:
    files = [{"name": one.name, "kind": one.kind, "digest": one.digest} for one in kept.files]
    return {"record": kept.uid, "kind": kept.kind, "cells": kept.cells, "evidence": files}
