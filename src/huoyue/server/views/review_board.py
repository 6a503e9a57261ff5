"""The chair's board of a meeting, and what changes its agenda."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M, Message
from huoyue.server.asking import acting, own_account, reader
from huoyue.server.models import Filing, ReviewStage
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_agenda import add_case
from huoyue.server.queries.review_board import addable, board_rows
from huoyue.server.queries.review_stages import scheme_stage
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import said
from huoyue.server.wording import refusal_words
from huoyue.server.wording.review import CASE_STATES, STAGE_STATES
from huoyue.server.wording.review_board import difference_words


def told(request: HttpRequest, message: Message) -> None:
    messages.success(request, said(message), extra_tags="good")


def board_page(
    request: HttpRequest, stage: ReviewStage, *, refused: Refuse | None = None, status: int = 200
) -> HttpResponse:
    """The agenda: each case with what put it there, where it stands, and its state."""
    scheme, rows = scheme_of(stage.round), board_rows(stage, own_account(request))
    known = scheme_stage(stage)
    leads = reader(request).role in ("chair", "secretariat")
    context = {
        "round": stage.round, "stage": stage, "title": known.title if known else stage.key,
        "stage_state": STAGE_STATES[stage.state],
        "rows": [(row, CASE_STATES[row.case.state], [difference_words(scheme, one) for one in row.differences])
                 for row in rows],
        "done": sum(row.case.state == "closed" for row in rows),
        "running": next((row.case for row in rows if row.case.state == "open"), None),
        "leads": leads, "addable": addable(stage) if leads and stage.state == "open" else [],
        "typed": request.POST, "refused": refusal_words(refused.refusal) if refused else None,
    }  # fmt: skip
    return render(request, "review/board.html", context, status=status)


def add_act(request: HttpRequest, stage: ReviewStage) -> HttpResponse:
    """Put one more alliance on the agenda, with a reason."""
    code = request.POST.get("unit", "")
    filing = Filing.objects.filter(round=stage.round, alliance__code=code).select_related("alliance").first()
    try:
        if filing is None:
            raise Refuse("no_case_chosen")
        add_case(acting(request), stage, filing, request.POST.get("reason", ""))
    except Refuse as refused:
        return board_page(request, stage, refused=refused, status=409)
    told(request, M("On the agenda: {alliance}.", alliance=filing.alliance.name))
    return HttpResponseRedirect(reverse("board", args=[stage.round.key, stage.key]), status=303)
