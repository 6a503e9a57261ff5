"""Rounds, what they ask, and what a key reaches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Schema
from pydantic import Field

from huoyue.core.message import M
from huoyue.core.scheme.model import hundredths
from huoyue.server.api.declaring import reading
from huoyue.server.api.paging import Paging, part_of
from huoyue.server.api.shapes import Digest, Part, Points, Titled, local, points, titled
from huoyue.server.asking import reader
from huoyue.server.models import Alliance, ApiKey, Round
from huoyue.server.queries.doors import round_door, visible_rounds
from huoyue.server.queries.schemes import scheme_of

OF = M("Rounds").text


class KeyShown(Schema):
    """A key and as what it reads."""

    name: str
    prefix: str
    role: str
    scopes: list[str]
    expires_at: datetime | None
    alliances: list[str] = Field(description=M("Codes of the alliances that the role is given for.").text)


class RoundShown(Schema):
    """A round."""

    round: str = Field(description=M("The round's name in addresses.").text)
    title: Titled
    stage: str = Field(description="preparing, open, closed, screened, frozen")
    practice: bool = Field(description=M("For training: nothing in it counts.").text)
    opens_at: datetime
    deadline: datetime = Field(description=M("The first moment that is too late.").text)
    closed_at: datetime | None
    time_zone: str
    scheme_digest: Digest
    previous: str | None


class IndicatorShown(Schema):
    """An indicator of a round's scheme."""

    indicator: str
    pillar: str
    title: Titled
    pillar_title: Titled
    maximum: Points


class Indicators(Schema):
    """What a round is evaluated by, in the order of its scheme."""

    round: str
    scheme_digest: Digest
    items: list[IndicatorShown]


def round_shown(round_: Round) -> dict[str, Any]:
    zone = round_.time_zone
    return {
        "round": round_.key, "title": {"zh": round_.title_zh, "en": round_.title_en}, "stage": round_.stage,
        "practice": round_.practice, "opens_at": local(round_.opens_at, zone),
        "deadline": local(round_.deadline, zone), "closed_at": local(round_.closed_at, zone), "time_zone": zone,
        "scheme_digest": round_.scheme_digest, "previous": round_.previous.key if round_.previous else None,
    }  # fmt: skip


@reading("key", "api_key", M("The key and as what it reads"), KeyShown, of=OF)
def key(request: HttpRequest) -> dict[str, Any]:
    made: ApiKey = request.api_key  # type: ignore[attr-defined]  # set by the caller
    given = {duty.alliance_id for duty in reader(request).duties if duty.alliance_id}
    units = Alliance.objects.filter(pk__in=given).values_list("code", flat=True)
    return {"name": made.name, "prefix": made.prefix, "role": made.role, "scopes": made.scopes,
            "expires_at": made.expires_at, "alliances": sorted(units)}  # fmt: skip


@reading("rounds", "api_rounds", M("Rounds in which you have a part"), Part[RoundShown], of=OF)
def rounds(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    person = reader(request)
    found = visible_rounds(person).select_related("previous").defer("scheme_text")
    if all(duty.round_id for duty in person.duties):  # as the door has it: the role has to hold in the round
        found = found.filter(id__in=[duty.round_id for duty in person.duties])
    return part_of(found, {"key": str}, paging, round_shown)


@reading("rounds/{slug:round}", "api_round", M("A round"), RoundShown, of=OF, door=round_door)
def one(row: Round) -> dict[str, Any]:
    return round_shown(row)


@reading("rounds/{slug:round}/indicators", "api_indicators", M("What a round is evaluated by"), Indicators, of=OF,
         door=round_door)  # fmt: skip
def indicators(row: Round) -> dict[str, Any]:
    items = [
        {"indicator": one.id, "pillar": pillar.id, "title": titled(one.title), "pillar_title": titled(pillar.title),
         "maximum": points(hundredths(one.points))}
        for pillar in scheme_of(row).pillars
        for one in pillar.indicators
    ]  # fmt: skip
    return {"round": row.key, "scheme_digest": row.scheme_digest, "items": items}
