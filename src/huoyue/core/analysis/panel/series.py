"""The marks that can be compared: one indicator, or the totals, of one stage, as parallel arrays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from huoyue.core.analysis.totals_by_expert import expert_totals
from huoyue.core.review.combine import mark_stages
from huoyue.core.scheme.model import Scheme

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

TOTAL = "*"
"""Stands for the totals where an indicator is named."""

ALL_STAGES = "*"
"""Stands for all stages together where a stage is named."""

HEAD = ("stage", "indicator", "unit", "expert")


@dataclass(frozen=True)
class Estimate:
    """A statistic with its 95% interval; an end is None where there is no interval."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    """Marks on units that at least two experts marked, sorted by unit and expert.

    `unit` and `expert` number the codes in `units` and `experts` from 0; `value` is in points.
    """

    stage: str
    indicator: str
    units: list[str]
    experts: list[str]
    unit: Whole
    expert: Whole
    value: Floats

    @classmethod
    def of(cls, stage: str, indicator: str, unit: pl.Series, expert: pl.Series, value: Floats) -> Series:
        units, experts = unit.unique().sort().to_list(), expert.unique().sort().to_list()
        numbers = [np.searchsorted(names, codes) for names, codes in ((units, unit), (experts, expert))]
        return cls(stage, indicator, units, experts, numbers[0], numbers[1], value)

    @property
    def crossed(self) -> bool:
        """Every expert marked every unit."""
        return len(self.value) == len(self.units) * len(self.experts) > 0


def comparable(marks: pl.DataFrame) -> pl.DataFrame:
    """stage, indicator ('*' for totals), unit, expert, value (hundredths), where two experts or more marked; sorted."""
    totals = expert_totals(marks).select(*HEAD[:1], pl.lit(TOTAL).alias("indicator"), *HEAD[2:], value="total")
    cells = marks.select(*HEAD, value="mark")
    return pl.concat([totals, cells]).filter(pl.len().over(HEAD[:3]) > 1).sort(HEAD)


def all_series(scheme: Scheme, marks: pl.DataFrame) -> Iterator[Series]:
    """Stages in the scheme's order, in each the totals and then the indicators; only what two experts marked."""
    found = comparable(marks).partition_by("stage", "indicator", as_dict=True)
    for stage in mark_stages(scheme):
        for indicator in (TOTAL, *(indicator.id for indicator in scheme.indicators)):
            if (own := found.get((stage.id, indicator))) is not None:
                yield Series.of(stage.id, indicator, own["unit"], own["expert"], own["value"].to_numpy() / 100)


def pooled_totals(marks: pl.DataFrame) -> Series | None:
    """The experts' totals of all stages together, over indicators that all who marked a unit marked in every stage.

    What links experts who never met in one stage: the unit they both marked in different ones. None where there is
    nothing to compare. An expert who marked a unit in two stages has two totals on it.
    """
    found = comparable(pooled(marks)).filter(pl.col("indicator") == TOTAL)
    if found.is_empty():
        return None
    experts = found["expert"].str.splitn(SEPARATOR, 2).struct.field("field_1")
    ordered = found.with_columns(expert=experts).sort(HEAD)
    return Series.of(ALL_STAGES, TOTAL, ordered["unit"], ordered["expert"], ordered["value"].to_numpy() / 100)


SEPARATOR = "\t"
"""Between the stage and the expert in `pooled`; neither ids nor codes hold it."""


def pooled(marks: pl.DataFrame) -> pl.DataFrame:
    """MARKS as those of one stage '*', in which an expert is another one in each stage."""
    sheet = pl.concat_str("stage", "expert", separator=SEPARATOR)
    return marks.with_columns(expert=sheet, stage=pl.lit(ALL_STAGES))
