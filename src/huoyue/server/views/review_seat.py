"""An expert's own page in a round: answer, sign, declare, and the list of alliances to mark."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message
from huoyue.server.asking import acting
from huoyue.server.models import Alliance, Panellist, ReviewStage
from huoyue.server.operations import review_panel as operations
from huoyue.server.operations.journal import Acting, Refuse
from huoyue.server.operations.review_panel import Declared
from huoyue.server.queries.filings import names_of
from huoyue.server.queries.review import OwnStage
from huoyue.server.queries.review_calibration import compared
from huoyue.server.queries.review_seat import own_conflicts, worklist
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import said
from huoyue.server.wording import refusal_words

LINES = 3
"""Lines of the form for interests; more come by a button, which keeps what was typed."""
MOST_LINES = 40
Interest = dict[str, str]


def seat_page(
    request: HttpRequest, seat: Panellist, *, refused: Refuse | None = None, status: int = 200
) -> HttpResponse:
    """What is to be done before marking, the own conflicts, and the sheets with how far each is."""
    scheme = scheme_of(seat.round)
    stages = worklist(seat, timezone.now()) if seat.may_mark else []
    context = {
        "round": seat.round, "seat": seat, "discipline": scheme.review.discipline, "scheme": scheme,
        "stages": sorted(stages, key=lambda work: not work.is_open),
        "open": next((work for work in stages if work.is_open), None),
        "conflicts": own_conflicts(seat), "meeting": meeting_of(seat),
        "interests": seat.interests.filter(withdrawn_at=None).select_related("alliance"),
        "lines": interest_lines(request), "typed": request.POST, "names": alliance_names(),
        "refused": refusal_words(refused.refusal) if refused else None,
        "refused_at": request.POST.get("what", "") if refused else "",
        "calibrated": seat.may_mark
        and ReviewStage.objects.filter(round=seat.round, kind="calibration", state="closed").exists(),
    }  # fmt: skip
    return render(request, "review/seat.html", context, status=status)


def meeting_of(seat: Panellist) -> ReviewStage | None:
    """The meeting that is held now."""
    return ReviewStage.objects.filter(round=seat.round, kind="decisions", state="open").first()


def alliance_names() -> list[str]:
    """What the alliances of the register are called, for the list that opens while one types."""
    return list(Alliance.objects.filter(merged_into=None).order_by("position", "code").values_list("name", flat=True))


def interest_lines(request: HttpRequest) -> list[Interest]:
    """The lines of the form as they were typed, and empty ones."""
    posted = [
        {name: request.POST.get(f"{name}-{n}", "").strip() for name in ("alliance", "organisation", "relation")}
        for n in range(1, MOST_LINES + 1)
        if f"relation-{n}" in request.POST
    ]
    wanted = min(len(posted) + LINES, MOST_LINES) if request.POST.get("what") == "more" else LINES
    empty = {"alliance": "", "organisation": "", "relation": ""}
    return posted + [dict(empty) for _ in range(wanted - len(posted))]


def seat_act(request: HttpRequest, seat: Panellist) -> HttpResponse:
    """Answer, sign or declare; what cannot be taken comes back as it was typed."""
    steps = {"accept": _answer, "decline": _answer, "sign": _sign, "declare": _declare}
    step = steps.get(request.POST.get("what", ""))
    if step is None:
        return seat_page(request, seat)
    try:
        done = step(request, acting(request), seat)
    except Refuse as refused:
        seat.refresh_from_db()
        return seat_page(request, seat, refused=refused, status=409)
    messages.success(request, said(done), extra_tags="good")
    return HttpResponseRedirect(reverse("seat", args=[seat.round.key]), status=303)


def _answer(request: HttpRequest, doer: Acting, seat: Panellist) -> Message:
    accepts = request.POST["what"] == "accept"
    operations.answer(doer, seat, accepts=accepts)
    if accepts:
        return M("Accepted. Now sign the rules of discipline.")
    return M("Declined. The secretariat sees it; you can still accept below.")


def _sign(request: HttpRequest, doer: Acting, seat: Panellist) -> Message:
    operations.sign(doer, seat, signed_as=request.POST.get("signed_as", ""), agreed=bool(request.POST.get("agreed")))
    return M("Signed. Now declare your interests.") if seat.declared_at is None else M("Signed.")


def _declare(request: HttpRequest, doer: Acting, seat: Panellist) -> Message:
    lines = [line for line in interest_lines(request) if any(line.values())]
    nothing = bool(request.POST.get("none"))
    if nothing == bool(lines):
        raise Refuse("nothing_declared")
    known = {own.name for own in own_conflicts(seat)}
    operations.declare(doer, seat, [one for line in lines for one in _declared(seat, line)])
    new = [own.name for own in own_conflicts(seat) if own.name not in known]
    if new:
        return M("Declared. Alliances that you do not mark because of it: {count}; they are listed below.",
                 count=len(new))  # fmt: skip
    return M("Declared. Your list opens once a stage of the review is open.")


def _declared(seat: Panellist, line: Interest) -> list[Declared]:
    """The interests of one line: with the alliance, with the organisation, or with both."""
    found = []
    if line["alliance"]:
        code = names_of(scheme_of(seat.round)).find(line["alliance"]).value
        alliance = Alliance.objects.filter(code=code, merged_into=None).first() if isinstance(code, str) else None
        if alliance is None:
            raise Refuse("alliance_unread", name=line["alliance"][:80])
        found.append(Declared(line["relation"], alliance=alliance))
    if line["organisation"]:
        found.append(Declared(line["relation"], organisation=line["organisation"]))
    if not found:
        raise Refuse("nothing_declared")
    return found


def calibration_page(request: HttpRequest, own: OwnStage) -> HttpResponse:
    """The own marks of the calibration beside the panel's spread, by alliance and indicator."""
    context = {"round": own.round, "seat": own.seat, "stage": own.stage, "compared": compared(own.seat, own.stage)}
    return render(request, "review/seat_calibration.html", context)
