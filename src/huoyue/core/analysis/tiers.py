"""Scores summed up: overall, by batch, by industry and by tier."""

from __future__ import annotations

import polars as pl

from huoyue.core.analysis.margins import ALL, batches, filled, in_round
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import TIER_SUMMARY

PLACES = 4


def tier_summary(scheme: Scheme, units: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """TIER_SUMMARY: number, sum, median, lowest, highest and population standard deviation of the rounded scores.

    Sums are exact whole hundredths; median and standard deviation are in points, to 4 decimals. A member without
    evaluated units has 0 units, sum 0 and nothing else. Units without an industry are in none.
    """
    register = in_round(scheme, units).select("unit", "batch", "industry")
    scored = scores.select("unit", "score", "tier").join(register, on="unit").with_columns(all=pl.lit(ALL))
    members = {
        "all": [ALL],
        "batch": batches(scheme),
        "industry": [industry.id for industry in scheme.industries],
        "tier": [tier.id for tier in tiers_from_top(scheme)],
    }
    lines = pl.DataFrame(
        [(scope, name) for scope, names in members.items() for name in names],
        schema={"scope": pl.String(), "member": pl.String()},
        orient="row",
    )
    summed = pl.concat([_summed(scored, scope) for scope in members])
    return TIER_SUMMARY.check(filled(lines, summed, ["scope", "member"], ["units", "mean_num"]))


def _summed(scored: pl.DataFrame, scope: str) -> pl.DataFrame:
    score = pl.col("score")
    return (
        scored.group_by(scope)
        .agg(
            units=pl.len().cast(pl.Int64()),
            mean_num=score.sum(),
            median=(score.median() / 100).round(PLACES),
            lowest=score.min(),
            highest=score.max(),
            sd=(score.std(ddof=0) / 100).round(PLACES),
        )
        .select(pl.lit(scope).alias("scope"), pl.col(scope).alias("member"), pl.exclude(scope))
    )
