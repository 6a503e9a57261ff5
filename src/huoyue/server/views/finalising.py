"""Finalising: everything still open, a rehearsal that keeps nothing, and the freeze."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused
from huoyue.server.asking import acting
from huoyue.server.models import Round
from huoyue.server.operations.freezing import Cut, cut, freeze_round, summary_of
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.finalising import blocking, checklist, is_frozen, passable
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.views.chasing import told
from huoyue.server.views.results import figures_of
from huoyue.server.wording import refusal_words


def finalise_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """The checklist; on "try" what a snapshot would say, on "freeze" the freeze."""
    if is_frozen(round_):
        return HttpResponseRedirect(reverse("results", args=[round_.key]), status=303)
    points = checklist(round_)
    refused: Refuse | None = None
    problems: list[Problem] = []
    tried: Cut | None = None
    reason = request.POST.get("reason", "")
    if request.method == "POST":
        try:
            if stand := blocking(points):
                raise Refuse("not_ready", what="; ".join(one.code for one in stand), count=str(len(stand)))
            made = cut(round_)
            if request.POST.get("what") == "freeze":
                found = freeze_round(acting(request), round_, made, reason)
                told(request, M("The round is frozen. Snapshot {number}, digest {digest}.", number=found.number,
                                digest=found.digest))  # fmt: skip
                return HttpResponseRedirect(reverse("results", args=[round_.key]), status=303)
            tried = made
        except Refuse as error:
            refused = error
        except Refused as error:
            problems = error.problems
    context = {
        "round": round_, "points": points, "stand": blocking(points), "passed": passable(points), "reason": reason,
        "refused": refusal_words(refused.refusal) if refused else None, "problems": problems,
        "tried": figures_of(scheme_of(round_), summary_of(tried.snapshot)) if tried else None,
        "digest": tried.snapshot.digest if tried else "",
    }  # fmt: skip
    return render(request, "results/finalise.html", context, status=409 if refused or problems else 200)
