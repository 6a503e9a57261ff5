"""Reminding by hand: what each will get is shown first, then sent once, then what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message
from huoyue.core.refusal import Refusal
from huoyue.server.asking import acting, reader
from huoyue.server.forms.chasing import new_token, typed
from huoyue.server.models import Event, Filing, Round
from huoyue.server.operations import chasing as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.chasing_letters import reason_of, visible_letters
from huoyue.server.queries.chasing_people import waiting
from huoyue.server.queries.chasing_schedule import own_deadlines, schedule_of
from huoyue.server.queries.chasing_standing import Planned, frame_of, plan, reminder_to, standing_of
from huoyue.server.queries.doors import ABSENT, visible_filings
from huoyue.server.queries.people import Person
from huoyue.server.views.chasing import seen, told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.chasing import LEFT_OUT, MAIL_STATES
from huoyue.server.wording.chasing_letters import Text

KEPT = "remind"
"""Where a session keeps the letters somebody looks at."""
SHOWN_WHOLE = 6
"""Letters shown in full at once; any other opens by its button, so that the page stays small."""


def remind_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Choose, look at the letters, write a common word, and send.

    What was written to be looked at is kept in the session, and the page that shows it is fetched: going back from it
    and loading it again send nothing anew.
    """
    if request.method == "POST" and request.POST.get("act") != "send":
        kept = request.POST.copy()
        kept.pop("csrfmiddlewaretoken", None)
        request.session[KEPT] = {"round": round_.pk, "asked": kept.urlencode()}
        return seen(f"{request.path}?kept")
    posted = request.POST if request.method == "POST" else asked(request, round_)
    filings = chosen_filings(reader(request), round_, posted.getlist("unit"), everybody="all" in posted)
    if not filings:
        what, _ = refusal_words(Refusal("nothing_chosen"))
        told(request, what, "warn")
        return seen(reverse("chase", args=[round_.key]))
    note, again = typed(posted, "note"), posted.get("again") == "yes"
    refused = None
    if request.method == "POST" and posted.get("act") == "send":
        try:
            event = sent_once(request, round_, filings, note, again=again)
        except Refuse as error:
            refused = refusal_words(error.refusal)
        else:
            return seen(reverse("chase_sent", args=[round_.key, event.seq]))
    planned = plan(filings, timezone.now(), again=again)
    going = [one for one in planned if not one.left_out]
    context = {
        "round": round_,
        "going": [(one, shown_letter(one, n, posted, note)) for n, one in enumerate(going)],
        "left_out": [(one, LEFT_OUT[one.left_out]) for one in planned if one.left_out],
        "letters": sum(len(one.to) for one in going),
        "recent": any(one.left_out == "recent" for one in planned) or again,
        "note": note,
        "again": again,
        "token": new_token(posted),
        "refused": refused,
    }
    return render(request, "chasing/remind.html", context, status=409 if refused else 200)


def asked(request: HttpRequest, round_: Round) -> QueryDict:
    """What the address asks for, or what was kept last for this round."""
    kept = request.session.get(KEPT, {})
    if "kept" not in request.GET or kept.get("round") != round_.pk:
        return request.GET
    return QueryDict(kept["asked"])


def chosen_filings(person: Person, round_: Round, units: list[str], *, everybody: bool) -> list[Filing]:
    """The chosen filings that the person may see, or all of theirs that still have to be handed in."""
    filings = visible_filings(person, round_)
    owing = [filing.pk for filing in waiting(round_)] if everybody else []
    codes = [unit for unit in units if "\x00" not in unit]
    filings = filings.filter(pk__in=owing) if everybody else filings.filter(alliance__code__in=codes)
    found = list(filings)
    for filing in found:
        filing.round = round_
    return found


def sent_once(request: HttpRequest, round_: Round, filings: list[Filing], note: str, *, again: bool) -> Event:
    """Send; a second press of the same button leads to the first one's result."""
    doer = acting(request)
    if before := operations.done_before(doer, "chase.reminded"):
        return before
    try:
        return operations.remind(doer, round_, filings, note=note, again=again)
    except IntegrityError:
        if before := operations.done_before(doer, "chase.reminded"):
            return before
        raise


def shown_letter(planned: Planned, place: int, posted: Mapping[str, str], note: str) -> Text | None:
    """The letter that the first of an alliance's filers gets, for the first few and the one asked for."""
    if place >= SHOWN_WHOLE and posted.get("show") != planned.filing.alliance.code:
        return None
    return reminder_to(planned.to[0], standing_of(planned.filing), frame_of(planned.filing.round), timezone.now(), note)


def sent_page(request: HttpRequest, event: Event) -> HttpResponse:
    """The letters that were written, and who was left out."""
    if event.round is None:
        raise Refuse(ABSENT.code)
    after = event.after
    letters = visible_letters(reader(request)).filter(pk__in=after.get("letters", ())).defer("body")
    left = after.get("left_out", {})
    names = dict(
        visible_filings(reader(request), event.round)
        .filter(alliance__code__in=left)
        .values_list("alliance__code", "alliance__name")
    )
    context = {
        "round": event.round,
        "letters": [(letter, MAIL_STATES[letter.state], reason_of(letter)) for letter in letters],
        "left_out": [(names[code], words(why)) for code, why in left.items() if code in names],
        "event": event,
    }
    return render(request, "chasing/sent.html", context)


def words(why: str) -> Message:
    return LEFT_OUT.get(why, M("left out"))


def reminders_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """What goes out when, to how many, and what went out."""
    context = {"round": round_, "steps": schedule_of(round_, timezone.now()), "own": own_deadlines(round_)}
    return render(request, "chasing/reminders.html", context)
