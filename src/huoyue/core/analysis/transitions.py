"""From which tier to which units went between an earlier period and this one."""

from __future__ import annotations

import polars as pl

from huoyue.core.analysis.history import by_number, earlier_tiered
from huoyue.core.analysis.margins import filled
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import TRANSITIONS

NOT_EVALUATED, UNKNOWN = "not_evaluated", "unknown"
KEY = ["period", "tier_before", "tier_now"]


def transitions(scheme: Scheme, earlier: pl.DataFrame, screening: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """TRANSITIONS: for each earlier period with results, how many units went from each tier to each; also zeros.

    Each period is read by its own borders. `not_evaluated` then: its result says so; `unknown`: nothing is known of the
    unit in that period, or its score cannot be read as a tier. The counts of a period add up to all units of the round.
    """
    known = earlier_tiered(scheme, earlier)
    units = screening.select("unit").join(scores.select("unit", tier_now="tier"), on="unit", how="left")
    absent = pl.col("score").is_null() & pl.col("tier").is_null()
    results = known.with_columns(
        tier_before=pl.when(absent).then(pl.lit(NOT_EVALUATED)).otherwise(pl.col("tier").fill_null(UNKNOWN))
    )
    tables = [_matrix(scheme, period, results.filter(period=period), units) for period in _latest_first(results)]
    return TRANSITIONS.check(pl.concat([TRANSITIONS.empty(), *tables]))


def _latest_first(results: pl.DataFrame) -> list[str]:
    return sorted(results["period"].unique().to_list(), key=by_number, reverse=True)


def _matrix(scheme: Scheme, period: str, then: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
    ours = [tier.id for tier in tiers_from_top(scheme)]
    rules = [rule for rule in scheme.outlook.earlier_tiers if rule.period == period]
    theirs = [name for rule in rules for name in sorted(rule.at_least, key=rule.at_least.__getitem__, reverse=True)]
    named = sorted(set(then["tier_before"].to_list()) - {NOT_EVALUATED, UNKNOWN})
    before = list(dict.fromkeys([*ours, *theirs, *named, NOT_EVALUATED, UNKNOWN]))
    lines = [(period, left, right) for left in before for right in (*ours, NOT_EVALUATED)]
    counted = (
        units.join(then.select("unit", "tier_before"), on="unit", how="left")
        .with_columns(
            pl.lit(period).alias("period"),
            pl.col("tier_before").fill_null(UNKNOWN),
            pl.col("tier_now").fill_null(NOT_EVALUATED),
        )
        .group_by(KEY)
        .agg(units=pl.len().cast(pl.Int64()))
    )
    grid = pl.DataFrame(lines, schema=dict.fromkeys(KEY, pl.String()), orient="row")
    return filled(grid, counted, KEY, ["units"]).select(*TRANSITIONS.schema)
