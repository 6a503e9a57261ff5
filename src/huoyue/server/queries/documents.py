"""Who sees which documents of a round, and what can be built."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from huoyue.core.message import Message, Title
from huoyue.core.refusal import Refusal
from huoyue.server.models import Alliance, Document, Filing, Job, Round, Stage
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person
from huoyue.server.queries.results import results_door
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.wording.documents import KINDS, WHOLE

SHOWN = 40
"""Jobs on the page: the newest."""


def documents_door(person: Person, *, round: str) -> Round | Refusal:  # noqa: A002 - the address's word
    """A frozen round, for whoever may see what it came to."""
    found = results_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    return found if found.stage == Stage.FROZEN else ABSENT


def visible_jobs(person: Person, round_: Round) -> QuerySet[Job]:
    """The secretariat sees all work on documents; others the reports on the whole round that are ready."""
    jobs = Job.objects.filter(round=round_, kind__in=list(KINDS)).select_related("by", "frozen", "round")
    return jobs if person.is_secretariat else jobs.filter(kind="report", state="done", options__part="")


def job_door(person: Person, *, round: str, job: str) -> Job | Refusal:  # noqa: A002
    """A piece of work on documents."""
    found = documents_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    return visible_jobs(person, found).filter(uid=job).first() or ABSENT


def document_door(person: Person, *, round: str, job: str, number: int) -> Document | Refusal:  # noqa: A002
    """A file that such work made."""
    found = job_door(person, round=round, job=job)
    if isinstance(found, Refusal):
        return found
    return Document.objects.filter(job=found, position=number).first() or ABSENT


@dataclass(frozen=True)
class Parts:
    """What of a round a document can be about, as (word, name)."""

    batches: list[tuple[str, Title]]
    industries: list[tuple[str, Title]]
    units: list[tuple[str, str]]

    @property
    def words(self) -> set[str]:
        return {word for group in (self.batches, self.industries, self.units) for word, _ in group} | {""}


def parts_of(round_: Round) -> Parts:
    """The parts that documents can be built for."""
    scheme = scheme_of(round_)
    units = Filing.objects.filter(round=round_).select_related("alliance").order_by("alliance__position")
    return Parts(
        [(f"batch:{one.id}", one.title) for one in scheme.batches],
        [(f"industry:{one.id}", one.title) for one in scheme.industries],
        [(f"unit:{one.alliance.code}", one.alliance.name) for one in units],
    )


def part_title(round_: Round, word: str) -> Message | Title | str:
    """What a document is about, in words."""
    kind, _, name = word.partition(":")
    scheme = scheme_of(round_)
    groups = {"batch": scheme.batches, "industry": scheme.industries}.get(kind, ())
    if kind == "unit":
        return Alliance.objects.filter(code=name).values_list("name", flat=True).first() or name
    return next((one.title for one in groups if one.id == name), WHOLE)
