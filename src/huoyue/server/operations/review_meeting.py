"""The meeting: one case open at a time, who is in the room, what was decided on each indicator, and why."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from huoyue.core.review.sheet import read_points
from huoyue.server.models import Attendance, Case, Decision, ReviewStage
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.revisions import SHORTEST_REASON, change
from huoyue.server.operations.statements import update
from huoyue.server.queries.review_meeting import Expected, barred_from, expected_at, out_of_room
from huoyue.server.queries.review_stages import cells_of_filing

WHOLE = "*"
LONGEST_NOTE = 5000


@dataclass(frozen=True)
class Decided:
    """What a meeting decides on one indicator: points as typed, or nothing to uphold; and the reason."""

    indicator: str
    typed: str
    reason: str
    revision: int = 0


def hold(case: Case) -> None:
    """Make sure that the meeting is held and the case is open, and stays so until this transaction ends."""
    if update(ReviewStage, {"id": case.stage_id, "state": "open"}, state="open") != 1:
        raise Refuse("stage_closed")
    if update(Case, {"id": case.pk, "state": "open"}, state="open") != 1:
        raise Refuse("case_not_open")


def _told(acting: Acting, kind: str, case: Case, **after: object) -> None:
    record(acting, kind, round=case.stage.round, alliance=case.filing.alliance, subject=case.stage.key, after=after)


def why_not_lead(acting: Acting, case: Case) -> Refuse | None:
    """Why this person may not lead the discussion of a case: a conflict takes chairs out of the room, too."""
    if acting.account is not None and (why := barred_from(acting.account, case)):
        return Refuse("chair_in_conflict", because=why)
    return None


@dataclass(frozen=True)
class Present:
    """Who is ticked as present: seats of the panel, and chairs without a seat by their accounts."""

    seats: Collection[int]
    chairs: Collection[int] = ()


@operation("meeting.case_opened")
def open_case(acting: Acting, case: Case, present: Collection[int] | Present) -> None:
    """Open one alliance: those `present` now see everybody's marks on it. Who has a conflict is out."""
    if refusal := why_not_lead(acting, case):
        raise refusal
    if update(ReviewStage, {"id": case.stage_id, "state": "open"}, state="open") != 1:
        raise Refuse("stage_closed")
    before = case.state
    if before == "open":
        raise Refuse("stale")
    change(
        case,
        {"state": before},
        clash="another_case_open",
        state="open",
        opened_at=case.opened_at or acting.at,
        closed_at=None,
        led_by=acting.account,
    )
    attended = _attend(acting, case, present)
    _told(acting, "meeting.case_opened", case, **attended)


@operation("meeting.attended")
def attend(acting: Acting, case: Case, present: Collection[int] | Present) -> None:
    """Correct who is in the room while a case is open."""
    hold(case)
    if refusal := why_not_lead(acting, case):
        raise refusal
    change(case, {"state": "open"})
    _told(acting, "meeting.attended", case, **_attend(acting, case, present))


def _attend(acting: Acting, case: Case, present: Collection[int] | Present) -> dict[str, object]:
    """Note everybody expected as present, absent or out. A chair who leads is there without being ticked."""
    ticked = present if isinstance(present, Present) else Present(present)
    expected = expected_at(case.stage.round)
    out = out_of_room(case, [one.account for one in expected])
    inside = [one for one in expected if _is_ticked(one, ticked) or (one.chairs and one.account == acting.account)]
    if not any(one.seat is not None and one.account.pk not in out for one in inside):
        raise Refuse("nobody_present")
    if wrong := [str(one.seat or one.account) for one in inside if one.account.pk in out]:
        raise Refuse("conflict_in_room", experts="; ".join(wrong))
    Attendance.objects.filter(case=case).delete()
    rows = [
        Attendance(case=case, panellist=one.seat, chair=one.account if one.chairs else None, present=one in inside,
                   out_because=out.get(one.account.pk, ""))
        for one in expected
    ]  # fmt: skip
    Attendance.objects.bulk_create(rows)
    return {
        "present": [_called(one) for one in rows if one.present],
        "out": {_called(one): one.out_because for one in rows if one.out_because},
    }


def _is_ticked(one: Expected, ticked: Present) -> bool:
    return one.seat.pk in ticked.seats if one.seat is not None else one.account.pk in ticked.chairs


def _called(row: Attendance) -> str:
    """Somebody in the journal, where no names are: an expert's code, a chair's number."""
    return row.panellist.code if row.panellist else f"#{row.chair_id}"


@operation("meeting.noted")
def take_note(acting: Acting, case: Case, note: str) -> None:
    """Write down what was said while a case is open; it goes into the minutes."""
    hold(case)
    if refusal := why_not_lead(acting, case):
        raise refusal
    change(case, {"state": "open"}, note=note.strip()[:LONGEST_NOTE])
    _told(acting, "meeting.noted", case, note=case.note)


@operation("meeting.decided")
def decide(acting: Acting, case: Case, decided: Decided) -> Decision:
    """Write down what the meeting decided on one indicator. Without a reason it is refused.

    The indicator "*" without points upholds the marks as they are; points are decided by indicator.
    """
    hold(case)
    if refusal := why_not_lead(acting, case):
        raise refusal
    reason = decided.reason.strip()
    is_short = len(reason) < SHORTEST_REASON
    try:
        points = _points(case, decided)
    except Refuse as refused:
        if is_short and "maximum" in refused.refusal.detail:  # both at once: whoever mends one shall not meet the other
            raise Refuse("decision_both", least=str(SHORTEST_REASON), **refused.refusal.detail) from refused
        raise
    if is_short:
        raise Refuse("decision_reason", least=str(SHORTEST_REASON))
    values = {"points": points, "reason": reason, "by": acting.doer, "at": acting.at}
    current = Decision.objects.filter(case=case, indicator=decided.indicator).first()
    before: dict[str, object] = {}
    if current is None:
        if decided.revision:
            raise Refuse("stale")
        current = Decision.objects.create(case=case, indicator=decided.indicator, **values)
    else:
        before = {"points": current.points, "reason": current.reason}
        same = Decision.objects.filter(pk=current.pk, revision=decided.revision)
        if same.update(revision=decided.revision + 1, **values) != 1:
            raise Refuse("stale")
        current.refresh_from_db()
    after = {"indicator": decided.indicator, "points": points, "reason": reason}
    record(acting, "meeting.decided", round=case.stage.round, alliance=case.filing.alliance, subject=case.stage.key,
           before=before, after=after)  # fmt: skip
    return current


def _points(case: Case, decided: Decided) -> int | None:
    if decided.indicator == WHOLE:
        if decided.typed.strip():
            raise Refuse("decision_on_total")
        return None
    cells = {cell.indicator: cell for cell in cells_of_filing(case.filing)}
    if decided.indicator not in cells:
        raise Refuse("no_indicator")
    most = cells[decided.indicator].maximum
    try:
        points = read_points(decided.typed)
    except ValueError as error:
        raise Refuse("points_unread", maximum=f"{most / 100:g}") from error
    if points is None or not 0 <= points <= most:
        raise Refuse("points_bounds", maximum=f"{most / 100:g}")
    return points


@operation("meeting.decision_removed")
def remove_decision(acting: Acting, decision: Decision) -> None:
    """Take a decision back while its case is open."""
    case = decision.case
    hold(case)
    if refusal := why_not_lead(acting, case):
        raise refusal
    if not Decision.objects.filter(pk=decision.pk, revision=decision.revision).delete()[0]:
        raise Refuse("stale")
    before = {"indicator": decision.indicator, "points": decision.points, "reason": decision.reason}
    record(acting, "meeting.decision_removed", round=case.stage.round, alliance=case.filing.alliance,
           subject=case.stage.key, before=before)  # fmt: skip


@operation("meeting.case_closed")
def close_case(acting: Acting, case: Case, note: str = "") -> None:
    """Close a case: something was decided, or the marks were upheld. The note goes into the minutes."""
    hold(case)
    if refusal := why_not_lead(acting, case):
        raise refusal
    if not case.decisions.exists():
        raise Refuse("nothing_decided")
    change(case, {"state": "open"}, state="closed", closed_at=acting.at, note=note.strip()[:LONGEST_NOTE])
    _told(acting, "meeting.case_closed", case, note=case.note, decisions=case.decisions.count())
