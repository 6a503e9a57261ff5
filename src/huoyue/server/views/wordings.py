"""Wording the report: the sections, the editor with its preview, versions, and two of them side by side."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from huoyue.core.message import M, Message
from huoyue.core.problem import Problem, Refused
from huoyue.report.offered import groups, pictures
from huoyue.report.section import Ground, sections
from huoyue.server.asking import acting
from huoyue.server.models import Round, Wording
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.wording_ground import chart, ground_of, previewed
from huoyue.server.operations.wordings import cleaned, restore_wording, save_wording
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.wordings import (
    Section,
    latest_wordings,
    side_by_side,
    text_of,
    version_of,
    versions,
)
from huoyue.server.views.chasing import number, seen, told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.documents import LANGUAGES, SECTION_TITLES


def title_of(name: str) -> Message | str:
    """What a section is called."""
    return SECTION_TITLES.get(name, name)


def wordings_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """Every section in both languages: whose wording holds, and who changed it last."""
    last = {lang: latest_wordings(round_, lang) for lang in LANGUAGES}
    rows = [(name, title_of(name), [(lang, title, last[lang].get(name)) for lang, title in LANGUAGES.items()])
            for name in sections()]  # fmt: skip
    return render(request, "results/wordings.html", {"round": round_, "rows": rows, "languages": LANGUAGES.items()})


@dataclass
class Typed:
    """What the editor shows: a text, the version it was made from, and the note on it."""

    text: str
    base: int
    note: str = ""


def typed_in(request: HttpRequest) -> Typed:
    """What was sent."""
    return Typed(cleaned(request.POST.get("text", "")), number(request.POST.get("base", "")),
                 request.POST.get("note", ""))  # fmt: skip


def wording_page(request: HttpRequest, section: Section) -> HttpResponse:
    """The editor; what is sent is saved as the next version, or shown with what stands against it."""
    on, problems = grounded(section)
    if request.method != "POST":
        held = Typed(text_of(section.round, section.lang, section.name),
                     version_of(section.round, section.lang, section.name))  # fmt: skip
        return editor(request, section, on, held, problems=problems)
    typed = typed_in(request)
    shown, mistakes = looked(section, on, typed.text)
    if request.POST.get("what") == "preview" or mistakes:
        return editor(request, section, on, typed, preview=shown, mistakes=mistakes, problems=problems)
    try:
        found = save_wording(acting(request), section.round, section.lang, section.name, typed.text, base=typed.base,
                             note=typed.note)  # fmt: skip
    except Refuse as error:
        return editor(request, section, on, typed, preview=shown, refused=error, problems=problems)
    told(request, M("Saved as version {number}.", number=found.number))
    return seen(address(section))


def grounded(section: Section) -> tuple[Ground | None, list[Problem]]:
    """The ground of the preview, or why there is none."""
    try:
        return ground_of(section), []
    except Refused as error:
        return None, error.problems


def looked(section: Section, on: Ground | None, text: str) -> tuple[str, list[str]]:
    """The preview of a text and its mistakes; nothing where there are no results yet."""
    if on is None:
        return "", []
    return previewed(section, on, text or text_of(section.round, section.lang, section.name, 0), pictured(section))


def pictured(section: Section) -> Callable[[str], str]:
    """The address of a chart in a preview."""
    return lambda name: reverse("wording_chart", args=[section.round.key, section.lang, section.name, name or "-"])


def editor(
    request: HttpRequest, section: Section, on: Ground | None, typed: Typed, *, preview: str = "",
    mistakes: list[str] | None = None, refused: Refuse | None = None, problems: list[Problem] | None = None,
) -> HttpResponse:  # fmt: skip
    """The editor's page. After a clash both texts are shown, and saving again goes past the other one."""
    last = version_of(section.round, section.lang, section.name)
    stale = refused is not None and refused.refusal.code == "wording_stale"
    theirs = text_of(section.round, section.lang, section.name) if stale else ""
    context = {
        "round": section.round, "section": section, "title": title_of(section.name),
        "language": LANGUAGES[section.lang], "typed": typed, "base": last if stale else typed.base,
        "versions": versions(section), "ground": on is not None,
        "groups": groups(on) if on else [], "pictures": pictures(on) if on else [],
        "preview": mark_safe(preview), "mistakes": mistakes, "problems": problems,  # noqa: S308 - our own writer's
        "refused": refusal_words(refused.refusal) if refused else None,
        "lines": list(side_by_side(theirs, typed.text)) if stale else None,
    }  # fmt: skip
    status = 409 if refused else 422 if mistakes else 200
    return render(request, "results/wording.html", context, status=status)


def wording_preview(request: HttpRequest, section: Section) -> HttpResponse:
    """The preview alone, for the editor's page while somebody types."""
    on, problems = grounded(section)
    shown, mistakes = looked(section, on, typed_in(request).text)
    preview = mark_safe(shown)  # noqa: S308 - written from pandoc's tree by our own writer
    context = {"preview": preview, "mistakes": mistakes, "problems": problems, "ground": on is not None,
               "section": section}  # fmt: skip
    return render(request, "results/wording_preview.html", context)


def wording_chart(request: HttpRequest, section: Section, chart_name: str) -> FileResponse:
    """A chart of the preview."""
    del request
    on, _ = grounded(section)
    if on is None or chart_name not in on.drawn:
        raise Refuse(ABSENT.code)
    answer = FileResponse(chart(on, chart_name).open("rb"), content_type="image/svg+xml")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


def wording_compare(request: HttpRequest, section: Section) -> HttpResponse:
    """Two versions side by side; 0 is ours."""
    found = {one.number: one for one in versions(section)}
    last = max(found, default=0)
    old = chosen(request, "old", found, max(0, last - 1))
    new = chosen(request, "new", found, last)
    round_, lang, name = section.round, section.lang, section.name
    lines = list(side_by_side(text_of(round_, lang, name, old), text_of(round_, lang, name, new)))
    context = {"round": round_, "section": section, "title": title_of(name), "language": LANGUAGES[lang],
               "numbers": [0, *sorted(found)], "old": old, "new": new, "lines": lines}  # fmt: skip
    return render(request, "results/wording_compare.html", context)


def chosen(request: HttpRequest, name: str, found: dict[int, Wording], otherwise: int) -> int:
    asked = number(request.GET.get(name, "-"))
    return asked if name in request.GET and (asked == 0 or asked in found) else otherwise


def wording_restore(request: HttpRequest, section: Section) -> HttpResponse:
    """Make an earlier version, or ours, hold again."""
    posted = request.POST
    try:
        found = restore_wording(acting(request), section.round, section.lang, section.name,
                                number(posted.get("number", "")), base=number(posted.get("base", "")))  # fmt: skip
    except Refuse as error:
        what, mend = refusal_words(error.refusal)
        told(request, M("{what} {mend}", what=what, mend=mend), "bad")
    else:
        told(request, M("Saved as version {number}.", number=found.number))
    return seen(address(section))


def address(section: Section) -> str:
    return reverse("wording", args=[section.round.key, section.lang, section.name])
