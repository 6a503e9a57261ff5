"""What a round came to: scores, settled points, snapshots."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from django.http import FileResponse, HttpRequest
from ninja import Query, Schema
from pydantic import Field

from huoyue.core.message import M
from huoyue.server.api.declaring import reading
from huoyue.server.api.paging import Paging, part_of
from huoyue.server.api.shapes import Code, Digest, Exact, Part, Points, Titled, exact, local, named, points, rounded
from huoyue.server.asking import own_account
from huoyue.server.models import Filing, Frozen, Round
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.results import figure_door, figures_door, results_door, snapshot_door
from huoyue.server.queries.review_board import barred_alliances
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.scores import Scores, scores_of
from huoyue.server.queries.shelf import shelf_path

OF = M("Results and snapshots").text
SCOPE = "results:read"
READERS = ("secretariat", "chair", "observer")
ZIP = {"responses": {200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}}}


class ResultLine(Schema):
    """What an alliance came to."""

    alliance: Code
    name: str
    score: Points | None = Field(description=M("Empty for alliances from which you stand back.").text)
    exact: Exact | None = Field(description=M("The total before it is rounded, as a fraction.").text)
    tier: str | None
    tier_title: Titled | None
    rank: int | None = Field(description=M("Once the round is frozen.").text)
    provisional: bool = Field(description=M("Whether it may still change: the round is not frozen.").text)
    snapshot: int | None = Field(description=M("Number of the snapshot it comes from.").text)


class SettledShown(Schema):
    """Settled points on an indicator."""

    indicator: str
    pillar: str
    maximum: Points
    points: Points
    exact: Exact
    basis: str = Field(description="rule, marks, decision, correction, not_applicable, not_available")
    note: Titled


class ResultShown(ResultLine):
    """The same, indicator by indicator."""

    indicators: list[SettledShown]


class SnapshotShown(Schema):
    """A snapshot: what it is known and proved by, and its figures."""

    round: str
    number: int
    digest: Digest
    file_digest: Digest
    size: int
    at: datetime
    previous: int | None
    signature: str = Field(description=M("Ed25519 over the digest, in base64; empty where none is set.").text)
    public_key: str
    verdicts: dict[str, int]
    tiers: dict[str, int]


def line(filing: Filing, round_: Round, found: Scores, *, barred: bool) -> dict[str, Any]:
    one = None if barred else found.scores.get(filing.alliance.code)
    titles = {tier.id: tier.title for tier in scheme_of(round_).tiers}
    return {
        "alliance": filing.alliance.code, "name": filing.alliance.name, "score": points(one.score) if one else None,
        "exact": exact(one.total) if one else None, "tier": one.tier if one else None,
        "tier_title": named(titles, one.tier) if one else None, "rank": one.rank if one else None,
        "provisional": found.frozen is None, "snapshot": found.frozen.number if found.frozen else None,
    }  # fmt: skip


@reading("rounds/{slug:round}/results", "api_results", M("Scores and tiers of a round"), Part[ResultLine], of=OF,
         roles=READERS, door=figures_door, scope=SCOPE)  # fmt: skip
def results(request: HttpRequest, row: Round, paging: Query[Paging]) -> dict[str, Any]:
    found, barred = scores_of(row), barred_alliances(own_account(request), row)

    def shown(filing: Filing) -> dict[str, Any]:
        return line(filing, row, found, barred=filing.alliance.code in barred)

    filings = Filing.objects.filter(round=row, alliance__code__in=found.scores).select_related("alliance")
    return part_of(filings, {"alliance__position": int, "alliance__code": str}, paging, shown)


@reading("rounds/{slug:round}/results/{str:unit}", "api_result", M("What an alliance came to, indicator by indicator"),
         ResultShown, of=OF, roles=READERS, door=figure_door, scope=SCOPE)  # fmt: skip
def result(row: Filing) -> dict[str, Any]:
    code = row.alliance.code
    found = scores_of(row.round, [code])
    if code not in found.scores:
        raise Refuse("absent")
    own = [settled(one) for one in found.settled.iter_rows(named=True) if one["unit"] == code]
    return line(row, row.round, found, barred=False) | {"indicators": own}


def settled(row: dict[str, Any]) -> dict[str, Any]:
    given = Fraction(row["settled_num"], row["settled_den"])
    return {
        "indicator": row["indicator"], "pillar": row["pillar"], "maximum": points(row["maximum"]),
        "points": rounded(given), "exact": exact(given), "basis": row["basis"],
        "note": {"zh": row["note_zh"], "en": row["note_en"]},
    }  # fmt: skip


def snapshot_shown(frozen: Frozen, round_: Round) -> dict[str, Any]:
    return {
        "round": round_.key, "number": frozen.number, "digest": frozen.digest, "file_digest": frozen.file_digest,
        "size": frozen.size, "at": local(frozen.at, round_.time_zone),
        "previous": frozen.previous.number if frozen.previous else None, "signature": frozen.signature,
        "public_key": frozen.public_key, "verdicts": frozen.summary.get("funnel", {}),
        "tiers": frozen.summary.get("tiers", {}),
    }  # fmt: skip


@reading("rounds/{slug:round}/snapshots", "api_snapshots", M("Snapshots of a round"), Part[SnapshotShown], of=OF,
         roles=READERS, door=results_door, scope=SCOPE)  # fmt: skip
def snapshots(row: Round, paging: Query[Paging]) -> dict[str, Any]:
    found = Frozen.objects.filter(round=row).select_related("previous")
    return part_of(found, {"number": int}, paging, lambda one: snapshot_shown(one, row))


@reading("rounds/{slug:round}/snapshots/{int:number}", "api_snapshot", M("A snapshot"), SnapshotShown, of=OF,
         roles=READERS, door=snapshot_door, scope=SCOPE)  # fmt: skip
def snapshot(row: Frozen) -> dict[str, Any]:
    return snapshot_shown(row, row.round)


@reading("rounds/{slug:round}/snapshots/{int:number}/file", "api_snapshot_file", M("The snapshot as a file"), None,
         of=OF, roles=READERS, door=snapshot_door, scope=SCOPE, more=ZIP)  # fmt: skip
def snapshot_file(row: Frozen) -> FileResponse:
    stream = shelf_path("snapshots", row.file_digest).open("rb")
    name = f"snapshot-{row.round.key}-{row.number}.zip"
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip")
