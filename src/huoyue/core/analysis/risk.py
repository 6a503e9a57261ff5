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


Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Ladder:
    """The scheme's points in hundredths, and the totals from which each tier but the lowest is reached once rounded."""

    full: int
    cuts: Floats

    @classmethod
    def of(cls, scheme: Scheme) -> Ladder:
        borders = [hundredths(tier.at_least) for tier in tiers_from_top(scheme)[:-1]]
        return cls(hundredths(scheme.points), np.array([cut(border, scheme.rounding) for border in borders]))


@dataclass(frozen=True)
class Made:
    """What a unit's total is made of: a fixed sum, and marks by stage as experts x indicators, NaN where unmarked.

    `fallback` is the settled value of each indicator, `bonus` whether it adds on top, `most` what is attainable.
    """

    fixed: float
    fixed_bonus: float
    most: int
    fallback: Floats
    bonus: NDArray[np.bool_]
    stages: list[tuple[Stage, Floats]]


def tier_risk(scheme: Scheme, facts: Facts, settled: pl.DataFrame, scores: pl.DataFrame, *, seed: int) -> pl.DataFrame:
    """TIER_RISK, a row a unit of `scores` in its order.

    `same_tier` is the share of 1,000 draws whose total, rounded, scaled and held by vetoes like the score, falls into
    the unit's tier; empty where no stage had two experts on anything undecided. The stream of draws of a unit depends
    on `seed` and its code alone, so neither other units nor their order change it.
    """
    ladder, made = Ladder.of(scheme), made_of(scheme, facts.marks, settled)
    depths = {tier.id: place for place, tier in enumerate(tiers_from_top(scheme))}
    held = {unit: max(depths[veto.at_most] for veto in found) for unit, found in vetoed(scheme, facts).items()}
    shares = {
        unit: same_tier(ladder, made[unit], depths[tier], held.get(unit, 0), [seed, crc32(unit.encode())])
        for unit, tier in scores.select("unit", "tier").iter_rows()
        if unit in made
    }
    borders = [hundredths(tier.at_least) for tier in tiers_from_top(scheme)[:-1]]
    near = [(unit, score, nearest(borders, score)) for unit, score in scores.select("unit", "score").iter_rows()]
    return TIER_RISK.frame(
        {"unit": unit, "border": border, "distance": score - border, "same_tier": shares.get(unit)}
        for unit, score, border in near
    )


def nearest(borders: list[int], score: int) -> int:
    """The border nearest to a score; of two as near, the higher."""
    return min(borders, key=lambda border: (abs(score - border), -border))


def cut(border: int, rounding: Rounding) -> float:
    """The least total, in hundredths, that `rounding` lifts to `border`; just above it where a tie falls short."""
    grain: int = 10 ** (2 - rounding.decimals)
    steps = -(-border // grain)
    if rounding.method == "down":
        return steps * grain - TOLERANCE
    short = rounding.method == "half_even" and steps % 2 == 1
    return steps * grain - grain / 2 + (TOLERANCE if short else -TOLERANCE)


def made_of(scheme: Scheme, marks: pl.DataFrame, settled: pl.DataFrame) -> dict[str, Made]:
    """Unit -> what its total is made of, for units of which a stage had two experts on something undecided."""
    extra = [indicator.id for indicator in scheme.indicators if indicator.bonus]
    value, moving, bonus = pl.col("value"), pl.col("basis") == "marks", pl.col("indicator").is_in(extra)
    valued = settled.with_columns(value=pl.col("settled_num") / pl.col("settled_den"))
    stages = matrices(scheme, marks, valued.filter(moving).select("unit", "indicator"))
    units = valued.filter(pl.col("unit").is_in(list(stages))).group_by("unit", maintain_order=True)
    parts = units.agg(
        value.filter(~moving & ~bonus).sum().alias("fixed"),
        value.filter(~moving & bonus).sum().alias("fixed_bonus"),
        pl.col("maximum").filter(~bonus).sum().alias("most"),
        value.filter(moving).alias("fallback"),
        bonus.filter(moving).alias("bonus"),
    )
    return {
        unit: Made(fixed, fixed_bonus, most, np.array(fallback), np.array(flags, bool), stages[unit])
        for unit, fixed, fixed_bonus, most, fallback, flags in parts.iter_rows()
    }


def matrices(scheme: Scheme, marks: pl.DataFrame, cells: pl.DataFrame) -> dict[str, list[tuple[Stage, Floats]]]:
    """Unit -> stages with their marks as experts in order of code x the unit's `cells` in order."""
    placed = cells.with_columns(
        column=pl.int_range(pl.len()).over("unit"), columns=pl.len().over("unit").cast(pl.Int64)
    )
    rows = (pl.col("expert").rank("dense").over("unit", "stage") - 1).alias("row")
    found = marks.join(placed, on=["unit", "indicator"]).with_columns(rows).group_by("unit", "stage")
    listed = found.agg("row", "column", "mark", pl.col("columns").first())
    by_cell = {(unit, stage): rest for unit, stage, *rest in listed.iter_rows()}
    counting = [stage for stage in mark_stages(scheme) if stage.weight > 0]
    made: dict[str, list[tuple[Stage, Floats]]] = {}
    for unit in listed["unit"].unique().sort():
        given = [(stage, matrix(*by_cell[unit, stage.id])) for stage in counting if (unit, stage.id) in by_cell]
        if any((~np.isnan(marked)).sum(axis=0).max(initial=0) > 1 for _stage, marked in given):
            made[unit] = given
    return made


def matrix(row: list[int], column: list[int], mark: list[int], columns: int) -> Floats:
    """experts x indicators, NaN where not marked."""
    given = np.full((max(row) + 1, columns), np.nan)
    given[row, column] = mark
    return given


def same_tier(ladder: Ladder, made: Made, depth: int, held: int, seeds: list[int]) -> float:
    """The share of draws in the tier at `depth` (0 is the top), none of them above `held`.

    Where even everybody's lowest and everybody's highest marks leave the tier as it is, so does every draw.
    """
    ends = [reached(ladder, made, extremes(made, pick)) for pick in (np.fmin, np.fmax)]
    if all(max(held, int(end[0])) == depth for end in ends):
        return 1.0
    rng = np.random.Generator(np.random.PCG64(seeds))
    draws = [(stage, drawn(stage, given, rng)) for stage, given in made.stages]
    return round(float((np.maximum(reached(ladder, made, draws), held) == depth).mean()), 4)


Given = list[tuple[Stage, Floats]]
"""Per stage, draws x indicators, NaN where nobody drawn had marked."""


def extremes(made: Made, pick: np.ufunc) -> Given:
    """One draw a stage in which every indicator has its lowest, or its highest, mark."""
    return [(stage, pick.reduce(given, axis=0, keepdims=True)) for stage, given in made.stages]


def drawn(stage: Stage, given: Floats, rng: np.random.Generator) -> Floats:
    """draws x indicators: as many experts as there are, each drawn with equal chance, their marks joined."""
    picks = rng.integers(0, len(given), size=(DRAWS, len(given)))
    if stage.combine == "mean" and not np.isnan(given).any():
        times = np.stack([(picks == expert).sum(axis=1) for expert in range(len(given))], axis=1)
        means: Floats = times @ given / len(given)
        return means
    return joined(stage, given[picks])


def joined(stage: Stage, marks: Floats) -> Floats:
    """Marks (draws x experts x indicators) joined as the stage says: the mean over a range of places by size."""
    marked = (~np.isnan(marks)).sum(axis=1)
    low, high = places(stage, marked)
    sums = np.cumsum(np.nan_to_num(np.sort(marks, axis=1)), axis=1)
    sums = np.concatenate([np.zeros_like(sums[:, :1]), sums], axis=1)
    over = np.take_along_axis(sums, high[:, None], axis=1) - np.take_along_axis(sums, low[:, None], axis=1)
    return np.where(marked > 0, over[:, 0] / np.maximum(high - low, 1), np.nan)


def places(stage: Stage, marked: Whole) -> tuple[Whole, Whole]:
    """From which to before which place, of `marked` in order, the mean is taken."""
    match stage.combine:
        case "median":
            return np.maximum(marked - 1, 0) // 2, marked // 2 + (marked > 0)
        case "trimmed_mean":
            trim = np.where(marked >= 2 * stage.trim + 1, stage.trim, 0)
            return trim, marked - trim
        case _:
            return np.zeros_like(marked), marked


def reached(ladder: Ladder, made: Made, given: Given) -> Whole:
    """The depth of the tier that each draw reaches, 0 for the top."""
    top, bottom = np.zeros(()), np.zeros(())
    for stage, values in given:
        weight, known = float(stage.weight), ~np.isnan(values)
        top, bottom = top + weight * np.where(known, values, 0.0), bottom + weight * known
    points = np.where(bottom > 0, top / np.where(bottom > 0, bottom, 1.0), made.fallback)
    depths: Whole = (totals(ladder, made, points)[:, None] < ladder.cuts).sum(axis=1)
    return depths


def totals(ladder: Ladder, made: Made, points: Floats) -> Floats:
    """The total of each draw in hundredths, scaled and capped like the score."""
    plain = made.fixed + points[:, ~made.bonus].sum(axis=1)
    extra = made.fixed_bonus + points[:, made.bonus].sum(axis=1)
    scaled = plain * ladder.full / made.most if 0 < made.most < ladder.full else plain
    capped: Floats = np.where(extra > 0, np.minimum(scaled + extra, ladder.full), scaled)
    return capped
