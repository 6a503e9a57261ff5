"""Solving a large assignment beside the requests: as documents are built, once, by whoever is alive, until cancelled.

What is solved is kept when it is asked for, so that a worker that is killed is followed by another with the same task.
"""

from __future__ import annotations

import os
import threading
from hashlib import sha256
from secrets import token_hex
from typing import Any

from django.db import IntegrityError

import huoyue
from huoyue.core.review.assignment.model import Pair
from huoyue.server.models import Job, ReviewStage
from huoyue.server.operations.building import Build, do_next
from huoyue.server.operations.chain import canonical
from huoyue.server.operations.jobs import standing, stop
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.review_solving import ground_of, is_grouped, state_of, task_of
from huoyue.server.operations.solving_child import written
from huoyue.server.queries.solving import KIND as SOLVING

AT_ONCE = 1000
"""Pairs of an expert and an alliance up to which an assignment is solved while one waits: in a second or two."""


def is_large(stage: ReviewStage, *, everybody: bool) -> bool:
    """Whether solving takes longer than somebody should wait for a page."""
    ground = ground_of(stage, everybody=everybody)
    return len(ground.seats) * len(ground.filings) > AT_ONCE


def ask_solving(acting: Acting, stage: ReviewStage, *, seed: int, keep: bool, everybody: bool) -> Job:
    """The work that solves a stage: the one that waits, runs or is done for the same task and seed, or a new one."""
    ground = ground_of(stage, everybody=everybody)
    task = task_of(ground, keep=keep)
    codes = {one.id for one in task.experts}, {one.id for one in task.units}
    now: list[Pair] = sorted(pair for pair in ground.now if pair[0] in codes[0] and pair[1] in codes[1])
    plain = written(task)
    for one in plain["experts"]:
        one["name"] = one["id"]  # names of people stay out of what is kept
    asked = {"task": plain, "seed": seed, "keep": keep, "grouped": is_grouped(stage, task), "now": now}
    what = {"stage": stage.pk, "version": huoyue.__version__} | asked
    key = f"{SOLVING}:{sha256(canonical(what).encode()).hexdigest()}"
    if found := standing(key):
        return found
    options = {"stage": stage.key, "seed": seed, "keep": keep, "everybody": everybody, "state": state_of(stage),
               "asked": asked}  # fmt: skip
    try:
        return solving_asked(acting, stage, key, options)
    except IntegrityError:  # somebody asked for the same at the same moment
        if found := standing(key):
            return found
        raise


@operation("review.solving_asked")
def solving_asked(acting: Acting, stage: ReviewStage, key: str, options: dict[str, object]) -> Job:
    """Put the task into the queue."""
    job = Job.objects.create(uid=token_hex(16), kind=SOLVING, key=key, round=stage.round, options=options,
                             by=acting.doer, at=acting.at)  # fmt: skip
    after = {name: options[name] for name in ("seed", "keep", "everybody")}
    record(acting, "review.solving_asked", round=stage.round, subject=stage.key, after=after)
    return job


@operation("review.solving_cancelled")
def cancel_solving(acting: Acting, job: Job) -> None:
    """Cancel what waits at once; who solves is told, and stops."""
    stop(acting, job)
    record(acting, "review.solving_cancelled", round=job.round, subject=job.options["stage"])


@operation("review.solved")
def solved(acting: Acting, job: Job, result: dict[str, Any]) -> None:
    """Keep what was solved, only while the work is still this worker's. Nothing is assigned by it."""
    mine = Job.objects.filter(pk=job.pk, state="running", worker=job.worker)
    if mine.update(state="done", finished_at=acting.at, step="", problems=[], result=result) != 1:
        raise Refuse("job_lost")
    after = {"seed": job.options["seed"], "pairs": len(result["pairs"]), "proved": result["proved"]}
    record(acting, "review.solved", round=job.round, subject=job.options["stage"], after=after)


class Solving(Build):
    """One worker at one assignment."""

    module, made = "huoyue.server.operations.solving_child", "result"

    def request(self) -> dict[str, Any]:
        """What the child is to solve."""
        asked: dict[str, Any] = self.job.options["asked"]
        return asked | {"parent": os.getpid()}

    def finish(self, acting: Acting) -> None:
        """Keep what the child found."""
        solved(acting, self.job, self.answer["result"])


def solve_next(stop: threading.Event | None = None) -> int:
    """Solve what has waited longest, if anything has: how many were done."""
    return do_next(Solving, (SOLVING,), stop)
