"""What a report says of the round itself: words, time, people, review, who took part, objections, checks, seal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from huoyue.report.context_values import Count, Markdown, Num


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
