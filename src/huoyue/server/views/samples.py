"""Samples for verification: drawn by risk with a seed that repeats the draw, and what verification found."""

from __future__ import annotations

from secrets import randbelow

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M
from huoyue.server.middleware import acting
from huoyue.server.models import Round, Sample, SampleUnit
from huoyue.server.operations.screening import OUTCOMES as KNOWN
from huoyue.server.operations.screening import WEIGHTS, draw_sample, note_outcome
from huoyue.server.templatetags.wording import said
from huoyue.server.wording.screening import OUTCOMES, RULES


def samples_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """The samples drawn so far, and the form for another."""
    context = {
        "round": round_,
        "samples": round_.samples.select_related("by"),
        "seed": randbelow(10**9),
        "weights": [(RULES[rule], weight) for rule, weight in WEIGHTS.items()],
    }
    return render(request, "screening/samples.html", context)


def whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 17 else -1


def draw_act(request: HttpRequest, round_: Round) -> HttpResponse:
    """Draw a sample."""
    size, seed = whole(request.POST.get("size", "")), whole(request.POST.get("seed", ""))
    sample = draw_sample(acting(request), round_, size, seed)
    return HttpResponseRedirect(reverse("sample", args=[round_.key, sample.pk]), status=303)


def sample_page(request: HttpRequest, sample: Sample) -> HttpResponse:
    """One sample: whom it drew and what verification found."""
    units = sample.units.select_related("filing__alliance", "by")
    context = {
        "round": sample.round, "sample": sample, "rows": [(one, OUTCOMES[one.outcome]) for one in units],
        "outcomes": [(name, OUTCOMES[name]) for name in KNOWN],
    }  # fmt: skip
    return render(request, "screening/sample.html", context)


def outcome_act(request: HttpRequest, unit: SampleUnit) -> HttpResponse:
    """Write down what verification of one filing found."""
    note_outcome(acting(request), unit, request.POST.get("outcome", ""), request.POST.get("note", ""))
    messages.success(request, said(M("Saved.")), extra_tags="good")
    return HttpResponseRedirect(reverse("sample", args=[unit.sample.round.key, unit.sample.pk]), status=303)
