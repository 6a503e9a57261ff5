"""Everything a report template may use, as frozen dataclasses; the text beside each field is its help.

Templates receive these as plain dicts (see `context_values.data_of`): a `Count` prints as `.n`, `.c` or `.units`, a
`Share` has `.pct` and `.whole` besides, a `Num` and a date print as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from huoyue.report.context_values import Count, Markdown, Num, Share

Relation = Literal["equal", "slightly_lower", "lower"]
Strength = Literal["none", "very_weak", "weak", "moderate", "strong"]


@dataclass(frozen=True)
class Words:
    unit: Annotated[str, "What is evaluated, one of them: 联盟, alliance"]
    units: Annotated[str, "Several of them: 联盟, alliances"]
    counter: Annotated[str, "Chinese counter word: 家"]
    network: Annotated[str, "The network as a whole: 试点联盟, pilot alliances"]
    index: Annotated[str, "What is measured: 活跃度, activity"]
    batch: Annotated[str, "What a group of units is called: 批次, batch"]
    batches: Annotated[str, "Several of them: 批次, batches"]
    industry: Annotated[str, "What a kind of unit is called: 产业领域, industry"]
    industries: Annotated[str, "Several of them: 产业领域, industries"]


@dataclass(frozen=True)
class Texts:
    """What the scheme says itself, as plain text."""

    title: Annotated[str, "Title of the report"]
    subtitle: Annotated[str, "Subtitle; empty if there is none"]
    issuer: Annotated[str, "Who issues the report"]
    background: Annotated[tuple[str, ...], "Paragraphs on the background"]
    principles: Annotated[tuple[str, ...], "Principles, one each"]
    process: Annotated[tuple[str, ...], "Paragraphs on the procedure"]
    panel: Annotated[tuple[str, ...], "Paragraphs on the panel"]
    notes: Annotated[tuple[str, ...], "What readers must know about the data"]
    discipline: Annotated[str, "The panel's rules of discipline; empty if there are none"]
    published: Annotated[str, "Which parts of the scheme its source prints"]
    ours: Annotated[str, "Which parts of the scheme are the author's own"]


@dataclass(frozen=True)
class Timing:
    label: Annotated[str, "Label of the period"]
    starts: Annotated[date, "First day evaluated"]
    ends: Annotated[date, "Last day evaluated"]
    opens: Annotated[date, "First day of filing"]
    closes: Annotated[date, "Last day of filing"]


@dataclass(frozen=True)
class PillarText:
    title: Annotated[str, "Name of the primary indicator"]
    why: Annotated[str, "What it is for; empty if the scheme does not say"]
    points: Annotated[str, "Its points"]
    indicators: Annotated[tuple[str, ...], "Names of its secondary indicators"]
    bonus: Annotated[bool, "It has indicators that add points on top"]


@dataclass(frozen=True)
class StageText:
    id: Annotated[str, "Its id"]
    title: Annotated[str, "Name of the review stage"]
    kind: Annotated[str, "marks or decisions"]
    purpose: Annotated[str, "What it is for; empty if the scheme does not say"]
    reviewers: Annotated[int, "Experts a unit"]
    across_groups: Annotated[bool, "Reviewers come from another group than before"]
    units: Annotated[Count, "Units marked by at least two experts in the stage"]
    severe: Annotated[Count, "Experts whose scale differs from the others' beyond chance"]
    experts: Annotated[Count, "Experts whose scale could be compared"]
    icc: Annotated[Num | None, "Intraclass correlation of experts' totals"]
    mean_range: Annotated[Num | None, "Mean range of experts' totals, in points"]
    confirmed: Annotated[Num | None, "Share of marks equal to the points by rule, in percent"]


@dataclass(frozen=True)
class Review:
    any: Annotated[bool, "Experts marked in this round"]
    stages: Annotated[tuple[StageText, ...], "Review stages in order"]
    experts: Annotated[Num, "Experts on the panel"]
    groups: Annotated[Num, "Groups of the panel"]
    homes: Annotated[Num, "Pairs of an expert and a unit of their own or declared"]
    broken: Annotated[int, "Marks that an expert gave to a unit of their own; 0 unless something is wrong"]
    differences: Annotated[Count, "Units with a large difference by rule"]
    discussed: Annotated[Count, "Units on which a meeting decided"]
    all_discussed: Annotated[bool, "Those are all units with large differences and no others"]
    near: Annotated[Count, "Units within one point of a tier border"]
    risky: Annotated[Count, "Units whose tier another draw of experts would change in more than one case of ten"]
    risk_known: Annotated[bool, "The latter could be computed"]


@dataclass(frozen=True)
class Severity:
    measured: Annotated[bool, "There are marks on which experts can be compared"]
    known: Annotated[bool, "Experts' severity could be compared"]
    experts: Annotated[Count, "Experts compared"]
    apart: Annotated[Count, "Of them, those whose severity differs from the average beyond chance"]
    parts: Annotated[int, "Groups of experts without a unit in common between them; 1 if all can be compared"]
    scored: Annotated[Count, "Units with a score"]
    moved: Annotated[Count, "Of them, those whose score would be another one with severity removed"]
    most: Annotated[Num | None, "By how many points a score would change at most"]
    retiered: Annotated[Count, "Units whose tier would be another one"]


@dataclass(frozen=True)
class Council:
    own: Annotated[Num, "Score sheets of units on the organiser's own council"]
    others: Annotated[Num, "Score sheets of the other units"]
    own_share: Annotated[Num, "Points given to the former in percent of those attainable, mean over sheets"]
    other_share: Annotated[Num, "The same of the others"]
    experts: Annotated[Num, "Experts who marked units of both kinds"]
    within: Annotated[Num | None, "Mean difference between an expert's own two means, in points of percent"]


@dataclass(frozen=True)
class StandingBack:
    any: Annotated[bool, "Experts marked in this round"]
    pairs: Annotated[Num, "Pairs of an expert and an evaluated unit that the expert stands back from"]
    experts: Annotated[Num, "Experts who stand back from at least one"]
    units: Annotated[Count, "Evaluated units that somebody stands back from"]
    sheets: Annotated[Num, "Score sheets: one expert's marks on one unit in one stage"]
    broken: Annotated[int, "Marks against the rule; 0 unless something is wrong"]
    council: Annotated[Council | None, "Marks of the organiser's council beside the others'; none without such marks"]


@dataclass(frozen=True)
class Objections:
    any: Annotated[bool, "Somebody objected in the notice period"]
    total: Annotated[Num, "Objections in all"]
    units: Annotated[Count, "Units whose result was objected to"]
    upheld: Annotated[Num, "Upheld"]
    partly: Annotated[Num, "Partly upheld"]
    dismissed: Annotated[Num, "Dismissed"]
    refused: Annotated[Num, "Not taken up"]
    withdrawn: Annotated[Num, "Taken back"]
    open: Annotated[int, "Not decided when the snapshot was cut"]
    corrected: Annotated[Count, "Units whose points or verdict were corrected"]


@dataclass(frozen=True)
class Funnel:
    all: Annotated[Count, "Units in the round"]
    filed: Annotated[Count, "Units that filed"]
    not_filed: Annotated[Count, "Units that did not"]
    incomplete: Annotated[Count, "Units that filed too little to be evaluated"]
    evaluated: Annotated[Count, "Units evaluated"]
    absent: Annotated[Count, "Units not evaluated, for whatever reason"]
    batches: Annotated[tuple[tuple[str, Count], ...], "Batch and its units, in order"]


@dataclass(frozen=True)
class TierShare:
    title: Annotated[str, "Name of the tier"]
    evaluated: Annotated[Share, "Share of those evaluated"]
    all: Annotated[Share, "Share of all units"]


@dataclass(frozen=True)
class Spread:
    any: Annotated[bool, "Somebody was evaluated"]
    units: Annotated[Count, "Evaluated units"]
    mean: Annotated[Num | None, "Mean score"]
    median: Annotated[Num | None, "Median score"]
    lowest: Annotated[Num | None, "Lowest score"]
    highest: Annotated[Num | None, "Highest score"]
    sd: Annotated[Num | None, "Standard deviation of scores"]


@dataclass(frozen=True)
class Overall:
    tiers: Annotated[tuple[TierShare, ...], "Tiers from the top"]
    spread: Annotated[Spread, "Scores of all evaluated units"]
    upper: Annotated[Share, "Units of the upper half of the tiers, of those evaluated"]
    upper_titles: Annotated[tuple[str, ...], "Names of those tiers"]
    upper_majority: Annotated[bool, "They are more than half of those evaluated"]
    largest: Annotated[tuple[str, ...], "The tier that holds most units, or several that hold equally many"]
    largest_share: Annotated[Share, "Share of that tier (or of each of them)"]


@dataclass(frozen=True)
class Batch:
    title: Annotated[str, "Name of the batch"]
    all: Annotated[Count, "Its units"]
    evaluated: Annotated[Count, "Evaluated units"]
    absent: Annotated[Count, "Units not evaluated"]
    tiers: Annotated[tuple[TierShare, ...], "Tiers from the top"]
    spread: Annotated[Spread, "Scores"]
    largest: Annotated[tuple[str, ...], "The tier that holds most of its units, or several"]
    polarised: Annotated[bool, "The figures support the word polarised"]
    measure: Annotated[Num | None, "Polarisation measure, from 0 to 1"]
    interval: Annotated[str, "Its 95 % interval; empty if unknown"]
    figure: Annotated[str, "Name of its figure"]


@dataclass(frozen=True)
class Ranked:
    title: Annotated[str, "Name of the batch"]
    share: Annotated[Share, "Its share"]
    relation: Annotated[Relation | None, "To the batch named before; none for the first"]


@dataclass(frozen=True)
class Comparison:
    any: Annotated[bool, "There are at least two batches to compare"]
    top_all: Annotated[tuple[Ranked, ...], "Share of the highest tier among all units of the batch, largest first"]
    top_evaluated: Annotated[tuple[Ranked, ...], "The same among its evaluated units"]
    bottom_evaluated: Annotated[tuple[Ranked, ...], "Share of the lowest tier among its evaluated units, largest first"]
    same_order: Annotated[bool, "Both denominators put the batches in the same order for the highest tier"]
    polarised: Annotated[tuple[str, ...], "Batches whose figures support the word polarised"]
    measured: Annotated[bool, "Polarisation was measured for at least one batch"]


@dataclass(frozen=True)
class Activity:
    title: Annotated[str, "Name of the indicator"]
    share: Annotated[Share, "Units that carried it out"]


@dataclass(frozen=True)
class Loss:
    title: Annotated[str, "Name of the indicator or pillar"]
    pct: Annotated[Num, "Share of attainable points that was lost"]


@dataclass(frozen=True)
class TierText:
    id: Annotated[str, "Id of the tier"]
    title: Annotated[str, "Name of the tier"]
    low: Annotated[str, "Lowest score of the tier"]
    high: Annotated[str, "Highest score of the tier"]
    units: Annotated[Count, "Units in it"]
    evaluated: Annotated[Share, "Share of those evaluated"]
    all: Annotated[Share, "Share of all units"]
    split: Annotated[tuple[tuple[str, Share], ...], "Batch and its share of the tier, in order"]
    spread: Annotated[Spread, "Scores in the tier"]
    perfect: Annotated[Count, "Units with full marks"]
    full_marks: Annotated[tuple[str, ...], "Their names; empty if they are too many for a sentence"]
    complete: Annotated[tuple[str, ...], "Indicators that every unit of the tier carried out"]
    weak: Annotated[tuple[Loss, ...], "Indicators with the largest share of points lost, about three"]
    strong: Annotated[tuple[Loss, ...], "Indicators with the smallest share of points lost, about three"]
    separators: Annotated[tuple[str, ...], "Indicators that best tell it from the tier below, about three"]
    below: Annotated[str, "Name of the tier below; empty for the last"]
    figure: Annotated[str, "Name of its figure"]


@dataclass(frozen=True)
class ActivityTable:
    title: Annotated[str, "Name of the pillar"]
    tier: Annotated[str, "Name of the tier"]
    units: Annotated[Count, "Units in the tier"]
    table: Annotated[str, "Name of the table"]
    complete: Annotated[tuple[str, ...], "Activities that every unit carried out"]
    least: Annotated[tuple[Activity, ...], "Activities that fewest carried out, up to three; empty if all are equal"]


@dataclass(frozen=True)
class PillarFinding:
    title: Annotated[str, "Name of the pillar"]
    why: Annotated[str, "What it is for; empty if the scheme does not say"]
    lost: Annotated[Num | None, "Share of its points lost by all evaluated units"]
    by_tier: Annotated[tuple[Loss, ...], "Share of its points lost by each tier that holds units"]
    complete: Annotated[tuple[str, ...], "Indicators that every evaluated unit carried out"]
    most: Annotated[tuple[Activity, ...], "Indicators that most carried out, not all; about three"]
    least: Annotated[tuple[Activity, ...], "Indicators that fewest carried out, not all; about three"]
    weak: Annotated[tuple[Loss, ...], "Indicators with the largest share of points lost, about three"]
    activity_tables: Annotated[tuple[ActivityTable, ...], "Tables of activities by tier that the scheme asks for"]


@dataclass(frozen=True)
class Association:
    title: Annotated[str, "The other pillar; empty for all others together"]
    strength: Annotated[Strength, "none if the interval holds 0 or is unknown, else by size of rho"]
    negative: Annotated[bool, "The two run against each other"]
    rho: Annotated[Num | None, "Spearman's rank correlation"]
    interval: Annotated[str, "Its 95 % interval; empty if unknown"]


@dataclass(frozen=True)
class Driver:
    any: Annotated[bool, "The scheme names a pillar to examine, and it could be"]
    title: Annotated[str, "Its name"]
    together: Annotated[Association | None, "With all other pillars together"]
    others: Annotated[tuple[Association, ...], "With each other pillar"]


@dataclass(frozen=True)
class Reason:
    text: Annotated[str, "Why they were not evaluated"]
    units: Annotated[Count, "How many"]


@dataclass(frozen=True)
class Absent:
    any: Annotated[bool, "There are units that were not evaluated"]
    listed: Annotated[bool, "They are few enough to be named in the report"]
    not_filed: Annotated[tuple[Reason, ...], "Reasons of those that did not file, most frequent first"]
    incomplete: Annotated[tuple[Reason, ...], "Reasons of those that filed too little, most frequent first"]
    overridden: Annotated[Count, "Units on which a person decided otherwise than the rule"]


@dataclass(frozen=True)
class Finding:
    text: Annotated[str, "Kind of finding"]
    findings: Annotated[Num, "How many"]
    units: Annotated[Count, "Units concerned"]


@dataclass(frozen=True)
class Plausibility:
    any: Annotated[bool, "Something was found"]
    kinds: Annotated[tuple[Finding, ...], "Findings by kind"]
    total: Annotated[Num, "Findings in all"]
    units: Annotated[Count, "Units concerned"]
    all_listed: Annotated[bool, "Every finding stands in the report's table"]


@dataclass(frozen=True)
class Earlier:
    label: Annotated[str, "The earlier period"]
    compared: Annotated[Count, "Units whose tier is known in both"]
    up: Annotated[Count, "Units in a higher tier now"]
    same: Annotated[Count, "Units in the same tier"]
    down: Annotated[Count, "Units in a lower tier now"]
    uncertain: Annotated[bool, "Some of the earlier results are inferred or made up"]
    scheme_known: Annotated[bool, "The scheme of that period is known, so that the two can be compared"]
    scores_comparable: Annotated[bool, "The two schemes allow to compare scores"]
    standards_same: Annotated[Num, "Indicators with the same standard and points; 0 if its scheme is not known"]
    standards_other: Annotated[Num, "Indicators with another standard, or that only one of the schemes has"]
    score_up: Annotated[Count, "Units with a higher score now; none where scores cannot be compared"]
    score_down: Annotated[Count, "Units with a lower score now; none where scores cannot be compared"]
    far_up: Annotated[Count, "Units two tiers or more higher now"]
    far_down: Annotated[Count, "Units two tiers or more lower now"]
    table: Annotated[str, "Name of the table of transitions, and of its figure"]


@dataclass(frozen=True)
class Streak:
    unit: Annotated[str, "Name of the unit"]
    periods: Annotated[Num, "Successive periods"]


@dataclass(frozen=True)
class History:
    any: Annotated[bool, "Earlier results are known"]
    periods: Annotated[tuple[Earlier, ...], "Earlier periods, latest first"]
    full_marks: Annotated[
        tuple[Streak, ...],
        "Units with full marks in at least two successive periods; empty if they are too many for a sentence",
    ]
    top: Annotated[Count, "Units in the highest tier in at least two successive periods"]
    bottom: Annotated[Count, "Units in the lowest tier in at least two successive periods"]
    away: Annotated[Count, "Units not evaluated in at least two successive periods"]


@dataclass(frozen=True)
class CandidateList:
    title: Annotated[str, "Name of the list"]
    kind: Annotated[str, "exit or demonstration"]
    periods: Annotated[int, "Successive periods its rule looks at"]
    tiers: Annotated[tuple[str, ...], "Tiers that count"]
    not_evaluated: Annotated[bool, "Not having been evaluated counts"]
    least: Annotated[str, "Score it asks for; empty if none"]
    units: Annotated[Count, "Units listed"]
    listed: Annotated[bool, "They are few enough to be named in the report"]
    table: Annotated[str, "Name of its table"]


@dataclass(frozen=True)
class Recommendation:
    title: Annotated[str, "What is recommended"]
    text: Annotated[str, "In full"]
    rests_on: Annotated[CandidateList | None, "The list of units it rests on"]


@dataclass(frozen=True)
class Method:
    rounding: Annotated[str, "half_up, half_even or down"]
    decimals: Annotated[int, "Decimals of a score"]
    percent: Annotated[str, "half_up, truncate or largest_remainder"]
    percent_decimals: Annotated[int, "Decimals of a percentage"]
    ties: Annotated[str, "serial, shared or chain"]
    then: Annotated[str, "Order within a tie: register or code"]
    slight: Annotated[str, "Percentage points below which a difference is called slight"]
    has_review: Annotated[bool, "Experts marked"]
    has_relative: Annotated[bool, "Some standards compare units with each other"]


@dataclass(frozen=True)
class Seal:
    known: Annotated[bool, "The report is written from a snapshot"]
    digest: Annotated[Markdown, "Digest of the snapshot, which stands for every byte of it"]
    number: Annotated[Num | None, "Number of the snapshot within its round, where it is known"]
    frozen_on: Annotated[date | None, "Day on which it was frozen, where it is known"]
    signed: Annotated[bool, "The snapshot is signed"]
    by: Annotated[str, "Who signed it; empty if it is not signed"]
    key: Annotated[Markdown, "Public key that proves the signature; empty if it is not signed"]


@dataclass(frozen=True)
class Basis:
    uncertain: Annotated[bool, "Some batches and industries are not evidenced"]
    marked: Annotated[bool, "There are several batches and some are not evidenced: they carry a star"]
    known: Annotated[Num, "Units whose batch is evidenced or registered"]
    inferred: Annotated[Num, "Units whose batch is inferred"]
    synthetic: Annotated[Num, "Units whose batch is made up for the example"]


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
