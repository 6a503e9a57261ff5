"""One alliance of a review laid out: everybody's marks side by side, what they come to, and what was decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import polars as pl

from huoyue.core.message import Title
from huoyue.core.review.combine import combined
from huoyue.core.scheme.model import Indicator, Pillar
from huoyue.server.models import Case, Decision, Filing, Mark, Round, Suggestion
from huoyue.server.queries.compare import Content, content_from
from huoyue.server.queries.filings import own_kinds
from huoyue.server.queries.reading import EVIDENCE
from huoyue.server.queries.review_masking import masking_of
from huoyue.server.queries.review_stages import rights_of
from huoyue.server.queries.review_standing import Standing, standing_of
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.screening import Shown, ShownSection


@dataclass(frozen=True)
class Column:
    """An expert in a stage, and the sum of their marks in hundredths."""

    stage: str
    title: Title
    code: str
    name: str
    group: str
    total: int


@dataclass(frozen=True)
class Given:
    """A mark: points in hundredths, the reason, whether it is the suggestion, and whether it is the line's extreme."""

    points: int
    reason: str
    same: bool
    extreme: bool


@dataclass(frozen=True)
class Stood:
    """What a stage's marks come to on an indicator, in hundredths: the marks one by one, and joined."""

    stage: str
    marks: list[int]
    joined: Fraction


@dataclass
class Line:
    """An indicator of the alliance on its way from the suggestion to the settled points."""

    indicator: Indicator
    maximum: int
    suggested: int | None
    outcome: str
    explained: Title
    given: list[Given | None]
    stages: list[Stood | None]
    before: Fraction
    settled: Fraction
    note: Title
    basis: str
    decision: Decision | None = None
    differs: float | None = None
    """How far marks lie apart, in percent of the points attainable, where the scheme's rule holds."""


@dataclass
class Laid:
    """One alliance: columns, lines by pillar, the whole before and after the meeting, the differences found."""

    columns: list[Column]
    stages: list[tuple[str, Title, int]]
    """Stages in which the alliance was marked: id, title, how many experts."""
    pillars: list[tuple[Pillar, list[Line]]]
    standing: Standing
    before: Standing
    whole: Decision | None
    differences: list[dict[str, Any]] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return [line for _, lines in self.pillars for line in lines]


def laid_out(round_: Round, filing: Filing, *, closed_only: bool = True) -> Laid:
    """Everything the review has on one alliance. Who may see it is the doors' question."""
    unit = filing.alliance.code
    standing = standing_of(round_, [unit], closed_only=closed_only)
    before = standing_of(round_, [unit], closed_only=closed_only, decided=False)
    columns = columns_of(round_, standing)
    decisions = {one.indicator: one for one in decisions_on(filing)}
    differences = standing.settlement.differences.to_dicts()
    lines = lines_of(filing, standing, before, columns, decisions, differences)
    own = {line.indicator.id: line for line in lines}
    marked = [(stage.id, stage.title) for stage in standing.scheme.review.stages if stage.kind == "marks"]
    return Laid(
        columns=columns,
        stages=[(key, title, count) for key, title in marked if (count := sum(c.stage == key for c in columns))],
        pillars=[
            (pillar, found)
            for pillar in standing.scheme.pillars
            if (found := [own[one.id] for one in pillar.indicators if one.id in own])
        ],
        standing=standing, before=before, whole=decisions.get("*"), differences=differences,
    )  # fmt: skip


def decisions_on(filing: Filing) -> list[Decision]:
    """The meetings' decisions on a filing; on one indicator the last meeting's comes last."""
    found = Decision.objects.filter(case__filing=filing).select_related("by", "case__stage")
    return list(found.order_by("case__stage__position", "pk"))


def columns_of(round_: Round, standing: Standing) -> list[Column]:
    """The experts whose marks count, stage by stage, by code."""
    people = {one.code: one for one in round_.panel.select_related("account")}
    totals = standing.marks.group_by("stage", "expert").agg(total=pl.col("mark").sum()).sort("expert")
    sums = {(stage, expert): total for stage, expert, total in totals.iter_rows()}
    return [
        Column(stage.id, stage.title, code, str(people[code].account), people[code].group, total)
        for stage in standing.scheme.review.stages
        for (key, code), total in sums.items()
        if key == stage.id
    ]


def lines_of(
    filing: Filing, standing: Standing, before: Standing, columns: list[Column], decisions: dict[str, Decision],
    differences: list[dict[str, Any]],
) -> list[Line]:  # fmt: skip
    """A line for every indicator that applies to the alliance."""
    marks: dict[tuple[str, str, str], tuple[int, str | None]] = {
        (row["stage"], row["expert"], row["indicator"]): (row["mark"], row["reason"])
        for row in standing.marks.iter_rows(named=True)
    }
    joined = {
        (row["stage"], row["indicator"]): Fraction(row["num"], row["den"])
        for row in combined(standing.scheme, standing.marks).iter_rows(named=True)
    }
    kept = {one.indicator: one for one in Suggestion.objects.filter(filing=filing)}
    wide = {row["indicator"]: row["size"] for row in differences if row["rule"] == "indicator_share"}
    provisional = {row["indicator"]: row for row in before.settlement.settled.iter_rows(named=True)}
    found = []
    for row in standing.settlement.settled.iter_rows(named=True):
        name = row["indicator"]
        if row["basis"] == "not_applicable" or name not in kept:
            continue
        suggestion, first = kept[name], provisional[name]
        given = [marks.get((column.stage, column.code, name)) for column in columns]
        found.append(Line(
            indicator=standing.scheme.indicator(name), maximum=row["maximum"], suggested=row["suggested"],
            outcome=suggestion.outcome,
            explained=Title(zh=suggestion.explanation_zh, en=suggestion.explanation_en),
            given=marked(given, row["suggested"]), stages=stood(columns, given, joined, name),
            before=Fraction(first["settled_num"], first["settled_den"]),
            settled=Fraction(row["settled_num"], row["settled_den"]),
            note=Title(zh=row["note_zh"], en=row["note_en"]), basis=row["basis"],
            decision=decisions.get(name), differs=wide.get(name),
        ))  # fmt: skip
    return found


def marked(given: list[tuple[int, str | None] | None], suggested: int | None) -> list[Given | None]:
    """The marks of a line; the lowest and the highest are told apart where they differ."""
    points = [one[0] for one in given if one is not None]
    ends = {min(points), max(points)} if len(set(points)) > 1 else set()
    return [None if one is None else Given(one[0], one[1] or "", one[0] == suggested, one[0] in ends) for one in given]


def stood(
    columns: list[Column], given: list[tuple[int, str | None] | None],
    joined: dict[tuple[str, str], Fraction], name: str,
) -> list[Stood | None]:  # fmt: skip
    """What each stage with marks on the alliance makes of an indicator."""
    by_stage: dict[str, list[int]] = {column.stage: [] for column in columns}
    for column, one in zip(columns, given, strict=True):
        if one is not None:
            by_stage[column.stage].append(one[0])
    return [Stood(key, marks, joined[key, name]) if (key, name) in joined else None for key, marks in by_stage.items()]


def facts_shown(filing: Filing) -> list[ShownSection]:
    """What counts of a filing, by record type, without what screening found about it."""
    content = content_from(filing.in_force.content) if filing.in_force is not None else Content()
    kinds = own_kinds(scheme_of(filing.round))
    return [
        ShownSection(kind, [Shown(kept) for kept in found], number)
        for number, kind in enumerate(kinds, 1) if (found := content.of(kind.id))
    ]  # fmt: skip


def facts_in_room(case: Case) -> list[ShownSection]:
    """The same for experts in the room, as far as the meeting's rights go: without facts, evidence, names of files."""
    rights, masked = rights_of(case.stage), masking_of(case)
    found = facts_shown(case.filing) if rights.facts else []
    for section in found:
        for shown in section.records:
            kept = shown.record
            files = kept.files if rights.evidence else ()
            if masked.hides:
                files = tuple(one._replace(name=masked.file_name(one.uid, one.kind)) for one in files)
            cells = kept.cells if rights.evidence else {**kept.cells, EVIDENCE: ""}
            shown.record = replace(kept, files=files, cells=cells)
    return found


def set_aside(filing: Filing, stages: Collection[str]) -> int:
    """How many marks on a filing were set aside in some stages: a conflict found late, or an expert who left."""
    marks = Mark.objects.filter(sheet__filing=filing, sheet__stage__key__in=stages).exclude(sheet__aside_at=None)
    return marks.count()
