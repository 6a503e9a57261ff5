"""What the minutes of a meeting hold: each case with who was there, why it was discussed, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from huoyue.core.scheme.model import Scheme
from huoyue.server.models import Attendance, Case, Decision, ReviewStage
from huoyue.server.queries.review_case import decisions_on
from huoyue.server.queries.review_standing import Standing, standing_of
from huoyue.server.queries.schemes import scheme_of


@dataclass(frozen=True)
class Minuted:
    """One case. `moved` are (indicator, from, to in hundredths, reason) as decided; `whole` upholds the others."""

    case: Case
    present: list[str]
    out: list[tuple[str, str]]
    differences: list[dict[str, Any]]
    moved: list[tuple[Decision, Any, Any]]
    whole: Decision | None
    before: Any
    now: Any


@dataclass(frozen=True)
class Minutes:
    """A meeting, its cases in the order in which they were discussed, those not discussed last."""

    stage: ReviewStage
    scheme: Scheme
    cases: list[Minuted]


def minutes_of(stage: ReviewStage, barred: set[str]) -> Minutes:
    """The minutes as they stand. Cases of alliances in `barred`, from which the reader stands back, are left out."""
    found = stage.cases.select_related("filing__alliance").order_by("filing__alliance__position")
    cases = sorted((one for one in found if one.filing.alliance.code not in barred),
                   key=lambda one: (one.opened_at is None, one.opened_at))  # fmt: skip
    codes = [one.filing.alliance.code for one in cases]
    scheme = scheme_of(stage.round)
    if not codes:
        return Minutes(stage, scheme, [])
    before, now = standing_of(stage.round, codes, decided=False), standing_of(stage.round, codes)
    return Minutes(stage, scheme, [minuted(one, before, now) for one in cases])


def minuted(case: Case, before: Standing, now: Standing) -> Minuted:
    """One case as the minutes have it."""
    code = case.filing.alliance.code
    attended = list(Attendance.objects.filter(case=case).select_related("panellist__account"))
    decided = {one.indicator: one for one in decisions_on(case.filing) if one.case_id == case.pk}
    first, last = points_of(before, code), points_of(now, code)
    order = [name for name in first if name in decided]
    return Minuted(
        case=case,
        present=[f"{one.panellist.account}" for one in attended if one.present],
        out=[(f"{one.panellist.account}", one.out_because) for one in attended if one.out_because],
        differences=[row for row in now.settlement.differences.iter_rows(named=True) if row["unit"] == code],
        moved=[(decided[name], first[name], last[name]) for name in order],
        whole=decided.get("*"), before=before.scores.get(code), now=now.scores.get(code),
    )  # fmt: skip


def points_of(standing: Standing, code: str) -> dict[str, Any]:
    """Settled points in hundredths by indicator, as (numerator, denominator)."""
    rows = standing.settlement.settled.iter_rows(named=True)
    return {row["indicator"]: (row["settled_num"], row["settled_den"]) for row in rows if row["unit"] == code}
