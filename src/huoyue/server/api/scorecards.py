"""An alliance's own result, as its page tells it: never a mark, an expert, a stage or another alliance."""

from __future__ import annotations

from typing import Any

from ninja import Schema
from pydantic import Field

from huoyue.core.message import M
from huoyue.server.api.declaring import reading
from huoyue.server.api.shapes import Code, Digest, Points, Titled, points, rounded, titled
from huoyue.server.models import Filing
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.scorecard import Line, scorecard_door, scorecard_of
from huoyue.server.wording.review_board import BASES

OF = M("Own result of an alliance").text


class LineShown(Schema):
    """An indicator that applies to the alliance."""

    indicator: str
    title: Titled
    pillar: str
    maximum: Points
    suggested: Points | None = Field(description=M("What the rules suggest; empty where experts alone decide.").text)
    points: Points
    basis: str = Field(description="rule, marks, decision, correction, not_available")
    basis_title: Titled
    explained: Titled = Field(description=M("What the rules count, in words.").text)
    note: Titled | None = Field(description=M("What a meeting or an objection settled, with the reason.").text)


class ScorecardShown(Schema):
    """An alliance's own result, from the first day of the notice on."""

    alliance: Code
    name: str
    snapshot: int = Field(description=M("Number of the snapshot it comes from.").text)
    digest: Digest
    score: Points | None = Field(description=M("Empty where it was not evaluated.").text)
    tier_title: Titled | None
    rank: int | None = Field(description=M("Where ranks are shown to alliances.").text)
    evaluated: int = Field(description=M("How many alliances were evaluated.").text)
    verdict: str = Field(description="evaluated, incomplete, not_filed")
    reason: Titled
    indicators: list[LineShown]


@reading("rounds/{slug:round}/scorecards/{str:unit}", "api_scorecard", M("An alliance's own scorecard"), ScorecardShown,
         of=OF, roles=("filer", "secretariat"), door=scorecard_door, scope="results:read")  # fmt: skip
def scorecard(row: Filing) -> dict[str, Any]:
    card = scorecard_of(row)
    if card is None:
        raise Refuse(ABSENT.code)
    return {
        "alliance": row.alliance.code, "name": row.alliance.name, "snapshot": card.frozen.number,
        "digest": card.frozen.digest, "score": None if card.score is None else points(card.score),
        "tier_title": titled(card.tier) if card.tier else None, "rank": card.rank, "evaluated": card.evaluated,
        "verdict": card.verdict, "reason": titled(card.reason),
        "indicators": [shown(line, pillar.id) for pillar, lines in card.pillars for line in lines],
    }  # fmt: skip


def shown(line: Line, pillar: str) -> dict[str, Any]:
    return {
        "indicator": line.indicator.id, "title": titled(line.indicator.title), "pillar": pillar,
        "maximum": points(line.maximum), "suggested": None if line.suggested is None else points(line.suggested),
        "points": rounded(line.settled), "basis": line.basis, "basis_title": titled(BASES[line.basis]),
        "explained": titled(line.explained), "note": titled(line.note) if line.note else None,
    }  # fmt: skip
