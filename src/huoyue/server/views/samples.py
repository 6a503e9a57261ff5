"""Samples for verification: drawn by risk with a seed that repeats the draw, and what verification found."""

from __future__ import annotations

from secrets import randbelow

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M
from huoyue.server.asking import acting
from huoyue.server.models import Round, Sample, SampleUnit
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.samples import BARE, WEIGHTS, draw_sample, note_outcome
from huoyue.server.operations.samples import OUTCOMES as KNOWN
from huoyue.server.saying import said
from huoyue.server.wording import refusal_words
from huoyue.server.wording.screening import OUTCOMES, RULES


def samples_page(
    request: HttpRequest, round_: Round, *, refused: Refuse | None = None, status: int = 200
) -> HttpResponse:
    """The samples drawn so far, and the form for another."""
    context = {
        "round": round_,
        "samples": round_.samples.select_related("by"),
        "seed": request.POST.get("seed", randbelow(10**9)),
        "size": request.POST.get("size", "10"),
        "weights": [(RULES[rule], weight) for rule, weight in WEIGHTS.items()],
        "bare": BARE,
        "refused": refusal_words(refused.refusal) if refused else None,
    }
    return render(request, "screening/samples.html", context, status=status)


def whole(text: str) -> int:
    """A number from 0 of at most 16 digits; -1 for anything else."""
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 17 else -1


def draw_act(request: HttpRequest, round_: Round) -> HttpResponse:
    """Draw a sample."""
    size, seed = whole(request.POST.get("size", "")), whole(request.POST.get("seed", ""))
    try:
        sample = draw_sample(acting(request), round_, size, seed)
    except Refuse as refused:
        return samples_page(request, round_, refused=refused, status=409)
    return HttpResponseRedirect(reverse("sample", args=[round_.key, sample.pk]), status=303)


def sample_page(
    request: HttpRequest, sample: Sample, *, refused: Refuse | None = None, unit: int = 0, status: int = 200
) -> HttpResponse:
    """One sample: whom it drew and what verification found; `unit` is the row that was refused, shown as typed."""
    units = list(sample.units.select_related("filing__alliance", "by"))
    rows = [(one, OUTCOMES[one.outcome]) for one in units]
    for one in (one for one in units if one.pk == unit):
        one.outcome, one.note = request.POST.get("outcome", ""), request.POST.get("note", "")
    context = {
        "round": sample.round, "sample": sample, "rows": rows, "done": sum(one.at is not None for one in units),
        "outcomes": [(name, OUTCOMES[name]) for name in ("", *KNOWN)],
        "refused": refusal_words(refused.refusal) if refused else None, "refused_unit": unit,
    }  # fmt: skip
    return render(request, "screening/sample.html", context, status=status)


def outcome_act(request: HttpRequest, unit: SampleUnit) -> HttpResponse:
    """Write down what verification of one filing found."""
    sample = unit.sample
    try:
        note_outcome(acting(request), unit, request.POST.get("outcome", ""), request.POST.get("note", ""))
    except Refuse as refused:
        return sample_page(request, sample, refused=refused, unit=unit.pk, status=409)
    messages.success(request, said(M("Saved.")), extra_tags="good")
    return HttpResponseRedirect(reverse("sample", args=[sample.round.key, sample.pk]), status=303)
