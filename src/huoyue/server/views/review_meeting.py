"""One case of a meeting: everybody's marks, who is in the room, what is decided; and what those in the room see."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from huoyue.core.message import M, Message
from huoyue.server.asking import acting, own_account, reader
from huoyue.server.models import Case, Decision, Evidence
from huoyue.server.operations import review_meeting as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_agenda import drop_case
from huoyue.server.operations.review_meeting import WHOLE, Decided, Present
from huoyue.server.queries.review_board import neighbours, places_for
from huoyue.server.queries.review_case import Laid, facts_in_room, facts_shown, laid_out, set_aside
from huoyue.server.queries.review_masking import masking_of
from huoyue.server.queries.review_meeting import Room
from huoyue.server.queries.review_stages import rights_of, scheme_stage
from huoyue.server.views.evidence import download
from huoyue.server.views.review_board import told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.review import CASE_STATES, CONFLICT_KINDS
from huoyue.server.wording.review_board import difference_words


def case_page(request: HttpRequest, case: Case, *, refused: Refuse | None = None, status: int = 200) -> HttpResponse:
    """Everybody's marks side by side, the facts below, and what a chair may do now.

    A form that was refused comes back filled; where somebody else was quicker, what stands now is shown beside it.
    """
    before, after = neighbours(case)
    leads = reader(request).role in ("chair", "secretariat") and case.stage.state == "open"
    typed = request.POST if refused else {}
    context = marks_shown(case) | {
        "round": case.stage.round, "stage": case.stage, "case": case, "alliance": case.filing.alliance,
        "state": CASE_STATES[case.state], "leads": leads, "deciding": leads and case.state == "open",
        "room": [(one, CONFLICT_KINDS.get(one.out_because, one.out_because)) for one in places_for(case)],
        "own": own_account(request).pk,
        "before": before, "after": after, "chosen": request.POST.get("indicator") or request.GET.get("indicator", ""),
        "files": rights_of(case.stage).evidence, "typed": typed, "ticked": ticked(request) if refused else None,
        "what": typed.get("what", ""), "stale": refused is not None and refused.refusal.code == "stale",
        "refused": refusal_words(refused.refusal) if refused else None,
    }  # fmt: skip
    return render(request, "review/case.html", context, status=status)


def marks_shown(case: Case) -> dict[str, Any]:
    """What a case shows to everybody who sees it."""
    laid = laid_out(case.filing.round, case.filing)
    known = scheme_stage(case.stage)
    return {
        "laid": laid, "title": known.title if known else case.stage.key, "sections": facts_shown(case.filing),
        "differences": [difference_words(laid.standing.scheme, row) for row in laid.differences],
        "score": laid.before.scores.get(case.filing.alliance.code),
        "now": laid.standing.scores.get(case.filing.alliance.code), "changed": changed(laid),
        "aside": set_aside(case.filing, [key for key, _, _ in laid.stages]),
    }  # fmt: skip


def changed(laid: Laid) -> bool:
    """Whether the meeting moved any points."""
    return any(line.settled != line.before for line in laid.lines)


def ticked(request: HttpRequest) -> Present:
    """Whom a form notes as present."""
    seats, chairs = (
        {int(one) for one in request.POST.getlist(name) if one.isascii() and one.isdigit() and len(one) < 15}
        for name in ("present", "chairs")
    )
    return Present(seats, chairs)


def whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0


def case_act(request: HttpRequest, case: Case) -> HttpResponse:
    """Open, correct attendance, decide, uphold, take a decision back, note, close, or take off the agenda."""
    what = request.POST.get("what", "")
    if "revision" in request.POST and what not in ("decide", "uphold", "remove"):
        case.revision = whole(request.POST["revision"])
    try:
        message = _done(request, case, what)
    except Refuse as refused:
        case.refresh_from_db(fields=["state", "revision", "note"])
        return case_page(request, case, refused=refused, status=409)
    told(request, message)
    at = [case.stage.round.key, case.stage.key]
    if what == "drop":
        return HttpResponseRedirect(reverse("board", args=at), status=303)
    if what == "close" and request.POST.get("next"):
        return HttpResponseRedirect(reverse("case", args=[*at, request.POST["next"][:20]]), status=303)
    indicator = request.POST.get("indicator", "")
    place = f"#i-{indicator}" if what in ("decide", "remove") and indicator not in ("", WHOLE) else ""
    return HttpResponseRedirect(reverse("case", args=[*at, case.filing.alliance.code]) + place, status=303)


def _done(request: HttpRequest, case: Case, what: str) -> Message:
    doer, name, posted = acting(request), case.filing.alliance.name, request.POST
    match what:
        case "open":
            operations.open_case(doer, case, ticked(request))
            return M("Opened: {alliance}. Those present now see its marks.", alliance=name)
        case "attend":
            operations.attend(doer, case, ticked(request))
            return M("Attendance is noted.")
        case "decide" | "uphold":
            indicator = WHOLE if what == "uphold" else posted.get("indicator", "")
            points = "" if what == "uphold" else posted.get("points", "")
            given = Decided(indicator, points, posted.get("reason", ""), whole(posted.get("revision", "")))
            operations.decide(doer, case, given)
            return M("The marks are upheld.") if what == "uphold" else M("The decision is written down.")
        case "remove":
            operations.remove_decision(doer, _decision(case, posted.get("indicator", ""), posted.get("revision", "")))
            return M("The decision is taken back.")
        case "note":
            operations.take_note(doer, case, posted.get("note", ""))
            return M("The note is kept.")
        case "close":
            operations.close_case(doer, case, posted.get("note", ""))
            return M("Closed: {alliance}.", alliance=name)
        case "drop":
            drop_case(doer, case)
            return M("Off the agenda: {alliance}.", alliance=name)
        case _:
            raise Refuse("case_not_open")


def _decision(case: Case, indicator: str, revision: str) -> Decision:
    found = Decision.objects.filter(case=case, indicator=indicator).first()
    if found is None:
        raise Refuse("stale")
    found.case, found.revision = case, whole(revision)
    return found


def evidence_file(request: HttpRequest, evidence: Evidence) -> HttpResponseBase:
    """A file of evidence of an alliance on the agenda."""
    return download(request, evidence)


def room_page(request: HttpRequest, room: Room) -> HttpResponse:
    """The case that is being discussed, with everybody's marks, for those in the room; else a page to wait on.

    The page asks again by itself; 204 says that nothing has changed since `seen`.
    """
    context: dict[str, Any] = {"round": room.round, "stage_key": room.stage, "case": room.case}
    if room.case is not None:
        context |= marks_shown(room.case) | {"alliance": room.case.filing.alliance, "files": False}
        context["sections"] = facts_in_room(room.case)
    body = render_to_string("review/room_body.html", context, request)
    if room.case is not None:
        body = mark_safe(masking_of(room.case).page(body))  # noqa: S308 - escaped anew
    seen = sha256(body.encode()).hexdigest()[:16]
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    return render(request, "review/room.html", context | {"body": body, "seen": seen})
