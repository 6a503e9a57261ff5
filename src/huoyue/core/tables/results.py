"""The tables from screening to scores."""

from __future__ import annotations

from huoyue.core.tables.kind import FLAG, INT, REAL, TEXT, table

SCREENING = table(
    "screening",
    "unit",
    ("unit", TEXT, "Code of the unit"),
    ("verdict", TEXT, "evaluated, incomplete or not_filed"),
    ("rule", TEXT, "Screening rule that decided; empty when all passed", True),
    ("value", REAL, "What the rule measured", True),
    ("needed", REAL, "What it asked for", True),
    ("decided_by", TEXT, "rule, or who overrode it"),
    ("reason_zh", TEXT, "Reason in Chinese"),
    ("reason_en", TEXT, "Reason in English"),
)

PARTS = table(
    "parts",
    "unit indicator part",
    ("unit", TEXT, "Code of the unit"),
    ("indicator", TEXT, "Indicator id"),
    ("part", INT, "Number of the part of the standard, from 0"),
    ("value_num", INT, "What the part measured: numerator", True),
    ("value_den", INT, "and denominator, 1 unless it is a ratio", True),
    ("points", INT, "Points of this part in hundredths, before cap and redistribution"),
)

POINTS = table(
    "points",
    "unit indicator",
    ("unit", TEXT, "Code of the unit"),
    ("pillar", TEXT, "Pillar id"),
    ("indicator", TEXT, "Indicator id"),
    ("outcome", TEXT, "scored, judged, not_applicable or not_available"),
    ("points", INT, "Suggested points in hundredths; empty when judged, not applicable or not available", True),
    ("maximum", INT, "Points attainable by this unit, in hundredths"),
    ("participated", FLAG, "The activity was carried out at all"),
    ("explanation_zh", TEXT, "Why, in Chinese"),
    ("explanation_en", TEXT, "Why, in English"),
)

EARNED = table(
    "earned",
    "unit indicator part record",
    ("unit", TEXT, "Code of the unit"),
    ("indicator", TEXT, "Indicator id"),
    ("part", INT, "Number of the part of the standard, from 0"),
    ("record_type", TEXT, "Record type id"),
    ("record", TEXT, "Id of a record that counted"),
)

SETTLED = table(
    "settled",
    "unit indicator",
    ("unit", TEXT, "Code of the unit"),
    ("pillar", TEXT, "Pillar id"),
    ("indicator", TEXT, "Indicator id"),
    ("maximum", INT, "Points attainable, in hundredths"),
    ("suggested", INT, "Points by rule, in hundredths", True),
    ("settled_num", INT, "Settled points, numerator (hundredths)"),
    ("settled_den", INT, "and denominator"),
    ("basis", TEXT, "rule, marks, decision, correction, not_applicable or not_available"),
    ("note_zh", TEXT, "How it was settled, in Chinese"),
    ("note_en", TEXT, "How it was settled, in English"),
)

STAGE_TOTALS = table(
    "stage_totals",
    "unit stage",
    ("unit", TEXT, "Code of the unit"),
    ("stage", TEXT, "Stage id; 'rule' for the suggested points"),
    ("experts", INT, "How many experts marked the unit in the stage"),
    ("total_num", INT, "Total of the stage, numerator (hundredths)"),
    ("total_den", INT, "and denominator"),
)

DIFFERENCES = table(
    "differences",
    "unit rule indicator",
    ("unit", TEXT, "Code of the unit"),
    ("rule", TEXT, "total, stages, tier_crossing, border or indicator_share"),
    ("indicator", TEXT, "Indicator id; '*' for the whole"),
    ("size", REAL, "Size of the difference: points, or percent of the indicator's points"),
    ("limit", REAL, "Limit that the rule sets", True),
    ("decided", FLAG, "The meeting decided on it"),
)

PILLAR_SCORES = table(
    "pillar_scores",
    "unit pillar",
    ("unit", TEXT, "Code of the unit"),
    ("pillar", TEXT, "Pillar id"),
    ("score_num", INT, "Settled points of the pillar, numerator (hundredths)"),
    ("score_den", INT, "and denominator"),
    ("maximum", INT, "Points attainable, in hundredths"),
)

SCORES = table(
    "scores",
    "unit",
    ("unit", TEXT, "Code of the unit"),
    ("total_num", INT, "Exact total, numerator (hundredths)"),
    ("total_den", INT, "and denominator"),
    ("bonus", INT, "Bonus points that counted, in hundredths, rounded half up for display"),
    ("score", INT, "The rounded score, in hundredths"),
    ("tier", TEXT, "Tier id"),
    ("veto", TEXT, "Veto id that held the tier down", True),
    ("rank", INT, "Rank, by the scheme's rule for ties"),
    ("serial", INT, "Place in the stable order, from 1"),
)
