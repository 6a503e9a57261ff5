"""The chair's board: the agenda of a meeting, why each case is on it, and who has to leave the room for which."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from huoyue.core.refusal import Refusal
from huoyue.server.models import (
    Account,
    Attendance,
    Case,
    Conflict,
    Duty,
    Evidence,
    Filing,
    Panellist,
    ReviewStage,
    Role,
)
from huoyue.server.models import Round as RoundRow
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person
from huoyue.server.queries.review import marks_door
from huoyue.server.queries.review_meeting import case_door, expected_at, out_of_room
from huoyue.server.queries.review_stages import evaluated_filings, rights_of
from huoyue.server.queries.review_standing import Score, standing_of


def board_door(person: Person, *, round: str, stage: str) -> ReviewStage | Refusal:  # noqa: A002
    """A meeting, for those who may see the marks before it."""
    found = marks_door(person, round=round, stage=stage)
    if isinstance(found, Refusal):
        return found
    return found if found.kind == "decisions" else ABSENT


def case_evidence_door(
    person: Person, *, round: str, stage: str, unit: str, file: str  # noqa: A002
) -> Evidence | Refusal:  # fmt: skip
    """A file of evidence of an alliance on the agenda."""
    case = case_door(person, round=round, stage=stage, unit=unit)
    if isinstance(case, Refusal):
        return case
    evidence = Evidence.objects.filter(filing=case.filing, uid=file).first()
    if evidence is None or not rights_of(case.stage).evidence:
        return ABSENT
    evidence.filing = case.filing
    return evidence


def barred_alliances(account: Account, round_: RoundRow) -> dict[str, str]:
    """Codes of the alliances whose case somebody has to leave the room for, and why: as `barred_from`, all at once."""
    duties = Duty.objects.filter(account=account, role=Role.FILER, ended_at=None).exclude(alliance=None)
    own = {one.alliance.code: one.alliance.name for one in duties.select_related("alliance") if one.alliance}
    conflicts = Conflict.objects.filter(panellist__round=round_, panellist__account=account, ended_at=None)
    found = {one.alliance.code: one.because or one.alliance.name for one in conflicts.select_related("alliance")}
    return found | own


@dataclass
class BoardRow:
    """A case with what put it there. Of a case that the reader is barred from there is nothing but that."""

    case: Case
    barred: str = ""
    differences: list[dict[str, Any]] = field(default_factory=list)
    before: Score | None = None
    now: Score | None = None
    decisions: int = 0


def board_rows(stage: ReviewStage, account: Account) -> list[BoardRow]:
    """The agenda in register order."""
    cases = list(stage.cases.select_related("filing__alliance", "filing__round"))
    codes = [case.filing.alliance.code for case in cases]
    if not codes:
        return []
    before = standing_of(stage.round, codes, decided=False)
    decided = Counter(stage.cases.filter(decisions__isnull=False).values_list("pk", flat=True))
    now = standing_of(stage.round, codes) if decided else before
    differences: dict[str, list[dict[str, Any]]] = {}
    for row in now.settlement.differences.iter_rows(named=True):
        differences.setdefault(row["unit"], []).append(row)
    barred = barred_alliances(account, stage.round)
    rows = []
    for case, code in zip(cases, codes, strict=True):
        case.stage = stage
        if code in barred:
            rows.append(BoardRow(case, barred=barred[code]))
        else:
            rows.append(BoardRow(case, "", differences.get(code, []), before.scores.get(code), now.scores.get(code),
                                 decided[case.pk]))  # fmt: skip
    return rows


def addable(stage: ReviewStage) -> list[Filing]:
    """Alliances in the review that are not on the agenda."""
    known = set(stage.cases.values_list("filing_id", flat=True))
    return [one for one in evaluated_filings(stage.round) if one.pk not in known]


@dataclass(frozen=True)
class Place:
    """Somebody whom the room expects: present or not, and why they cannot be."""

    account: Account
    seat: Panellist | None
    chairs: bool
    present: bool
    out_because: str

    @property
    def is_out(self) -> bool:
        return bool(self.out_because)


def places_for(case: Case) -> list[Place]:
    """Chairs and panel with who is in the room; before a case is opened, who was there for the last one."""
    noted = case
    if not case.attendance.exists():
        last = Case.objects.filter(stage=case.stage).exclude(opened_at=None).order_by("-opened_at").first()
        noted = last or case
    rows = Attendance.objects.filter(case=noted, present=True).select_related("panellist__account", "chair")
    present = {row.who.pk for row in rows}
    expected = expected_at(case.stage.round)
    out = out_of_room(case, [one.account for one in expected])
    return [
        Place(one.account, one.seat, one.chairs, one.account.pk in present and one.account.pk not in out,
              out.get(one.account.pk, ""))
        for one in expected
    ]  # fmt: skip


def neighbours(case: Case) -> tuple[str, str]:
    """Codes of the cases before and after this one on the agenda; empty at its ends."""
    codes = list(Case.objects.filter(stage=case.stage).values_list("filing__alliance__code", flat=True))
    at = codes.index(case.filing.alliance.code)
    return codes[at - 1] if at else "", codes[at + 1] if at + 1 < len(codes) else ""
