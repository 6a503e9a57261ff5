"""The tables handed from stage to stage: columns, types, keys, and a check that a frame is one of them.

Points, marks, maxima and scores are whole hundredths (`Int64`, 250 = 2.5 points). What a mean can make finer than that
(`settled`, `pillar_scores`, `scores`) stands as an exact fraction in two columns, `*_num` over `*_den`, also in
hundredths; the only rounding is that of `scores.score`. Texts that people read stand in both languages.
A unit is what is evaluated (联盟); `unit` always holds its code.
"""

from __future__ import annotations

from huoyue.core.tables.analysis import (
    AGREEMENT,
    AGREEMENT_INDICATORS,
    ASSOCIATION,
    CANDIDATES,
    CHANGE,
    EXPERT_LOGITS,
    EXPERT_SCALES,
    EXPERT_SEVERITY,
    FUNNEL,
    LOST,
    PARTICIPATION,
    PLAUSIBILITY,
    POLARISATION,
    SEPARATORS,
    SEVERITY_EFFECT,
    SHARES,
    STREAKS,
    TIER_RISK,
    TIER_SUMMARY,
)
from huoyue.core.tables.inputs import (
    DECISIONS,
    EARLIER,
    EXPERTS,
    FILINGS,
    MARKS,
    OVERRIDES,
    RECORD_HEAD,
    RECORD_TAIL,
    UNITS,
    Facts,
    field_dtype,
    input_tables,
    records_table,
    units_table,
)
from huoyue.core.tables.kind import (
    DAY,
    FLAG,
    INT,
    REAL,
    TEXT,
    TEXTS,
    Column,
    NotThisTable,
    Table,
    table,
)
from huoyue.core.tables.results import (
    DIFFERENCES,
    EARNED,
    PARTS,
    PILLAR_SCORES,
    POINTS,
    SCORES,
    SCREENING,
    SETTLED,
    STAGE_TOTALS,
)

__all__ = [
    "AGREEMENT",
    "AGREEMENT_INDICATORS",
    "ASSOCIATION",
    "CANDIDATES",
    "CHANGE",
    "DAY",
    "DECISIONS",
    "DIFFERENCES",
    "EARLIER",
    "EARNED",
    "EXPERTS",
    "EXPERT_LOGITS",
    "EXPERT_SCALES",
    "EXPERT_SEVERITY",
    "FILINGS",
    "FLAG",
    "FUNNEL",
    "INT",
    "LOST",
    "MARKS",
    "OVERRIDES",
    "PARTICIPATION",
    "PARTS",
    "PILLAR_SCORES",
    "PLAUSIBILITY",
    "POINTS",
    "POLARISATION",
    "REAL",
    "RECORD_HEAD",
    "RECORD_TAIL",
    "RESULT_TABLES",
    "SCORES",
    "SCREENING",
    "SEPARATORS",
    "SETTLED",
    "SEVERITY_EFFECT",
    "SHARES",
    "STAGE_TOTALS",
    "STREAKS",
    "TEXT",
    "TEXTS",
    "TIER_RISK",
    "TIER_SUMMARY",
    "UNITS",
    "Column",
    "Facts",
    "NotThisTable",
    "Table",
    "field_dtype",
    "input_tables",
    "records_table",
    "table",
    "units_table",
]

RESULT_TABLES: dict[str, Table] = {
    t.name: t
    for t in (
        SCREENING, PARTS, POINTS, EARNED, SETTLED, STAGE_TOTALS, DIFFERENCES, PILLAR_SCORES, SCORES,
        FUNNEL, SHARES, TIER_SUMMARY, PARTICIPATION, LOST, POLARISATION, ASSOCIATION, SEPARATORS, PLAUSIBILITY,
        CHANGE, STREAKS, CANDIDATES, EXPERT_SCALES, AGREEMENT, TIER_RISK,
        AGREEMENT_INDICATORS, EXPERT_SEVERITY, EXPERT_LOGITS, SEVERITY_EFFECT,
    )
}  # fmt: skip
