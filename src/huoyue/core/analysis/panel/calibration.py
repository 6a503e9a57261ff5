"""How the scales of a panel compare on the practice units that everybody marks before the review begins."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from huoyue.core.analysis.agreement import kept
from huoyue.core.analysis.panel.series import comparable
from huoyue.core.tables import INT, REAL, TEXT, table

CALIBRATION = table(
    "calibration",
    "expert indicator",
    ("expert", TEXT, "Code of the expert"),
    ("indicator", TEXT, "Indicator id; '*' for experts' totals"),
    ("units", INT, "Practice units compared"),
    ("deviation", REAL, "Mean over units of the mark less the others' mean, in points; positive is more generous"),
    ("lowest", REAL, "The lowest of these deviations"),
    ("highest", REAL, "The highest of them"),
)

STRIPS = table(
    "calibration_strips",
    "unit indicator expert",
    ("unit", TEXT, "Code of the practice unit"),
    ("indicator", TEXT, "Indicator id; '*' for experts' totals"),
    ("expert", TEXT, "Code of the expert"),
    ("mark", INT, "The expert's mark or total, in hundredths"),
    ("lowest", INT, "The lowest of the panel, in hundredths"),
    ("median", REAL, "The panel's median, in hundredths"),
    ("highest", INT, "The highest of the panel, in hundredths"),
    ("apart", REAL, "The mark less the panel's median, in hundredths"),
    ("experts", INT, "Experts who marked it"),
)


@dataclass(frozen=True)
class Calibration:
    """CALIBRATION: an expert's mean deviations. STRIPS: every mark beside the median and the range of the panel's."""

    deviations: pl.DataFrame
    strips: pl.DataFrame


def calibration(marks: pl.DataFrame) -> Calibration:
    """From MARKS on practice units, all of one stage. Cells that only one expert marked say nothing and are left out.

    The deviation on a unit is the mark less the mean of the others' marks on it; with two or three units it is a first
    impression, so no interval is given, only the range. One unit at a time a mark is held against the panel's
    median, which one stray mark does not move. Totals are over indicators that all who marked a unit marked.
    """
    cells = comparable(marks).rename({"value": "mark"})
    cell = ["unit", "indicator"]
    count = pl.len().over(cell).cast(pl.Int64)
    panel = cells.with_columns(
        experts=count,
        lowest=pl.col("mark").min().over(cell),
        median=pl.col("mark").median().over(cell),
        highest=pl.col("mark").max().over(cell),
        deviation=(pl.col("mark") - (pl.col("mark").sum().over(cell) - pl.col("mark")) / (count - 1)) / 100,
    )
    own = panel.group_by("expert", "indicator").agg(
        units=pl.len().cast(pl.Int64), lowest=pl.col("deviation").min(), highest=pl.col("deviation").max(),
        deviation=pl.col("deviation").sort().mean(),
    )  # fmt: skip
    rows = [
        row | {name: kept(float(row[name])) for name in ("deviation", "lowest", "highest")}
        for row in own.sort("expert", "indicator").to_dicts()
    ]
    strips = (
        panel.with_columns(apart=pl.col("mark") - pl.col("median"))
        .select(list(STRIPS.schema))
        .sort("unit", "indicator", "expert")
    )
    return Calibration(CALIBRATION.frame(rows), STRIPS.check(strips.select(list(STRIPS.schema))))
