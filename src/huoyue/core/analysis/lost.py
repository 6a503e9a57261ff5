"""Points lost by indicator and by pillar, for each tier and batch, exactly."""

from __future__ import annotations

from fractions import Fraction

import polars as pl

from huoyue.core.analysis.margins import ALL, exact_sums, filled, with_margins
from huoyue.core.analysis.participation import indicator_lines, tier_by_batch
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import LOST

KEY = ["pillar", "indicator", "tier", "batch"]


def lost(scheme: Scheme, units: pl.DataFrame, scores: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """LOST: attainable minus settled points by indicator (and '*', the pillar), tier and batch, with '*' margins.

    Left out: units to which an indicator does not apply, and bonus indicators, as nobody loses a bonus. Sums are exact
    fractions in lowest terms, over 1 where nothing was counted.
    """
    cells = with_margins(_cells(_rows(scheme, units, scores, settled)), ["tier", "batch"])
    sums = exact_sums(cells, KEY, "lost_num", "settled_den")
    counts = cells.group_by(KEY).agg(pl.col("units", "attainable").sum())
    table = filled(_lines(scheme), counts, KEY, ["units", "attainable"])
    fractions = [sums.get(key, Fraction(0)) for key in table.select(KEY).iter_rows()]
    exact = {"lost_num": [f.numerator for f in fractions], "lost_den": [f.denominator for f in fractions]}
    columns = [pl.Series(name, values, dtype=pl.Int64()) for name, values in exact.items()]
    return LOST.check(table.with_columns(columns).select(*LOST.schema))


def _rows(scheme: Scheme, units: pl.DataFrame, scores: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    bonuses = [indicator.id for indicator in scheme.indicators if indicator.bonus]
    return (
        settled.filter(pl.col("basis") != "not_applicable", ~pl.col("indicator").is_in(bonuses))
        .with_columns(lost_num=pl.col("maximum") * pl.col("settled_den") - pl.col("settled_num"))
        .join(scores.select("unit", "tier"), on="unit")
        .join(units.select("unit", "batch"), on="unit")
        .select(*KEY, "unit", "maximum", "lost_num", "settled_den")
    )


def _cells(rows: pl.DataFrame) -> pl.DataFrame:
    """Sums by key and denominator. A pillar sums its indicators, but counts each of its units once."""
    named = rows.group_by([*KEY, "settled_den"]).agg(
        units=pl.len().cast(pl.Int64()), attainable=pl.col("maximum").sum(), lost_num=pl.col("lost_num").sum()
    )
    whole = pl.lit(ALL).alias("indicator")
    nothing = [pl.lit(0, dtype=pl.Int64()).alias(name) for name in ("attainable", "lost_num")]
    once = rows.select("unit", "pillar", "tier", "batch").unique().group_by("pillar", "tier", "batch")
    members = once.agg(units=pl.len().cast(pl.Int64())).with_columns(whole, settled_den=pl.lit(1, dtype=pl.Int64()))
    pillars = named.with_columns(whole, units=pl.lit(0, dtype=pl.Int64()))
    return pl.concat([named, pillars, members.with_columns(nothing).select(named.columns)])


def _lines(scheme: Scheme) -> pl.DataFrame:
    bonuses = [indicator.id for indicator in scheme.indicators if indicator.bonus]
    named = indicator_lines(scheme).filter(~pl.col("indicator").is_in(bonuses))
    pillars = named.select("pillar", indicator=pl.lit(ALL)).unique(maintain_order=True)
    members = pl.concat([named, pillars])
    return members.join(tier_by_batch(scheme), how="cross", maintain_order="left_right")
