"""What a report says of results: tiers, batches, indicators, what changed over the years, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from huoyue.report.context_values import Count, Num, Share

Relation = Literal["equal", "slightly_lower", "lower"]
Strength = Literal["none", "very_weak", "weak", "moderate", "strong"]


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
    interval: Annotated[str, "Its 95% interval; empty if unknown"]
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
    interval: Annotated[str, "Its 95% interval; empty if unknown"]


@dataclass(frozen=True)
class Driver:
    any: Annotated[bool, "The scheme names a pillar to examine, and it could be"]
    title: Annotated[str, "Its name"]
    together: Annotated[Association | None, "With all other pillars together"]
    others: Annotated[tuple[Association, ...], "With each other pillar"]


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
class EarlierSource:
    label: Annotated[str, "The earlier period"]
    text: Annotated[str, "The document in which its results were published"]


@dataclass(frozen=True)
class History:
    any: Annotated[bool, "Earlier results are known"]
    periods: Annotated[tuple[Earlier, ...], "Earlier periods, latest first"]
    sources: Annotated[tuple[EarlierSource, ...], "Where earlier results were published, latest period first"]
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
