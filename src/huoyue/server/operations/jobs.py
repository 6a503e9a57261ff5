"""Asking for documents, cancelling, and trying again: each piece of work is done once, whoever asks how often."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex

from django.db import IntegrityError

import huoyue
from huoyue.report.documents import FORMATS
from huoyue.server.models import Frozen, Job, Passage
from huoyue.server.operations.chain import canonical
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.queries.documents import parts_of
from huoyue.server.queries.wordings import in_force
from huoyue.server.wording.documents import KINDS, LANGUAGES

STANDING = ("waiting", "running", "done")
"""States of a job beside which there is no second one with its key."""


@dataclass(frozen=True)
class Asked:
    """What somebody wants built: kind, language, part ("" for the whole), and formats of a report."""

    kind: str
    lang: str
    part: str
    formats: tuple[str, ...]


def options_of(frozen: Frozen, asked: Asked) -> dict[str, object]:
    """What is built, with the wording and the passages as they stand now."""
    is_report = asked.kind == "report"
    wordings = in_force(frozen.round, asked.lang) if is_report else []
    passages = Passage.objects.filter(round=frozen.round, lang=asked.lang, dropped_at=None) if is_report else []
    return {
        "lang": asked.lang,
        "part": asked.part,
        "formats": [form for form in FORMATS if form in asked.formats] if asked.kind == "report" else [],
        "wordings": [one.pk for one in wordings],
        "passages": [one.pk for one in passages],
    }


def key_of(frozen: Frozen, kind: str, options: dict[str, object]) -> str:
    """The same for the same documents: snapshot, kind, part, language, formats, wording, passages, and our version."""
    what = {"kind": kind, "snapshot": frozen.digest, "version": huoyue.__version__} | options
    return f"{kind}:{sha256(canonical(what).encode()).hexdigest()}"


def ask(acting: Acting, frozen: Frozen, asked: Asked) -> Job:
    """The work that builds these documents: the one that waits, runs or is done, or a new one."""
    if asked.kind not in KINDS or asked.lang not in LANGUAGES or asked.part not in parts_of(frozen.round).words:
        raise Refuse("part_unknown")
    options = options_of(frozen, asked)
    if asked.kind == "report" and not options["formats"]:
        raise Refuse("no_formats")
    key = key_of(frozen, asked.kind, options)
    found = standing(key)
    if found is not None:
        return found
    try:
        return asked_for(acting, frozen, asked.kind, key, options)
    except IntegrityError:  # somebody asked for the same at the same moment
        found = standing(key)
        if found is None:
            raise
        return found


def standing(key: str) -> Job | None:
    """The job with that key, unless it failed or was cancelled."""
    return Job.objects.filter(key=key, state__in=STANDING).first()


@operation("document.asked")
def asked_for(acting: Acting, frozen: Frozen, kind: str, key: str, options: dict[str, object]) -> Job:
    """Put a piece of work into the queue."""
    job = Job.objects.create(
        uid=token_hex(16), kind=kind, key=key, round=frozen.round, frozen=frozen, options=options, by=acting.doer,
        at=acting.at,
    )  # fmt: skip
    told(acting, "document.asked", job)
    return job


@operation("document.cancelled")
def cancel(acting: Acting, job: Job) -> None:
    """Cancel what waits at once; who builds is told, and stops."""
    stop(acting, job)
    told(acting, "document.cancelled", job)


def stop(acting: Acting, job: Job) -> None:
    """Let work end, or refuse where it has ended."""
    waiting = Job.objects.filter(pk=job.pk, state="waiting")
    running = Job.objects.filter(pk=job.pk, state="running", cancel_at=None)
    if not waiting.update(state="cancelled", cancel_at=acting.at, finished_at=acting.at) and not running.update(
        cancel_at=acting.at
    ):
        raise Refuse("job_over")


@operation("document.again")
def try_again(acting: Acting, job: Job) -> None:
    """Put work that failed or was cancelled into the queue once more, with the wording as it stands now: a mistake in
    it may be what made the work fail."""
    if job.frozen is not None and job.kind in KINDS:
        asked = Asked(job.kind, job.options["lang"], job.options["part"], tuple(job.options["formats"]))
        job.options = options_of(job.frozen, asked)
        job.key = key_of(job.frozen, job.kind, job.options)
    ended = Job.objects.filter(pk=job.pk, state__in=["failed", "cancelled"])
    afresh = {"worker": "", "tries": 0, "step": "", "done": 0, "total": 0, "problems": [], "at": acting.at}
    try:
        changed = ended.update(
            state="waiting",
            key=job.key,
            options=job.options,
            cancel_at=None,
            started_at=None,
            beat_at=None,
            finished_at=None,
            **afresh,
        )
    except IntegrityError as error:
        raise Refuse("job_stands") from error
    if changed != 1:
        raise Refuse("job_not_failed")
    told(acting, "document.again", job)


def told(acting: Acting, kind: str, job: Job, **more: object) -> None:
    """The event of a piece of work."""
    what = {name: job.options.get(name) for name in ("lang", "part", "formats")}
    after = {"kind": job.kind, "snapshot": job.frozen.number if job.frozen else None} | what | more
    record(acting, kind, round=job.round, subject=job.uid, after=after)
