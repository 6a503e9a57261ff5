"""Findings: everything implausible in a round, marked one by one or several at once."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M
from huoyue.server.asking import acting
from huoyue.server.models import SETTLED, Round, Verdict
from huoyue.server.operations.findings import mark_findings
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries import screening as queries
from huoyue.server.saying import said
from huoyue.server.views.screening import marks, one_page
from huoyue.server.wording import refusal_words
from huoyue.server.wording.screening import MARKS, RULES

SHOWN = 100


def findings_page(
    request: HttpRequest, round_: Round, *, refused: Refuse | None = None, status: int = 200
) -> HttpResponse:
    """Everything implausible, with filters; several can be marked at once."""
    chosen = {name: request.GET.get(name, "").strip() for name in ("mark", "rule", "unit")}
    page = Paginator(queries.listed_findings(round_, **chosen), SHOWN).get_page(request.GET.get("page"))
    rows = [(one, RULES.get(one.rule), MARKS[one.mark]) for one in page.object_list]
    context = {
        "round": round_, "page": page, "rows": rows,
        "chosen": chosen, "query": urlencode(request.GET), "marks": marks(), "rules": list(RULES.items()),
        "settled": round_.stage in SETTLED, "typed": request.POST, "ticked": request.POST.getlist("finding"),
        "refused": refusal_words(refused.refusal) if refused else None,
    }  # fmt: skip
    return render(request, "screening/findings.html", context, status=status)


def mark_act(request: HttpRequest, round_: Round) -> HttpResponse:
    """Mark the chosen findings, then back to the list or the alliance from which it was done."""
    found = list(queries.findings_of(round_).filter(key__in=request.POST.getlist("finding")))
    verdict = verdict_named(round_, request.POST.get("unit", ""))
    try:
        count = mark_findings(
            acting(request), round_, found, request.POST.get("mark", ""), request.POST.get("note", "")
        )
    except Refuse as refused:
        if verdict is not None:
            return one_page(request, verdict, refused=refused, status=409)
        return findings_page(request, round_, refused=refused, status=409)
    messages.success(request, said(M("{count} findings marked.", count=count)), extra_tags="good")
    address = reverse("findings", args=[round_.key])
    if verdict is not None:
        address = reverse("screening_one", args=[round_.key, verdict.filing.alliance.code])
    return HttpResponseRedirect(f"{address}?{urlencode(request.GET)}", status=303)


def verdict_named(round_: Round, code: str) -> Verdict | None:
    """The verdict on the alliance from whose page a finding is marked."""
    found = queries.queue(round_).filter(filing__alliance__code=code).select_related("filing__in_force").first()
    if found is not None:
        found.filing.round = round_
    return found
