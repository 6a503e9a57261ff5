"""From settled points to score, tier and rank: exact fractions until the one rounding of the score."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from huoyue.core.scheme.bands import rounded, tier_of
from huoyue.core.scheme.model import Rounding, Scheme, Tier, Veto, hundredths
from huoyue.core.scoring.ranks import Ranked, Standing, ranked
from huoyue.core.scoring.vetoes import lowered, vetoed
from huoyue.core.tables import PILLAR_SCORES, SCORES, Facts

WHOLE_HUNDREDTHS = Rounding(method="half_up", decimals=2)


@dataclass(frozen=True)
class Totals:
    """PILLAR_SCORES and SCORES, one row of SCORES for every unit that has settled points."""

    pillar_scores: pl.DataFrame
    scores: pl.DataFrame


@dataclass(frozen=True)
class Total:
    """An exact total in hundredths, bonus included, and the part of it that is bonus."""

    total: Fraction
    bonus: Fraction


def total(scheme: Scheme, facts: Facts, settled: pl.DataFrame) -> Totals:
    """Totals, the rounded score, tier and rank of every unit in `settled`.

    A unit whose attainable points are fewer than the scheme's (`redistribute: none`) has its sum scaled up to them.
    Bonus points come on top and lift no total above the scheme's points; they are not part of pillar scores. Tiers
    follow the rounded score; a veto lowers the tier and nothing else.
    """
    bonuses = [indicator.id for indicator in scheme.indicators if indicator.bonus]
    plain, extra = (
        settled.filter(~pl.col("indicator").is_in(bonuses)),
        settled.filter(pl.col("indicator").is_in(bonuses)),
    )
    most = dict(plain.group_by("unit").agg(pl.col("maximum").sum()).iter_rows())
    sums, added = summed(plain, "unit"), summed(extra, "unit")
    units = settled["unit"].unique(maintain_order=True)
    totals = {
        u: joined(scheme, sums.get((u,), Fraction(0)), most.get(u, 0), added.get((u,), Fraction(0))) for u in units
    }
    return Totals(_pillar_scores(scheme, plain), _scores(scheme, facts, settled, totals))


def joined(scheme: Scheme, points: Fraction, most: int, bonus: Fraction) -> Total:
    """The exact total: points scaled up from `most` attainable where that is less than the scheme's, then bonus."""
    full = hundredths(scheme.points)
    base = points * full / most if 0 < most < full else points
    whole = min(base + bonus, Fraction(full)) if bonus else base
    return Total(whole, whole - base)


def summed(settled: pl.DataFrame, *by: str) -> dict[tuple[str, ...], Fraction]:
    """Exact sums of settled points by the columns `by`."""
    parts = settled.group_by(*by, "settled_den").agg(pl.col("settled_num").sum())
    sums: dict[tuple[str, ...], Fraction] = {}
    for *names, den, num in parts.iter_rows():
        sums[tuple(names)] = sums.get(tuple(names), Fraction(0)) + Fraction(num, den)
    return sums


def _pillar_scores(scheme: Scheme, plain: pl.DataFrame) -> pl.DataFrame:
    sums = summed(plain, "unit", "pillar")
    most = {(u, p): points for u, p, points in plain.group_by("unit", "pillar").agg(pl.sum("maximum")).iter_rows()}
    units = plain["unit"].unique(maintain_order=True)
    return PILLAR_SCORES.frame(
        {
            "unit": unit,
            "pillar": pillar.id,
            "score_num": sums.get((unit, pillar.id), Fraction(0)).numerator,
            "score_den": sums.get((unit, pillar.id), Fraction(0)).denominator,
            "maximum": most.get((unit, pillar.id), 0),
        }
        for unit in units
        for pillar in scheme.pillars
    )


def _scores(scheme: Scheme, facts: Facts, settled: pl.DataFrame, totals: Mapping[str, Total]) -> pl.DataFrame:
    scores = {unit: rounded(found.total, scheme.rounding) for unit, found in totals.items()}
    vetoes = vetoed(scheme, facts)
    order = ranked(_standings(scheme, facts, settled, scores), scheme.ties)
    tiers = {unit: lowered(scheme, tier_of(scheme, score), vetoes.get(unit, [])) for unit, score in scores.items()}
    return SCORES.frame(_row(place, totals[place.unit], scores[place.unit], *tiers[place.unit]) for place in order)


def _row(place: Ranked, found: Total, score: int, tier: Tier, veto: Veto | None) -> dict[str, object]:
    return {
        "unit": place.unit,
        "total_num": found.total.numerator,
        "total_den": found.total.denominator,
        "bonus": rounded(found.bonus, WHOLE_HUNDREDTHS),
        "score": score,
        "tier": tier.id,
        "veto": None if veto is None else veto.id,
        "rank": place.rank,
        "serial": place.serial,
    }


def _standings(scheme: Scheme, facts: Facts, settled: pl.DataFrame, scores: Mapping[str, int]) -> list[Standing]:
    position = dict(facts.units.select("unit", "position").iter_rows())
    worth = _chain_points(scheme, settled)
    return [
        Standing(unit, score, tuple(worth.get((unit, name), Fraction(0)) for name in scheme.ties.chain), position[unit])
        for unit, score in scores.items()
    ]


def _chain_points(scheme: Scheme, settled: pl.DataFrame) -> dict[tuple[str, ...], Fraction]:
    """(unit, pillar or indicator) -> settled points, for what the chain names."""
    chain = list(scheme.ties.chain)
    pillars, indicators = (settled.filter(pl.col(level).is_in(chain)) for level in ("pillar", "indicator"))
    return summed(pillars, "unit", "pillar") | summed(indicators, "unit", "indicator")
