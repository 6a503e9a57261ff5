"""Shares of the tiers: overall, by batch and by industry, of evaluated and of all units; each tier's split by batch."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from huoyue.core.analysis.margins import ALL, batches, in_round
from huoyue.core.analysis.percent import percentages
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import SHARES

NOT_EVALUATED = "not_evaluated"
Row = dict[str, object]
Counts = dict[tuple[str, str], int]
"""(member, tier) -> units."""


def shares(scheme: Scheme, units: pl.DataFrame, screening: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """SHARES. The parts of one whole are the rows of one scope, member and denominator, and add up to it.

    A unit of the round without a score counts as not_evaluated. Percentages are printed as the scheme says
    (`core.analysis.percent`); a denominator of 0 has none.
    """
    placed = _placed(scheme, units, screening, scores)
    tiers = [tier.id for tier in tiers_from_top(scheme)]
    by_batch = _counts(placed, "batch")
    rows = [
        *_scope("all", [ALL], _counts(placed.with_columns(batch=pl.lit(ALL)), "batch"), tiers, scheme),
        *_scope("batch", batches(scheme), by_batch, tiers, scheme),
        *_scope("industry", [i.id for i in scheme.industries], _counts(placed, "industry"), tiers, scheme),
    ]
    for tier in tiers:
        split = {batch: by_batch.get((batch, tier), 0) for batch in batches(scheme)}
        rows += _whole("tier", tier, "tier", split, scheme)
    return SHARES.frame(rows)


def _placed(scheme: Scheme, units: pl.DataFrame, screening: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    register = in_round(scheme, units).select("unit", "batch", "industry").join(screening.select("unit"), on="unit")
    tiered = register.join(scores.select("unit", "tier"), on="unit", how="left")
    return tiered.with_columns(pl.col("tier").fill_null(NOT_EVALUATED))


def _counts(placed: pl.DataFrame, member: str) -> Counts:
    cells = placed.group_by(member, "tier").len("units")
    return {(m, tier): count for m, tier, count in cells.select(member, "tier", "units").iter_rows()}


def _scope(scope: str, members: list[str], counts: Counts, tiers: list[str], scheme: Scheme) -> Iterator[Row]:
    for member in members:
        evaluated = {tier: counts.get((member, tier), 0) for tier in tiers}
        everybody = evaluated | {NOT_EVALUATED: counts.get((member, NOT_EVALUATED), 0)}
        yield from _whole(scope, member, "evaluated", evaluated, scheme)
        yield from _whole(scope, member, "all", everybody, scheme)


def _whole(scope: str, member: str, of: str, parts: dict[str, int], scheme: Scheme) -> Iterator[Row]:
    denominator = sum(parts.values())
    printed = percentages(list(parts.values()), denominator, scheme.percentages)
    for (tier, numerator), shown in zip(parts.items(), printed, strict=True):
        head: Row = {"scope": scope, "member": member, "tier": tier, "of": of}
        yield head | {"numerator": numerator, "denominator": denominator, "shown": shown}
