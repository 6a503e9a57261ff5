"""The review of a round: what is to do next, the panel's state, the stages; and what leads from one to the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message
from huoyue.core.refusal import Refusal
from huoyue.server.asking import acting, reader
from huoyue.server.forms.review import StageStepForm
from huoyue.server.forms.rounds import MOMENT
from huoyue.server.models import ReviewStage, Round, Stage
from huoyue.server.operations import review_stages as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.review_progress import panel_counts, progress, progress_of
from huoyue.server.queries.review_settlement import settlement_door
from huoyue.server.queries.review_stages import evaluated_filings, scheme_stage
from huoyue.server.queries.review_todo import todo_of
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.views.chasing import seen, told
from huoyue.server.wording import refusal_words

Words = tuple[Message, Message]
STEPS: dict[str, tuple[Message, Message, tuple[str, ...], str]] = {
    "open": (
        M("Open the stage"),
        M("The experts who have sheets get a letter and can mark from now on."),
        ("due_at", "reason"), "waiting",
    ),
    "extend": (
        M("Extend the stage"),
        M("The experts get a letter with the new day and the reason."),
        ("due_at", "reason"), "open",
    ),
    "close": (
        M("Close the stage"),
        M("Nothing can be marked any more. What was handed in counts; sheets that are missing are set aside."),
        ("reason",), "open",
    ),
    "take-back": (
        M("Take the opening back"),
        M("The stage waits again, as long as nothing was marked in it."),
        ("reason",), "open",
    ),
    "reopen": (
        M("Reopen the stage"),
        M("Sheets that closing set aside come back; handed-in sheets can be taken back by their experts. "
          "The experts get a letter with the reason."),
        ("due_at", "reason"), "closed",
    ),
}  # fmt: skip
"""The steps of a stage: title, what follows, what is asked, and the state in which it is offered."""
OF_MEETINGS: dict[str, Message] = {
    "open": M("The alliances with large differences are put on the agenda; the panel gets a letter."),
    "close": M("Nothing can be decided any more. What was decided or upheld counts, and the scores are settled."),
    "take-back": M("The stage waits again, as long as nothing was discussed in it."),
    "reopen": M("Decisions can be made again. The experts get a letter with the reason."),
}
"""What follows from the steps of a stage of decisions, where it is something else."""
WHY_NOT: dict[str, Callable[[ReviewStage], Refuse | None]] = {
    "open": lambda stage: operations.why_not_open(stage, reason="……"),
    "take-back": operations.why_not_take_back,
    "reopen": operations.why_not_reopen,
}


def review_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """What is to do next, the panel, the stages in their order."""
    now = timezone.now()
    stages = progress_of(round_)
    scheme = scheme_of(round_)
    context = {
        "round": round_, "now": now, "stages": [(one, one.is_late(now)) for one in stages],
        "planned": scheme.review.stages, "todo": todo_of(round_, now) if reader(request).role != "observer" else [],
        "panel": panel_counts(round_), "laid_out": any(one.stage.kind != "calibration" for one in stages),
        "can_lay_out": round_.stage == Stage.SCREENED and bool(scheme.review.stages),
        "begun": any(one.stage.kind != "calibration" and one.stage.state != "waiting" for one in stages),
        "settles": not isinstance(settlement_door(reader(request), round=round_.key), Refusal),
        "evaluated": len(evaluated_filings(round_)),
    }  # fmt: skip
    return render(request, "review/review.html", context)


def lay_out_act(request: HttpRequest, round_: Round) -> HttpResponse:
    """Lay out the stages and keep the suggested points."""
    try:
        operations.lay_out(acting(request), round_)
        told(request, M("The review is laid out, and the suggested points are fixed."))
    except Refuse as error:
        what, _ = refusal_words(error.refusal)
        told(request, what, "bad")
    return seen(reverse("review", args=[round_.key]))


def stage_page(request: HttpRequest, stage: ReviewStage) -> HttpResponse:
    """One stage: its sheets, who has some missing, and each step with why it cannot be taken."""
    found, now = progress(stage), timezone.now()
    steps = [
        (name, title, refusal_words(why.refusal) if (why := why_not(name, stage)) else None)
        for name, (title, _, _, state) in STEPS.items() if state == stage.state
    ]  # fmt: skip
    aside = stage.sheets.exclude(aside_at=None).select_related("panellist__account", "filing__alliance")
    context = {
        "round": stage.round, "stage": stage, "one": found, "late": found.is_late(now), "steps": steps,
        "aside": aside, "short": found.short, "now": now,
    }  # fmt: skip
    return render(request, "review/stage.html", context)


def why_not(step: str, stage: ReviewStage) -> Refuse | None:
    """Why a step that is offered cannot be taken; what a reason can overcome is not among it."""
    return WHY_NOT[step](stage) if step in WHY_NOT else None


def overcome(step: str, stage: ReviewStage) -> Words | None:
    """What stands in the way of a step unless a reason is given."""
    if step == "open":
        refused = operations.why_not_open(stage)
        return refusal_words(refused.refusal) if refused and refused.refusal.code == "too_few_assigned" else None
    if step != "close":
        return None
    refused = operations.why_not_close(stage)
    return refusal_words(refused.refusal) if refused else None


def step_page(request: HttpRequest, stage: ReviewStage, step: str) -> HttpResponse:
    """Take a step: what follows from it, what is asked; with a refusal the form comes back as it was filled."""
    if step not in STEPS:
        raise Refuse(ABSENT.code)
    title, follows, asks, state = STEPS[step]
    follows = OF_MEETINGS.get(step, follows) if stage.kind == "decisions" else follows
    warning = overcome(step, stage) if stage.state == state else None
    if step in ("open", "close") and warning is None:
        asks = tuple(name for name in asks if name != "reason")
    must = "reason" in asks
    form = StageStepForm(request.POST if request.method == "POST" else None, round_=stage.round, asks=asks, must=must,
                         initial={"due_at": proposed(stage, step)})  # fmt: skip
    refused: Refuse | None = None
    if request.method == "GET":
        refused = why_not(step, stage) if stage.state == state else Refuse("stage_elsewhere")
    elif form.is_valid():
        try:
            told(request, taken(request, stage, step, form))
            return seen(reverse("review_stage", args=[stage.round.key, stage.key]))
        except Refuse as error:
            refused = error
            stage.refresh_from_db()
    context = {
        "round": stage.round, "stage": stage, "one": progress(stage), "title": title, "follows": follows, "form": form,
        "warning": warning, "refused": refusal_words(refused.refusal) if refused else None,
        "danger": step in ("close", "take-back"), "closed_to": request.method == "GET" and refused is not None,
    }  # fmt: skip
    status = 200 if request.method == "GET" else (409 if refused else 422)
    return render(request, "review/step.html", context, status=status)


def proposed(stage: ReviewStage, step: str) -> str:
    """The day that is proposed: the scheme's days from now, at the end of the day; or some more than there are."""
    known = scheme_stage(stage)
    days = known.days if known else 3
    start = stage.due_at if step == "extend" and stage.due_at and stage.due_at > timezone.now() else timezone.now()
    found = timezone.localtime(start + timedelta(days=min(days, 3) if step != "open" else days))
    return found.replace(hour=18, minute=0, second=0, microsecond=0).strftime(MOMENT)


def taken(request: HttpRequest, stage: ReviewStage, step: str, form: StageStepForm) -> Message:
    """Take the step; what to tell."""
    doer, reason = acting(request), str(form.cleaned_data.get("reason") or "")
    if step == "open":
        operations.open_stage(doer, stage, form.until(), reason)
        return M("The stage is open; the experts get a letter.")
    if step == "extend":
        operations.extend_stage(doer, stage, form.until(), reason)
        return M("The stage is extended; the experts get a letter.")
    if step == "close":
        operations.close_stage(doer, stage, reason)
        return M("The stage is closed.")
    if step == "take-back":
        operations.take_back_stage(doer, stage, reason)
        return M("The stage waits again.")
    operations.reopen_stage(doer, stage, form.until(), reason)
    return M("The stage is open once more; the experts get a letter.")
