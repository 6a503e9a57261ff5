"""How far the review has come: the panel's answers, each stage's sheets, who is late. Counts, never marks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q

from huoyue.core.message import M, Message, Title
from huoyue.core.phrase import render
from huoyue.core.scheme.model import Stage as SchemeStage
from huoyue.server.models import Case, Panellist, ReviewStage, Round
from huoyue.server.queries.review import panel_of
from huoyue.server.queries.review_stages import evaluated_filings, scheme_stage
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.wording.review import CALIBRATION, STAGE_STATES

OWES = {"answer": M("has not answered"), "signature": M("has not signed"), "declaration": M("has not declared")}
"""What somebody on the panel still has to do before the first sheet."""


@dataclass(frozen=True)
class Missing:
    """Somebody with sheets that are not handed in, and how many of how many."""

    seat: Panellist
    count: int
    of: int


@dataclass
class Progress:
    """A stage with its title, its sheets, and who has some missing."""

    stage: ReviewStage
    title: Title
    known: SchemeStage | None
    handed_in: int = 0
    sheets: int = 0
    missing: list[Missing] = field(default_factory=list)
    cases: int = 0
    decided: int = 0
    short: list[str] = field(default_factory=list)
    """Codes of the alliances that are short of experts."""

    @property
    def state(self) -> Message:
        return STAGE_STATES[self.stage.state]

    @property
    def not_handed_in(self) -> int:
        return sum(one.count for one in self.missing)

    def is_late(self, now: datetime) -> bool:
        """Whether the day has passed by which an open stage was to be done."""
        return self.stage.state == "open" and self.stage.due_at is not None and self.stage.due_at <= now


@dataclass(frozen=True)
class PanelCounts:
    """How many are asked and how far they are; declined and left are not among the asked."""

    asked: int
    accepted: int
    signed: int
    declared: int
    declined: int
    left: int
    late: list[tuple[Panellist, Message]]
    """Who cannot mark yet, and what is lacking first."""


def title_of(stage: ReviewStage) -> Title:
    """What a stage is called."""
    known = scheme_stage(stage)
    return known.title if known else Title(zh=render(CALIBRATION, "zh"), en=render(CALIBRATION, "en"))


def lacking(seat: Panellist) -> Message | None:
    """What somebody asked has to do next before marking; None if nothing."""
    if seat.state == "asked":
        return OWES["answer"]
    if seat.signed_at is None:
        return OWES["signature"]
    return OWES["declaration"] if seat.declared_at is None else None


def panel_counts(round_: Round) -> PanelCounts:
    """The panel's answers."""
    seats = list(panel_of(round_))
    states = Counter(one.state for one in seats)
    there = [one for one in seats if one.state in ("asked", "accepted")]
    late = [(one, what) for one in there if (what := lacking(one)) is not None]
    return PanelCounts(
        asked=len(there), accepted=states["accepted"], signed=sum(one.signed_at is not None for one in there),
        declared=sum(one.declared_at is not None for one in there), declined=states["declined"], left=states["left"],
        late=late,
    )  # fmt: skip


def progress_of(round_: Round) -> list[Progress]:
    """Every stage of the round in its order."""
    stages = list(ReviewStage.objects.filter(round=round_))
    for stage in stages:
        stage.round = round_
    return [progress(stage) for stage in stages]


def progress(stage: ReviewStage) -> Progress:
    """One stage."""
    found = Progress(stage, title_of(stage), scheme_stage(stage))
    if stage.kind == "decisions":
        found.cases = stage.cases.count()
        found.decided = stage.cases.filter(state="closed").count()
        return found
    now = Q(sheets__stage=stage, sheets__aside_at=None)
    seats = panel_of(stage.round).annotate(
        of=Count("sheets", filter=now), lacks=Count("sheets", filter=now & Q(sheets__submitted_at=None))
    )
    for seat in seats:
        found.sheets += seat.of
        found.handed_in += seat.of - seat.lacks
        if seat.lacks:
            found.missing.append(Missing(seat, seat.lacks, seat.of))
    if stage.state != "closed":
        found.short = short_of_experts(stage)
    return found


def short_of_experts(stage: ReviewStage) -> list[str]:
    """Codes of the alliances that fewer experts have than the scheme wants in this stage."""
    known = scheme_stage(stage)
    if known is None or stage.kind != "marks":
        return []
    counts: Counter[str] = Counter(
        stage.sheets.filter(aside_at=None).values_list("filing__alliance__code", flat=True).order_by()
    )
    return [code for one in evaluated_filings(stage.round) if counts[code := one.alliance.code] < known.reviewers]


def missing_sheets(stage: ReviewStage) -> list[tuple[str, int]]:
    """Who has sheets that are not handed in, as "E03 name", and how many."""
    rows = (
        stage.sheets.filter(aside_at=None, submitted_at=None)
        .values("panellist__code", "panellist__account__name")
        .annotate(count=Count("pk"))
        .order_by("panellist__code")
    )
    return [(f"{row['panellist__code']} {row['panellist__account__name']}", row["count"]) for row in rows]


def open_cases(stage: ReviewStage) -> list[str]:
    """Names of the alliances on the agenda that are not done."""
    rows = Case.objects.filter(stage=stage).exclude(state="closed")
    return list(rows.values_list("filing__alliance__name", flat=True))


def groups_wanted(round_: Round) -> bool:
    """Whether the scheme has a stage across groups, so that the panel has to be in groups before it marks."""
    return any(one.across_groups for one in scheme_of(round_).review.stages)
