"""The notice period of a round: how it stands on a day, and the doors to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone

from huoyue.core.calendar import Span, span, unannounced
from huoyue.core.refusal import Refusal
from huoyue.server.models import Frozen, NoticePeriod, Objection, Round
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person
from huoyue.server.queries.published import holding
from huoyue.server.queries.results import results_door
from huoyue.server.queries.schemes import scheme_of

Phase = Literal["ahead", "running", "over", "closed", "withdrawn"]
UNDECIDED = ("received", "admitted")


def day_of(at: datetime, round_: Round) -> date:
    """The day that a moment is part of where the round is held."""
    return at.astimezone(ZoneInfo(round_.time_zone)).date()


def phase_of(period: NoticePeriod, today: date) -> Phase:
    """ahead: put up and not begun; running; over: its last day has passed and it is not closed; closed; withdrawn."""
    if period.withdrawn_at is not None:
        return "withdrawn"
    if period.closed_at is not None:
        return "closed"
    if today < period.starts_on:
        return "ahead"
    return "running" if today <= period.ends_on else "over"


def periods_of(round_: Round) -> QuerySet[NoticePeriod]:
    """The notice periods of a round, the last one first."""
    return NoticePeriod.objects.filter(round=round_).select_related("frozen", "by").order_by("-number")


def shown_period(round_: Round, today: date) -> NoticePeriod | None:
    """What the public sees of a round: the last notice that has begun, whatever became of it."""
    period = periods_of(round_).filter(starts_on__lte=today).first()
    if period is not None:
        period.round = round_
    return period


def notices_now(at: datetime) -> list[NoticePeriod]:
    """The notices that anybody can read now, for the first page of the public."""
    found = NoticePeriod.objects.filter(closed_at=None, withdrawn_at=None, round__practice=False)
    periods = found.select_related("round").defer("round__scheme_text").order_by("-starts_on", "pk")
    return [one for one in periods if phase_of(one, day_of(at, one.round)) in ("running", "over")]


def open_period(round_: Round) -> NoticePeriod | None:
    """The notice that is neither closed nor withdrawn."""
    return periods_of(round_).filter(closed_at=None, withdrawn_at=None).first()


def proposed(round_: Round, at: datetime) -> Span:
    """The days of a notice that is put up now, as the scheme counts them."""
    held = scheme_of(round_).notice
    return span(day_of(at, round_), held.days, held.counted)


def unknown_years(period: NoticePeriod) -> tuple[int, ...]:
    """Years of a notice whose holidays were not announced when our calendar was made."""
    return unannounced(period.starts_on, period.ends_on, scheme_of(period.round).notice.counted)


def undecided(round_: Round) -> QuerySet[Objection]:
    """Objections that still wait for an answer."""
    return Objection.objects.filter(round=round_, state__in=UNDECIDED)


def told_results(round_: Round, today: date) -> Frozen | None:
    """The snapshot whose results alliances are told: of the last notice that has begun, or of an edition after it."""
    period = periods_of(round_).filter(starts_on__lte=today, withdrawn_at=None).first()
    edition = holding(round_)
    told = [one.frozen for one in (period, edition) if one is not None]
    return max(told, key=lambda one: one.number, default=None)


def public_notice_door(person: Person, *, round: str) -> NoticePeriod | Refusal:  # noqa: A002 - the address's word
    """The notice of a round as anybody sees it: from its first day on."""
    del person
    found = Round.objects.filter(key=round, practice=False).first()
    period = shown_period(found, day_of(timezone.now(), found)) if found is not None else None
    return period if period is not None else ABSENT


def notice_door(person: Person, *, round: str, number: int) -> NoticePeriod | Refusal:  # noqa: A002
    """A notice period for those who see the results, begun or not."""
    found = results_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    period = periods_of(found).filter(number=number).first()
    if period is None:
        return ABSENT
    period.round = found
    return period
