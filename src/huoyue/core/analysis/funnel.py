"""How many units there are, filed, were incomplete and were evaluated, by batch."""

from __future__ import annotations

import polars as pl

from huoyue.core.analysis.margins import ALL, batches, filled, grid, in_round, with_margins
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import FUNNEL

STEPS = {
    "all": ("evaluated", "incomplete", "not_filed"),
    "filed": ("evaluated", "incomplete"),
    "not_filed": ("not_filed",),
    "incomplete": ("incomplete",),
    "evaluated": ("evaluated",),
}
"""Step -> the verdicts of screening that it counts."""


def funnel(scheme: Scheme, units: pl.DataFrame, screening: pl.DataFrame) -> pl.DataFrame:
    """FUNNEL: units of the round by step and batch, every batch of the scheme listed, '*' for all of them."""
    verdicts = in_round(scheme, units).select("unit", "batch").join(screening.select("unit", "verdict"), on="unit")
    cells = with_margins(verdicts.group_by("verdict", "batch").len("units"), ["batch"])
    steps = pl.DataFrame([(s, v) for s, vs in STEPS.items() for v in vs], schema=["step", "verdict"], orient="row")
    counts = cells.join(steps, on="verdict").group_by("step", "batch").agg(pl.col("units").sum())
    lines = grid(step=list(STEPS), batch=[ALL, *batches(scheme)])
    return FUNNEL.check(filled(lines, counts, ["step", "batch"], ["units"]))
