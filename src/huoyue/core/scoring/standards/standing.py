"""Standing within a reference group: min-max, percentile and z-score (OECD/JRC Handbook, step 5), as whole numbers.

Every function takes a value column `x` and a flag column `ref` (1 for units of the reference, 0 for others) of a
frame, and the column `by` that names each unit's group; it adds columns that start with `tag`: `n` reference units,
`spread` (largest minus smallest), and the position `num` / `den`. Units outside the reference are placed in it.
A group without spread has `spread` 0 and a position that must not be used. Missing values stay missing.
"""

from __future__ import annotations

from functools import partial
from typing import Any, TypeAlias

import narwhals as nw

from huoyue.core.scoring.arithmetic import held, known

Frame: TypeAlias = "nw.LazyFrame[Any]"

MILLION = 1_000_000
LARGEST_SUM = 4e18
"""Sums of squares stay below this, so that they are exact in 64 bits."""


def spread(frame: Frame, x: str, ref: str, by: str, tag: str) -> Frame:
    """Adds `n`, `low` and `spread` of the reference."""
    inside = nw.when(nw.col(ref) == 1).then(nw.col(x))
    frame = frame.with_columns(inside.alias(f"{tag}in"))
    chosen = nw.col(f"{tag}in")
    frame = frame.with_columns(
        chosen.count().over(by).cast(nw.Int64).alias(f"{tag}n"),
        chosen.min().over(by).cast(nw.Int64).alias(f"{tag}low"),
        chosen.max().over(by).cast(nw.Int64).alias(f"{tag}high"),
    )
    gap = nw.col(f"{tag}high") - nw.col(f"{tag}low")
    return frame.with_columns(gap.fill_null(0).alias(f"{tag}spread"))


def min_max(frame: Frame, x: str, tag: str) -> Frame:
    """(x - smallest) / (largest - smallest). Needs `spread` first."""
    return frame.with_columns(
        (nw.col(x) - nw.col(f"{tag}low")).alias(f"{tag}num"), nw.col(f"{tag}spread").alias(f"{tag}den")
    )


def percentile(frame: Frame, x: str, ref: str, by: str, tag: str) -> Frame:
    """(units below + half of the units equal, self excluded) / (n, self excluded). Needs `spread` first."""
    running = nw.col(ref).cum_sum().over(by, order_by=x).cast(nw.Int64) - nw.col(ref)
    frame = frame.with_columns(running.alias(f"{tag}run"))
    frame = frame.with_columns(
        nw.col(f"{tag}run").min().over(by, x).cast(nw.Int64).alias(f"{tag}below"),
        nw.col(ref).sum().over(by, x).cast(nw.Int64).alias(f"{tag}equal"),
    )
    num = nw.col(f"{tag}below") * 2 + nw.col(f"{tag}equal") - nw.col(ref)
    return frame.with_columns(num.alias(f"{tag}num"), ((nw.col(f"{tag}n") - nw.col(ref)) * 2).alias(f"{tag}den"))


def z_score(frame: Frame, x: str, ref: str, by: str, tag: str) -> Frame:
    """(x - mean) / population standard deviation, in millionths. Needs `spread` first.

    Sums are of whole numbers and therefore exact and free of order. Only the last divisions and the root are in
    floating point, in a fixed order, and the result is rounded to a millionth: every engine gives the same. Where the
    squares would not fit in 64 bits the values are first cut to a coarser unit. Units outside the reference are held
    within its range.
    """
    col = partial(_tagged, tag)
    within = held(nw.col(x), col("low"), col("high")) - col("low")
    frame = frame.with_columns(_grain(col("n"), col("spread")).alias(f"{tag}grain"))
    frame = frame.with_columns(known((within // col("grain")).cast(nw.Int64), nw.col(x)).alias(f"{tag}y"))
    frame = frame.with_columns(_sum_inside(col("y"), ref).over(by).cast(nw.Int64).alias(f"{tag}sum"))
    n = nw.when(col("n") > 0).then(col("n"))
    frame = frame.with_columns((col("sum") // n).cast(nw.Int64).alias(f"{tag}mean"))
    frame = frame.with_columns((col("y") - col("mean")).alias(f"{tag}c"))
    frame = frame.with_columns((col("c") * col("c")).alias(f"{tag}cc"))
    frame = frame.with_columns(_sum_inside(col("cc"), ref).over(by).cast(nw.Int64).alias(f"{tag}squares"))
    z = _millionths(col("c"), col("sum") - col("mean") * n, col("squares"), n)
    return frame.with_columns(z.alias(f"{tag}num"), nw.lit(MILLION, dtype=nw.Int64).alias(f"{tag}den"))


def _tagged(tag: str, name: str) -> nw.Expr:
    return nw.col(f"{tag}{name}")


def _sum_inside(value: nw.Expr, ref: str) -> nw.Expr:
    return nw.when(nw.col(ref) == 1).then(value).sum()


def _grain(n: nw.Expr, gap: nw.Expr) -> nw.Expr:
    """The smallest power of ten by which values are cut so that n squares of the spread fit."""
    grain: nw.Expr = nw.lit(10**12, dtype=nw.Int64)
    for power in reversed(range(12)):
        side = gap.cast(nw.Float64) / float(10**power)
        fits = n.cast(nw.Float64) * side * side < LARGEST_SUM
        grain = nw.when(fits).then(nw.lit(10**power, dtype=nw.Int64)).otherwise(grain)
    return grain


def _millionths(centred: nw.Expr, rest: nw.Expr, squares: nw.Expr, n: nw.Expr) -> nw.Expr:
    count = n.cast(nw.Float64)
    mean = rest.cast(nw.Float64) / count
    variance = squares.cast(nw.Float64) / count - mean * mean
    deviation = nw.when(variance > 0).then(variance).sqrt()
    return (((centred.cast(nw.Float64) - mean) / deviation) * float(MILLION) + 0.5).floor().cast(nw.Int64)
