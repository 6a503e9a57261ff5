"""How many units of each tier and batch carried out each activity."""

from __future__ import annotations

import polars as pl

from huoyue.core.analysis.margins import ALL, batches, filled, grid, with_margins
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import PARTICIPATION

KEY = ["indicator", "tier", "batch"]


def participation(scheme: Scheme, units: pl.DataFrame, scores: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """PARTICIPATION: evaluated units by indicator, tier and batch, with '*' margins; every combination is listed.

    A unit to which the indicator does not apply is in neither number.
    """
    cells = (
        points.filter(pl.col("outcome") != "not_applicable")
        .join(scores.select("unit", "tier"), on="unit")
        .join(units.select("unit", "batch"), on="unit")
        .group_by(KEY)
        .agg(participants=pl.col("participated").sum(), units=pl.len())
    )
    counts = with_margins(cells, ["tier", "batch"]).group_by(KEY).agg(pl.col("participants", "units").sum())
    lines = indicator_lines(scheme).join(tier_by_batch(scheme), how="cross", maintain_order="left_right")
    table = filled(lines, counts, KEY, ["participants", "units"])
    return PARTICIPATION.check(table.select(*PARTICIPATION.schema))


def indicator_lines(scheme: Scheme) -> pl.DataFrame:
    """(pillar, indicator) in the order of the scheme."""
    pairs = [(pillar.id, indicator.id) for pillar in scheme.pillars for indicator in pillar.indicators]
    return pl.DataFrame(pairs, schema={"pillar": pl.String(), "indicator": pl.String()}, orient="row")


def tier_by_batch(scheme: Scheme) -> pl.DataFrame:
    """(tier, batch), '*' first, tiers from the top, batches in the order of the scheme."""
    return grid(tier=[ALL, *(tier.id for tier in tiers_from_top(scheme))], batch=[ALL, *batches(scheme)])
