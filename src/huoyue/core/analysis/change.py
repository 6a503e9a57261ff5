"""What has changed since earlier periods."""

from __future__ import annotations

import polars as pl

from huoyue.core.analysis.history import earlier_tiered
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import CHANGE, INT


def change(scheme: Scheme, earlier: pl.DataFrame, screening: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """CHANGE: every unit of this round against each earlier period in which something is known of it.

    Tiers are read by each period's own borders or as its result names them, so a step of tiers can be compared where
    scores cannot. A period without borders has no tier, and a tier that this scheme does not have makes no step.
    """
    now = screening.select("unit").join(scores.select("unit", now="score", tier_now="tier"), on="unit", how="left")
    ladder = {tier.id: height for height, tier in enumerate(reversed(tiers_from_top(scheme)))}
    heights = [_height(name, ladder) for name in ("tier_now", "tier_before")]
    before = earlier_tiered(scheme, earlier).rename({"score": "before", "tier": "tier_before"})
    return CHANGE.check(
        before.join(now, on="unit")
        .with_columns(tier_step=heights[0] - heights[1])
        .sort("unit", "period")
        .select(*CHANGE.schema)
    )


def _height(column: str, ladder: dict[str, int]) -> pl.Expr:
    return pl.col(column).replace_strict(ladder, default=None, return_dtype=INT)
