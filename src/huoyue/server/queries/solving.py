"""Assignments that are solved beside the requests: who reaches the work, and which is the last of a stage."""

from __future__ import annotations

from dataclasses import dataclass

from huoyue.core.refusal import Refusal
from huoyue.server.models import Job, ReviewStage, Role
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person
from huoyue.server.queries.review import stage_door

KIND = "assignment"


@dataclass(frozen=True)
class StageJob:
    """The work that solves a stage."""

    stage: ReviewStage
    job: Job


def solving_door(person: Person, *, round: str, stage: str, job: str) -> StageJob | Refusal:  # noqa: A002
    """Such work, for the secretariat."""
    found = stage_door(person, round=round, stage=stage)
    if isinstance(found, Refusal) or person.role != Role.SECRETARIAT:
        return ABSENT
    one = Job.objects.filter(round=found.round, kind=KIND, options__stage=found.key, uid=job).select_related("by")
    if (row := one.first()) is None:
        return ABSENT
    row.round = found.round
    return StageJob(found, row)


def last_solving(stage: ReviewStage) -> Job | None:
    """The last work that was asked for in a stage."""
    found = Job.objects.filter(round=stage.round, kind=KIND, options__stage=stage.key)
    return found.order_by("-at", "-pk").first()
