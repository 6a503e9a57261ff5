"""Marks, suggestions and the meeting's decisions settled into exact points for every evaluated unit and indicator.

Per indicator: the marks of a stage are joined as the stage says; stages weigh by `weight` over those in which the unit
was marked; without marks the suggested points stand; the meeting's decision replaces; what an objection corrected comes
last and replaces all.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from huoyue.core.review.combine import CELL, combined, mark_stages, weighed
from huoyue.core.review.differences import differences
from huoyue.core.review.notes import (
    correction_notes,
    decision_notes,
    noted,
    stage_notes,
    unmarked_notes,
    weighted_notes,
)
from huoyue.core.review.sums import unit_totals, with_bonus_flag
from huoyue.core.scheme.model import Scheme
from huoyue.core.screening import evaluated_units
from huoyue.core.tables import SETTLED, STAGE_TOTALS, Facts

RULE = "rule"
"""The stage name under which the total of the suggested points stands."""


@dataclass(frozen=True)
class Settlement:
    """SETTLED, STAGE_TOTALS and DIFFERENCES."""

    settled: pl.DataFrame
    stage_totals: pl.DataFrame
    differences: pl.DataFrame


def settle(scheme: Scheme, facts: Facts, points: pl.DataFrame, screening: pl.DataFrame) -> Settlement:
    """Settle the review of the evaluated units. `points` is POINTS, `screening` SCREENING.

    A missing expert is left out of the mean, never counted as 0. Indicators that do not apply stay so whatever was
    marked; judged ones that nobody marked are not available and count 0, and their note says so. Fractions are in
    lowest terms, in hundredths of a point.
    """
    cells = reviewed_cells(scheme, points, screening)
    marks = standing_marks(scheme, facts.marks, cells)
    stages = combined(scheme, marks)
    means = weighed(scheme, stages)
    before = provisional(cells, means)
    decisions = last_decisions(scheme, facts.decisions, cells)
    applicable = cells.filter(pl.col("outcome") != "not_applicable")
    corrections = facts.corrections.join(applicable, on=CELL, how="semi", maintain_order="left")
    totals = stage_totals(scheme, cells, marks, stages, means)
    return Settlement(
        settled=settled(
            before, decisions, corrections, stage_notes(scheme, stages), weighted_notes(stages, means), scheme
        ),
        stage_totals=totals,
        differences=differences(scheme, before, marks, totals, facts.decisions),
    )


def reviewed_cells(scheme: Scheme, points: pl.DataFrame, screening: pl.DataFrame) -> pl.DataFrame:
    """The rows of POINTS of evaluated units, with `suggested` for its points and the flag `bonus`."""
    rows = points.join(evaluated_units(screening), on="unit", how="semi", maintain_order="left")
    wanted = rows.select("unit", "pillar", "indicator", "outcome", "maximum", suggested="points")
    return with_bonus_flag(scheme, wanted)


def standing_marks(scheme: Scheme, marks: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """The marks that count: of a mark stage, on an evaluated unit and an indicator that applies to it."""
    applicable = cells.filter(pl.col("outcome") != "not_applicable")
    stages = [stage.id for stage in mark_stages(scheme)]
    return marks.filter(pl.col("stage").is_in(stages)).join(applicable, on=CELL, how="semi", maintain_order="left")


def provisional(cells: pl.DataFrame, means: pl.DataFrame) -> pl.DataFrame:
    """`cells` with num, den and basis as they stand before the meeting."""
    unmarked = (
        pl.when(pl.col("outcome") == "not_applicable").then(pl.lit("not_applicable"))
        .when(pl.col("suggested").is_null()).then(pl.lit("not_available"))
        .otherwise(pl.lit("rule"))
    )  # fmt: skip
    joined = cells.join(means, on=CELL, how="left", maintain_order="left")
    return joined.with_columns(
        basis=pl.when(pl.col("num").is_not_null()).then(pl.lit("marks")).otherwise(unmarked),
        num=pl.coalesce("num", "suggested", pl.lit(0)),
        den=pl.col("den").fill_null(1),
    )


def last_decisions(scheme: Scheme, decisions: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    """The decisions of meetings on single indicators that apply; a later meeting's word replaces an earlier one's."""
    order = {stage.id: place for place, stage in enumerate(scheme.review.stages) if stage.kind == "decisions"}
    applicable = cells.filter(pl.col("outcome") != "not_applicable")
    return (
        decisions.filter(pl.col("stage").is_in(list(order)))
        .join(applicable, on=CELL, how="semi", maintain_order="left")
        .sort(pl.col("stage").replace_strict(order, default=None, return_dtype=pl.Int64), maintain_order=True)
        .unique(CELL, keep="last", maintain_order=True)
    )


def settled(
    before: pl.DataFrame,
    decisions: pl.DataFrame,
    corrections: pl.DataFrame,
    staged: pl.DataFrame,
    weighted: pl.DataFrame,
    scheme: Scheme,
) -> pl.DataFrame:
    """SETTLED: the provisional points with decisions and corrections on top, and how each came about."""
    decided = before.join(decisions.select(*CELL, decision="settled"), on=CELL, how="left", maintain_order="left").join(
        corrections.select(*CELL, correction="settled"), on=CELL, how="left", maintain_order="left"
    )
    replaced = pl.coalesce("correction", "decision")
    notes = (unmarked_notes(), staged, weighted, decision_notes(scheme, decisions), correction_notes(corrections))
    basis = (
        pl.when(pl.col("correction").is_not_null()).then(pl.lit("correction"))
        .when(pl.col("decision").is_not_null()).then(pl.lit("decision"))
        .otherwise(pl.col("basis"))
    )  # fmt: skip
    return SETTLED.check(
        noted(decided, *notes).select(
            *("unit", "pillar", "indicator", "maximum", "suggested"),
            settled_num=pl.coalesce(replaced, "num"),
            settled_den=pl.when(replaced.is_not_null()).then(1).otherwise(pl.col("den")).cast(pl.Int64),
            basis=basis,
            note_zh="note_zh",
            note_en="note_en",
        )
    )


def stage_totals(
    scheme: Scheme, cells: pl.DataFrame, marks: pl.DataFrame, stages: pl.DataFrame, means: pl.DataFrame
) -> pl.DataFrame:
    """STAGE_TOTALS: a unit's total in each stage that marked it, and in 'rule' the total of the suggested points.

    Indicators that a stage left unmarked count with the suggested points; judged ones, which have none, with what the
    stages that marked them gave: a gap is not a dispute.
    """
    counted = cells.filter(pl.col("outcome") != "not_applicable")
    reviewed = marks.group_by("unit", "stage").agg(experts=pl.col("expert").n_unique().cast(pl.Int64))
    bare = counted.select("unit").unique().with_columns(stage=pl.lit(RULE), experts=pl.lit(0, pl.Int64))
    both = pl.concat([bare, reviewed.select(bare.columns)])
    filled = (
        both.join(counted, on="unit")
        .join(stages.select("stage", *CELL, "num", "den"), on=["stage", *CELL], how="left")
        .join(means.select(*CELL, given="num", of="den"), on=CELL, how="left")
        .with_columns(lent=pl.col("num").is_null() & pl.col("suggested").is_null() & (pl.col("stage") != RULE))
        .with_columns(
            num=pl.coalesce("num", "suggested", pl.when("lent").then("given"), pl.lit(0)),
            den=pl.coalesce("den", pl.when("lent").then("of"), pl.lit(1)),
        )
    )
    totals = unit_totals(scheme, filled, ["unit", "stage"])
    return STAGE_TOTALS.check(ordered(scheme, cells, both, totals))


def ordered(
    scheme: Scheme, cells: pl.DataFrame, rows: pl.DataFrame, totals: dict[tuple[str, ...], Fraction]
) -> pl.DataFrame:
    """`rows` with their totals, in the order of the units and of the stages."""
    units = {unit: place for place, unit in enumerate(cells["unit"].unique(maintain_order=True))}
    stages = {RULE: 0} | {stage.id: place for place, stage in enumerate(scheme.review.stages, start=1)}
    found = sorted(rows.iter_rows(), key=lambda row: (units[row[0]], stages[row[1]]))
    return pl.DataFrame(
        [(*row, totals[row[:2]].numerator, totals[row[:2]].denominator) for row in found],
        schema=STAGE_TOTALS.schema,
        orient="row",
    )
