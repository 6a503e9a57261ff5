"""What becomes of an objection: taken up or not, looked into by people who did not mark, decided with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from huoyue.core.calendar import span
from huoyue.server.models import Account, Correction, Handler, Objection
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.notice_letters import tell_concerned, tell_handler, tell_objector
from huoyue.server.operations.revisions import because, change
from huoyue.server.queries.notice import day_of
from huoyue.server.queries.objection_handlers import bar_of, is_suited
from huoyue.server.queries.objections import opinions_on, points_of
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import said
from huoyue.server.wording import VERDICTS
from huoyue.server.wording.notice import BARS, OUTCOMES, REFUSED

LEAST_OPINION = 10
LONGEST = 4000
CORRECTING = ("upheld", "partly")


@operation("objection.admitted")
def admit(acting: Acting, objection: Objection) -> None:
    """Take an objection up: from now on it has a day by which it is to be decided."""
    held = scheme_of(objection.round).notice
    due = span(day_of(acting.at, objection.round), held.decide_within, held.counted).ends
    put(objection, "received", state="admitted", due_on=due)
    tell_objector(acting, objection, "admitted")
    note(acting, "objection.admitted", objection, {"until": due})


@operation("objection.refused")
def refuse_objection(acting: Acting, objection: Objection, code: str, reasons: str) -> None:
    """Do not take an objection up, for one of the reasons that customs know, in words."""
    if code not in REFUSED:
        raise Refuse("reason_code")
    why = because(reasons)
    put(objection, "received", state="refused", refused_because=code, reasons=why, decided_by=acting.doer,
        decided_at=acting.at)  # fmt: skip
    tell_objector(acting, objection, "refused")
    note(acting, "objection.refused", objection, {"because": code, "reasons": why})


@operation("objection.given")
def give(acting: Acting, objection: Objection, account: Account) -> Handler:
    """Ask somebody to look into an objection. Whoever marked the alliance, or is barred from it, cannot be asked."""
    if objection.state != "admitted":
        raise Refuse("objection_elsewhere")
    if not is_suited(account, objection):
        raise Refuse("handler_not_suited")
    if bar := bar_of(account, objection):
        raise Refuse("handler_barred", name=str(account), why=said(BARS[bar]))
    if objection.handlers.filter(account=account, ended_at=None).exists():
        raise Refuse("handler_known", name=str(account))
    put(objection, "admitted")
    made = Handler.objects.create(objection=objection, account=account, given_at=acting.at)
    tell_handler(acting, made)
    note(acting, "objection.given", objection, {"handler": account.pk})
    return made


@operation("objection.handler_ended")
def release(acting: Acting, handler: Handler, reason: str) -> None:
    """Release somebody who looks into an objection; an opinion that was written no longer counts."""
    why = because(reason)[:300]
    change(handler, {"ended_at": None}, ended_at=acting.at, ended_because=why)
    note(acting, "objection.handler_ended", handler.objection, {"handler": handler.account_id, "reason": why})


@operation("objection.opinion")
def write_opinion(acting: Acting, handler: Handler, proposes: str, points: int | None, opinion: str) -> None:
    """Write or change one's opinion, until the objection is decided."""
    objection = handler.objection
    if handler.account_id != acting.doer.pk or objection.state != "admitted":
        raise Refuse("objection_elsewhere")
    if bar := bar_of(acting.doer, objection):  # a conflict that was found since
        raise Refuse("objection_barred", why=said(BARS[bar]))
    if proposes not in OUTCOMES or len(opinion.strip()) < LEAST_OPINION:
        raise Refuse("opinion_unread")
    if points is not None:
        within(points, points_of(objection).get(objection.indicator, (0, 0))[1])
    change(handler, {"ended_at": None}, proposes=proposes, points=points, opinion=opinion.strip()[:LONGEST],
           opinion_at=acting.at)  # fmt: skip
    note(acting, "objection.opinion", objection, {"proposes": proposes, "points": points})


@dataclass(frozen=True)
class Ruling:
    """A decision: the outcome, its reasons, new points by indicator in hundredths, or a new verdict."""

    outcome: str
    reasons: str
    points: Mapping[str, int] = field(default_factory=dict)
    verdict: str = ""


@operation("objection.decided")
def decide_objection(acting: Acting, objection: Objection, ruling: Ruling) -> None:
    """Decide, after as many opinions as the scheme asks; by nobody who marked. What is upheld corrects something."""
    why = because(ruling.reasons)
    if ruling.outcome not in OUTCOMES:
        raise Refuse("opinion_unread")
    if bar := bar_of(acting.doer, objection):
        raise Refuse("objection_barred", why=said(BARS[bar]))
    wanted, there = scheme_of(objection.round).notice.handlers, opinions_on(objection).count()
    if there < wanted:
        raise Refuse("opinions_missing", wanted=str(wanted), there=str(there))
    corrects = bool(ruling.points or ruling.verdict)
    if corrects != (ruling.outcome in CORRECTING):
        raise Refuse("correction_needless" if corrects else "correction_missing")
    put(objection, "admitted", state="decided", outcome=ruling.outcome, reasons=why, decided_by=acting.doer,
        decided_at=acting.at)  # fmt: skip
    correct(acting, objection, ruling, why)
    tell_objector(acting, objection, "decided")
    tell_concerned(acting, objection)
    after = {"outcome": ruling.outcome, "reasons": why, "points": dict(ruling.points), "verdict": ruling.verdict}
    note(acting, "objection.decided", objection, after)


def correct(acting: Acting, objection: Objection, ruling: Ruling, why: str) -> None:
    """What a decision corrects; it takes effect with the next snapshot."""
    attainable = points_of(objection)
    rows = []
    for indicator, points in ruling.points.items():
        if indicator not in attainable:
            raise Refuse("objection_incomplete")
        within(points, attainable[indicator][1])
        rows.append({"indicator": indicator, "points": points})
    if ruling.verdict:
        if ruling.verdict not in VERDICTS:
            raise Refuse("objection_incomplete")
        rows.append({"verdict": ruling.verdict})
    for row in rows:
        Correction.objects.create(objection=objection, filing=objection.filing, reason=why, by=acting.doer,
                                  at=acting.at, **row)  # fmt: skip


def within(points: int, maximum: int) -> None:
    """Refuse points outside what can be attained."""
    if not 0 <= points <= maximum:
        raise Refuse("points_unread", maximum=f"{maximum / 100:g}")


def put(objection: Objection, stands: str, /, **changes: Any) -> None:
    """Change an objection at the state `stands`, as it was read."""
    if objection.state != stands:
        raise Refuse("objection_elsewhere")
    change(objection, {"state": stands}, **changes)


def note(acting: Acting, kind: str, objection: Objection, after: Mapping[str, object]) -> None:
    """The event of a step: it names the objection's number, never who made it."""
    record(acting, kind, round=objection.round, alliance=objection.filing.alliance, subject=objection.number,
           after=after)  # fmt: skip
