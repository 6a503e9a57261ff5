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
    rows = _rows(scheme, units, scores, settled)
    by_cell = rows.group_by([*KEY, "settled_den"]).agg(pl.col("lost_num").sum())
    sums = exact_sums(with_margins(by_cell, ["tier", "batch"]), KEY, "lost_num", "settled_den")
    table = filled(_lines(scheme), _counts(rows), KEY, ["units", "attainable"])
    fractions = [sums.get(key, Fraction(0)) for key in table.select(KEY).iter_rows()]
    exact = {"lost_num": [f.numerator for f in fractions], "lost_den": [f.denominator for f in fractions]}
    columns = [pl.Series(name, values, dtype=pl.Int64()) for name, values in exact.items()]
    return LOST.check(table.with_columns(columns).select(*LOST.schema))


def _rows(scheme: Scheme, units: pl.DataFrame, scores: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    bonuses = [indicator.id for indicator in scheme.indicators if indicator.bonus]
    rows = (
        settled.filter(pl.col("basis") != "not_applicable", ~pl.col("indicator").is_in(bonuses))
        .with_columns(lost_num=pl.col("maximum") * pl.col("settled_den") - pl.col("settled_num"))
        .join(scores.select("unit", "tier"), on="unit")
        .join(units.select("unit", "batch"), on="unit")
        .select(*KEY, "unit", "maximum", "lost_num", "settled_den")
    )
    return pl.concat([rows, rows.with_columns(indicator=pl.lit(ALL))])


def _counts(rows: pl.DataFrame) -> pl.DataFrame:
    cells = rows.group_by(KEY).agg(units=pl.col("unit").n_unique(), attainable=pl.col("maximum").sum())
    return with_margins(cells, ["tier", "batch"]).group_by(KEY).agg(pl.col("units", "attainable").sum())


def _lines(scheme: Scheme) -> pl.DataFrame:
    bonuses = [indicator.id for indicator in scheme.indicators if indicator.bonus]
    named = indicator_lines(scheme).filter(~pl.col("indicator").is_in(bonuses))
    pillars = named.select("pillar", indicator=pl.lit(ALL)).unique(maintain_order=True)
    members = pl.concat([named, pillars])
    return members.join(tier_by_batch(scheme), how="cross", maintain_order="left_right")
