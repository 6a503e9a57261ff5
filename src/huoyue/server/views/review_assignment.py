"""The assignment of a stage: who marks what, solved, given by hand, taken away, held in place, as Excel."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M
from huoyue.server.asking import acting, reader
from huoyue.server.forms.review import GiveForm, ReasonForm
from huoyue.server.models import Filing, Job, ReviewStage, Round, Sheet
from huoyue.server.models.documents import ALIVE
from huoyue.server.operations import review_assignment as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_solving import state_of
from huoyue.server.queries.review import panel_of
from huoyue.server.queries.review_assignment import Filter, expert_lines, groups_of, unit_lines
from huoyue.server.queries.review_progress import progress, title_of
from huoyue.server.queries.review_stages import evaluated_filings
from huoyue.server.queries.review_tables import assignment_tables, panel_tables
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.solving import last_solving
from huoyue.server.queries.tables import Exported
from huoyue.server.saying import current_language
from huoyue.server.views.chasing import seen, told
from huoyue.server.views.exports import KINDS, as_workbook
from huoyue.server.wording import refusal_words

SHOWN = 60


def assignment_page(request: HttpRequest, stage: ReviewStage) -> HttpResponse:
    """By alliance with its experts, or by expert with the load; filtered."""
    return shown(request, stage, give_form(stage))


def give_form(stage: ReviewStage, posted: QueryDict | None = None) -> GiveForm:
    """The form that gives an alliance to one of those who accepted."""
    return GiveForm(posted, panel=list(panel_of(stage.round).filter(state="accepted")))


def give_page(request: HttpRequest, stage: ReviewStage) -> HttpResponse:
    """Give by hand; the page comes back with what is wrong, as it was filled."""
    form, refused = give_form(stage, request.POST if request.method == "POST" else None), None
    if form.is_valid():
        try:
            return given(request, stage, form)
        except Refuse as error:
            refused = refusal_words(error.refusal)
    return shown(request, stage, form, refused)


def shown(request: HttpRequest, stage: ReviewStage, form: GiveForm, refused: object = None) -> HttpResponse:
    """The page as it is filtered."""
    names = ("group", "batch", "industry", "q", "short", "by")
    chosen = {name: request.GET.get(name, "").strip() for name in names}
    wanted = Filter(chosen["group"], chosen["batch"], chosen["industry"], chosen["q"], chosen["short"] == "yes")
    by_expert = chosen["by"] == "expert"
    page = Paginator(expert_lines(stage, wanted) if by_expert else unit_lines(stage, wanted), SHOWN).get_page(
        request.GET.get("page")
    )
    scheme = scheme_of(stage.round)
    solving = last_solving(stage) if reader(request).role == "secretariat" else None
    if solving is not None and solving.state not in ALIVE and not is_waited_for(stage, solving):
        solving = None
    context = {
        "round": stage.round, "stage": stage, "one": progress(stage), "title": title_of(stage), "chosen": chosen,
        "by_expert": by_expert, "page": page, "rows": page.object_list, "scheme": scheme, "groups": groups_of(stage),
        "form": form, "refused": refused, "changeable": stage.kind == "marks" and stage.state != "closed",
        "filings": evaluated_filings(stage.round), "solving": solving,
        "has_pins": any(sheet.pinned for line in page.object_list for sheet in line.sheets),
    }  # fmt: skip
    status = 200 if request.method == "GET" else (409 if refused else 422)
    return render(request, "review/assignment.html", context, status=status)


def is_waited_for(stage: ReviewStage, job: Job) -> bool:
    """Whether work that ended still says something: nothing was assigned since it was asked for."""
    return job.state != "cancelled" and job.options["state"] == state_of(stage)


def given(request: HttpRequest, stage: ReviewStage, form: GiveForm) -> HttpResponse:
    """Give one alliance to one expert by hand."""
    alliance = form.cleaned_data["alliance"]
    filing = Filing.objects.filter(round=stage.round, alliance=alliance).select_related("alliance").first()
    if filing is None:
        raise Refuse("pair_not_evaluated", pairs=alliance.code, more="0")
    filing.round = stage.round
    seat = panel_of(stage.round).get(code=form.cleaned_data["expert"])
    operations.give_sheet(acting(request), stage, seat, filing)
    told(request, M("{expert} marks {alliance} and is held in place.", expert=str(seat), alliance=alliance.name))
    return seen(reverse("assignment", args=[stage.round.key, stage.key]))


def pair_page(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """One pair: hold it in place or let it go; take the sheet away."""
    stage = sheet.stage
    form = ReasonForm(request.POST or None, must=sheet.begun_at is not None)
    what, refused = request.POST.get("what", ""), None
    if request.method == "POST":
        try:
            if what == "take" and form.is_valid():
                operations.take_sheet(acting(request), sheet, form.cleaned_data["reason"])
                told(request, M("Taken away."))
                return seen(reverse("assignment", args=[stage.round.key, stage.key]))
            if what in ("pin", "loose"):
                operations.pin_sheet(acting(request), sheet, pinned=what == "pin")
                told(request, M("Held in place: solving again leaves it.") if what == "pin" else M("Let go."))
                return seen(reverse("assignment", args=[stage.round.key, stage.key]))
        except Refuse as error:
            refused = refusal_words(error.refusal)
    context = {"round": stage.round, "stage": stage, "sheet": sheet, "title": title_of(stage), "refused": refused,
               "form": form if what == "take" else ReasonForm(must=sheet.begun_at is not None),
               "changeable": stage.kind == "marks" and stage.state != "closed"}  # fmt: skip
    status = 200 if request.method == "GET" else (409 if refused else 422)
    return render(request, "review/pair.html", context, status=status)


def file_download(request: HttpRequest, stage: ReviewStage) -> HttpResponse:
    """The assignment as a workbook; its first sheet is read when it comes back."""
    del request
    return workbook(assignment_tables(stage, current_language()), f"{stage.round.key}-{stage.key}-assignment.xlsx")


def panel_download(request: HttpRequest, round_: Round) -> HttpResponse:
    """The panel as a workbook, under the headings that an import reads."""
    del request
    return workbook(panel_tables(round_, current_language()), f"{round_.key}-panel.xlsx")


def workbook(tables: Iterable[Exported], name: str) -> HttpResponse:
    """Tables as a file to keep."""
    answer = HttpResponse(as_workbook(list(tables)), content_type=KINDS["xlsx"])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
