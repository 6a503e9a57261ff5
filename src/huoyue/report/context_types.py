"""Everything a report template may use, as frozen dataclasses; the text beside each field is its help.

Templates receive these as plain dicts (see `context_values.data_of`): a `Count` prints as `.n`, `.c` or `.units`, a
`Share` has `.pct` and `.whole` besides, a `Num` and a date print as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from huoyue.report.context_types_results import (
    Activity,
    ActivityTable,
    Association,
    Batch,
    CandidateList,
    Comparison,
    Driver,
    Earlier,
    EarlierSource,
    History,
    Loss,
    Overall,
    PillarFinding,
    Ranked,
    Recommendation,
    Relation,
    Spread,
    Streak,
    Strength,
    TierShare,
    TierText,
)
from huoyue.report.context_types_round import (
    Absent,
    Basis,
    Council,
    Finding,
    Funnel,
    Method,
    Objections,
    PillarText,
    Plausibility,
    Reason,
    Review,
    Seal,
    Severity,
    StageText,
    StandingBack,
    Texts,
    Timing,
    Words,
)
from huoyue.report.context_values import Markdown

__all__ = [
    "Absent",
    "Activity",
    "ActivityTable",
    "Association",
    "Basis",
    "Batch",
    "Block",
    "CandidateList",
    "Comparison",
    "Council",
    "Driver",
    "Earlier",
    "EarlierSource",
    "Finding",
    "Funnel",
    "History",
    "Loss",
    "Method",
    "Objections",
    "Overall",
    "PillarFinding",
    "PillarText",
    "Plausibility",
    "Ranked",
    "Reason",
    "Recommendation",
    "Relation",
    "ReportContext",
    "Review",
    "Seal",
    "Severity",
    "Spread",
    "StageText",
    "StandingBack",
    "Streak",
    "Strength",
    "Texts",
    "TierShare",
    "TierText",
    "Timing",
    "Words",
]


@dataclass(frozen=True)
class Block:
    name: Annotated[str, "Name of the table"]
    grid: Annotated[Markdown, "The table as Markdown"]
    rows: Annotated[int, "How many rows it has"]


@dataclass(frozen=True)
class ReportContext:
    lang: Annotated[str, "zh or en"]
    words: Annotated[Words, "What this network calls its things"]
    texts: Annotated[Texts, "What the scheme says itself"]
    timing: Annotated[Timing, "Period and filing window"]
    total_points: Annotated[str, "Points in all"]
    pillars: Annotated[tuple[PillarText, ...], "Primary indicators in order"]
    indicators: Annotated[int, "How many secondary indicators"]
    review: Annotated[Review, "The panel and its marks"]
    severity: Annotated[Severity, "How severe the experts are, and what would be without it"]
    standing_back: Annotated[StandingBack, "How recusal was carried out"]
    objections: Annotated[Objections, "Objections in the notice period and what became of them"]
    funnel: Annotated[Funnel, "From all units to those evaluated"]
    overall: Annotated[Overall, "Tiers and scores of all"]
    batches: Annotated[tuple[Batch, ...], "Each batch; empty if there is only one"]
    comparison: Annotated[Comparison, "Batches against each other"]
    tiers: Annotated[tuple[TierText, ...], "Each tier from the top"]
    findings: Annotated[tuple[PillarFinding, ...], "What each pillar shows"]
    driver: Annotated[Driver, "Association of one pillar with the others"]
    weakest: Annotated[tuple[Loss, ...], "Indicators with the largest share of points lost, about five"]
    absent: Annotated[Absent, "Who was not evaluated, and why"]
    plausibility: Annotated[Plausibility, "What should be checked"]
    history: Annotated[History, "Against earlier periods"]
    candidates: Annotated[tuple[CandidateList, ...], "Lists by rule over several periods"]
    recommendations: Annotated[tuple[Recommendation, ...], "Recommendations of the scheme"]
    method: Annotated[Method, "How numbers were made"]
    seal: Annotated[Seal, "The snapshot that the report is written from"]
    basis: Annotated[Basis, "How batches are known"]
    annex_listed: Annotated[bool, "The annex holds all evaluated units"]
    tables: Annotated[dict[str, Block], "Tables by name"]
    figures: Annotated[tuple[str, ...], "Names of the figures there are"]
