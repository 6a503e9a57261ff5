"""An objection as somebody sees it who was asked to look into it: what it says, facts, points, and their opinion."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from huoyue.core.message import M
from huoyue.server.asking import acting
from huoyue.server.forms.chasing import typed
from huoyue.server.models import Evidence, Handler
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.objection_handling import LONGEST, write_opinion
from huoyue.server.operations.storage import evidence_path
from huoyue.server.queries.objections import points_of
from huoyue.server.queries.review_case import facts_shown
from huoyue.server.queries.scorecard import card_in
from huoyue.server.queries.shelf import latest
from huoyue.server.views.chasing import told
from huoyue.server.views.downloads import as_download
from huoyue.server.views.objections import read_or_refuse
from huoyue.server.wording import refusal_words
from huoyue.server.wording.notice import KINDS, OUTCOMES
from huoyue.server.wording.review_board import BASES


def handling_page(request: HttpRequest, handler: Handler) -> HttpResponse:
    """The objection with its files, the alliance's facts and settled points, and the opinion of whoever asks."""
    objection = handler.objection
    refused: Refuse | None = None
    maximum = points_of(objection).get(objection.indicator, (0, 0))[1]
    if request.method == "POST":
        try:
            points = read_or_refuse(request.POST.get("points", ""), maximum)
            write_opinion(acting(request), handler, request.POST.get("proposes", ""), points,
                          typed(request.POST, "opinion", LONGEST))  # fmt: skip
            told(request, M("Your opinion is kept."))
            return HttpResponseRedirect(request.path, status=303)
        except Refuse as error:
            refused = error
    frozen = latest(objection.round)
    card = card_in(frozen, objection.filing) if frozen is not None else None
    titles = {line.indicator.id: line.indicator.title for line in card.lines} if card else {}
    context = {
        "round": objection.round, "objection": objection, "alliance": objection.filing.alliance, "handler": handler,
        "about": titles.get(objection.indicator) or KINDS[objection.kind], "outcomes": OUTCOMES, "card": card,
        "bases": BASES, "maximum": maximum, "sections": facts_shown(objection.filing), "typed": request.POST,
        "refused": refusal_words(refused.refusal) if refused else None, "longest": LONGEST,
    }  # fmt: skip
    return render(request, "notice/handling.html", context, status=409 if refused else 200)


def evidence_file(request: HttpRequest, evidence: Evidence) -> FileResponse:
    """A file that the alliance filed as evidence."""
    del request
    return as_download(evidence_path(evidence.digest), evidence.name, evidence.kind)
