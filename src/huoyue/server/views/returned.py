"""Word files handed back: send one, see what was found, take the marked copy, keep or drop what was written by hand."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from huoyue.core.message import M
from huoyue.server.asking import acting
from huoyue.server.models import Passage, Returned, Round
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.returned import drop_passage, hand_back, look_through, take_passage
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.returned import counted, returned_files
from huoyue.server.queries.shelf import shelf_path
from huoyue.server.views.chasing import told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.returned import VERDICTS

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def returned_page(
    request: HttpRequest, round_: Round, *, refused: Refuse | None = None, status: int = 200
) -> HttpResponse:
    """The files handed back so far, and the form for another."""
    files = [(one, counted(one.findings)) for one in returned_files(round_)]
    context = {"round": round_, "files": files, "refused": refusal_words(refused.refusal) if refused else None}
    return render(request, "results/returned.html", context, status=status)


def send_act(request: HttpRequest, round_: Round) -> HttpResponse:
    """Check a file and keep it."""
    try:
        found = hand_back(acting(request), round_, look_through(round_, request.FILES.get("file")))
    except Refuse as refused:
        return returned_page(request, round_, refused=refused, status=422)
    return HttpResponseRedirect(reverse("returned_one", args=[round_.key, found.pk]), status=303)


def one_page(request: HttpRequest, returned: Returned) -> HttpResponse:
    """What was found in one file."""
    numbers = [(one, *VERDICTS[one["kind"]]) for kind in VERDICTS for one in returned.findings if one["kind"] == kind]
    context = {
        "round": returned.round, "file": returned, "numbers": numbers, "counts": counted(returned.findings),
        "reworded": [one for one in returned.findings if one["kind"] == "reworded"],
        "written": [one for one in returned.findings if one["kind"] == "written"],
        "passages": returned.passages.select_related("dropped_by"),
    }  # fmt: skip
    return render(request, "results/returned_one.html", context)


def passage_act(request: HttpRequest, returned: Returned) -> HttpResponse:
    """Drop a passage, or take it again."""
    number = request.POST.get("passage", "")
    passage = returned.passages.filter(pk=int(number) if number.isdecimal() and len(number) < 17 else 0).first()
    if passage is None:
        raise Refuse(ABSENT.code)
    passage.round = returned.round
    change(request, passage)
    address = reverse("returned_one", args=[returned.round.key, returned.pk])
    return HttpResponseRedirect(f"{address}#passages", status=303)


def change(request: HttpRequest, passage: Passage) -> None:
    if request.POST.get("what") == "take":
        take_passage(acting(request), passage)
        told(request, M("The passage goes into the next report."))
    else:
        drop_passage(acting(request), passage)
        told(request, M("The passage was dropped."))


def file(request: HttpRequest, returned: Returned) -> FileResponse:
    """The file as it was handed in."""
    del request
    return download(returned.digest, f"{returned.round.key}-{returned.pk}.docx")


def marked_file(request: HttpRequest, returned: Returned) -> FileResponse:
    """The copy in which numbers that do not agree are marked."""
    del request
    return download(returned.marked_digest, f"{returned.round.key}-{returned.pk}-marked.docx")


def download(digest: str, name: str) -> FileResponse:
    stream = shelf_path("returned", digest).open("rb")
    return FileResponse(stream, as_attachment=True, filename=name, content_type=DOCX)
