"""The secretariat's cockpit: how far a round has come, against the round before, by batch and by officer."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message
from huoyue.server.asking import reader
from huoyue.server.models import Duty, Event, Filing, Role, Round, Stage, State
from huoyue.server.queries import funnel
from huoyue.server.queries.chasing_people import filers_of
from huoyue.server.queries.curve import curve
from huoyue.server.queries.doors import visible_filings
from huoyue.server.queries.filings import with_counts
from huoyue.server.queries.journal import account_name, latest_events
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.windows import deadline_of
from huoyue.server.wording import STAGES, STATES

SHOWN = 50
LATEST = 8
EXPORTS = (
    ("states", M("States")),
    ("submissions", M("Submissions")),
    ("records", M("Records that count")),
    ("observations", M("Observations")),
    ("letters", M("Letters")),
    ("verdicts", M("Verdicts")),
    ("findings", M("Plausibility findings")),
)
SCREENING = {"verdicts", "findings"}
ORDERS = {"alliance": "alliance__position", "state": "state", "changed": "-changed_at", "records": "-record_count"}


def cockpit_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """The round at a glance; a filer is led to the own filing, experts to the scheme."""
    person = reader(request)
    filings = visible_filings(person, round_)
    if person.role == Role.FILER and (first := filings.first()) is not None:
        return HttpResponseRedirect(reverse("filing", args=[round_.key, first.alliance.code]))
    if person.role in (Role.EXPERT, Role.CHAIR):
        return HttpResponseRedirect(reverse("round_about", args=[round_.key]))
    now = timezone.now()
    rows = list(filings)
    past = funnel.same_day_before(round_, now)
    before = funnel.handed_in(round_.previous, past) if round_.previous and past else None
    whole = funnel.lines(rows, {f.alliance_id: ["all"] for f in rows}, {"all": ""}, before)
    context = {
        "round": round_,
        "unserved": unserved(round_, rows) if person.is_secretariat else 0,
        "stage": STAGES[round_.stage],
        "now": now,
        "past": past,
        "is_open": round_.stage == Stage.OPEN and round_.opens_at <= now < round_.deadline,
        "whole": whole[0] if whole else None,
        "batches": funnel.by_batch(scheme_of(round_), rows, before),
        "officers": funnel.by_officer(rows, before) if person.role != Role.LIAISON else [],
        "columns": [STATES[state] for state in funnel.COLUMNS],
        "curve": curve(round_, filings, now),
        "words": scheme_of(round_).words,
        "exports": [(name, title) for name, title in EXPORTS if person.role != Role.LIAISON or name not in SCREENING],
        "events": latest_changes(round_) if person.is_secretariat else [],
    }
    return render(request, "rounds/cockpit.html", context)


def unserved(round_: Round, filings: Sequence[Filing]) -> int:
    """For how many of the alliances nobody files, while there is still time to invite somebody."""
    if round_.stage not in (Stage.PREPARING, Stage.OPEN):
        return 0
    filed_for = filers_of(round_, [filing.alliance_id for filing in filings])
    return sum(filing.alliance_id not in filed_for for filing in filings)


def latest_changes(round_: Round) -> list[tuple[Event, Message | str]]:
    """The last events of a round, each with who did it: by name, unless that was erased."""
    return [(event, account_name(event.actor) if event.actor else "") for event in latest_events(round_)[:LATEST]]


def alliances_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Every filing of the round with its state: search, filter, sort."""
    person = reader(request)
    query, state, batch, order = (request.GET.get(name, "").strip() for name in ("q", "state", "batch", "order"))
    filings = with_counts(visible_filings(person, round_))
    if query:
        filings = filings.filter(Q(alliance__name__icontains=query) | Q(alliance__code__iexact=query))
    if state in State.values:
        filings = filings.filter(state=state)
    if batch:
        filings = filings.filter(alliance__batch=batch)
    ordered = filings.order_by(ORDERS.get(order, "alliance__position"), "pk")
    page = Paginator(ordered, SHOWN).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    officers: dict[int, list[str]] = {}
    ids = [filing.alliance_id for filing in rows]
    for duty in Duty.objects.filter(role=Role.LIAISON, ended_at=None, alliance_id__in=ids).select_related("account"):
        officers.setdefault(duty.alliance_id or 0, []).append(duty.account.name)
    for filing in rows:
        filing.round = round_
    scheme = scheme_of(round_)
    context = {
        "round": round_, "page": page, "query": query, "state": state, "batch": batch, "order": order,
        "rows": [(f, deadline_of(f), officers.get(f.alliance_id, [])) for f in rows],
        "states": [(value, STATES[value]) for value in State.values], "batches": scheme.batches,
        "batch_titles": {one.id: one.title for one in scheme.batches}, "words": scheme.words,
    }  # fmt: skip
    return render(request, "rounds/alliances.html", context)
