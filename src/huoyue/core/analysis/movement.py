"""How scores and ranks moved since earlier periods, as far as the schemes allow to say so."""

from __future__ import annotations

import polars as pl

from huoyue.core.analysis.history import periods
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import INT, MOVEMENT, TEXT


def movement(
    scheme: Scheme, earlier: pl.DataFrame, schemes: pl.DataFrame, screening: pl.DataFrame, scores: pl.DataFrame
) -> pl.DataFrame:
    """MOVEMENT: every unit of this round against each earlier period in which something is known of it.

    Scores are subtracted only where `schemes` (EARLIER_SCHEMES) says that they are comparable; a period that is not in
    it was evaluated under a scheme that nobody knows here. A rank of an earlier period is the place among the scores
    known of it, so it stands beside their number; `places` compares like with like: both ranks are taken anew among the
    units that have a score in both periods.
    """
    comparable = set(schemes.filter("scores_comparable")["period"].to_list())
    now = screening.select("unit").join(scores.select("unit", now="score", rank_now="rank"), on="unit", how="left")
    known = periods(scheme, earlier)
    moved = [_against(period, earlier.filter(period=period), now, period in comparable) for period in known]
    return MOVEMENT.check(pl.concat([MOVEMENT.empty(), *moved]).sort("unit", "period"))


def _against(period: str, then: pl.DataFrame, now: pl.DataFrame, comparable: bool) -> pl.DataFrame:
    """One period. `then` are the rows of EARLIER of it."""
    ranked = then.select("unit", before="score", rank_before=_rank("score"))
    both = (
        ranked.join(now, on="unit")
        .filter(pl.col("before").is_not_null() & pl.col("now").is_not_null())
        .select("unit", places=_rank("before") - _rank("now"))
    )
    difference = pl.col("now") - pl.col("before") if comparable else pl.lit(None, dtype=INT)
    return (
        ranked.join(now, on="unit", maintain_order="left")
        .join(both, on="unit", how="left", maintain_order="left")
        .select(
            "unit",
            pl.lit(period, dtype=TEXT).alias("period"),
            pl.lit("scores" if comparable else "tiers").alias("comparable"),
            difference.alias("score_change"),
            "rank_before",
            pl.lit(then["score"].count(), dtype=INT).alias("ranked_before"),
            "rank_now",
            pl.lit(now["rank_now"].count(), dtype=INT).alias("ranked_now"),
            "places",
        )
    )


def _rank(column: str) -> pl.Expr:
    """Places from the top; equal scores share the best of theirs."""
    return pl.col(column).rank("min", descending=True).cast(INT)
