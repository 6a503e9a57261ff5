"""Conflicts of interest: all of a round, looked for again, recorded by hand, ended; and how recusal was carried out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M
from huoyue.server.asking import acting, reader
from huoyue.server.forms.review import ConflictForm, ReasonForm
from huoyue.server.models import Alliance, Conflict, Round
from huoyue.server.operations import review_conflicts as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.review import panel_of
from huoyue.server.queries.review_panel import conflicts_in, kept_apart, recusal_of
from huoyue.server.queries.review_stages import evaluated_filings
from huoyue.server.views.chasing import seen, told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.review import CONFLICT_KINDS

SHOWN = 300


def conflicts_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Every conflict, who may be told of one, and how recusal was carried out. Recording one is on the same page."""
    panel = list(panel_of(round_).exclude(state="left"))
    form = ConflictForm(request.POST or None, panel=panel)
    refused = None
    if request.method == "POST" and form.is_valid():
        seat = next(one for one in panel if one.code == form.cleaned_data["expert"])
        seat.round = round_
        try:
            found = operations.record_conflict(
                acting(request), seat, form.cleaned_data["alliance"], form.cleaned_data["reason"]
            )
            aside = kept_apart(round_).filter(panellist=seat, filing__alliance=found.alliance, aside_at=found.found_at)
            told(request, M("On record: {expert} may not mark {alliance}. {count} sheets are set aside.",
                            expert=str(seat), alliance=found.alliance.name, count=aside.count()))  # fmt: skip
            return seen(reverse("conflicts", args=[round_.key]))
        except Refuse as error:
            refused = refusal_words(error.refusal)
    recusal = recusal_of(reader(request), round_, [one.alliance_id for one in evaluated_filings(round_)])
    query = request.GET.get("q", "").strip()
    rows = conflicts_in(round_)
    if query:
        rows = rows.filter(alliance__name__icontains=query) | rows.filter(alliance__code__iexact=query) | rows.filter(
            panellist__code__iexact=query) | rows.filter(panellist__account__name__icontains=query)  # fmt: skip
    context = {
        "round": round_, "form": form, "refused": refused, "query": query, "recusal": recusal,
        "rows": [(one, CONFLICT_KINDS[one.kind]) for one in rows[:SHOWN]], "more": max(0, rows.count() - SHOWN),
        "kinds": [(CONFLICT_KINDS[kind], recusal.by_kind[kind]) for kind in CONFLICT_KINDS if recusal.by_kind[kind]],
        "aside": kept_apart(round_).select_related("panellist__account", "filing__alliance", "stage"),
        "alliances": Alliance.objects.filter(merged_into=None).values_list("name", flat=True)[:300],
    }  # fmt: skip
    status = 200 if request.method == "GET" else (409 if refused else 422)
    return render(request, "review/conflicts.html", context, status=status)


def find_act(request: HttpRequest, round_: Round) -> HttpResponse:
    """Look through the register once more."""
    count = operations.find_conflicts(acting(request), round_)
    told(request, M("{count} new conflicts were found in the register and the declarations.", count=count))
    return seen(reverse("conflicts", args=[round_.key]))


def end_page(request: HttpRequest, conflict: Conflict) -> HttpResponse:
    """End a conflict that does not hold, with a reason."""
    round_ = conflict.panellist.round
    form = ReasonForm(request.POST or None)
    refused = None
    if request.method == "POST" and form.is_valid():
        try:
            operations.end_conflict(acting(request), conflict, form.cleaned_data["reason"])
            told(request, M("The conflict is ended; it stays on record."))
            return seen(reverse("conflicts", args=[round_.key]))
        except Refuse as error:
            refused = refusal_words(error.refusal)
    context = {"round": round_, "conflict": conflict, "kind": CONFLICT_KINDS[conflict.kind], "form": form,
               "refused": refused}  # fmt: skip
    status = 200 if request.method == "GET" else (409 if refused else 422)
    return render(request, "review/conflict_end.html", context, status=status)
