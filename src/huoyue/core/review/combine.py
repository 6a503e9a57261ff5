"""Marks joined: within a stage as the stage says, then across stages by weight. Exact, in hundredths of a point.

Whoever did not mark - absent or recused - is simply not among those joined, so a missing mark never lowers a result.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

import numpy as np
import polars as pl

from huoyue.core.scheme.model import Scheme, Stage

CELL = ["unit", "indicator"]
COMBINED = {"stage": pl.String, "unit": pl.String, "indicator": pl.String} | dict.fromkeys(
    ("experts", "num", "den"), pl.Int64
)


def mark_stages(scheme: Scheme) -> list[Stage]:
    """The stages in which experts mark, in order."""
    return [stage for stage in scheme.review.stages if stage.kind == "marks"]


def kept(stage: Stage) -> pl.Expr:
    """Which marks of a cell, by their `place` (1 is the lowest) among `experts`, the stage's mean is taken over.

    A mean keeps all, a median the middle one or two, a trimmed mean all but `trim` at each end where that leaves any.
    """
    place, experts = pl.col("place"), pl.col("experts")
    match stage.combine:
        case "mean":
            return pl.lit(True)
        case "median":
            return place.is_between((experts + 1) // 2, experts // 2 + 1)
        case "trimmed_mean":
            inside = place.is_between(stage.trim + 1, experts - stage.trim)
            return inside | (experts < 2 * stage.trim + 1)


def combined(scheme: Scheme, marks: pl.DataFrame) -> pl.DataFrame:
    """stage, unit, indicator, experts, num, den: each cell's marks of each stage joined as num / den hundredths."""
    frames = [stage_combined(stage, marks.filter(pl.col("stage") == stage.id)) for stage in mark_stages(scheme)]
    return pl.concat([pl.DataFrame(schema=COMBINED), *frames])


def stage_combined(stage: Stage, marks: pl.DataFrame) -> pl.DataFrame:
    counts = {"experts": pl.len().cast(pl.Int64)}
    if stage.combine == "mean":
        sums = marks.group_by("stage", *CELL).agg(**counts, num=pl.col("mark").sum())
        return sums.with_columns(den=pl.col("experts"))
    order = {"place": pl.col("mark").rank("ordinal").over(CELL).cast(pl.Int64)}
    placed = marks.with_columns(**order, experts=pl.len().over(CELL).cast(pl.Int64)).filter(kept(stage))
    return placed.group_by("stage", *CELL).agg(
        pl.col("experts").first(), num=pl.col("mark").sum(), den=pl.len().cast(pl.Int64)
    )


def whole_weights(scheme: Scheme) -> dict[str, int]:
    """The mark stages' weights as the smallest whole numbers in the same proportion: 0.4 and 0.6 become 2 and 3."""
    weights = {stage.id: Fraction(stage.weight) for stage in mark_stages(scheme)}
    common = lcm(*(weight.denominator for weight in weights.values()))
    whole = {stage: int(weight * common) for stage, weight in weights.items()}
    shared = gcd(*whole.values()) or 1
    return {stage: weight // shared for stage, weight in whole.items()}


def weighed(scheme: Scheme, stages: pl.DataFrame) -> pl.DataFrame:
    """unit, indicator, num, den in lowest terms: the weighted mean over the stages in which the cell was marked.

    A cell that only stages of weight 0 marked has no row: those stages count for nothing.
    Whole numbers of any size inside (NumPy object arrays); the result must fit 64 bits, as it does with dozens of
    experts to a unit.
    """
    weights = whole_weights(scheme)
    weight = pl.col("stage").replace_strict(weights, default=0, return_dtype=pl.Int64)
    parts = stages.with_columns(weight=weight)
    wide = parts.filter(pl.col("weight") > 0).group_by(CELL).agg("num", "den", "weight")
    num, den = fraction_columns(wide)
    return wide.select(*CELL, num=num, den=den)


def fraction_columns(wide: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """num and den of sum(weight * num / den) / sum(weight), from list columns, a row at a time but vectorised."""
    deepest = int(wide["num"].list.len().max() or 0)  # type: ignore[arg-type]
    top, bottom = np.zeros(wide.height, object), np.ones(wide.height, object)
    weight_sum = np.zeros(wide.height, object)
    for place in range(deepest):
        cut = wide.select(pl.col("num", "den", "weight").list.get(place, null_on_oob=True))
        num, den, weight = (cut[name].fill_null(default).to_numpy().astype(object) for name, default in DEFAULTS)
        common = np.lcm(bottom, den)
        top = top * (common // bottom) + weight * num * (common // den)
        bottom, weight_sum = common, weight_sum + weight
    bottom = bottom * weight_sum
    shared = np.gcd(top, bottom)
    return (pl.Series("num", list(top // shared), pl.Int64), pl.Series("den", list(bottom // shared), pl.Int64))


DEFAULTS = (("num", 0), ("den", 1), ("weight", 0))
"""What stands for a stage that did not mark a cell: a term of zero."""
