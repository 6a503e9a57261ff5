"""What the minutes of a meeting hold: each case with who was there, why it was discussed, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from huoyue.core.scheme.model import Scheme
from huoyue.server.models import Attendance, Case, Conflict, Decision, ReviewStage
from huoyue.server.queries.review_case import decisions_on
from huoyue.server.queries.review_standing import Standing, standing_of
from huoyue.server.queries.schemes import scheme_of


@dataclass(frozen=True)
class Attended:
    """Somebody whom the room expected: there, absent, or out. `late` where a conflict was found only afterwards."""

    name: str
    chairs: bool
    present: bool
    out_because: str
    late: bool


@dataclass(frozen=True)
class Minuted:
    """One case. `moved` are (indicator, from, to in hundredths, reason) as decided; `whole` upholds the others."""

    case: Case
    attended: list[Attended]
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
    found = stage.cases.select_related("filing__alliance", "led_by", "stage__round").order_by(
        "filing__alliance__position"
    )
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
    decided = {one.indicator: one for one in decisions_on(case.filing) if one.case_id == case.pk}
    first, last = points_of(before, code), points_of(now, code)
    order = [name for name in first if name in decided]
    return Minuted(
        case=case,
        attended=attended_at(case),
        differences=[row for row in now.settlement.differences.iter_rows(named=True) if row["unit"] == code],
        moved=[(decided[name], first[name], last[name]) for name in order],
        whole=decided.get("*"), before=before.scores.get(code), now=now.scores.get(code),
    )  # fmt: skip


def attended_at(case: Case) -> list[Attended]:
    """Who was there: chairs first, then the panel by code."""
    rows = Attendance.objects.filter(case=case).select_related("panellist__account", "chair")
    found = Conflict.objects.filter(alliance=case.filing.alliance, ended_at=None, panellist__round=case.stage.round)
    late = set(found.filter(found_at__gt=case.opened_at).values_list("panellist", flat=True)) if case.opened_at else ()
    ordered = sorted(rows, key=lambda one: (one.chair is None, one.panellist.code if one.panellist else "", one.pk))
    return [
        Attended(str(one.who), one.chair is not None, one.present, one.out_because,
                 one.present and one.panellist_id in late)
        for one in ordered
    ]  # fmt: skip


def points_of(standing: Standing, code: str) -> dict[str, Any]:
    """Settled points in hundredths by indicator, as (numerator, denominator)."""
    rows = standing.settlement.settled.iter_rows(named=True)
    return {row["indicator"]: (row["settled_num"], row["settled_den"]) for row in rows if row["unit"] == code}
