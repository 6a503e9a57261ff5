"""Building documents beside the requests: a worker takes a piece of work, a child process builds, the files are kept.

Several workers may run in several processes. Each writes only while the row still bears its token; one that shows no
sign of life for a while loses its work to another, so that nothing is built twice and nothing is left lying.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from huoyue.server.models import Document, Job, Passage, Wording
from huoyue.server.operations.job_ends import Problems, give_up, refused, said
from huoyue.server.operations.jobs import told
from huoyue.server.operations.journal import Acting, Refuse, operation
from huoyue.server.operations.previews import PASSED_ON
from huoyue.server.operations.storage import keep_bytes
from huoyue.server.queries.shelf import shelf_path
from huoyue.server.queries.wordings import written_into
from huoyue.server.wording.documents import KINDS, SILENT_WORKER, STOPPED, TOO_LONG

SILENT = timedelta(seconds=60)
"""After so long without a sign of life another worker takes the work over."""
BEAT = 1.0
"""Seconds between signs of life, in which a wish to cancel is noticed too."""
LONGEST = timedelta(minutes=30)
MOST_TRIES = 3
log = logging.getLogger("huoyue.building")


def build_next(stop: threading.Event | None = None) -> int:
    """Build the documents that have waited longest, if there are any: how many pieces of work were done."""
    return do_next(Build, tuple(KINDS), stop)


def do_next(how: type[Build], kinds: Sequence[str], stop: threading.Event | None = None) -> int:
    """Do the piece of work of some kinds that has waited longest, if there is any: how many were done."""
    job = take(timezone.now(), kinds)
    if job is None:
        return 0
    folder = Path(settings.FILES, "building", job.worker)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        how(job, folder, stop or threading.Event()).run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 1


def take(now: datetime, kinds: Sequence[str] = tuple(KINDS)) -> Job | None:
    """Take what waits or was left by a worker that ended; nobody else has it then."""
    left = Q(state="running", beat_at__lt=now - SILENT)
    found = Job.objects.filter(Q(state="waiting") | left, kind__in=kinds)
    for job in found.select_related("round", "frozen").order_by("at", "pk"):
        same = Job.objects.filter(pk=job.pk, state=job.state, worker=job.worker, tries=job.tries, beat_at=job.beat_at)
        if job.worker:
            shutil.rmtree(Path(settings.FILES, "building", job.worker), ignore_errors=True)
        if job.cancel_at is not None:
            same.update(state="cancelled", finished_at=now)
        elif job.tries >= MOST_TRIES:
            give_up(job, job.problems or said(SILENT_WORKER, tries=job.tries), now)
        else:
            token = token_hex(16)
            fresh = {"started_at": now, "beat_at": now, "step": "begin", "done": 0, "total": 0}
            if same.update(state="running", worker=token, tries=job.tries + 1, **fresh):
                job.state, job.worker, job.tries = "running", token, job.tries + 1
                return job
    return None


@dataclass
class Build:
    """One worker at one piece of work."""

    job: Job
    folder: Path
    stop: threading.Event
    module: ClassVar[str] = "huoyue.report.building"
    """What the child process runs."""
    made: ClassVar[str] = "files"
    """What it says when it is done."""
    lines: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def mine(self) -> Any:
        """The row, while it is still this worker's."""
        return Job.objects.filter(pk=self.job.pk, state="running", worker=self.job.worker)

    def run(self) -> None:
        """Build, and note what came of it."""
        child = self.begun(json.dumps(self.request()))
        listening = threading.Thread(target=self.listen, args=(child,), daemon=True)
        listening.start()
        try:
            code = self.watched(child)
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
            listening.join(5)
            if child.stdout is not None:
                child.stdout.close()
        if code is None:
            return
        self.read()
        if code == 0 and self.made in self.answer:
            self.keep()
        elif "problems" in self.answer:
            give_up(self.job, self.answer["problems"], timezone.now())
        else:
            self.put_back(said(STOPPED, tries=self.job.tries, code=code))

    def keep(self) -> None:
        """Put what was made away and say that it is there."""
        self.mine.update(beat_at=timezone.now(), step="keep")
        acting = Acting(None, "", timezone.now())
        try:
            self.finish(acting)
        except Refuse as error:
            if error.refusal.code != "job_lost":
                give_up(self.job, refused(error), acting.at)

    def finish(self, acting: Acting) -> None:
        """Keep the files."""
        finish(acting, self.job, list(self.kept()))

    def begun(self, request: str) -> subprocess.Popen[str]:
        """The child process, with its request on its input and no secret in its environment."""
        known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        child = subprocess.Popen(  # noqa: S603 - a module of ours
            [sys.executable, "-P", "-m", self.module], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, encoding="utf-8", cwd=self.folder, start_new_session=True,
            env=known | {"HOME": str(self.folder), "TMPDIR": str(self.folder), "LANG": "C.UTF-8"},
        )  # fmt: skip
        if child.stdin is not None:
            with suppress(BrokenPipeError):  # it ended at once; its code says so
                child.stdin.write(request)
                child.stdin.close()
        return child

    def listen(self, child: subprocess.Popen[str]) -> None:
        """Whatever the child says, until it ends."""
        for line in child.stdout or ():
            try:
                self.lines.put(json.loads(line))
            except ValueError:
                log.warning("building said something else than JSON")

    def request(self) -> dict[str, Any]:
        """What the child is to build."""
        job, options = self.job, self.job.options
        frozen = job.frozen
        if frozen is None:
            raise Refuse("not_frozen")
        out = self.folder / "out"
        out.mkdir()
        own = written_into(Wording.objects.filter(pk__in=options["wordings"]), self.folder / "templates")
        passages = Passage.objects.filter(pk__in=options["passages"])
        return {
            "snapshot": str(shelf_path("snapshots", frozen.file_digest)), "folder": str(out), "kind": job.kind,
            "lang": options["lang"], "part": options["part"], "formats": options["formats"],
            "templates": str(own) if own else None, "number": frozen.number,
            "on": frozen.at.astimezone(ZoneInfo(job.round.time_zone)).date().isoformat(), "parent": os.getpid(),
            "passages": [{"heading": one.heading, "after": one.after, "text": one.text} for one in passages],
        }  # fmt: skip

    def watched(self, child: subprocess.Popen[str]) -> int | None:
        """Wait for the child, showing life: its code, or None where the work is not this worker's any more."""
        begun = timezone.now()
        while True:
            try:
                return child.wait(BEAT)
            except subprocess.TimeoutExpired:
                pass
            now = timezone.now()
            if not self.mine.filter(cancel_at=None).update(beat_at=now, **self.read()):
                self.mine.exclude(cancel_at=None).update(state="cancelled", finished_at=now)
                return None
            if self.stop.is_set():
                self.put_back([], tries=self.job.tries - 1)
                return None
            if now - begun > LONGEST:
                give_up(self.job, said(TOO_LONG, minutes=int(LONGEST.total_seconds() // 60)), now)
                return None

    def read(self) -> dict[str, Any]:
        """What the child has said since: how far it is now."""
        found: dict[str, Any] = {}
        while True:
            try:
                line = self.lines.get_nowait()
            except queue.Empty:
                return found
            if "step" in line:
                found = {"step": line["step"], "done": line["done"], "total": line["total"]}
            else:
                self.answer = line

    def put_back(self, problems: Problems, *, tries: int | None = None) -> None:
        """Let it wait again, for whoever is next."""
        kept = self.job.tries if tries is None else tries
        self.mine.update(state="waiting", beat_at=None, step="", tries=kept, problems=problems)

    def kept(self) -> Iterator[Document]:
        """Every file, put away under its digest before a row names it."""
        for position, file in enumerate(self.answer["files"]):
            body = (self.folder / "out" / file["name"]).read_bytes()
            digest = keep_bytes("documents", body)
            yield Document(job=self.job, name=file["name"], media=file["media"], size=len(body), digest=digest,
                           position=position)  # fmt: skip


@operation("document.built")
def finish(acting: Acting, job: Job, documents: Sequence[Document]) -> None:
    """All files of a piece of work, or none: only while it is still this worker's."""
    mine = Job.objects.filter(pk=job.pk, state="running", worker=job.worker)
    if mine.update(state="done", finished_at=acting.at, step="", problems=[]) != 1:
        raise Refuse("job_lost")
    Document.objects.bulk_create(documents)
    told(acting, "document.built", job, files={one.name: one.digest for one in documents[:20]}, count=len(documents))
