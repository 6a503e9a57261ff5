"""How far experts agree, and how far their scales lie apart: described, never corrected for."""

from __future__ import annotations

from math import sqrt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from huoyue.core.analysis.panel.intraclass import icc_one_way
from huoyue.core.analysis.totals_by_expert import expert_totals
from huoyue.core.review.combine import mark_stages
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import AGREEMENT, EXPERT_SCALES

PLACES = 6
"""Decimals kept, so that the last bits of a sum do not depend on the order of its terms."""


def icc1(totals: list[NDArray[np.float64]]) -> float | None:
    """ICC(1), one-way random effects, from one array of totals a unit: see `icc_one_way`."""
    if not totals:
        return None
    unit = np.repeat(np.arange(len(totals)), [len(group) for group in totals])
    found = icc_one_way(unit, np.concatenate(totals))
    return None if found is None else found.value


def mean_interval(values: NDArray[np.float64]) -> tuple[float | None, float | None]:
    """The 95% interval of a mean by Student's t; none with fewer than two values."""
    if len(values) < 2:
        return None, None
    from scipy.special import stdtrit  # why: slow

    half = float(stdtrit(len(values) - 1, 0.975)) * float(values.std(ddof=1)) / sqrt(len(values))
    return float(values.mean()) - half, float(values.mean()) + half


def agreement(scheme: Scheme, marks: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """AGREEMENT: a row for each stage of marks that has any. `points` (POINTS) gives what the rules suggested.

    ICC and mean range are over units that at least two experts marked in the stage; `confirmed` is over the marks on
    indicators with suggested points. Either is empty where there is nothing to take it over.
    """
    totals = expert_totals(marks).filter(pl.col("experts") > 1)
    suggested = points.select("unit", "indicator", suggested="points").drop_nulls("suggested")
    beside = marks.join(suggested, on=["unit", "indicator"])
    rows = [stage_agreement(stage.id, totals, beside) for stage in mark_stages(scheme) if stage.id in marks["stage"]]
    return AGREEMENT.frame(rows)


def stage_agreement(stage: str, totals: pl.DataFrame, beside: pl.DataFrame) -> dict[str, object]:
    own = totals.filter(pl.col("stage") == stage)
    groups = [group.to_numpy() / 100 for group in own.group_by("unit", maintain_order=True).agg("total")["total"]]
    same = beside.filter(pl.col("stage") == stage).select(pl.col("mark") == pl.col("suggested")).to_series()
    return {
        "stage": stage,
        "units": len(groups),
        "icc": kept(icc1(groups)),
        "mean_range": kept(float(np.mean([np.ptp(group) for group in groups])) if groups else None),
        "confirmed": kept(float(same.sum()) / len(same) if len(same) else None),
    }


def expert_scales(scheme: Scheme, marks: pl.DataFrame) -> pl.DataFrame:
    """EXPERT_SCALES: how far each expert's totals lie from those of the others, stage by stage, in points.

    On each unit the expert's total less the mean of the other experts' totals; then the mean over the units, with a
    95% t interval. Positive: more generous than the others. Units that nobody else marked in the stage say nothing
    and are left out; `units` counts all that the expert marked. Empty where no unit is left, the interval where only
    one is.
    """
    others = expert_totals(marks).with_columns(
        sum=pl.col("total").sum().over("stage", "unit"), panel=pl.len().over("stage", "unit").cast(pl.Int64)
    )
    apart = others.filter(pl.col("panel") > 1).with_columns(
        apart=(pl.col("total") - (pl.col("sum") - pl.col("total")) / (pl.col("panel") - 1)) / 100
    )
    deviations = {(s, e): np.array(found) for s, e, found in apart.group_by("stage", "expert").agg("apart").iter_rows()}
    counts = marks.group_by("stage", "expert").agg(units=pl.col("unit").n_unique().cast(pl.Int64))
    order = {stage.id: place for place, stage in enumerate(mark_stages(scheme))}
    known = [row for row in counts.iter_rows() if row[0] in order]
    return EXPERT_SCALES.frame(
        scale(stage, expert, units, deviations.get((stage, expert), np.array([])))
        for stage, expert, units in sorted(known, key=lambda row: (order[row[0]], row[1]))
    )


def scale(stage: str, expert: str, units: int, apart: NDArray[np.float64]) -> dict[str, object]:
    low, high = mean_interval(np.sort(apart))
    return {
        "stage": stage,
        "expert": expert,
        "units": units,
        "severity": kept(float(np.sort(apart).mean()) if len(apart) else None),
        "low": kept(low),
        "high": kept(high),
    }


def kept(value: float | None) -> float | None:
    """`value` to the decimals that are kept; never minus zero."""
    return None if value is None else round(value, PLACES) + 0.0
