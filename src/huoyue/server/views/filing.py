"""A filing: its first page, and the tables people type into."""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M
from huoyue.core.refusal import Refusal
from huoyue.core.scheme.model import RecordType, hundredths
from huoyue.server.asking import NOT_OURS, acting, own_account, reader
from huoyue.server.forms.grid import Grid, posted_rows
from huoyue.server.models import Account, Filing, Presence, Record, Round
from huoyue.server.operations import filing as operations
from huoyue.server.operations.filing import Stale, Typed, kind_of
from huoyue.server.operations.journal import Acting, Refuse
from huoyue.server.operations.self_assessment import Overtaken, Own, save_self_scores
from huoyue.server.queries.doors import may_edit
from huoyue.server.queries.filings import Overview, files_of, names_of, others_present, overview_of
from huoyue.server.queries.points import points_so_far
from huoyue.server.queries.reading import EVIDENCE, clean_cells, is_uid, read_record
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.screening import outcome_of
from huoyue.server.queries.windows import deadline_of, why_closed, why_not_edit
from huoyue.server.saying import said, sentences
from huoyue.server.wording import refusal_words

CURRENT = {"filing": "", "filing_points": "points", "filing_submit": "submit", "filing_versions": "versions",
           "filing_version": "versions", "filing_compare": "versions"}  # fmt: skip
"""Where each page stands in the side list; the tables are told apart by their kind and indicator."""
OTHER_WINDOW = M("You, in another window")


def filing_context(request: HttpRequest, filing: Filing, overview: Overview | None = None) -> dict[str, Any]:
    """What every page of a filing shows: where it stands, until when, and whether the reader may change it.

    `window` is empty while something can be handed in, else the code that says why not.
    """
    person = reader(request)
    now = timezone.now()
    mine = may_edit(person, filing)
    responsible = filing.alliance_id in person.answers_for
    refusal = why_not_edit(filing, now, responsible=responsible) if mine else None
    overview = overview or overview_of(filing)
    return {
        "filing": filing,
        "current": CURRENT.get(request.resolver_match.url_name or "", "other") if request.resolver_match else "",
        "round": filing.round,
        "alliance": filing.alliance,
        "scheme": overview.scheme,
        "overview": overview,
        "mine": mine,
        "responsible": responsible,
        "editable": mine and refusal is None,
        "closed_words": refusal_words(refusal) if refusal else None,
        "deadline": deadline_of(filing),
        "window": closed.code if (closed := why_closed(filing, now)) else "",
        "now": now,
        "others": others_present(filing, person.account.pk, now) if mine and person.account else [],
    }


def overview_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """The filing's first page: notes, where it stands, what is missing, what to do next."""
    context = filing_context(request, filing)
    remarks = list(filing.remarks.filter(answered_at=None).select_related("by"))
    previous: Round | None = filing.round.previous
    carried = bool(previous) and Filing.objects.filter(round=previous, alliance=filing.alliance).exclude(in_force=None)
    context |= {
        "remarks": remarks,
        "handed_in": filing.state == "submitted" and not context["window"],
        "can_carry": context["editable"] and bool(carried) and not context["overview"].count,
        "versions": filing.versions.count(),
        "outcome": outcome_of(filing),
    }
    return render(request, "filing/overview.html", context)


def sides_part(request: HttpRequest, filing: Filing) -> HttpResponse:
    """The side list alone, for refreshing it after a save."""
    context, kind = filing_context(request, filing), request.GET.get("kind", "")
    context |= {"current": kind, "indicator": request.GET.get("indicator", ""),
                "here": context["overview"].sections.get(kind)}  # fmt: skip
    return render(request, "filing/sides.html", context)


def records_page(request: HttpRequest, filing: Filing, kind: str) -> HttpResponse:
    """One section as a table to type into; posted without scripts, every row that changed is saved."""
    of = kind_of(filing, kind)
    if request.method == "POST":
        only_filers(request, filing)
        return _save_rows(request, filing, of)
    return _records(request, filing, of, Grid(filing, of, request.GET))


def only_filers(request: HttpRequest, filing: Filing) -> None:
    """Refuse a change by those who may only read the page."""
    person = reader(request)
    if not may_edit(person, filing):
        raise Refuse("role", role=person.role, wanted="filer")


def _records(request: HttpRequest, filing: Filing, kind: RecordType, grid: Grid, status: int = 200) -> HttpResponse:
    context = filing_context(request, filing)
    section = context["overview"].sections[kind.id]
    indicator = request.GET.get("indicator", "")
    aims = [aim for c in context["overview"].chapters for aim in c.aims if kind in aim.kinds]
    context |= {
        "kind": kind,
        "section": section,
        "grid": grid.shown(section, editable=context["editable"]),
        "current": kind.id,
        "indicator": indicator,
        "aims": [aim for aim in aims if aim.indicator.id == indicator] or aims,
        "removed": Record.objects.filter(filing=filing, kind=kind.id)
        .exclude(removed_at=None)
        .order_by("-removed_at")[:20],
        "remarks": filing.remarks.filter(answered_at=None, kind=kind.id),
    }
    return render(request, "filing/records.html", context, status=status)


def _save_rows(request: HttpRequest, filing: Filing, kind: RecordType) -> HttpResponse:
    """Save the rows of a whole table. What cannot be saved comes back as it was typed, with what stands now."""
    doer, clashes, refusal, saved = acting(request), {}, None, 0
    plain = Acting(doer.account, doer.role, doer.at, doer.address)
    for typed, remove in posted_rows(request.POST):
        try:
            saved += _save_row(plain, filing, kind, typed, remove=remove)
        except Stale as stale:
            clashes[typed.uid] = (typed, stale.current)
        except Refuse as refused:
            clashes[typed.uid] = (typed, None)
            refusal = refused.refusal
    if not clashes:
        messages.success(request, said(M("Saved. {count} records changed.", count=saved)), extra_tags="good")
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponseRedirect(f"{request.path}{query}", status=303)
    if refusal is not None:
        messages.error(request, sentences(*refusal_words(refusal)), extra_tags="bad")
    return _records(request, filing, kind, Grid(filing, kind, request.GET, clashes), status=409)


def _save_row(doer: Acting, filing: Filing, kind: RecordType, typed: Typed, *, remove: bool) -> int:
    """Save, remove or leave one row; how many changed."""
    if remove:
        if typed.revision:
            operations.remove_record(doer, filing, typed.uid, typed.revision)
        return int(bool(typed.revision))
    cells = clean_cells(kind, typed.cells)
    if not typed.revision and not cells:
        return 0
    current = Record.objects.filter(filing=filing, uid=typed.uid, removed_at=None).first()
    if current is not None and current.cells == cells:
        return 0
    operations.save_record(doer, filing, kind, typed)
    return 1


def save_act(request: HttpRequest, filing: Filing, kind: str) -> HttpResponse:
    """Save one record for a script: {"uid", "revision", "cells"} in, what was saved or what stands instead out."""
    of = kind_of(filing, kind)
    doer = acting(request)
    typed = typed_from(request)
    if typed is None:
        raise Refuse("no_record")
    try:
        saved = operations.save_record(doer, filing, of, typed)
    except (Stale, IntegrityError) as clash:
        known = operations.answered_before(doer, filing)
        if known is not None and known.subject == typed.uid and known.after:
            return JsonResponse(answer(filing, of, typed.uid, known.after["revision"], known.at))
        current = (
            clash.current if isinstance(clash, Stale) else Record.objects.filter(filing=filing, uid=typed.uid).first()
        )
        return clashed(clash if isinstance(clash, Stale) else Stale(current), own_account(request))
    return JsonResponse(answer(filing, of, saved.uid, saved.revision, doer.at, saved))


def typed_from(request: HttpRequest) -> Typed | None:
    """What a script sent; None if it is not what scripts of ours send."""
    try:
        body = json.loads(request.body)
        uid, cells, revision = str(body["uid"]), dict(body["cells"]), int(body.get("revision", 0))
    except NOT_OURS:
        return None
    if not is_uid(uid) or not 0 <= revision < 2**31:
        return None
    return Typed(uid, cells, revision, "typed")


def answer(
    filing: Filing, kind: RecordType, uid: str, revision: int, at: Any, saved: Record | None = None
) -> dict[str, Any]:
    """What a script is told about a save: that it is kept, when, and what is wrong with which cell."""
    found: dict[str, Any] = {"saved": True, "uid": uid, "revision": revision, "at": clock(filing, at), "flaws": {}}
    if saved is not None:
        looks = kind.evidence == "required" and not saved.cells.get(EVIDENCE)
        files = len(files_of(filing=filing.pk, record=uid)) if looks else 0
        scheme = scheme_of(filing.round)
        names = names_of(scheme) if any(spec.type == "unit" for spec in kind.fields) else None
        reading = read_record(scheme, kind, saved.cells, files=files, names=names)
        found["state"] = reading.state
        found["flaws"] = {
            cell: {"text": sentences(flaw.what, flaw.mend), "missing": flaw.missing}
            for cell, flaw in reading.by_cell.items()
        }
    return found


def clock(filing: Filing, at: datetime) -> str:
    """The time of a save as the line below the table says it: in the round's time zone, as every time on the page."""
    return f"{at.astimezone(ZoneInfo(filing.round.time_zone)):%H:%M:%S}"


def clashed(clash: Stale, account: Account) -> JsonResponse:
    """Both versions' other half: what stands now, who saved it and when. It may be oneself, in another window."""
    own = clash.current is not None and clash.current.changed_by_id == account.pk
    words = Refusal("stale_own") if own and clash.refusal.code == "stale" else clash.refusal
    what, mend = refusal_words(words)
    body: dict[str, Any] = {"saved": False, "code": clash.refusal.code, "what": said(what), "mend": said(mend)}
    if clash.current is not None:
        now = clash.current
        body["current"] = {
            "revision": now.revision,
            "cells": now.cells,
            "by": said(OTHER_WINDOW) if own else str(now.changed_by),
            "own": own,
            "at": now.changed_at.isoformat(),
        }
    return JsonResponse(body, status=409)


def _back_to(request: HttpRequest, filing: Filing, kind: str) -> HttpResponse:
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"saved": True})
    address = reverse("filing_records", args=[filing.round.key, filing.alliance.code, kind])
    return HttpResponseRedirect(address, status=303)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def remove_act(request: HttpRequest, filing: Filing, kind: str) -> HttpResponse:
    """Take one record out."""
    uid, revision = request.POST.get("uid", ""), _whole(request.POST.get("revision", ""))
    operations.remove_record(acting(request), filing, uid, revision)
    messages.success(request, said(M("Deleted. It can be restored below the table.")), extra_tags="good")
    return _back_to(request, filing, kind)


def restore_act(request: HttpRequest, filing: Filing, kind: str) -> HttpResponse:
    """Bring a deleted record back."""
    operations.restore_record(acting(request), filing, request.POST.get("uid", ""))
    return _back_to(request, filing, kind)


def confirm_act(request: HttpRequest, filing: Filing, kind: str) -> HttpResponse:
    """Confirm records carried over: those named, or all of the section."""
    uids = request.POST.getlist("uid") or list(
        Record.objects.filter(filing=filing, kind=kind, confirmed=False, removed_at=None).values_list("uid", flat=True)
    )
    count = operations.confirm_records(acting(request), filing, uids)
    messages.success(request, said(M("{count} records confirmed.", count=count)), extra_tags="good")
    return _back_to(request, filing, kind)


def presence_act(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Say that one has the filing open, and hear who else has, and which records changed meanwhile."""
    now = timezone.now()
    where = request.POST.get("record", "")[:32]
    account = own_account(request)
    Presence.objects.update_or_create(filing=filing, account=account, defaults={"record": where, "seen_at": now})
    others = [{"name": str(o.account), "record": o.record} for o in others_present(filing, account.pk, now)]
    kind = request.POST.get("kind", "")[:60]
    found = Record.objects.filter(filing=filing, kind=kind, removed_at=None).values_list("uid", "revision")
    words = said(M("Also here: {names}", names=tuple(other["name"] for other in others))) if others else ""
    return JsonResponse({"others": others, "said": words, "revisions": dict(found), "state": filing.state})


def points_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """The standard of every indicator beside what was filed, the suggested points, and the alliance's own."""
    context = filing_context(request, filing)
    wrong: dict[str, str] = {}
    if request.method == "POST":
        only_filers(request, filing)
        scores, wrong = own_from(request, filing)
        if not wrong:
            wrong = saved_own(request, filing, scores)
        if not wrong:
            messages.success(request, said(M("Saved.")), extra_tags="good")
            return HttpResponseRedirect(request.path, status=303)
    rules = context["scheme"].filing
    shows = rules.suggested_points == "shown" or reader(request).role not in ("filer", "liaison")
    rows = points_so_far(filing, context["overview"], shows=shows)
    for row in rows:
        row.typed = request.POST.get(f"points-{row.indicator.id}", row.own_text)
        row.reason = request.POST.get(f"reason-{row.indicator.id}", row.reason)
        row.wrong = wrong.get(row.indicator.id, "")
    context |= {"rows": rows, "shows_points": shows, "asks_own": rules.self_assessment}
    return render(request, "filing/points.html", context, status=422 if wrong else 200)


def saved_own(request: HttpRequest, filing: Filing, scores: dict[str, Own]) -> dict[str, str]:
    """Save own points, or nothing: then, by indicator, what somebody else saved there meanwhile."""
    try:
        save_self_scores(acting(request), filing, scores)
    except Overtaken as overtaken:
        return {
            name: said(M("Somebody else saved {points} here: “{reason}”. Save again to put yours in its place.",
                         points="–" if now.points is None else f"{now.points / 100:g}", reason=now.reason))
            for name, now in overtaken.now.items()
        }  # fmt: skip
    return {}


def own_from(request: HttpRequest, filing: Filing) -> tuple[dict[str, Own], dict[str, str]]:
    """Own points as they were typed, by indicator, and what is wrong with which."""
    scores: dict[str, Own] = {}
    wrong: dict[str, str] = {}
    for indicator in scheme_of(filing.round).indicators:
        if f"points-{indicator.id}" not in request.POST:
            continue
        typed = unicodedata.normalize("NFKC", request.POST[f"points-{indicator.id}"]).strip()
        reason = request.POST.get(f"reason-{indicator.id}", "").strip()[:500]
        readable = not typed or re.fullmatch(r"\d{1,4}(\.\d{1,4})?", typed, re.ASCII)
        if not readable or Decimal(typed or 0) > indicator.points:
            wrong[indicator.id] = said(M("Write a number from 0 to {limit}.", limit=indicator.points))
        elif typed and Decimal(typed) != Decimal(typed).quantize(Decimal("0.01")):
            wrong[indicator.id] = said(M("At most two decimals."))
        else:
            points = hundredths(Decimal(typed)) if typed else None
            scores[indicator.id] = Own(points, reason, _whole(request.POST.get(f"revision-{indicator.id}", "")))
    return scores, wrong
