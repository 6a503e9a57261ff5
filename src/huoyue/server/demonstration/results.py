"""The demonstration's rounds whose results are frozen: reviewed to the end as in the example, their snapshots cut.

They settle to the published scores. In the whole one what follows (report, notice, objections, edition) is there to be
tried; two small ones, of one industry each, are on public notice and published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl
from django.utils import timezone

from huoyue.core.tables import Facts
from huoyue.server.demonstration.review import load_marks, seat_panel, settle
from huoyue.server.models import (
    Account,
    Alliance,
    Attendance,
    Case,
    Decision,
    Filing,
    Panellist,
    ReviewStage,
    Role,
    Round,
    Stage,
)
from huoyue.server.operations.freezing import cut, freeze_round
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.review_stages import lay_out

REASON = "演示轮次：疑点和抽查留待演示，不影响结果"


@dataclass(frozen=True)
class Shown:
    """A frozen round of the demonstration: the end of its key, what its titles add, its industry if only one."""

    suffix: str
    zh: str
    en: str
    industry: str = ""
    days: int = 0
    """How many days ago it was frozen."""

    def alliances(self, known: Mapping[str, Alliance]) -> dict[str, Alliance]:
        """Those that take part."""
        return {code: one for code, one in known.items() if self.industry in ("", one.industry)}


WHOLE = Shown("-results", "结果", "results")
PUBLISHED = Shown("-site", "农业与食品，已公布", "agriculture and food, published", "agriculture", 12)
NOTICED = Shown("-told", "能源与环境，公示中", "energy and environment, on notice", "energy", 2)
"""After the whole round by their keys: of the rounds of a period the years show the first."""


def round_of(example: Round, shown: Shown) -> Round:
    """A round like the example's, its screening settled."""
    return Round.objects.create(
        key=f"{example.key}{shown.suffix}", title_zh=example.title_zh.replace("（示例）", f"（示例·{shown.zh}）"),
        title_en=example.title_en.replace("(example)", f"(example, {shown.en})"), scheme_text=example.scheme_text,
        scheme_digest=example.scheme_digest, stage=Stage.SCREENED, reminds=False, opens_at=example.opens_at,
        deadline=example.deadline, time_zone=example.time_zone, created_at=timezone.now(),
    )  # fmt: skip


def fill_results(
    shown: Shown, round_: Round, facts: Facts, alliances: Mapping[str, Alliance], people: Mapping[str, Account]
) -> None:
    """Panel, marks and decisions of the example, all stages closed; then the round is frozen."""
    settle(round_)
    seats = seat_panel(round_, facts, alliances, people["expert"] if shown == WHOLE else None)
    marked = Filing.objects.filter(round=round_).values_list("alliance__code", flat=True)
    own = pl.col("unit").is_in(list(marked))
    facts = replace(facts, marks=facts.marks.filter(own), decisions=facts.decisions.filter(own))
    lay_out(Acting(None, "", timezone.now()), round_)
    frozen_at = timezone.now() - timedelta(days=shown.days)
    begun = frozen_at - timedelta(days=40)
    for number, stage in enumerate(ReviewStage.objects.filter(round=round_)):
        opened = begun + timedelta(days=8 * number)
        if stage.kind == "marks":
            load_marks(stage, facts.marks, seats, set(), opened + timedelta(days=2))
        else:
            hold_meeting(stage, facts, seats, people["chair"])
        ReviewStage.objects.filter(pk=stage.pk).update(
            revision=stage.revision + 1, state="closed", opened_at=opened, due_at=opened + timedelta(days=7),
            closed_at=opened + timedelta(days=6),
        )  # fmt: skip
    acting = Acting(people["secretariat"], Role.SECRETARIAT, frozen_at)
    freeze_round(acting, round_, cut(round_), REASON)


def hold_meeting(stage: ReviewStage, facts: Facts, seats: Mapping[str, Panellist], chair: Account) -> None:
    """The example's decisions, each with who was in the room."""
    at = timezone.now() - timedelta(days=22)
    filings = {one.alliance.code: one for one in Filing.objects.filter(round=stage.round).select_related("alliance")}
    for (unit,), rows in facts.decisions.partition_by("unit", as_dict=True, maintain_order=True).items():
        case = Case.objects.create(stage=stage, filing=filings[unit], state="closed", opened_at=at, closed_at=at,
                                   led_by=chair)  # fmt: skip
        Attendance.objects.create(case=case, chair=chair, present=True)
        conflicts = filings[unit].alliance.conflicts.filter(panellist__round=stage.round)
        barred = set(conflicts.values_list("panellist", flat=True))
        Attendance.objects.bulk_create(
            Attendance(case=case, panellist=seat, present=seat.pk not in barred,
                       out_because="回避" if seat.pk in barred else "")
            for seat in seats.values()
        )  # fmt: skip
        Decision.objects.bulk_create(
            Decision(case=case, indicator=row["indicator"], points=row["settled"], reason=row["reason"], by=chair,
                     at=at)
            for row in rows.iter_rows(named=True)
        )  # fmt: skip
