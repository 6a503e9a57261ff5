"""Reminding experts: the letters are shown first, then written once, and who was left out and why."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Title
from huoyue.server.asking import acting
from huoyue.server.forms.chasing import typed
from huoyue.server.models import ReviewStage, Round
from huoyue.server.operations import review_reminding as operations
from huoyue.server.operations.journal import Acting, Refuse
from huoyue.server.operations.review_reminding import Planned
from huoyue.server.queries.review_progress import title_of
from huoyue.server.views.chasing import seen, told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.review_panel import LEFT_OUT

Plan = Callable[[str, bool], list[Planned]]
Send = Callable[[Acting, str, bool], int]


def stage_page(request: HttpRequest, stage: ReviewStage) -> HttpResponse:
    """Remind everybody with sheets missing in an open stage."""
    return reminding(
        request, stage.round, title_of(stage), reverse("review_stage", args=[stage.round.key, stage.key]),
        lambda note, again: operations.plan_missing(stage, timezone.now(), note=note, again=again),
        lambda doer, note, again: operations.remind_missing(doer, stage, note=note, again=again),
    )  # fmt: skip


def panel_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Remind everybody who was asked and cannot mark yet."""
    return reminding(
        request, round_, None, reverse("panel", args=[round_.key]),
        lambda note, again: operations.plan_late(round_, timezone.now(), note=note, again=again),
        lambda doer, note, again: operations.remind_late(doer, round_, note=note, again=again),
    )  # fmt: skip


def reminding(
    request: HttpRequest, round_: Round, title: Title | None, back: str, plan: Plan, send: Send
) -> HttpResponse:  # fmt: skip
    """Preview, then send; a refusal leaves the note as it was typed."""
    note, again = typed(request.POST, "note"), request.POST.get("again") == "yes"
    refused = None
    if request.method == "POST" and request.POST.get("act") == "send":
        try:
            count = send(acting(request), note, again)
            told(request, M("{count} letters written.", count=count))
            return seen(back)
        except Refuse as error:
            refused = refusal_words(error.refusal)
    try:
        planned = plan(note, again)
    except Refuse as error:
        planned, refused = [], refusal_words(error.refusal)
    context = {
        "round": round_, "title": title, "back": back, "note": note, "again": again, "refused": refused,
        "going": [one for one in planned if not one.left_out],
        "left_out": [(one, LEFT_OUT[one.left_out]) for one in planned if one.left_out],
        "recent": again or any(one.left_out == "recent" for one in planned),
    }  # fmt: skip
    return render(request, "review/remind.html", context, status=409 if refused and request.method == "POST" else 200)
