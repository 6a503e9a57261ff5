"""Pages of liaison officers: their alliances, the log of contacts, and what the secretariat observes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message
from huoyue.core.scheme.model import RecordType
from huoyue.server.asking import acting, reader
from huoyue.server.forms.chasing import EntryForm, new_entry, posted_entry, typed
from huoyue.server.models import SETTLED, Filing, Observation, Round
from huoyue.server.operations import chasing as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.chasing import (
    SHOWN,
    SORTED,
    chase_rows,
    chosen,
    described,
    liaison_kinds,
    secretariat_kinds,
    today_in,
    visible_entries,
)
from huoyue.server.queries.chasing_letters import visible_letters
from huoyue.server.queries.chasing_people import officers_of, officers_seen
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.windows import deadline_of
from huoyue.server.saying import said
from huoyue.server.wording import refusal_words
from huoyue.server.wording.chasing import COMINGS, MAIL_KINDS, MAIL_STATES

LETTERS_SHOWN = 20
ROWS_SHOWN = 75
"""Alliances on a page of the list: it stays below what a slow line carries."""


def told(request: HttpRequest, message: Message, tags: str = "good") -> None:
    messages.success(request, said(message), extra_tags=tags)


def seen(address: str) -> HttpResponse:
    """After a change: to the page that shows it."""
    return HttpResponseRedirect(address, status=303)


def number(typed: str) -> int:
    """A row's number as an address gives it; 0 for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 12 else 0


def chase_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Every alliance that the reader looks after, with what was tried, and boxes to remind several at once."""
    person = reader(request)
    asked = {name: request.GET.get(name, "") for name in ("show", "sort", "officer")}
    rows = chase_rows(person, round_, timezone.now(), officer=number(asked["officer"]))
    counts = {name: len(chosen(rows, shown=name)) for name in SHOWN}
    kept = chosen(rows, shown=asked["show"], order=asked["sort"])
    page = Paginator(kept, ROWS_SHOWN).get_page(request.GET.get("page"))
    context = {
        "round": round_,
        "rows": page.object_list,
        "page": page,
        "total": len(rows),
        "tabs": [(name, title, counts[name]) for name, title in SHOWN.items()],
        "orders": SORTED.items(),
        "asked": asked,
        "officers": officers_seen(person, round_) if person.is_secretariat else [],
        "kinds": MAIL_KINDS,
        "states": MAIL_STATES,
        "comings": COMINGS,
    }
    return render(request, "chasing/chase.html", context)


def unit_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """One alliance as it is chased: its state, contacts, letters, the log, and a form for the next entry."""
    return entries(request, filing, liaison_kinds(scheme_of(filing.round)), "chase_unit")


def observations_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """What the secretariat found about an alliance, in the record types that the scheme gives it."""
    return entries(request, filing, secretariat_kinds(scheme_of(filing.round)), "observations")


def entries(request: HttpRequest, filing: Filing, kinds: list[RecordType], name: str) -> HttpResponse:
    """A log with its form; a posted entry is saved or comes back whole with what is wrong."""
    scheme, asked = scheme_of(filing.round), request.POST.get("kind") or request.GET.get("kind", "")
    kind = next((one for one in kinds if one.id == asked), kinds[0] if kinds else None)
    address = reverse(name, args=[filing.round.key, filing.alliance.code])
    if request.method == "POST":
        if kind is None:
            raise Refuse("no_kind")
        form = posted_entry(scheme, kind, request.POST)
        if form.is_good:
            saved(request, filing, kind, form)
            return seen(address)
        return render(request, "chasing/unit.html", context_of(request, filing, kinds, form, name), status=422)
    blank = new_entry(scheme, kind, today_in(filing.round, timezone.now())) if kind else None
    return render(request, "chasing/unit.html", context_of(request, filing, kinds, blank, name))


def saved(request: HttpRequest, filing: Filing, kind: RecordType, form: EntryForm) -> None:
    """Save an entry; one that was sent twice is there once."""
    doer = acting(request)
    if not operations.done_before(doer, "observation.reported"):
        try:
            operations.report(
                doer, filing, kind, form.record.typed, note=form.note, promised_on=form.promised_on, counts=form.counts
            )
        except IntegrityError:
            if not operations.done_before(doer, "observation.reported"):
                raise
    if form.counts:
        told(request, M("Entry added."))
    else:
        told(
            request, M("Entry added. Its day lies outside the period, so it does not count for the indicator."), "warn"
        )


def context_of(
    request: HttpRequest, filing: Filing, kinds: list[RecordType], form: EntryForm | None, name: str
) -> dict[str, Any]:
    person = reader(request)
    round_, now, scheme = filing.round, timezone.now(), scheme_of(filing.round)
    row = next(row for row in chase_rows(person, round_, now) if row.filing.pk == filing.pk)
    shown = {kind.id for kind in kinds} | ({""} if name == "chase_unit" else set())
    log = [
        (entry, described(scheme, entry), titles_of(kinds).get(entry.kind))
        for entry in visible_entries(person, filing)
        if entry.kind in shown
    ]
    return {
        "round": round_,
        "filing": filing,
        "alliance": filing.alliance,
        "row": row,
        "deadline": deadline_of(filing),
        "contacts": filing.alliance.contacts.filter(ended_on=None),
        "comings": COMINGS,
        "officers": officers_of(round_, [filing.alliance_id]).get(filing.alliance_id, []),
        "letters": visible_letters(person).filter(filing=filing).defer("body")[:LETTERS_SHOWN],
        "kinds": kinds,
        "form": form,
        "log": log,
        "page_name": name,
        "is_log": name == "chase_unit",
        "mail_kinds": MAIL_KINDS,
        "mail_states": MAIL_STATES,
        "settled": refusal_words(Refuse("facts_settled").refusal) if round_.stage in SETTLED else None,
        "has_findings": person.is_secretariat and bool(secretariat_kinds(scheme)),
    }


def titles_of(kinds: list[RecordType]) -> dict[str, Any]:
    """Titles by kind where a log holds more than one."""
    return {kind.id: kind.title for kind in kinds} if len(kinds) > 1 else {}


def withdraw_page(request: HttpRequest, entry: Observation) -> HttpResponse:
    """Take an entry back: what it says is shown first, and a reason asked for."""
    filing = entry.filing
    own = {kind.id for kind in secretariat_kinds(scheme_of(filing.round))}
    back = reverse("observations" if entry.kind in own else "chase_unit", args=[filing.round.key, filing.alliance.code])
    reason = typed(request.POST, "reason")
    if request.method == "POST" and reason.strip():
        operations.withdraw(acting(request), entry, reason)
        told(request, M("The entry was withdrawn; it stays in the log, struck out."))
        return seen(back)
    context = {
        "round": filing.round,
        "alliance": filing.alliance,
        "entry": entry,
        "cells": described(scheme_of(filing.round), entry),
        "back": back,
        "missing": request.method == "POST",
    }
    return render(request, "chasing/withdraw.html", context, status=422 if request.method == "POST" else 200)
