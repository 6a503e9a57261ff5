"""The public notice: as anybody sees it, and the page on which it is put up, extended, withdrawn, closed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.filing.values import read_day
from huoyue.core.message import M, Message
from huoyue.server.asking import acting
from huoyue.server.forms.chasing import typed
from huoyue.server.models import NoticePeriod, Round
from huoyue.server.operations import notice as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.notice import (
    day_of,
    open_period,
    periods_of,
    phase_of,
    proposed,
    unknown_years,
)
from huoyue.server.queries.notice_results import noticed
from huoyue.server.queries.published import holding
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.views.chasing import told
from huoyue.server.wording import VERDICTS, refusal_words
from huoyue.server.wording.notice import OPEN_POINTS, PHASES

OFFICE = ("office", "telephone", "email", "address", "text")


def public_page(request: HttpRequest, period: NoticePeriod) -> HttpResponse:
    """The notice as it stands on the wall: the results while it is up, afterwards that it ended."""
    round_ = period.round
    phase = phase_of(period, day_of(timezone.now(), round_))
    scheme = scheme_of(round_)
    context = {
        "round": round_, "period": period, "phase": phase, "phases": PHASES, "scheme": scheme, "held": scheme.notice,
        "results": noticed(period.frozen) if phase in ("running", "over") else None, "verdicts": VERDICTS,
        "edition": holding(round_), "unknown": unknown_years(period),
    }  # fmt: skip
    return render(request, "notice/public.html", context)


def period_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """The secretariat's page: put a notice up, or what can be done with the one that is up."""
    refused: Refuse | None = None
    if request.method == "POST":
        try:
            told(request, ACTS.get(request.POST.get("what", ""), unknown)(request, round_))
            return HttpResponseRedirect(reverse("notice_period", args=[round_.key]), status=303)
        except Refuse as error:
            refused = error
    return render(request, "notice/period.html", period_context(request, round_, refused),
                  status=409 if refused else 200)  # fmt: skip


def period_context(request: HttpRequest, round_: Round, refused: Refuse | None) -> dict[str, Any]:
    """Everything that the page shows."""
    now = timezone.now()
    today, current = day_of(now, round_), open_period(round_)
    stands = operations.why_not_put_up(round_)
    last = periods_of(round_).first()
    for one in (current, last):
        if one is not None:
            one.round = round_
    posted = request.POST if request.method == "POST" else {}
    return {
        "round": round_, "held": scheme_of(round_).notice, "period": current, "last": last,
        "phase": phase_of(current, today) if current else "", "phases": PHASES,
        "earlier": [(one, phase_of(one, today)) for one in periods_of(round_) if one != current],
        "stands": refusal_words(stands.refusal) if stands else None, "days": proposed(round_, now),
        "points": [Message(OPEN_POINTS[one.code].text, {"count": one.count})
                   for one in operations.open_points(current, today)] if current else [],
        "refused": refusal_words(refused.refusal) if refused else None, "typed": posted,
        "fields": {name: posted.get(name) or getattr(last, name, "") for name in OFFICE},
        "unknown": unknown_years(current) if current else proposed(round_, now).unannounced,
    }  # fmt: skip


def put_up_act(request: HttpRequest, round_: Round) -> Message:
    posted = request.POST
    email = typed(posted, "email", 254).strip()
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise Refuse("notice_unreachable") from error
    office = operations.Office(typed(posted, "office", 200), typed(posted, "telephone", 100), email,
                               typed(posted, "address", 300), typed(posted, "text", 4000))  # fmt: skip
    ends_on = day_typed(posted.get("ends_on", "")) if posted.get("ends_on", "").strip() else None
    period = operations.put_up(acting(request), round_, office, ends_on)
    return M("The notice is up from {first} to {until}.", first=period.starts_on, until=period.ends_on)


def extend_act(request: HttpRequest, round_: Round) -> Message:
    period = current_period(round_)
    operations.extend_period(acting(request), period, day_typed(request.POST.get("ends_on", "")),
                             typed(request.POST, "reason"))  # fmt: skip
    return M("The notice runs until {until}.", until=period.ends_on)


def withdraw_act(request: HttpRequest, round_: Round) -> Message:
    operations.withdraw_period(acting(request), current_period(round_), typed(request.POST, "reason"))
    return M("The notice is withdrawn.")


def close_act(request: HttpRequest, round_: Round) -> Message:
    operations.close_period(acting(request), current_period(round_))
    return M("The notice is closed.")


def unknown(request: HttpRequest, round_: Round) -> Message:
    del request, round_
    raise Refuse("stale")


ACTS: dict[str, Callable[[HttpRequest, Round], Message]] = {
    "put_up": put_up_act, "extend": extend_act, "withdraw": withdraw_act, "close": close_act,
}  # fmt: skip


def current_period(round_: Round) -> NoticePeriod:
    period = open_period(round_)
    if period is None:
        raise Refuse("notice_over")
    period.round = round_
    return period


def day_typed(text: str) -> date:
    """A day as people type it."""
    found = read_day(text).value
    if not isinstance(found, date):
        raise Refuse("day_unread")
    return found
