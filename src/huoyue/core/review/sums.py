"""From a unit's points by indicator to one total, exact: as the round's score is built, before its rounding."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import polars as pl

from huoyue.core.scheme.model import Scheme, hundredths


def whole(scheme: Scheme, base: Fraction, bonus: Fraction, attainable: int) -> Fraction:
    """`base` scaled up where less is `attainable` than the scheme's points, `bonus` on top, capped at those points."""
    full = hundredths(scheme.points)
    scaled = base * full / attainable if 0 < attainable < full else base
    return min(Fraction(full), scaled + bonus) if bonus else scaled


def with_bonus_flag(scheme: Scheme, cells: pl.DataFrame) -> pl.DataFrame:
    """`cells` with `bonus`: the indicator adds on top."""
    extra = [indicator.id for indicator in scheme.indicators if indicator.bonus]
    return cells.with_columns(bonus=pl.col("indicator").is_in(extra))


def unit_totals(scheme: Scheme, cells: pl.DataFrame, keys: list[str]) -> dict[tuple[str, ...], Fraction]:
    """The total of every group of `keys`, from cells (keys, num, den, maximum, bonus), in hundredths."""
    sums = cells.group_by(*keys, "bonus", "den").agg(pl.col("num").sum(), pl.col("maximum").sum())
    points: dict[tuple[tuple[str, ...], bool], Fraction] = defaultdict(Fraction)
    attainable: dict[tuple[str, ...], int] = defaultdict(int)
    for *key, bonus, den, num, maximum in sums.iter_rows():
        points[tuple(key), bonus] += Fraction(num, den)
        attainable[tuple(key)] += 0 if bonus else maximum
    return {
        key: whole(scheme, points.get((key, False), Fraction(0)), points.get((key, True), Fraction(0)), most)
        for key, most in attainable.items()
    }
