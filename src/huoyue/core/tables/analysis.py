"""The tables of the analysis."""

from __future__ import annotations

from huoyue.core.tables.kind import FLAG, INT, REAL, TEXT, table

FUNNEL = table(
    "funnel",
    "step batch",
    ("step", TEXT, "all, filed, not_filed, incomplete or evaluated"),
    ("batch", TEXT, "Batch id; '*' for all"),
    ("units", INT, "How many units"),
)

SHARES = table(
    "shares",
    "scope member tier of",
    ("scope", TEXT, "all, batch, industry, or tier (its split by batch)"),
    ("member", TEXT, "Batch, industry or tier id; '*' for all"),
    ("tier", TEXT, "Tier id, or 'not_evaluated'; with scope tier: the batch id"),
    ("of", TEXT, "Denominator: evaluated, all (of the member's units), or tier"),
    ("numerator", INT, "Units counted"),
    ("denominator", INT, "Units in the denominator"),
    ("shown", TEXT, "Percentage as the scheme prints it, without the sign", True),
)

TIER_SUMMARY = table(
    "tier_summary",
    "scope member",
    ("scope", TEXT, "all, batch, industry or tier"),
    ("member", TEXT, "Batch, industry or tier id; '*' for all"),
    ("units", INT, "Evaluated units"),
    ("mean_num", INT, "Sum of scores in hundredths"),
    ("median", REAL, "Median score, in points", True),
    ("lowest", INT, "Lowest score in hundredths", True),
    ("highest", INT, "Highest score in hundredths", True),
    ("sd", REAL, "Population standard deviation of scores, in points", True),
)

PARTICIPATION = table(
    "participation",
    "indicator tier batch",
    ("pillar", TEXT, "Pillar id"),
    ("indicator", TEXT, "Indicator id"),
    ("tier", TEXT, "Tier id; '*' for all"),
    ("batch", TEXT, "Batch id; '*' for all"),
    ("participants", INT, "Evaluated units that carried it out"),
    ("units", INT, "Evaluated units to which it applies"),
)

LOST = table(
    "lost",
    "pillar indicator tier batch",
    ("pillar", TEXT, "Pillar id"),
    ("indicator", TEXT, "Indicator id; '*' for the whole pillar"),
    ("tier", TEXT, "Tier id; '*' for all"),
    ("batch", TEXT, "Batch id; '*' for all"),
    ("units", INT, "Evaluated units to which it applies"),
    ("lost_num", INT, "Points lost together, numerator (hundredths)"),
    ("lost_den", INT, "and denominator"),
    ("attainable", INT, "Points attainable together, in hundredths"),
)

POLARISATION = table(
    "polarisation",
    "member",
    ("member", TEXT, "Batch id; '*' for all"),
    ("units", INT, "Evaluated units"),
    ("measure", REAL, "Van der Eijk agreement turned to polarisation: 0 all in one tier, 1 half in each extreme tier"),
    ("low", REAL, "Lower end of the 95% bootstrap interval"),
    ("high", REAL, "Upper end of the 95% bootstrap interval"),
    ("others", REAL, "The same measure for the units of the other batches together", True),
    ("difference_low", REAL, "Lower end of the interval of the difference from the others", True),
    ("difference_high", REAL, "Upper end of the interval of the difference from the others", True),
    ("polarised", FLAG, "The figures support the word: see the methodology page"),
)

ASSOCIATION = table(
    "association",
    "pillar",
    ("driver", TEXT, "Pillar whose association is examined"),
    ("pillar", TEXT, "The other pillar; '*' for all others together"),
    ("units", INT, "Evaluated units"),
    ("rho", REAL, "Spearman rank correlation", True),
    ("low", REAL, "Lower end of the 95% interval", True),
    ("high", REAL, "Upper end of the 95% interval", True),
)

SEPARATORS = table(
    "separators",
    "upper indicator",
    ("upper", TEXT, "The higher of two adjoining tiers"),
    ("lower", TEXT, "The lower one"),
    ("indicator", TEXT, "Indicator id"),
    ("probability", REAL, "Chance that a unit of the upper tier has more of the indicator's points (ties half)"),
    ("difference", REAL, "Difference of the mean shares of points, in percentage points"),
    ("place", INT, "1 for the indicator that separates best"),
)

PLAUSIBILITY = table(
    "plausibility",
    "finding unit record",
    ("finding", INT, "Number of the finding, from 1; rows with the same number belong together"),
    ("rule", TEXT, "same_claim, same_evidence, duplicate, outlier, date, other_round"),
    ("unit", TEXT, "Code of the unit"),
    ("record_type", TEXT, "Record type id"),
    ("record", TEXT, "Id of the record"),
    ("detail_zh", TEXT, "What was found, in Chinese"),
    ("detail_en", TEXT, "What was found, in English"),
)

CHANGE = table(
    "change",
    "unit period",
    ("unit", TEXT, "Code of the unit"),
    ("period", TEXT, "Earlier period compared with"),
    ("before", INT, "Score then, in hundredths", True),
    ("now", INT, "Score now, in hundredths", True),
    ("tier_before", TEXT, "Tier then, by that period's rule", True),
    ("tier_now", TEXT, "Tier now", True),
    ("tier_step", INT, "Tiers moved; positive is up", True),
    ("basis", TEXT, "How the earlier result is known", True),
)

MOVEMENT = table(
    "movement",
    "unit period",
    ("unit", TEXT, "Code of the unit"),
    ("period", TEXT, "Earlier period compared with"),
    ("comparable", TEXT, "What the two schemes allow to compare: scores (and tiers), or tiers alone"),
    ("score_change", INT, "Score now less score then, in hundredths; empty unless scores are comparable", True),
    ("rank_before", INT, "Rank then among the known results of that period; equal scores share it", True),
    ("ranked_before", INT, "How many scores of that period are known"),
    ("rank_now", INT, "Rank now", True),
    ("ranked_now", INT, "How many are ranked now"),
    ("places", INT, "Places moved among the units with a score in both; positive is up", True),
)

TRANSITIONS = table(
    "transitions",
    "period tier_before tier_now",
    ("period", TEXT, "Earlier period"),
    ("tier_before", TEXT, "Tier id then, by that period's rule; not_evaluated, or unknown"),
    ("tier_now", TEXT, "Tier id now, or not_evaluated"),
    ("units", INT, "How many units went from the one to the other"),
)

STREAKS = table(
    "streaks",
    "unit kind",
    ("unit", TEXT, "Code of the unit"),
    ("kind", TEXT, "full_marks, top_tier, bottom_tier or not_evaluated"),
    ("periods", INT, "Successive known periods up to this one"),
)

CANDIDATES = table(
    "candidates",
    "list unit",
    ("list", TEXT, "Candidates list id"),
    ("unit", TEXT, "Code of the unit"),
    ("reason_zh", TEXT, "Why, in Chinese"),
    ("reason_en", TEXT, "Why, in English"),
)

EXPERT_SCALES = table(
    "expert_scales",
    "stage expert",
    ("stage", TEXT, "Stage id"),
    ("expert", TEXT, "Code of the expert"),
    ("units", INT, "Units marked"),
    (
        "severity",
        REAL,
        "Mean deviation, in points, of the expert's totals from the other experts' on the same units",
        True,
    ),
    ("low", REAL, "Lower end of the 95% interval", True),
    ("high", REAL, "Upper end of the 95% interval", True),
)

AGREEMENT = table(
    "agreement",
    "stage",
    ("stage", TEXT, "Stage id"),
    ("units", INT, "Units marked by at least two experts"),
    ("icc", REAL, "Intraclass correlation ICC(1) of experts' totals", True),
    ("mean_range", REAL, "Mean range of experts' totals, in points", True),
    ("confirmed", REAL, "Share of marks equal to the suggested points", True),
)

AGREEMENT_INDICATORS = table(
    "agreement_indicators",
    "stage indicator",
    ("stage", TEXT, "Stage id"),
    ("indicator", TEXT, "Indicator id; '*' for experts' totals"),
    ("units", INT, "Units marked by at least two experts"),
    ("experts", INT, "Experts who marked them"),
    ("icc", REAL, "Intraclass correlation ICC(1), one-way, of one expert", True),
    ("icc_low", REAL, "Lower end of its 95% interval", True),
    ("icc_high", REAL, "Upper end of its 95% interval", True),
    ("icc_two_way", REAL, "Intraclass correlation ICC(2,1); only where every expert marked every unit", True),
    ("icc_two_way_low", REAL, "Lower end of its 95% interval", True),
    ("icc_two_way_high", REAL, "Upper end of its 95% interval", True),
    ("alpha", REAL, "Krippendorff's alpha, interval metric", True),
    ("alpha_low", REAL, "Lower end of its 95% bootstrap interval", True),
    ("alpha_high", REAL, "Upper end of its 95% bootstrap interval", True),
    ("alpha_ordinal", REAL, "Krippendorff's alpha, ordinal metric", True),
    ("alpha_ordinal_low", REAL, "Lower end of its 95% bootstrap interval", True),
    ("alpha_ordinal_high", REAL, "Upper end of its 95% bootstrap interval", True),
    ("kendall_w", REAL, "Kendall's W, over units that the same experts marked", True),
    ("kendall_units", INT, "Units that W is taken over"),
    ("kendall_p", REAL, "Chance of such a W without any concordance (chi-square)", True),
)

EXPERT_SEVERITY = table(
    "expert_severity",
    "stage expert",
    ("stage", TEXT, "Stage id; '*' for all stages together"),
    ("expert", TEXT, "Code of the expert"),
    ("component", INT, "Experts joined by commonly marked units, 1 the largest; severity compares within it", True),
    ("units", INT, "Units marked that another expert marked too"),
    ("severity", REAL, "Severity in points by the additive model: positive is more severe", True),
    ("error", REAL, "Its standard error", True),
    ("low", REAL, "Lower end of the 95% interval", True),
    ("high", REAL, "Upper end of the 95% interval", True),
)

EXPERT_LOGITS = table(
    "expert_logits",
    "stage expert",
    ("stage", TEXT, "Stage id; '*' for all stages together"),
    ("expert", TEXT, "Code of the expert"),
    ("component", INT, "Experts joined by commonly marked units, 1 the largest; severity compares within it"),
    ("marks", INT, "Marks it rests on"),
    ("severity", REAL, "Severity in logits by the many-facet Rasch model: positive is more severe"),
    ("error", REAL, "Its standard error"),
    ("low", REAL, "Lower end of the 95% interval"),
    ("high", REAL, "Upper end of the 95% interval"),
    ("infit", REAL, "Mean square of residuals over expectation, weighted with information; 1 is as expected", True),
    ("outfit", REAL, "The same unweighted, which single surprising marks move most", True),
    ("fair", REAL, "Total in points that the expert would be expected to give the average unit"),
    ("points", REAL, "By how many points less that is than what the average expert would give"),
    ("extreme", FLAG, "Only highest or only lowest marks: the place is a convention"),
)

SEVERITY_EFFECT = table(
    "severity_effect",
    "unit",
    ("unit", TEXT, "Code of the unit"),
    ("score", INT, "The score as it stands, in hundredths"),
    ("adjusted", INT, "Advice only: the score with the experts' severity removed, in hundredths"),
    ("shift", REAL, "By how many points the total would move, before rounding"),
    ("tier", TEXT, "The tier as it stands"),
    ("tier_adjusted", TEXT, "Advice only: the tier of the adjusted score"),
    ("changed", FLAG, "The two tiers differ"),
)

TIER_RISK = table(
    "tier_risk",
    "unit",
    ("unit", TEXT, "Code of the unit"),
    ("border", INT, "Nearest tier border, in hundredths"),
    ("distance", INT, "Score minus border, in hundredths"),
    ("same_tier", REAL, "Share of bootstrap draws over experts that leave the tier as it is", True),
)
