"""What is still open before a round can be frozen: what stands against it, and what should be known before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from huoyue.core.message import M, Message
from huoyue.server.models import SETTLED, Finding, Mail, Round, SampleUnit, Sheet, Stage
from huoyue.server.queries.review_progress import missing_sheets, open_cases, progress_of
from huoyue.server.queries.schemes import scheme_of


@dataclass(frozen=True)
class Point:
    """One line of the checklist. `blocks`: it has to be done; otherwise somebody may go past it with a reason."""

    code: str
    what: Message
    is_open: bool
    blocks: bool = False
    address: str = ""


def checklist(round_: Round) -> list[Point]:
    """Everything that has to be settled, or looked at, before results are frozen; in the order of the round."""
    return [*_screening(round_), *_review(round_), *_doubts(round_), *_people(round_), *_keys()]


def blocking(points: list[Point]) -> list[Point]:
    """What stands against freezing."""
    return [one for one in points if one.is_open and one.blocks]


def passable(points: list[Point]) -> list[Point]:
    """What is open and may be gone past with a reason."""
    return [one for one in points if one.is_open and not one.blocks]


def _screening(round_: Round) -> Iterator[Point]:
    practice = M("This is a practice round.") if round_.practice else M("This is no practice round.")
    yield Point("practice", practice, round_.practice, blocks=True)
    is_open = round_.stage not in SETTLED
    screening = M("Screening is not settled yet.") if is_open else M("Screening is settled.")
    yield Point("screening", screening, is_open, blocks=True, address=reverse("screening_settle", args=[round_.key]))


def _review(round_: Round) -> Iterator[Point]:
    """Each stage of the review closed, and what closing left out."""
    wanted = scheme_of(round_).review.stages
    found = {one.stage.key: one.stage for one in progress_of(round_)} if wanted else {}
    for known in wanted:
        stage = found.get(known.id)
        to = reverse("review_stage", args=[round_.key, known.id]) if stage else reverse("review", args=[round_.key])
        is_closed = stage is not None and stage.state == "closed"
        what = M("{stage} is closed.", stage=known.title)
        if not is_closed:
            what = M("{stage} is not closed yet.", stage=known.title)
        yield Point(f"stage.{known.id}", what, not is_closed, blocks=True, address=to)
        if stage is None:
            continue
        left = Sheet.objects.filter(stage=stage, aside_kind="closed").count()
        missing = sum(count for _, count in missing_sheets(stage))
        if left + missing:
            what = M("{stage}: {count} score sheets were never handed in.", stage=known.title, count=left + missing)
            yield Point(f"sheets.{known.id}", what, is_open=True, address=to)
        if cases := open_cases(stage):
            what = M("{stage}: {count} cases on the agenda were not decided.", stage=known.title, count=len(cases))
            yield Point(f"cases.{known.id}", what, is_open=True, address=reverse("board", args=[round_.key, known.id]))


def _doubts(round_: Round) -> Iterator[Point]:
    """Findings that nobody looked at, misreported records, samples that were not verified."""
    findings = Finding.objects.filter(round=round_, gone_at=None)
    to = reverse("findings", args=[round_.key])
    unmarked = findings.filter(mark="").count()
    yield Point("findings", M("{count} plausibility findings have not been looked at.", count=unmarked) if unmarked
                else M("All plausibility findings have been looked at."), bool(unmarked), address=to)  # fmt: skip
    if false := findings.filter(mark="misreported").count():
        what = M("{count} findings are marked as misreported.", count=false)
        yield Point("misreported", what, is_open=True, address=f"{to}?mark=misreported")
    if waiting := SampleUnit.objects.filter(sample__round=round_, outcome="").count():
        what = M("{count} filings drawn for verification have no result.", count=waiting)
        yield Point("samples", what, is_open=True, address=reverse("samples", args=[round_.key]))


def _people(round_: Round) -> Iterator[Point]:
    """Letters of the round that did not arrive."""
    if lost := Mail.objects.filter(round=round_, state__in=("failed", "bounced")).count():
        what = M("{count} letters of this round did not arrive.", count=lost)
        yield Point("letters", what, is_open=True, address=reverse("mailbox"))


def _keys() -> Iterator[Point]:
    """Whether the snapshot will be signed."""
    what = M("Snapshots are signed.") if settings.SIGNING_KEY else M("No key is set, so the snapshot is not signed.")
    yield Point("key", what, not settings.SIGNING_KEY)


def is_frozen(round_: Round) -> bool:
    """Whether nothing that led to the results changes any more."""
    return round_.stage == Stage.FROZEN
