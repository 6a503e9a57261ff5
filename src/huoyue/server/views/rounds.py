"""Rounds: the list, making, changing and copying one, and the steps from preparing to closing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message
from huoyue.core.problem import Problem, Refused
from huoyue.server.asking import acting, reader
from huoyue.server.forms.rounds import MOMENT, RoundForm, StepForm
from huoyue.server.models import Filing, Round, Stage
from huoyue.server.operations import rounds as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.doors import ABSENT, visible_rounds
from huoyue.server.queries.filings import own_kinds
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.windows import deadline_of
from huoyue.server.saying import said
from huoyue.server.views.unwritten import tell_unwritten
from huoyue.server.wording import STAGES, refusal_words

STEPS: dict[str, tuple[Message, Message, tuple[str, ...]]] = {
    "open": (
        M("Open the round"),
        M(
            "From its opening on, the alliances can file. The scheme cannot be changed any more. All filers and "
            "liaison officers get a letter."
        ),
        (),
    ),
    "extend": (
        M("Extend for all"),
        M("The deadline of every alliance moves. All filers and liaison officers get a letter with the reason."),
        ("deadline", "reason"),
    ),
    "close": (
        M("Close filing"),
        M("Nothing can be filed any more; what was submitted counts. Screening can begin."),
        ("reason",),
    ),
    "reopen": (
        M("Reopen filing"),
        M(
            "Alliances can file again until the new deadline. All filers and liaison officers get a letter with the "
            "reason."
        ),
        ("deadline", "reason"),
    ),
}
"""The steps of a round: title, what follows, and what is asked."""
FROM = {"open": Stage.PREPARING, "extend": Stage.OPEN, "close": Stage.OPEN, "reopen": Stage.CLOSED}
"""The stage from which each step leads on."""
WRITES = {"open": "opened", "reopen": "opened", "extend": "extended"}
"""The kind of letter that a step writes."""


def told(request: HttpRequest, message: Message) -> None:
    messages.success(request, said(message), extra_tags="good")


def to_round(round_: Round) -> HttpResponse:
    return HttpResponseRedirect(reverse("round", args=[round_.key]), status=303)


def rounds_page(request: HttpRequest) -> HttpResponse:
    """All rounds, the newest first."""
    rows = [(one, STAGES[one.stage], Filing.objects.filter(round=one).count(),
             Filing.objects.filter(round=one).exclude(in_force=None).count())
            for one in visible_rounds(reader(request))]  # fmt: skip
    return render(request, "rounds/list.html", {"rows": rows})


def new_page(request: HttpRequest) -> HttpResponse:
    """Make a round from a scheme: its problems are listed with their lines, and nothing typed is lost."""
    return _edited(request, RoundForm(request.POST or None, request.FILES or None), None, None)


def change_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Change a round while it is being prepared."""
    form = RoundForm(request.POST or None, request.FILES or None, initial=initial(round_), fixed_key=True)
    return _edited(request, form, round_, None)


def copy_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Make the next round from this one: the same scheme and settings, a new window."""
    before = "" if round_.practice else round_.key
    start = initial(round_) | {"key": "", "opens_at": None, "deadline": None, "previous": before}
    return _edited(request, RoundForm(request.POST or None, request.FILES or None, initial=start), None, round_)


def initial(round_: Round) -> dict[str, object]:
    """A round as the form shows it."""
    names = ("key", "title_zh", "title_en", "scheme_text", "practice", "check_first",
             "reminds", "grace_days")  # fmt: skip
    moments = {name: timezone.localtime(getattr(round_, name)).strftime(MOMENT) for name in ("opens_at", "deadline")}
    before = round_.previous.key if round_.previous else ""
    return {name: getattr(round_, name) for name in names} | moments | {"previous": before}


def _edited(request: HttpRequest, form: RoundForm, round_: Round | None, source: Round | None) -> HttpResponse:
    """Make or change a round from the form, or show the form with everything that is wrong."""
    problems: list[Problem] = []
    refused: Refuse | None = None
    if form.is_bound and form.is_valid():
        try:
            scheme = operations.read_scheme_text(form.cleaned_data["scheme_text"])
            if round_ is not None:
                operations.change_round(acting(request), round_, form.plan(scheme), previous=form.before())
                told(request, M("Saved."))
                return to_round(round_)
            made = operations.make_round(
                acting(request), form.plan(scheme), alliances=form.alliances(scheme), previous=form.before()
            )
            told(request, M("The round is being prepared. Look at the forms, then open it."))
            return HttpResponseRedirect(reverse("round_about", args=[made.key]), status=303)
        except Refused as error:
            problems = error.problems
        except ValidationError as error:
            form.add_error(None, error)
        except Refuse as error:
            refused = error
    if form.is_bound and not problems:
        form.keep_scheme()
    context = {
        "form": form,
        "problems": problems,
        "refused": refusal_words(refused.refusal) if refused else None,
        "changed": round_,
        "fixed": round_ is not None and round_.stage != Stage.PREPARING,
        "source": source,
    }
    return render(request, "rounds/edit.html", context, status=422 if form.is_bound else 200)


def about_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """The scheme in words, and the forms as filers meet them."""
    scheme = scheme_of(round_)
    over = round_.stage == Stage.PREPARING and scheme.period.ends < (round_.opens_at - timedelta(days=366)).date()
    context = {"round": round_, "scheme": scheme, "over": over, "kinds": own_kinds(scheme),
               "stage": STAGES[round_.stage],
               "others": [kind for kind in scheme.records if kind.reported_by != "unit"]}  # fmt: skip
    return render(request, "rounds/about.html", context)


def scheme_file(request: HttpRequest, round_: Round) -> HttpResponse:
    """The scheme file of the round, as it is in force."""
    del request
    answer = HttpResponse(round_.scheme_text, content_type="application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="scheme-{round_.key}.yaml"'
    return answer


def step_page(request: HttpRequest, round_: Round, step: str) -> HttpResponse:
    """Say what a step means, ask for what it needs, do it."""
    if step not in STEPS:
        raise Refuse(ABSENT.code)
    if request.method == "GET" and round_.stage != FROM[step]:
        raise Refuse("wrong_stage")
    title, follows, asks = STEPS[step]
    start = {"deadline": timezone.localtime(round_.deadline + timedelta(days=7)).strftime(MOMENT)}
    form = StepForm(request.POST or None, round_=round_, asks=asks, initial=start)
    refused: Refuse | None = None
    if request.method == "POST" and (not asks or form.is_valid()):
        try:
            _done(request, round_, step, form)
            told(request, M("Done: {step}.", step=title))
            return to_round(round_)
        except Refuse as error:
            refused = error
    context = {"round": round_, "title": title, "follows": follows, "form": form, "step": step,
               "refused": refusal_words(refused.refusal) if refused else None}  # fmt: skip
    return render(request, "rounds/step.html", context, status=422 if request.method == "POST" else 200)


def _done(request: HttpRequest, round_: Round, step: str, form: StepForm) -> None:
    doer = acting(request)
    reason = form.cleaned_data.get("reason", "") if form.is_bound and form.fields else ""
    acts: dict[str, Callable[[], None]] = {
        "open": lambda: operations.open_round(doer, round_),
        "extend": lambda: operations.extend_round(doer, round_, form.until(), reason),
        "close": lambda: operations.close_round(doer, round_, reason),
        "reopen": lambda: operations.reopen_round(doer, round_, form.until(), reason),
    }
    acts[step]()
    if step in WRITES:
        tell_unwritten(request, doer, round_, WRITES[step])


def extend_page(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Give one alliance more time, with a reason; or end the time that it was given."""
    now, given = timezone.now(), deadline_of(filing)
    start = {"deadline": timezone.localtime(max(given, now) + timedelta(days=3)).strftime(MOMENT)}
    ends = request.POST.get("what") == "end"
    form = StepForm(None if ends else request.POST or None, round_=filing.round, asks=("deadline", "reason"),
                    initial=start)  # fmt: skip
    end = StepForm(request.POST if ends else None, round_=filing.round, asks=("reason",), prefix="end")
    refused: Refuse | None = None
    if request.method == "POST" and (end.is_valid() if ends else form.is_valid()):
        try:
            told(request, _timed(request, filing, form, end, ends=ends))
            return HttpResponseRedirect(reverse("round_alliances", args=[filing.round.key]), status=303)
        except Refuse as error:
            refused = error
    context = {"round": filing.round, "title": M("More time"), "alliance": filing.alliance,
               "follows": M("Only this alliance's deadline moves. Its filers get a letter with the reason."),
               "form": form, "refused": refusal_words(refused.refusal) if refused else None, "given": given,
               "end": end if given > now and given != filing.round.deadline else None}  # fmt: skip
    return render(request, "rounds/step.html", context, status=422 if request.method == "POST" else 200)


def _timed(request: HttpRequest, filing: Filing, form: StepForm, end: StepForm, *, ends: bool) -> Message:
    if ends:
        operations.end_time(acting(request), filing, end.cleaned_data["reason"])
        return M("The time given to {alliance} has ended. Tell its filers.", alliance=filing.alliance.name)
    operations.extend_one(doer := acting(request), filing, form.until(), form.cleaned_data["reason"])
    tell_unwritten(request, doer, filing.round, "extended", [filing])
    return M("{alliance} has more time now.", alliance=filing.alliance.name)


def enrol_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Let further alliances of the register take part."""
    known = set(Filing.objects.filter(round=round_).values_list("alliance_id", flat=True))
    others = [one for one in operations.evaluated_alliances(scheme_of(round_)) if one.pk not in known]
    if request.method == "POST":
        wanted = set(request.POST.getlist("unit"))
        count = operations.enrol(acting(request), round_, [one for one in others if one.code in wanted])
        told(request, M("{count} alliances take part now.", count=count))
        return HttpResponseRedirect(reverse("round_alliances", args=[round_.key]), status=303)
    return render(request, "rounds/enrol.html", {"round": round_, "others": others})


def drop_act(request: HttpRequest, filing: Filing) -> HttpResponse:
    """Take an alliance that has not begun out of the round."""
    operations.drop(acting(request), filing)
    told(request, M("{alliance} does not take part any more.", alliance=filing.alliance.name))
    return HttpResponseRedirect(reverse("round_alliances", args=[filing.round.key]), status=303)
