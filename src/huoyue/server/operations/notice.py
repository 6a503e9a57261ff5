"""The notice period: put up for a frozen round, given more days, withdrawn, closed when every objection is decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from huoyue.server.models import Correction, NoticePeriod, Round, Stage
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.notice_letters import tell_period
from huoyue.server.operations.revisions import because, change
from huoyue.server.queries.notice import day_of, open_period, periods_of, phase_of, proposed, undecided
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import latest


@dataclass(frozen=True)
class Office:
    """Who takes objections and how they are reached, and what the secretariat adds to the notice."""

    office: str
    telephone: str = ""
    email: str = ""
    address: str = ""
    text: str = ""


def why_not_put_up(round_: Round) -> Refuse | None:
    """Why a round's results cannot be put on notice now; None if nothing stands against it."""
    frozen = latest(round_)
    if round_.stage != Stage.FROZEN or frozen is None:
        return Refuse("notice_not_frozen")
    if not scheme_of(round_).notice.hold:
        return Refuse("notice_not_held")
    if open_period(round_) is not None:
        return Refuse("notice_runs")
    if periods_of(round_).filter(frozen=frozen, withdrawn_at=None).exists():
        return Refuse("notice_was_held", number=str(frozen.number))
    return None


@operation("notice_period.put_up")
def put_up(acting: Acting, round_: Round, office: Office, ends_on: date | None = None) -> NoticePeriod:
    """Put the latest snapshot of a round on notice, from tomorrow's first counted day on, never for fewer days."""
    frozen = latest(round_)
    if (refused := why_not_put_up(round_)) or frozen is None:
        raise refused or Refuse("notice_not_frozen")
    if not office.office.strip() or not (office.telephone.strip() or office.email.strip()):
        raise Refuse("notice_unreachable")
    days = proposed(round_, acting.at)
    if ends_on is not None and ends_on < days.ends:
        raise Refuse("notice_too_short", until=days.ends.isoformat())
    number = periods_of(round_).count() + 1
    try:
        with transaction.atomic():
            period = NoticePeriod.objects.create(
                round=round_, frozen=frozen, number=number, starts_on=days.starts, ends_on=ends_on or days.ends,
                office=office.office.strip()[:200], telephone=office.telephone.strip()[:100],
                email=office.email.strip(), address=office.address.strip()[:300], text=office.text.strip(),
                by=acting.doer, at=acting.at,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refuse("notice_runs") from error
    tell_period(acting, period, "put_up")
    after = {"from": period.starts_on, "until": period.ends_on, "snapshot": period.frozen.digest,
             "office": period.office}  # fmt: skip
    record(acting, "notice_period.put_up", round=round_, subject=str(number), after=after)
    return period


@operation("notice_period.extended")
def extend_period(acting: Acting, period: NoticePeriod, ends_on: date, reason: str) -> None:
    """Let a notice run longer. It cannot be made shorter, nor taken up again once its last day has passed."""
    why, before = because(reason), period.ends_on
    if phase_of(period, day_of(acting.at, period.round)) not in ("ahead", "running"):
        raise Refuse("notice_over")
    if ends_on <= before:
        raise Refuse("notice_too_short", until=before.isoformat())
    change(period, {"closed_at": None, "withdrawn_at": None}, ends_on=ends_on)
    tell_period(acting, period, "extended", why)
    record(acting, "notice_period.extended", round=period.round, subject=str(period.number),
           before={"until": before}, after={"until": ends_on, "reason": why})  # fmt: skip


@operation("notice_period.withdrawn")
def withdraw_period(acting: Acting, period: NoticePeriod, reason: str) -> None:
    """Withdraw a notice. It stays visible as withdrawn, with the reason and without the results."""
    why = because(reason)
    change(period, {"closed_at": None, "withdrawn_at": None}, withdrawn_at=acting.at, withdrawn_reason=why)
    tell_period(acting, period, "withdrawn", why)
    record(acting, "notice_period.withdrawn", round=period.round, subject=str(period.number), after={"reason": why})


@dataclass(frozen=True)
class Open:
    """What still stands against closing a notice: a code, and how many of it."""

    code: str
    count: int = 1


def open_points(period: NoticePeriod, today: date) -> list[Open]:
    """Everything that has to be done before a notice can be closed."""
    found = []
    if phase_of(period, today) in ("ahead", "running"):
        found.append(Open("period_runs"))
    if waiting := undecided(period.round).count():
        found.append(Open("undecided", waiting))
    if uncut := Correction.objects.filter(filing__round=period.round, frozen=None).count():
        found.append(Open("uncut", uncut))
    return found


@operation("notice_period.closed")
def close_period(acting: Acting, period: NoticePeriod) -> None:
    """End a notice whose days have passed, with every objection answered and every correction in a snapshot."""
    if open_points(period, day_of(acting.at, period.round)):
        raise Refuse("notice_points_open")
    change(period, {"closed_at": None, "withdrawn_at": None}, closed_at=acting.at)
    record(acting, "notice_period.closed", round=period.round, subject=str(period.number),
           after={"until": period.ends_on})  # fmt: skip
