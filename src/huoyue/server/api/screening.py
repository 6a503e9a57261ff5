"""Verdicts of screening, as the secretariat and observers see them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Query, Schema
from pydantic import Field

from huoyue.core.message import M
from huoyue.server.api.declaring import reading
from huoyue.server.api.paging import Paging, part_of
from huoyue.server.api.shapes import Code, Part, Titled, local, titled
from huoyue.server.models import SETTLED, Round, Verdict
from huoyue.server.queries.doors import round_door
from huoyue.server.queries.screening import queue
from huoyue.server.wording import VERDICTS

OF = M("Verdicts of screening").text
READERS = ("secretariat", "observer")


class VerdictShown(Schema):
    """The verdict on an alliance: what holds, and what the rules say by themselves."""

    alliance: Code
    name: str
    verdict: str = Field(description="evaluated, incomplete, not_filed")
    title: Titled
    by_the_rules: str
    reason: Titled
    decided_by_a_person: bool
    decided_at: datetime | None
    ruled_at: datetime
    settled: bool = Field(description=M("Whether it stands: screening of the round is settled.").text)


def shown(verdict: Verdict, round_: Round) -> dict[str, Any]:
    held, zone = verdict.decided or verdict.ruled, round_.time_zone
    reason = {"zh": verdict.decided_reason or verdict.reason_zh, "en": verdict.decided_reason or verdict.reason_en}
    return {
        "alliance": verdict.filing.alliance.code, "name": verdict.filing.alliance.name, "verdict": held,
        "title": titled(VERDICTS[held]), "by_the_rules": verdict.ruled, "reason": reason,
        "decided_by_a_person": bool(verdict.decided), "decided_at": local(verdict.decided_at, zone),
        "ruled_at": local(verdict.ruled_at, zone), "settled": round_.stage in SETTLED,
    }  # fmt: skip


@reading("rounds/{slug:round}/verdicts", "api_verdicts", M("Verdicts of a round"), Part[VerdictShown], of=OF,
         roles=READERS, door=round_door, scope="screening:read")  # fmt: skip
def verdicts(row: Round, paging: Query[Paging]) -> dict[str, Any]:
    order = {"filing__alliance__position": int, "filing__alliance__code": str}
    return part_of(queue(row), order, paging, lambda one: shown(one, row))
