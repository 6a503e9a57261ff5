"""How firmly each unit stands in its tier: the distance to the nearest border, and a bootstrap over experts.

Bootstrap: B. Efron, Bootstrap methods: another look at the jackknife, Annals of Statistics 7 (1979) 1-26. What is
drawn anew, with replacement, are the experts who marked a unit in a stage; the meeting's decisions stay. With two or
three experts a stage the draws understate how much another panel might differ: read the share as a warning, not as a
probability.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from huoyue.core.review.combine import mark_stages
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Rounding, Scheme, Stage, hundredths
from huoyue.core.scoring.vetoes import vetoed
from huoyue.core.tables import TIER_RISK, Facts

DRAWS = 1000
TOLERANCE = 1e-6
"""In hundredths of a point: far below what separates two exact totals, far above the error of a sum of floats."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Drawn:
    """What a unit's total is made of: a fixed sum, and marks by stage as (stage, experts x indicators, NaN unmarked).

    `fallback` is the settled value of each indicator, `bonus` whether it adds on top, `most` what is attainable.
    """

    fixed: float
    fixed_bonus: float
    most: int
    fallback: Floats
    bonus: NDArray[np.bool_]
    stages: tuple[tuple[Stage, Floats], ...]


def tier_risk(scheme: Scheme, facts: Facts, settled: pl.DataFrame, scores: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """TIER_RISK, a row a unit of `scores` in its order.

    `same_tier` is the share of 1,000 draws whose total, rounded, scaled and held by vetoes like the score, falls into
    the unit's tier; empty where no stage had two experts on anything undecided. The stream of draws of a unit depends
    on `seed` and its code alone, so neither other units nor their order change it.
    """
    depths = {tier.id: place for place, tier in enumerate(tiers_from_top(scheme))}
    held = {unit: max(depths[veto.at_most] for veto in found) for unit, found in vetoed(scheme, facts).items()}
    made = drawn_parts(scheme, facts.marks, settled)
    shares = {
        unit: same_tier(scheme, made.get(unit), depths[tier], held.get(unit, 0), [seed, crc32(unit.encode())])
        for unit, tier in scores.select("unit", "tier").iter_rows()
    }
    return TIER_RISK.frame(
        {"unit": unit, "border": (border := nearest_border(scheme, score)), "distance": score - border,
         "same_tier": shares[unit]}
        for unit, score in scores.select("unit", "score").iter_rows()
    )  # fmt: skip


def nearest_border(scheme: Scheme, score: int) -> int:
    """The nearest lower bound of a tier other than the lowest; of two as near, the higher."""
    borders = [hundredths(tier.at_least) for tier in tiers_from_top(scheme)[:-1]]
    return min(borders, key=lambda border: (abs(score - border), -border))


def cuts(scheme: Scheme) -> Floats:
    """The totals from which each tier but the lowest is reached once rounded, highest first, less the tolerance."""
    return np.array([cut(hundredths(tier.at_least), scheme.rounding) for tier in tiers_from_top(scheme)[:-1]])


def cut(border: int, rounding: Rounding) -> float:
    """The least total, in hundredths, that `rounding` lifts to `border`; just above it where a tie falls short."""
    grain: int = 10 ** (2 - rounding.decimals)
    steps = -(-border // grain)
    if rounding.method == "down":
        return steps * grain - TOLERANCE
    short = rounding.method == "half_even" and steps % 2 == 1
    return steps * grain - grain / 2 + (TOLERANCE if short else -TOLERANCE)


def drawn_parts(scheme: Scheme, marks: pl.DataFrame, settled: pl.DataFrame) -> dict[str, Drawn]:
    """Unit -> what its total is made of, for units with marks on something undecided."""
    counting = [stage for stage in mark_stages(scheme) if stage.weight > 0]
    extra = {indicator.id for indicator in scheme.indicators if indicator.bonus}
    valued = settled.with_columns(value=pl.col("settled_num") / pl.col("settled_den"))
    open_cells = valued.filter(pl.col("basis") == "marks")
    open_marks = marks.join(open_cells, on=["unit", "indicator"], how="semi")
    by_unit = {unit: rows for (unit,), rows in open_marks.partition_by("unit", as_dict=True).items()}
    return {
        unit: unit_parts(cells, by_unit[unit], counting, extra)
        for (unit,), cells in valued.partition_by("unit", as_dict=True).items()
        if unit in by_unit
    }


def unit_parts(cells: pl.DataFrame, marks: pl.DataFrame, stages: list[Stage], extra: set[str]) -> Drawn:
    flagged = cells.with_columns(bonus=pl.col("indicator").is_in(extra))
    fixed, moving = (flagged.filter((pl.col("basis") == "marks") == still) for still in (False, True))
    indicators = moving["indicator"].to_list()
    found = ((stage, matrix(marks.filter(pl.col("stage") == stage.id), indicators)) for stage in stages)
    return Drawn(
        fixed=float(fixed.filter(~pl.col("bonus"))["value"].sum()),
        fixed_bonus=float(fixed.filter("bonus")["value"].sum()),
        most=int(flagged.filter(~pl.col("bonus"))["maximum"].sum()),
        fallback=moving["value"].to_numpy(),
        bonus=moving["bonus"].to_numpy(),
        stages=tuple((stage, given) for stage, given in found if len(given)),
    )


def matrix(marks: pl.DataFrame, indicators: list[str]) -> Floats:
    """Experts in order of code x indicators, NaN where not marked."""
    experts = {expert: row for row, expert in enumerate(marks["expert"].unique().sort())}
    places = {indicator: column for column, indicator in enumerate(indicators)}
    given = np.full((len(experts), len(indicators)), np.nan)
    for expert, indicator, mark in marks.select("expert", "indicator", "mark").iter_rows():
        given[experts[expert], places[indicator]] = mark
    return given


def same_tier(scheme: Scheme, made: Drawn | None, depth: int, held: int, seeds: list[int]) -> float | None:
    """The share of draws in the tier at `depth` (0 is the top), none of them above `held`.

    Where even everybody's lowest and everybody's highest marks leave the tier as it is, so does every draw.
    """
    if made is None or all(len(given) < 2 for _stage, given in made.stages):
        return None
    for given in (extremes(made, np.fmin), extremes(made, np.fmax)):
        if max(held, *reached(scheme, made, given)) != depth:
            break
    else:
        return 1.0
    rng = np.random.Generator(np.random.PCG64(seeds))
    draws = [(stage, joined(stage, resampled(given, rng))) for stage, given in made.stages]
    return round(float((np.maximum(reached(scheme, made, draws), held) == depth).mean()), 4)


Given = list[tuple[Stage, Floats]]
"""Per stage, draws x indicators, NaN where nobody drawn had marked."""


def extremes(made: Drawn, pick: np.ufunc) -> Given:
    """One draw a stage in which every indicator has its lowest, or its highest, mark."""
    return [(stage, pick.reduce(given, axis=0, keepdims=True)) for stage, given in made.stages]


def resampled(given: Floats, rng: np.random.Generator) -> Floats:
    """draws x experts x indicators: as many experts as there are, each drawn with equal chance."""
    return given[rng.integers(0, len(given), size=(DRAWS, len(given)))]


def joined(stage: Stage, drawn: Floats) -> Floats:
    """The marks of every draw joined as the stage says: the mean over a range of places in order of size."""
    marked = (~np.isnan(drawn)).sum(axis=1)
    low, high = places(stage, marked)
    sums = np.cumsum(np.nan_to_num(np.sort(drawn, axis=1)), axis=1)
    sums = np.concatenate([np.zeros_like(sums[:, :1]), sums], axis=1)
    over = np.take_along_axis(sums, high[:, None], axis=1) - np.take_along_axis(sums, low[:, None], axis=1)
    return np.where(marked > 0, over[:, 0] / np.maximum(high - low, 1), np.nan)


def places(stage: Stage, marked: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """From which to before which place, of `marked` in order, the mean is taken."""
    match stage.combine:
        case "median":
            return np.maximum(marked - 1, 0) // 2, marked // 2 + (marked > 0)
        case "trimmed_mean":
            trim = np.where(marked >= 2 * stage.trim + 1, stage.trim, 0)
            return trim, marked - trim
        case _:
            return np.zeros_like(marked), marked


def reached(scheme: Scheme, made: Drawn, given: Given) -> NDArray[np.int64]:
    """The depth of the tier that each draw reaches, 0 for the top."""
    top, bottom = np.zeros(()), np.zeros(())
    for stage, values in given:
        weight, known = float(stage.weight), ~np.isnan(values)
        top, bottom = top + weight * np.where(known, values, 0.0), bottom + weight * known
    points = np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1.0), made.fallback)
    depths: NDArray[np.int64] = (totals(scheme, made, points)[:, None] < cuts(scheme)).sum(axis=1)
    return depths


def totals(scheme: Scheme, made: Drawn, points: Floats) -> Floats:
    """The total of each draw in hundredths, scaled and capped like the score."""
    full = hundredths(scheme.points)
    plain = made.fixed + points[:, ~made.bonus].sum(axis=1)
    extra = made.fixed_bonus + points[:, made.bonus].sum(axis=1)
    scaled = plain * full / made.most if 0 < made.most < full else plain
    capped: Floats = np.where(extra > 0, np.minimum(scaled + extra, full), scaled)
    return capped
