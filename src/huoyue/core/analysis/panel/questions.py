"""Marks that call for a question to the chair: always as suggested, implausibly fast, evidence never opened.

A question, not a verdict: each figure has innocent explanations, and nothing follows from it by itself. Questions are
of one stage; what is not known (time, evidence) raises none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from huoyue.core.message import M, Message
from huoyue.core.tables import INT, TEXT, table

SHEETS = table(
    "sheets",
    "stage expert unit",
    ("stage", TEXT, "Stage id"),
    ("expert", TEXT, "Code of the expert"),
    ("unit", TEXT, "Code of the unit"),
    ("seconds", INT, "Seconds that the sheet was worked on, if known", True),
    ("offered", INT, "Pieces of evidence that the sheet offers, if known", True),
    ("opened", INT, "How many of them the expert opened, if known", True),
)
"""What is known of how sheets were marked; a row for each sheet with marks."""

CHANCE = 0.001
"""Less likely than this by the colleagues' rate: dozens of experts then raise no question by chance in most rounds.
Marks of one sheet hang together, which makes long runs likelier than a binomial has it; hence not 0.05."""
ALWAYS = 0.99
"""Share of marks as suggested that counts as always; one slip in a hundred does not undo a habit."""
FAST = 0.1
"""Share of the colleagues' median time below which a sheet cannot have been read: ten times as fast as others."""
HALF = 0.5
"""Share of an expert's sheets that must be fast, or without evidence opened, before anybody is asked."""
FEWEST = 3
"""Sheets below which nothing is said: the first ones are where people find their way."""

Kind = Literal["always_as_suggested", "fast", "evidence_unopened"]


@dataclass(frozen=True)
class Limits:
    """The thresholds, for a chair who wants to be asked more or less."""

    chance: float = CHANCE
    always: float = ALWAYS
    fast: float = FAST
    half: float = HALF
    fewest: int = FEWEST


@dataclass(frozen=True)
class Question:
    """One question on one expert in one stage. `units` are the sheets it is about (none: all of the expert's)."""

    kind: Kind
    stage: str
    expert: str
    message: Message
    units: tuple[str, ...] = ()


def questions(
    marks: pl.DataFrame,
    points: pl.DataFrame,
    sheets: pl.DataFrame | None = None,
    *,
    names: Mapping[str, str] | None = None,
    limits: Limits = Limits(),
) -> list[Question]:
    """All questions, by stage, expert and kind. `marks` is MARKS, `points` POINTS, `sheets` SHEETS.

    `names` are the experts' names for the sentences; codes stand where there is none.
    """
    known = SHEETS.empty() if sheets is None else sheets
    found = [
        *always_as_suggested(marks, points, names or {}, limits),
        *fast(known, names or {}, limits),
        *unopened(known, names or {}, limits),
    ]
    return sorted(found, key=lambda question: (question.stage, question.expert, question.kind))


def always_as_suggested(
    marks: pl.DataFrame, points: pl.DataFrame, names: Mapping[str, str], limits: Limits
) -> Iterator[Question]:
    """Experts whose marks equal the suggested points more often than colleagues' on the same cells explain.

    Over marks on cells with suggested points that a colleague marked in the stage too: with n marks, c of them as
    suggested, and the colleagues' mean rate p on these cells, the chance of c or more is the binomial tail.
    """
    from scipy.special import bdtrc  # why: slow

    suggested = points.select("unit", "indicator", suggested="points").drop_nulls("suggested")
    cell = ["stage", "unit", "indicator"]
    beside = marks.join(suggested, on=["unit", "indicator"]).with_columns(same=pl.col("mark") == pl.col("suggested"))
    others = (pl.len().over(cell) - 1).cast(pl.Int64)
    rated = (
        beside.with_columns(others=others)
        .filter(pl.col("others") > 0)
        .with_columns(rate=(pl.col("same").sum().over(cell) - pl.col("same")) / pl.col("others"))
    )
    by_expert = rated.group_by("stage", "expert").agg(
        pl.len().cast(pl.Int64).alias("marks"), pl.col("same").sum().cast(pl.Int64), pl.col("rate").mean()
    )
    for stage, expert, count, same, rate in by_expert.sort("stage", "expert").iter_rows():
        chance = float(bdtrc(same - 1, count, rate)) if same else 1.0
        if same >= limits.always * count and chance < limits.chance:
            yield Question("always_as_suggested", stage, expert, M(
                "{expert} gave the suggested points in {same} of {marks} marks; colleagues did so in {percent}% of "
                "the same cases. Is every mark the expert's own judgement?",
                expert=names.get(expert, expert), same=same, marks=count, percent=round(100 * rate),
            ))  # fmt: skip


def fast(sheets: pl.DataFrame, names: Mapping[str, str], limits: Limits) -> Iterator[Question]:
    """Experts who took less than a tenth of the colleagues' median time for at least half of their sheets."""
    timed = sheets.drop_nulls("seconds")
    for (stage, expert), own in groups(timed):
        others = timed.filter((pl.col("stage") == stage) & (pl.col("expert") != expert))["seconds"]
        if own.height < limits.fewest or len(others) < limits.fewest:
            continue
        usual = float(others.median())  # type: ignore[arg-type]
        quick = own.filter(pl.col("seconds") < limits.fast * usual)
        if quick.height >= max(limits.half * own.height, 1):
            yield Question("fast", stage, expert, M(
                "{expert} marked {quick} of {sheets} sheets in less than {seconds} seconds each; colleagues usually "
                "took {usual}. Were they prepared elsewhere, or was the time not enough?",
                expert=names.get(expert, expert), quick=quick.height, sheets=own.height,
                seconds=max(1, round(limits.fast * usual)), usual=round(usual),
            ), tuple(quick["unit"].sort()))  # fmt: skip


def unopened(sheets: pl.DataFrame, names: Mapping[str, str], limits: Limits) -> Iterator[Question]:
    """Experts who opened no evidence at all on at least half of their sheets that offer some."""
    offering = sheets.drop_nulls(["offered", "opened"]).filter(pl.col("offered") > 0)
    for (stage, expert), own in groups(offering):
        unseen = own.filter(pl.col("opened") == 0)
        if unseen.height >= max(limits.half * own.height, limits.fewest):
            yield Question("evidence_unopened", stage, expert, M(
                "{expert} opened none of the evidence on {unseen} of {sheets} sheets that offer some. Did the facts "
                "suffice, or was it seen elsewhere?",
                expert=names.get(expert, expert), unseen=unseen.height, sheets=own.height,
            ), tuple(unseen["unit"].sort()))  # fmt: skip


def groups(sheets: pl.DataFrame) -> list[tuple[tuple[str, str], pl.DataFrame]]:
    """(stage, expert) and the sheets of each, in order."""
    parts = sheets.partition_by("stage", "expert", as_dict=True)
    return sorted(((str(stage), str(expert)), own) for (stage, expert), own in parts.items())
