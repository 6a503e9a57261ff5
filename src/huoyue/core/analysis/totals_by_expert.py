"""The totals by which experts of a stage are compared: over the indicators that all of them marked on a unit."""

from __future__ import annotations

import polars as pl


def shared_cells(marks: pl.DataFrame) -> pl.DataFrame:
    """stage, unit, indicator, experts: cells that every expert of the stage who marked the unit marked."""
    panel = marks.group_by("stage", "unit").agg(experts=pl.col("expert").n_unique().cast(pl.Int64))
    cells = marks.group_by("stage", "unit", "indicator").agg(marked=pl.col("expert").n_unique().cast(pl.Int64))
    return cells.join(panel, on=["stage", "unit"]).filter(pl.col("marked") == pl.col("experts")).drop("marked")


def expert_totals(marks: pl.DataFrame) -> pl.DataFrame:
    """stage, unit, expert, total (hundredths), experts (how many marked the unit in the stage), sorted.

    Only indicators that every expert of the stage who marked the unit marked are summed, so that nobody looks severe
    for having left one out; a unit without such an indicator is left out.
    """
    return (
        marks.join(shared_cells(marks), on=["stage", "unit", "indicator"])
        .group_by("stage", "unit", "expert")
        .agg(total=pl.col("mark").sum(), experts=pl.col("experts").first())
        .sort("stage", "unit", "expert")
    )
