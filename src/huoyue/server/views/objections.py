"""Objections as they are steered: the register, one objection, and the snapshot that corrects what was upheld."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message
from huoyue.core.problem import Problem, Refused
from huoyue.core.review.sheet import read_points
from huoyue.server.asking import acting, own_account, reader
from huoyue.server.forms.chasing import typed
from huoyue.server.models import Account, Correction, Handler, Objection, ObjectionFile, Round
from huoyue.server.operations import objection_handling as operations
from huoyue.server.operations.freezing import Cut, cut_again, freeze_again
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.moved import moved_between
from huoyue.server.queries.notice import day_of, undecided
from huoyue.server.queries.objection_handlers import bar_of, candidates
from huoyue.server.queries.objections import not_in_register, opinions_on, points_of, registered
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import latest, shelf_path, snapshot_of
from huoyue.server.queries.tables import Exported
from huoyue.server.saying import said
from huoyue.server.views.chasing import number, told
from huoyue.server.views.downloads import as_download
from huoyue.server.views.exports import KINDS as EXPORTS
from huoyue.server.views.exports import as_workbook
from huoyue.server.wording import VERDICTS, refusal_words
from huoyue.server.wording.notice import BARS, KINDS, OBJECTION_STATES, OUTCOMES, REFUSED

LONGEST = 4000


def register_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Every objection without who made it."""
    rows = registered(round_, reader(request), day_of(timezone.now(), round_))
    context = {
        "round": round_, "rows": rows, "states": OBJECTION_STATES, "outcomes": OUTCOMES, "why": REFUSED,
        "verdicts": VERDICTS, "uncut": not_in_register(round_), "open": undecided(round_).count(),
    }  # fmt: skip
    return render(request, "notice/register.html", context)


def register_file(request: HttpRequest, round_: Round) -> HttpResponse:
    """The register as Excel."""
    rows: list[list[object]] = [
        [one.number, one.alliance, said(one.about), one.received_on.isoformat(), said(OBJECTION_STATES[one.state]),
         said(REFUSED[one.refused_because]) if one.refused_because else "",
         one.due_on.isoformat() if one.due_on else "", said(OUTCOMES[one.outcome]) if one.outcome else "", one.reasons,
         "; ".join(f"{said(about)} → {said(VERDICTS.get(to, to))}" for about, to in one.changed)]
        for one in registered(round_, reader(request), day_of(timezone.now(), round_))
    ]  # fmt: skip
    heads = [M("Objection number"), M("Alliance"), M("Objected to"), M("Received"), M("State"), M("Why not taken up"),
             M("To be decided by"), M("What became of it"), M("Reasons"), M("What changed")]  # fmt: skip
    table = Exported(said(M("Register of objections")), [said(head) for head in heads], rows)
    answer = HttpResponse(as_workbook([table]), content_type=EXPORTS["xlsx"])
    answer.headers["Content-Disposition"] = f'attachment; filename="{round_.key}-objections.xlsx"'
    return answer


def objection_page(request: HttpRequest, objection: Objection) -> HttpResponse:
    """One objection and what can be done with it. The secretariat sees who made it, a chair does not."""
    refused: Refuse | None = None
    if request.method == "POST":
        try:
            told(request, act(request, objection))
            return HttpResponseRedirect(request.path, status=303)
        except Refuse as error:
            refused = error
            objection.refresh_from_db(fields=["state", "revision"])
    return render(request, "notice/objection.html", objection_context(request, objection, refused),
                  status=409 if refused else 200)  # fmt: skip


def objection_context(request: HttpRequest, objection: Objection, refused: Refuse | None) -> dict[str, Any]:
    """What the page shows: the grounds, the opinions, and the forms of the state at which it is."""
    scheme, steers = scheme_of(objection.round), reader(request).is_secretariat
    attainable = points_of(objection)
    titles = {one.id: one.title for one in scheme.indicators}
    opinions = list(opinions_on(objection))
    return {
        "round": objection.round, "objection": objection, "alliance": objection.filing.alliance, "steers": steers,
        "about": titles.get(objection.indicator) or KINDS[objection.kind], "states": OBJECTION_STATES,
        "outcomes": OUTCOMES, "why": REFUSED, "verdicts": VERDICTS, "held": scheme.notice,
        "handlers": objection.handlers.filter(ended_at=None).select_related("account") if steers else [],
        "candidates": candidates(objection) if steers and objection.state == "admitted" else [],
        "opinions": opinions, "enough": len(opinions) >= scheme.notice.handlers,
        "bar": BARS.get(bar_of(own_account(request), objection)),
        "lines": [(one, *attainable[one.id]) for one in scheme.indicators if one.id in attainable],
        "current": attainable.get(objection.indicator),
        "corrections": [(row, titles.get(row.indicator)) for row in objection.corrections.all()],
        "uncut": objection.corrections.filter(frozen=None).exists(), "me": own_account(request).pk,
        "typed": request.POST, "refused": refusal_words(refused.refusal) if refused else None,
        "overdue": objection.state == "admitted" and objection.due_on is not None
        and objection.due_on < day_of(timezone.now(), objection.round),
    }  # fmt: skip


def act(request: HttpRequest, objection: Objection) -> Message:
    """Do what was pressed. Only deciding is also a chair's."""
    what, posted, doer = request.POST.get("what", ""), request.POST, acting(request)
    if what == "decide":
        operations.decide_objection(doer, objection, ruling_of(request, objection))
        return M("The objection is decided.")
    if not reader(request).is_secretariat:
        raise Refuse("objection_elsewhere")
    if what == "admit":
        operations.admit(doer, objection)
        return M("The objection is taken up. It is to be decided by {until}.", until=objection.due_on or "")
    if what == "refuse":
        operations.refuse_objection(doer, objection, posted.get("because", ""), typed(posted, "reasons", LONGEST))
        return M("The objection is not taken up.")
    if what == "give":
        account = Account.objects.filter(pk=number(posted.get("account", ""))).first()
        if account is None:
            raise Refuse("handler_not_suited")
        operations.give(doer, objection, account)
        return M("{name} was asked to look into it.", name=account.name)
    handler = Handler.objects.filter(objection=objection, pk=number(posted.get("handler", ""))).first()
    if what != "release" or handler is None:
        raise Refuse("objection_elsewhere")
    handler.objection = objection
    operations.release(doer, handler, typed(posted, "reason"))
    return M("Released.")


def ruling_of(request: HttpRequest, objection: Objection) -> operations.Ruling:
    """The decision as it was typed: new points where a field is filled."""
    posted, points = request.POST, dict[str, int]()
    for name, (_, maximum) in points_of(objection).items():
        given = read_or_refuse(posted.get(f"points-{name}", ""), maximum)
        if given is not None:
            points[name] = given
    return operations.Ruling(posted.get("outcome", ""), typed(posted, "reasons", LONGEST), points,
                             posted.get("verdict", ""))  # fmt: skip


def read_or_refuse(text: str, maximum: int) -> int | None:
    """Points in hundredths; None for nothing."""
    try:
        return read_points(text)
    except ValueError as error:
        raise Refuse("points_unread", maximum=f"{maximum / 100:g}") from error


def file_page(request: HttpRequest, file: ObjectionFile) -> FileResponse:
    """A file of an objection, as a download and nothing else."""
    del request
    return as_download(shelf_path("objections", file.digest), file.name, file.kind)


def correct_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """The corrected snapshot: what it would change, then making it."""
    frozen, what = latest(round_), request.POST.get("what", "")
    refused: Refuse | None = None
    problems: list[Problem] = []
    made: Cut | None = None
    if request.method == "POST" and frozen is not None:
        try:
            made = cut_again(frozen)
            if what == "make":
                found = freeze_again(acting(request), frozen, made, typed(request.POST, "reason"))
                told(request, M("Snapshot {number} is made; it holds from now on.", number=found.number))
                return HttpResponseRedirect(reverse("snapshot", args=[round_.key, found.number]), status=303)
        except Refuse as error:
            refused = error
        except Refused as error:
            problems = error.problems
    context = {
        "round": round_, "frozen": frozen, "waiting": waiting(round_), "uncut": not_in_register(round_),
        "open": undecided(round_).count(), "verdicts": VERDICTS, "problems": problems,
        "refused": refusal_words(refused.refusal) if refused else None, "reason": request.POST.get("reason", ""),
        "tried": made is not None and what == "try",
        "rows": moves(made, round_) if made is not None and frozen is not None else [],
    }  # fmt: skip
    return render(request, "notice/correct.html", context, status=409 if refused or problems else 200)


def waiting(round_: Round) -> list[tuple[Correction, Any]]:
    """Corrections that are in no snapshot yet."""
    titles = {one.id: one.title for one in scheme_of(round_).indicators}
    found = Correction.objects.filter(filing__round=round_, frozen=None)
    return [(one, titles.get(one.indicator)) for one in found.select_related("filing__alliance", "objection")]


def moves(made: Cut, round_: Round) -> list[dict[str, Any]]:
    """What would move, with names and titles."""
    frozen = latest(round_)
    if frozen is None:
        return []
    names = dict(made.snapshot.facts.units.select("unit", "name").iter_rows())
    titles = {one.id: one.title for one in (*made.snapshot.scheme.indicators, *made.snapshot.scheme.tiers)}
    return [row | {"name": names[row["unit"]], "title": titles.get(row["indicator"]),
                   "tiers": [titles.get(tier) for tier in row["tier"]]}
            for row in moved_between(snapshot_of(frozen), made.snapshot)]  # fmt: skip
