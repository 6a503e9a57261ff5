"""Making an objection: an alliance online to its own result, or the secretariat putting in what came on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message
from huoyue.core.refusal import Refusal
from huoyue.server.asking import acting, own_account, reader
from huoyue.server.forms.chasing import typed
from huoyue.server.models import Filing, Objection, Round
from huoyue.server.operations import objections as operations
from huoyue.server.operations.evidence import safe_name
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.objections import Asked, Kept
from huoyue.server.queries.notice import day_of, phase_of, shown_period
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.scorecard import scorecard_of
from huoyue.server.saying import said
from huoyue.server.views.chasing import told
from huoyue.server.views.notice import day_typed
from huoyue.server.wording import refusal_words
from huoyue.server.wording.notice import KINDS, OBJECTION_STATES, OUTCOMES, REFUSED

FIELDS = ("kind", "indicator", "grounds", "name", "organisation", "telephone", "email", "signed_as")
Problem = tuple[Message | str, Message | str]


def object_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """The form of an objection. What is missing is said at once, and what was typed stays; files are chosen again."""
    if filing.alliance_id not in reader(request).answers_for:
        raise Refuse("objection_not_yours")
    card, today = scorecard_of(filing), day_of(timezone.now(), filing.round)
    period = shown_period(filing.round, today)
    phase = phase_of(period, today) if period is not None else ""
    if period is None or phase != "running":
        raise Refuse("objection_late" if phase in ("over", "closed") else "objection_no_notice")
    account = own_account(request)
    named = request.GET.get("indicator", "")
    asked, problems = Asked("score" if named else "", named), list[Problem]()
    if request.method == "POST":
        asked, problems = posted(request)
        asked = replace(asked, name=account.name, organisation=filing.alliance.name, email=account.email,
                        telephone=typed(request.POST, "telephone", 60))  # fmt: skip
        problems += problems_of(asked, filing, on_paper=False)
        made = kept(problems, asked, lambda: operations.file_objection(acting(request), filing, asked))
        if made is not None:
            told(request, M("The objection was received. Its number is {number}.", number=made.number))
            return to_own(filing, made)
    context = {
        "round": filing.round, "alliance": filing.alliance, "card": card, "held": scheme_of(filing.round).notice,
        "period": period, "asked": asked, "problems": problems, "kinds": KINDS, "account": account,
        "telephone": asked.telephone or account.phone, "longest": operations.LONGEST_GROUNDS,
    }  # fmt: skip
    return render(request, "notice/object.html", context, status=422 if problems else 200)


def to_own(filing: Filing, objection: Objection) -> HttpResponse:
    place = reverse("own_objection", args=[filing.round.key, filing.alliance.code, objection.number])
    return HttpResponseRedirect(place, status=303)


def own_page(request: HttpRequest, objection: Objection) -> HttpResponse:
    """One's own objection: what it says, where it stands, how it was decided; taking it back."""
    own = objection.by_id == own_account(request).pk
    if request.method == "POST":
        operations.withdraw_objection(acting(request), objection)
        told(request, M("The objection is withdrawn."))
        return to_own(objection.filing, objection)
    titles = {one.id: one.title for one in scheme_of(objection.round).indicators}
    context = {
        "round": objection.round, "alliance": objection.filing.alliance, "objection": objection,
        "about": titles.get(objection.indicator) or KINDS[objection.kind], "states": OBJECTION_STATES,
        "outcomes": OUTCOMES, "refused": REFUSED, "may": own and objection.state in ("received", "admitted"),
    }  # fmt: skip
    return render(request, "notice/own.html", context)


def enter_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """The secretariat's form for what came on paper."""
    scheme, problems = scheme_of(round_), list[Problem]()
    asked, received = Asked(""), request.POST.get("received_on", "")
    filings = list(Filing.objects.filter(round=round_).select_related("alliance"))
    chosen = next((one for one in filings if one.alliance.code == request.POST.get("unit", "")), None)
    if request.method == "POST":
        asked, problems = posted(request)
        if chosen is None:
            problems.append((M("Say whose result it is about."), ""))
        else:
            chosen.round = round_
        day = day_or_none(received, problems)
        problems += problems_of(asked, chosen, on_paper=True) if chosen else []
        if chosen is not None and day is not None:
            filing, came = chosen, day
            made = kept(problems, asked,
                        lambda: operations.enter_objection(acting(request), filing, asked, came))  # fmt: skip
            if made is not None:
                told(request, M("Objection {number} is in the register.", number=made.number))
                return HttpResponseRedirect(reverse("objection", args=[round_.key, made.number]), status=303)
        operations.let_go(asked.files)
    context = {
        "round": round_, "filings": filings, "chosen": chosen, "scheme": scheme, "held": scheme.notice, "asked": asked,
        "received": received, "problems": problems, "kinds": KINDS, "longest": operations.LONGEST_GROUNDS,
    }  # fmt: skip
    return render(request, "notice/enter.html", context, status=422 if problems else 200)


def posted(request: HttpRequest) -> tuple[Asked, list[Problem]]:
    """What a browser sent, its files examined; and what is wrong with the files."""
    files, problems = list[Kept](), list[Problem]()
    for file in request.FILES.getlist("files")[: operations.MOST_FILES]:
        try:
            files.append(operations.take_in(file))
        except Refuse as error:
            what, mend = refusal_words(error.refusal)
            problems.append((f"{safe_name(file.name or '')}: {said(what)}", mend))
    fields = {name: typed(request.POST, name, operations.LONGEST_GROUNDS) for name in FIELDS}
    if fields["kind"] != "score":
        fields["indicator"] = ""
    return Asked(**fields, sealed=request.POST.get("sealed") == "yes", files=tuple(files)), problems


def problems_of(asked: Asked, filing: Filing, *, on_paper: bool) -> Iterable[Problem]:
    """Everything that a form lacks; on paper only what cannot be entered without."""
    if asked.kind not in KINDS:
        yield M("Say what the objection is about."), ""
    if asked.kind == "score" and not asked.indicator:
        yield M("Say which indicator the objection is about."), ""
    if on_paper:
        if not asked.grounds.strip():
            yield M("Write down what the objection says."), ""
        return
    for code in operations.lacks(asked, scheme_of(filing.round).notice, on_paper=False):
        yield M("The objection cannot be taken up: {what}.", what=REFUSED[code]), ""


def kept(problems: list[Problem], asked: Asked, make: Callable[[], Objection]) -> Objection | None:
    """Make the objection if nothing is wrong; else forget its files, so that nothing of it stays."""
    made: Objection | None = None
    if not problems:
        try:
            made = make()
        except Refuse as error:
            problems.append(words_of(error.refusal))
    if made is None:
        operations.let_go(asked.files)
    return made


def words_of(refusal: Refusal) -> Problem:
    return refusal_words(refusal)


def day_or_none(text: str, problems: list[Problem]) -> date | None:
    """The day on which paper came; what cannot be read is among the problems."""
    try:
        return day_typed(text)
    except Refuse as error:
        problems.append(words_of(error.refusal))
        return None
