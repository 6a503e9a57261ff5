"""Editions: publishing and withdrawing them, and serving them to everybody."""

from __future__ import annotations

from hashlib import sha256
from pathlib import PurePosixPath

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language

from huoyue.core.message import M, Message
from huoyue.core.problem import Problem, Refused
from huoyue.core.refusal import Refusal
from huoyue.publication.about import KIND_TITLES
from huoyue.publication.openness import openness
from huoyue.publication.standing import STANDING
from huoyue.server.asking import acting
from huoyue.server.models import Edition, Round
from huoyue.server.operations.editions import publish, ready, withdraw
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.editions import (
    due_kinds,
    first_day,
    public_file,
    was_moved,
    why_not_publish,
    withdrawn_files,
)
from huoyue.server.queries.notice import day_of
from huoyue.server.queries.published import editions_of, holding, published_rounds
from huoyue.server.queries.returned import carried
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import latest, shelf_path
from huoyue.server.queries.written import public_wordings
from huoyue.server.views.chasing import number, told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.documents import LANGUAGES, SECTION_TITLES
from huoyue.snapshot.digests import zipped

TYPES = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
    ".json": "application/json", ".csv": "text/csv; charset=utf-8", ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml", ".pdf": "application/pdf", ".parquet": "application/vnd.apache.parquet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}  # fmt: skip
LEADS = {
    "edition_notice": (M("Handle the notice"), "notice_period"),
    "edition_objections": (M("Register of objections"), "objections"),
    "edition_corrections": (M("Make the corrected snapshot"), "correct"),
}
"""What stands against publishing: the page on which it is mended."""
FRESH = "public, no-cache"
"""An edition never changes, but it may be withdrawn: what browsers keep they ask about each time, by its tag."""


def publish_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """What the next edition will say, what stands against it, and the button."""
    now = timezone.now()
    refused: Refuse | None = None
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            made = ready(round_, now, request.POST.get("reason_zh", ""), request.POST.get("reason_en", ""))
            edition = publish(acting(request), round_, made)
        except Refuse as error:
            refused = error
        except Refused as error:
            problems = error.problems
        else:
            told(request, M("Edition {number} is published.", number=edition.number))
            return HttpResponseRedirect(reverse("results", args=[round_.key]), status=303)
    stands = why_not_publish(round_, now)
    kinds = openness(scheme_of(round_), first_day(round_, now), day_of(now, round_))
    last = editions_of(round_).first()
    due, frozen = due_kinds(round_, now), latest(round_)
    context = {
        "round": round_, "stands": refusal_words(stands) if stands else None, "problems": problems, "last": last,
        "refused": refusal_words(refused.refusal) if refused else None, "typed": request.POST, "snapshot": frozen,
        "kinds": [(KIND_TITLES[one.kind], one) for one in kinds.values()], "due": [KIND_TITLES[one] for one in due],
        "lead": lead_to(stands, round_), "unnoticed": stands is None and was_moved(round_),
        "written": [(LANGUAGES[lang], lang, [SECTION_TITLES[one.name] for one in public_wordings(round_, lang)],
                     carried(round_, lang).count()) for lang in LANGUAGES],
        "needs": last is not None and (not due or frozen is None or frozen.pk != last.frozen_id),
    }  # fmt: skip
    return render(request, "editions/publish.html", context, status=409 if refused or problems else 200)


def lead_to(stands: Refusal | None, round_: Round) -> tuple[Message, str] | None:
    """Where what stands against publishing is mended."""
    if stands is None or stands.code not in LEADS:
        return None
    title, route = LEADS[stands.code]
    return title, reverse(route, args=[round_.key])


def withdraw_page(request: HttpRequest, edition: Edition) -> HttpResponse:
    """Why an edition is withdrawn, and which holds from then on."""
    refused: Refuse | None = None
    if request.method == "POST":
        try:
            withdraw(acting(request), edition, request.POST.get("reason", ""),
                     number(request.POST.get("holds", "")) or None)  # fmt: skip
        except Refuse as error:
            refused = error
        else:
            told(request, M("Edition {number} is withdrawn.", number=edition.number))
            return HttpResponseRedirect(reverse("results", args=[edition.round.key]), status=303)
    former = editions_of(edition.round).filter(withdrawn_at=None, number__lt=edition.number)
    context = {"round": edition.round, "edition": edition, "former": former, "typed": request.POST,
               "refused": refusal_words(refused.refusal) if refused else None}  # fmt: skip
    return render(request, "editions/withdraw.html", context, status=409 if refused else 200)


def edition_file(request: HttpRequest, edition: Edition) -> HttpResponseBase:
    """The site as one zip, for a web server of one's own; of a withdrawn edition the page that stands in its place."""
    del request
    name = f"edition-{edition.round.key}-{edition.number}.zip"
    if edition.withdrawn_at:
        body = zipped(withdrawn_files(edition))
        return HttpResponse(body, content_type="application/zip",
                            headers={"Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip
    stream = shelf_path("editions", edition.file_digest).open("rb")
    return FileResponse(stream, as_attachment=True, filename=name, content_type="application/zip")


def public_list(request: HttpRequest) -> HttpResponse:
    """All rounds with their editions, for everybody."""
    return listed(request, list(published_rounds()))


def listed(request: HttpRequest, rounds: list[Round]) -> HttpResponse:
    found = [(one, editions_of(one), holding(one)) for one in rounds]
    return render(request, "editions/public.html", {"found": found})


def public_round(request: HttpRequest, round_: Round) -> HttpResponse:
    """To the edition that holds; the list where none does."""
    now = holding(round_)
    if now is None:
        return listed(request, [round_])
    return public_start(request, now)


def public_start(request: HttpRequest, edition: Edition) -> HttpResponse:
    """To the first page of an edition in the reader's language."""
    del request
    lang = "en" if (get_language() or "").startswith("en") else "zh"
    return HttpResponseRedirect(reverse("public_file", args=[edition.round.key, edition.number, f"{lang}/index.html"]))


def served(request: HttpRequest, edition: Edition, inside: str) -> HttpResponseBase:
    """A file of an edition. A withdrawn one answers everywhere with the page that says so."""
    name = f"{inside}index.html" if not inside or inside.endswith("/") else inside
    body, status = public_file(edition, name), 200
    if edition.withdrawn_at and (body is None or name.endswith(".html")):
        name = "en/index.html" if name.startswith("en/") else "zh/index.html"
        if name != inside:
            return HttpResponseRedirect(reverse("public_file", args=[edition.round.key, edition.number, name]))
        status = 410
    if body is None:
        raise Http404(inside)
    kind = TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
    fresh = "no-cache" if status == 410 or name == STANDING else FRESH
    tag = f'"{sha256(body).hexdigest()}"'
    answer = HttpResponse(body, content_type=kind, status=status, headers={"Cache-Control": fresh, "ETag": tag})
    found = get_conditional_response(request, etag=tag, response=answer)
    return found if found is not None else answer
