"""Scores of a round as they stand: of its snapshot once it is frozen, of its settlement before."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from huoyue.server.models import Frozen, Round, Stage
from huoyue.server.queries.review_standing import standing_of
from huoyue.server.queries.shelf import latest, snapshot_of


@dataclass(frozen=True)
class Scored:
    """What an alliance comes to. There are ranks once all scores are fixed."""

    total: Fraction
    score: int
    tier: str
    rank: int | None


@dataclass(frozen=True)
class Scores:
    """By code of the alliance; `settled` has the columns of SETTLED. Without `frozen` it may still change."""

    frozen: Frozen | None
    scores: dict[str, Scored]
    settled: pl.DataFrame


def scores_of(round_: Round, units: Collection[str] = ()) -> Scores:
    """The scores of a round, of all or of a few alliances."""
    frozen = latest(round_) if round_.stage == Stage.FROZEN else None
    if frozen is None:
        standing = standing_of(round_, units)
        scores = {unit: Scored(one.total, one.score, one.tier.id, None) for unit, one in standing.scores.items()}
        return Scores(None, scores, standing.settlement.settled)
    results = snapshot_of(frozen).results
    scores = {
        row["unit"]: Scored(Fraction(row["total_num"], row["total_den"]), row["score"], row["tier"], row["rank"])
        for row in results["scores"].iter_rows(named=True)
    }
    return Scores(frozen, scores, results["settled"])
