"""The review of a round: its stages and how far each is."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from huoyue.server.models import ReviewStage, Round
from huoyue.server.wording.review import STAGE_STATES


def review_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """The stages in their order."""
    stages = list(ReviewStage.objects.filter(round=round_))
    context = {"round": round_, "stages": [(stage, STAGE_STATES[stage.state]) for stage in stages]}
    return render(request, "review/review.html", context)
