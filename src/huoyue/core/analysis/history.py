"""A unit's results period by period, this one included, each read by the rules of its own period."""

from __future__ import annotations

import re

import polars as pl

from huoyue.core.scheme.model import EarlierTiers, Scheme, hundredths
from huoyue.core.tables import INT, TEXT


def earlier_tiered(scheme: Scheme, earlier: pl.DataFrame) -> pl.DataFrame:
    """EARLIER with `tier` filled in from that period's borders where the result names none; null where unknown."""
    rules = {rule.period: rule for rule in scheme.outlook.earlier_tiers}
    by_score = pl.lit(None, dtype=TEXT)
    for period, rule in rules.items():
        by_score = pl.when(pl.col("period") == period).then(_tier_by(rule)).otherwise(by_score)
    return earlier.with_columns(tier=pl.coalesce(pl.col("tier"), by_score))


def periods(scheme: Scheme, earlier: pl.DataFrame) -> list[str]:
    """Earlier periods that are known of, by results or by tier borders, latest first."""
    named = {rule.period for rule in scheme.outlook.earlier_tiers}
    return sorted(named | set(earlier["period"].unique().to_list()), key=by_number, reverse=True)


def by_number(period: str) -> list[tuple[int, str]]:
    """Sorts the numbers in labels as numbers: 9 before 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", period) if part]


def history(scheme: Scheme, earlier: pl.DataFrame, screening: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """(unit, age, score, tier, evaluated) for every unit and period, by unit and age; age 0 is this round.

    `evaluated` is null where nothing is known of the unit in that period, false where it had no result.
    """
    known = earlier_tiered(scheme, earlier)
    labels = periods(scheme, earlier)
    ages = pl.DataFrame({"period": labels, "age": range(1, len(labels) + 1)}, schema={"period": TEXT, "age": INT})
    before = known.join(ages, on="period").select(
        "unit", "age", "score", "tier", evaluated=pl.col("score").is_not_null() | pl.col("tier").is_not_null()
    )
    now = screening.select("unit").join(scores.select("unit", "score", "tier"), on="unit", how="left")
    this_round = pl.lit(0, dtype=INT).alias("age")
    current = now.select("unit", this_round, "score", "tier", evaluated=pl.col("score").is_not_null())
    grid = screening.select("unit").join(ages.select("age"), how="cross").join(before, on=["unit", "age"], how="left")
    return pl.concat([current, grid]).sort("unit", "age")


def _tier_by(rule: EarlierTiers) -> pl.Expr:
    """The tier whose lower bound is the highest that the score reaches; null below all."""
    tier = pl.lit(None, dtype=TEXT)
    for name, bound in sorted(rule.at_least.items(), key=lambda item: item[1]):
        tier = pl.when(pl.col("score") >= hundredths(bound)).then(pl.lit(name)).otherwise(tier)
    return tier
