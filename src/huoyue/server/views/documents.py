"""Documents of a frozen round: choosing, building, watching, and downloading what was built."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from huoyue.core.message import M, Message, Title
from huoyue.report.documents import FORMATS
from huoyue.server.asking import acting, reader
from huoyue.server.models import Document, Job, Round
from huoyue.server.operations import jobs
from huoyue.server.operations.jobs import Asked
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.documents import SHOWN, part_title, parts_of, visible_jobs
from huoyue.server.queries.shelf import latest, shelf_path
from huoyue.server.saying import current_language
from huoyue.server.views.chasing import seen, told
from huoyue.server.wording import refusal_words
from huoyue.server.wording.documents import FORMAT_TITLES, JOB_STATES, JOB_TAGS, KINDS, LANGUAGES, STEPS

FEW = 8
"""Files of a job shown at once; more are folded away."""


@dataclass(frozen=True)
class Line:
    """A piece of work as the page shows it."""

    job: Job
    kind: Message
    part: Message | Title | str
    language: Message
    state: Message
    tag: str
    step: Message
    files: list[Document]
    problems: list[str]
    formats: list[Message]
    older: bool

    @property
    def alive(self) -> bool:
        return self.job.state in ("waiting", "running")

    @property
    def few(self) -> list[Document]:
        return self.files[:FEW] if len(self.files) <= FEW else self.files[:1]

    @property
    def rest(self) -> list[Document]:
        return self.files[len(self.few) :]


def lines(request: HttpRequest, round_: Round) -> list[Line]:
    """Work on documents that the reader may see, the newest first."""
    newest, lang = latest(round_), current_language()
    found = visible_jobs(reader(request), round_).prefetch_related("documents")[:SHOWN]
    return [
        Line(
            job, KINDS[job.kind], part_title(round_, job.options["part"]), LANGUAGES[job.options["lang"]],
            JOB_STATES[job.state], JOB_TAGS[job.state], STEPS.get(job.step, STEPS["begin"]),
            sorted(job.documents.all(), key=lambda one: one.position), [one[lang] for one in job.problems],
            [FORMAT_TITLES[form] for form in job.options["formats"]],
            older=newest is not None and job.frozen_id != newest.pk,
        )
        for job in found
    ]  # fmt: skip


def documents_page(request: HttpRequest, round_: Round) -> HttpResponse:
    """What was built and is being built; a form to build more."""
    return shown(request, round_)


def shown(
    request: HttpRequest, round_: Round, asked: Asked | None = None, refused: Refuse | None = None
) -> HttpResponse:
    """The page, with what was chosen and why it was refused."""
    found = lines(request, round_)
    asked = asked or Asked("report", current_language(), "", ("docx", "pdf"))
    context = {
        "round": round_, "lines": found, "alive": any(line.alive for line in found), "asked": asked,
        "kinds": KINDS.items(), "languages": LANGUAGES.items(), "parts": parts_of(round_),
        "formats": [(form, FORMAT_TITLES[form]) for form in FORMAT_TITLES], "snapshot": latest(round_),
        "refused": refusal_words(refused.refusal) if refused else None, "now": timezone.now(),
    }  # fmt: skip
    return render(request, "results/documents.html", context, status=409 if refused else 200)


def documents_ask(request: HttpRequest, round_: Round) -> HttpResponse:
    """Put what was chosen into the queue; what is there already is shown instead."""
    posted = request.POST
    asked = Asked(posted.get("kind", ""), posted.get("lang", ""), posted.get("part", ""),
                  tuple(form for form in FORMATS if form in posted.getlist("formats")))  # fmt: skip
    frozen = latest(round_)
    try:
        if frozen is None:
            raise Refuse("not_frozen")
        doer = acting(request)
        job = jobs.ask(doer, frozen, asked)
    except Refuse as error:
        return shown(request, round_, asked, error)
    if job.state == "done":
        told(request, M("These documents are there already."), "info")
    elif job.at != doer.at:
        told(request, M("These documents are being built already."), "info")
    else:
        told(request, M("The documents are being built; you may leave this page."))
    return seen(f"{reverse('documents', args=[round_.key])}#job-{job.uid}")


def job_cancel(request: HttpRequest, job: Job) -> HttpResponse:
    """Cancel work that waits or runs."""
    return acted(request, job, jobs.cancel, M("The work is cancelled."))


def job_again(request: HttpRequest, job: Job) -> HttpResponse:
    """Try again what failed or was cancelled."""
    return acted(request, job, jobs.try_again, M("The work is tried again."))


def acted(request: HttpRequest, job: Job, what: object, words: Message) -> HttpResponse:
    """Do it, and back to the page that says how it went."""
    try:
        what(acting(request), job)  # type: ignore[operator]
    except Refuse as error:
        first, mend = refusal_words(error.refusal)
        told(request, M("{what} {mend}", what=first, mend=mend), "bad")
    else:
        told(request, words)
    return seen(reverse("documents", args=[job.round.key]))


def document_file(request: HttpRequest, document: Document) -> FileResponse:
    """A file as it was built."""
    del request
    stream = shelf_path("documents", document.digest).open("rb")
    answer = FileResponse(stream, content_type=document.media)
    plain = f"document-{document.position}.{document.name.rpartition('.')[2]}"
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(document.name)}"
    return answer
