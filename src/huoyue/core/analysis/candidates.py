"""Streaks over successive periods, and the lists of units that the scheme's rules draw from them."""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from huoyue.core.analysis.history import history, periods
from huoyue.core.message import M, Message, Title, Value
from huoyue.core.phrase import both
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Candidates, Scheme, hundredths
from huoyue.core.tables import CANDIDATES, STREAKS

Result = tuple[str | None, int | None]
"""Tier of one period, or its score where the tier is unknown; neither when it was not evaluated."""


def streaks(scheme: Scheme, earlier: pl.DataFrame, screening: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """STREAKS: how many periods, back from this one without a gap, a unit had full marks, the top tier, and so on.

    A period of which nothing is known ends the streak. Full marks are this scheme's points, in every period.
    """
    tiers = tiers_from_top(scheme)
    kinds = {
        "full_marks": pl.col("score") == hundredths(scheme.points),
        "top_tier": pl.col("tier") == tiers[0].id,
        "bottom_tier": pl.col("tier") == tiers[-1].id,
        "not_evaluated": ~pl.col("evaluated"),
    }
    past = history(scheme, earlier, screening, scores)
    found = [_streak(past, kind, holds) for kind, holds in kinds.items()]
    return STREAKS.check(pl.concat(found).filter(pl.col("periods") > 0).sort("kind", "unit"))


def candidates(scheme: Scheme, earlier: pl.DataFrame, screening: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """CANDIDATES: the units that meet a list's rule in each of its last `periods`, this one included, with the reason.

    A period of which nothing is known, or whose tier cannot be told, does not meet it: such a unit is not listed.
    """
    past = history(scheme, earlier, screening, scores)
    labels: list[Title | str] = [scheme.period.label, *periods(scheme, earlier)]
    lists = [_listed(rule, past, labels, scheme) for rule in scheme.outlook.candidates]
    return CANDIDATES.check(pl.concat([CANDIDATES.empty(), *lists]))


def _streak(past: pl.DataFrame, kind: str, holds: pl.Expr) -> pl.DataFrame:
    unbroken = holds.fill_null(value=False).cast(pl.Int64()).cum_prod().over("unit")
    lengths = past.select("unit", unbroken.alias("periods")).group_by("unit").agg(pl.col("periods").sum())
    return lengths.select("unit", pl.lit(kind).alias("kind"), "periods")


def _meets(rule: Candidates) -> pl.Expr:
    tier = pl.col("tier").is_in(rule.tiers) if rule.tiers else pl.lit(rule.score_at_least is not None)
    if rule.score_at_least is not None:
        tier &= pl.col("score") >= hundredths(rule.score_at_least)
    absent = ~pl.col("evaluated") & pl.lit(rule.not_evaluated)
    return tier.fill_null(value=False) | absent.fill_null(value=False)


def _listed(rule: Candidates, past: pl.DataFrame, labels: list[Title | str], scheme: Scheme) -> pl.DataFrame:
    results = pl.struct("tier", "score")
    listed = (
        past.filter(pl.col("age") < rule.periods)
        .group_by("unit", maintain_order=True)
        .agg(met=_meets(rule).sum(), results=results)
        .filter(pl.col("met") == rule.periods)
        .sort("unit")
    )
    texts: dict[tuple[Result, ...], tuple[str, str]] = {}
    rows = []
    for unit, known in listed.select("unit", "results").iter_rows():
        told = tuple((result["tier"], None if result["tier"] else result["score"]) for result in known)
        if told not in texts:
            texts[told] = both(_reason(told, labels, scheme))
        zh, en = texts[told]
        rows.append({"list": rule.id, "unit": unit, "reason_zh": zh, "reason_en": en})
    return CANDIDATES.frame(rows)


def _reason(results: tuple[Result, ...], labels: list[Title | str], scheme: Scheme) -> Message:
    told: list[Value] = [_told(label, *result, scheme) for label, result in zip(labels, results, strict=False)]
    if len(told) == 1:
        return M("This period: {result}", result=told[0])
    return M("{count} successive periods: {results}", count=len(told), results=tuple(reversed(told)))


def _told(label: Title | str, tier: str | None, score: int | None, scheme: Scheme) -> Message:
    if tier is None and score is None:
        return M("{period} not evaluated", period=label)
    if tier is None:
        return M("{period} {score} points", period=label, score=Decimal(score or 0) / 100)
    titles = {known.id: known.title for known in scheme.tiers}
    return M("{period} {tier}", period=label, tier=titles.get(tier, tier))
