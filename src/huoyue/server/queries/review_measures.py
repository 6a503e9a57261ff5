"""What a panel's marks say of the panel: agreement, severity, what would change without it, and what to ask about.

Everything here is advice and changes nothing that counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from huoyue.core.analysis.panel.calibration import calibration
from huoyue.core.analysis.panel.effect import severity_effect
from huoyue.core.analysis.panel.measures import panel_measures
from huoyue.core.analysis.panel.questions import SHEETS, questions
from huoyue.core.message import Message
from huoyue.core.scheme.model import Scheme
from huoyue.core.scoring.vetoes import vetoed
from huoyue.core.tables import MARKS, SCORES
from huoyue.server.models import Account, Evidence, Filing, Mark, Panellist, ReviewStage, Sheet
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.review_board import barred_alliances
from huoyue.server.queries.review_facts import filled
from huoyue.server.queries.review_stages import rights_of
from huoyue.server.queries.review_standing import Standing, standing_of, suggested_points
from huoyue.server.queries.schemes import scheme_of

TOTAL, POOLED = "*", "*"
Row = dict[str, Any]


@dataclass(frozen=True)
class Severity:
    """An expert's place on both scales, as rows of EXPERT_SEVERITY and EXPERT_LOGITS; either may be missing."""

    code: str
    name: str
    points: Row | None
    logits: Row | None

    @property
    def apart(self) -> bool:
        """Whether the interval leaves out 0: more than chance."""
        found = self.points
        return bool(found and found["low"] is not None and not found["low"] <= 0 <= found["high"])


@dataclass(frozen=True)
class Measured:
    """What is measured of a stage: `total` and `indicators` are rows of AGREEMENT_INDICATORS."""

    total: Row | None
    indicators: list[tuple[Any, Row]]
    confirmed: float | None
    severities: list[Severity]
    effect: list[tuple[str, Row]]
    """Alliances whose tier would change, with their rows of SEVERITY_EFFECT."""
    moved: int
    questions: list[Message]
    scales: list[Row]
    """In a calibration: rows of CALIBRATION on totals."""
    marks: int
    components: int


def measured(stage: ReviewStage, account: Account) -> Measured:
    """The measures of a stage of marks or of the calibration; of a meeting, those of all marks before it together."""
    scheme = scheme_of(stage.round)
    live = stage.state != "closed"
    if stage.kind == "calibration":
        marks, points, key = calibration_marks(scheme, stage)
        standing = None
    else:
        standing = standing_of(stage.round, closed_only=not live)
        counted = standing.settlement.settled.filter(pl.col("basis") != "not_applicable").select("unit", "indicator")
        marks = standing.marks.join(counted, on=["unit", "indicator"], how="semi", maintain_order="left")
        points, key = standing.points, POOLED if stage.kind == "decisions" else stage.key
    found = panel_measures(scheme, marks, points)
    agreement = [row for row in found["agreement_indicators"].iter_rows(named=True) if row["stage"] == key]
    by_indicator = {row["indicator"]: row for row in agreement}
    confirmed = {row["stage"]: row["confirmed"] for row in found["agreement"].iter_rows(named=True)}.get(key)
    severities = severities_of(stage, found, key)
    effect = effect_of(scheme, stage, marks, standing, found) if standing is not None else []
    barred = barred_alliances(account, stage.round)
    names = dict(Filing.objects.filter(round=stage.round).values_list("alliance__code", "alliance__name"))
    return Measured(
        total=by_indicator.get(TOTAL),
        indicators=[(one, by_indicator[one.id]) for one in scheme.indicators if one.id in by_indicator],
        confirmed=confirmed, severities=severities,
        effect=[(names[row["unit"]], row) for row in effect if row["changed"] and row["unit"] not in barred],
        moved=sum(row["adjusted"] != row["score"] for row in effect),
        questions=questions_of(stage, marks, points, key) if stage.kind != "decisions" else [],
        scales=calibration(marks).deviations.filter(indicator=TOTAL).to_dicts() if standing is None else [],
        marks=marks.height if key == POOLED else marks.filter(pl.col("stage") == key).height,
        components=max((one.points["component"] for one in severities if one.points), default=0),
    )  # fmt: skip


def calibration_marks(scheme: Scheme, stage: ReviewStage) -> tuple[pl.DataFrame, pl.DataFrame, str]:
    """The marks of a calibration as MARKS of the scheme's first stage of marks, with the points suggested there."""
    key = next(one.id for one in scheme.review.stages if one.kind == "marks")
    rows = Mark.objects.filter(sheet__stage=stage, sheet__aside_at=None, points__isnull=False)
    rows = rows.exclude(sheet__submitted_at=None).order_by("sheet__filing__pk", "sheet__panellist__code", "pk")
    names = ("sheet__panellist__code", "sheet__filing__alliance__code", "indicator", "points", "reason")
    marks = (
        {"stage": key, "expert": expert, "unit": unit, "indicator": indicator, "mark": points, "reason": reason or None}
        for expert, unit, indicator, points, reason in rows.values_list(*names)
    )
    filings = list(Filing.objects.filter(sheets__stage=stage).distinct().select_related("alliance"))
    return filled(MARKS, marks), suggested_points(scheme, filings), key


def severities_of(stage: ReviewStage, found: Mapping[str, pl.DataFrame], key: str) -> list[Severity]:
    """Experts from the most severe to the most generous."""
    people = {
        one.code: str(one.account) for one in Panellist.objects.filter(round=stage.round).select_related("account")
    }
    tables = [
        {row["expert"]: row for row in found[name].iter_rows(named=True) if row["stage"] == key}
        if name in found
        else {}
        for name in ("expert_severity", "expert_logits")
    ]
    own = [
        Severity(code, people.get(code, code), tables[0].get(code), tables[1].get(code))
        for code in sorted(set(tables[0]) | set(tables[1]))
    ]
    return sorted(own, key=lambda one: -(one.points["severity"] or 0) if one.points else 0)


def effect_of(
    scheme: Scheme, stage: ReviewStage, marks: pl.DataFrame, standing: Standing, found: Mapping[str, pl.DataFrame]
) -> list[Row]:
    """SEVERITY_EFFECT of what stands: how scores would move without the experts' severity."""
    scores = SCORES.frame(
        {"unit": unit, "total_num": one.total.numerator, "total_den": one.total.denominator, "bonus": 0,
         "score": one.score, "tier": one.tier.id, "veto": None, "rank": place, "serial": place}
        for place, (unit, one) in enumerate(standing.scores.items(), 1)
    )  # fmt: skip
    vetoes = vetoed(scheme, facts_of(stage.round)) if scheme.vetoes else {}
    settled = standing.settlement.settled
    return severity_effect(scheme, marks, settled, scores, found["expert_severity"], vetoes).to_dicts()


def questions_of(stage: ReviewStage, marks: pl.DataFrame, points: pl.DataFrame, key: str) -> list[Message]:
    """What the chair may want to ask an expert. A question is no verdict: there may be good reasons."""
    people = Panellist.objects.filter(round=stage.round).select_related("account")
    names = {one.code: f"{one.code} {one.account}" for one in people}
    own = marks.filter(pl.col("stage") == key)
    return [one.message for one in questions(own, points, sheet_rows(stage, key), names=names)]


def sheet_rows(stage: ReviewStage, key: str) -> pl.DataFrame:
    """SHEETS of a stage: of sheets that were handed in, how long they took and what was opened, where that is known.

    Marks that came from a workbook took no time here: a sheet without seconds has none that are known.
    """
    files = Counter(Evidence.objects.filter(filing__sheets__stage=stage, removed_at=None).distinct()
                    .values_list("filing_id", flat=True))  # fmt: skip
    offers = rights_of(stage).evidence
    sheets = Sheet.objects.filter(stage=stage, aside_at=None).exclude(submitted_at=None)
    return SHEETS.frame(
        {"stage": key, "expert": expert, "unit": unit, "seconds": seconds or None,
         "offered": files[filing] if offers else None, "opened": min(looks, files[filing]) if offers else None}
        for expert, unit, filing, seconds, looks in sheets.values_list(
            "panellist__code", "filing__alliance__code", "filing_id", "seconds", "looks"
        )
    )  # fmt: skip
