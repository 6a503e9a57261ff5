"""Pages of the journal: every event for the secretariat, and the history of a filing for those who may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huoyue.core.message import Message
from huoyue.core.problem import Refused
from huoyue.core.scheme.model import Scheme
from huoyue.server.asking import reader
from huoyue.server.forms.journal import JournalForm
from huoyue.server.models import Event, Filing, Role, Round
from huoyue.server.operations.audit import head
from huoyue.server.queries.doors import visible_rounds
from huoyue.server.queries.journal import (
    Change,
    account_name,
    filing_events,
    section_title,
    subject_names,
    told_changes,
    visible_events,
    whole_changes,
)
from huoyue.server.queries.people import Person
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import said
from huoyue.server.wording import ROLES
from huoyue.server.wording.journal import event_title

PAGE = 50
"""Events on a page at most."""
ROOM = 50_000
"""Bytes of the events of a page: where each tells much, it holds fewer. With its form, style and scripts it stays under
150 kB."""
ROW, CHANGE = 700, 110
"""Bytes of an event without its changes, and of the tags around one change, about."""


def journal_page(request: HttpRequest) -> HttpResponse:
    """All events, searched by round, alliance, kind, person and day."""
    person = reader(request)
    form = JournalForm(request.GET, rounds=visible_rounds(person))
    valid = form.is_valid()
    events = form.found_in(visible_events(person)) if valid else Event.objects.none()
    found = found_from(request, events)
    names = subject_names(found)
    told = [line(event, whole=True, scheme=scheme_or_none(event.round), names=names) for event in found]
    lines, older = page_of(told)
    seq, digest = head()
    context = {"form": form, "lines": lines, "older": older, "asked": any(request.GET.values())}
    context |= {"seq": seq, "digest": digest}
    return render(request, "journal/journal.html", context, status=200 if valid else 422)


def history_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """What happened to one filing, in words."""
    person = reader(request)
    scheme = scheme_or_none(filing.round)
    found = found_from(request, filing_events(filing))
    lines, older = page_of([line(event, whole=False, scheme=scheme, reader=person) for event in found])
    context = {"filing": filing, "round": filing.round, "alliance": filing.alliance, "lines": lines, "older": older}
    return render(request, "journal/history.html", context)


def found_from(request: HttpRequest, events: QuerySet[Event]) -> list[Event]:
    """The events that this page could hold, and one more."""
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 16:
        events = events.filter(seq__lt=int(before))
    return list(events[: PAGE + 1])


def page_of(lines: Sequence[dict[str, Any]]) -> tuple[Sequence[dict[str, Any]], int | None]:
    """The rows of this page, and the number before which the next page begins."""
    fit, room = 0, ROOM
    for one in lines[:PAGE]:
        room -= ROW + sum(map(weight, one["changes"]))
        if room < 0 and fit:
            break
        fit += 1
    return lines[:fit], lines[fit - 1]["event"].seq if len(lines) > fit else None


def weight(change: Change) -> int:
    """Bytes of a change on the page, about."""
    return CHANGE + sum(len(said(part).encode()) for part in (change.label, change.before, change.after) if part)


def line(
    event: Event,
    *,
    whole: bool,
    scheme: Scheme | None,
    reader: Person | None = None,
    names: Mapping[int, Message | str] | None = None,
) -> dict[str, Any]:
    """An event as a row of a page."""
    changed = whole_changes(event, scheme) if whole else told_changes(event, scheme)
    address = event.detail.get("from", "") if whole and isinstance(event.detail, dict) else ""
    return {
        "event": event,
        "title": event_title(event.kind),
        "who": account_name(event.actor) if event.actor and named_to(event, reader) else "",
        "subject": (names or {}).get(event.seq, event.subject),
        "role": ROLES.get(event.role, ROLES[""]),
        "section": section_title(event, scheme),
        "changes": changed,
        "address": address,
        "erased": event.detail is None,
        "zone": event.round.time_zone if event.round else "",
    }


def named_to(event: Event, reader: Person | None) -> bool:
    """Whether a reader is told the name of who acted: an alliance's own people are, officials go by their office."""
    if reader is None or reader.is_secretariat or event.role == Role.FILER:
        return True
    return reader.account is not None and event.actor_id == reader.account.pk


def scheme_or_none(round_: Round | None) -> Scheme | None:
    """The round's scheme for its titles; the journal is readable without."""
    try:
        return scheme_of(round_) if round_ is not None else None
    except Refused:
        return None
