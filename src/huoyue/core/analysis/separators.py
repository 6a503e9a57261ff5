"""Which indicators tell two adjoining tiers apart."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import polars as pl

from huoyue.core.analysis.margins import Sums, exact_sums
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import SEPARATORS

PLACES = 4
Row = dict[str, object]


def separators(scheme: Scheme, scores: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """SEPARATORS: for adjoining tiers and each indicator, how surely the upper tier has the larger share of points.

    The probability of superiority is Mann-Whitney's U / (n1 n2), ties half (McGraw & Wong 1992; Vargha & Delaney 2000).
    Place 1 is the largest probability, then the larger difference of mean shares, then the order of the scheme. Units
    to which the indicator does not apply are left out, and so is an indicator without units in one of the tiers.
    """
    rows = (
        settled.filter(pl.col("basis") != "not_applicable", pl.col("maximum") > 0)
        .join(scores.select("unit", "tier"), on="unit")
        .with_columns(over=pl.col("settled_den") * pl.col("maximum"))
        .with_columns(share=pl.col("settled_num") / pl.col("over"))
    )
    means = _means(rows)
    places = {indicator.id: place for place, indicator in enumerate(scheme.indicators)}
    table: list[Row] = []
    for upper, lower in pairwise(tier.id for tier in tiers_from_top(scheme)):
        found = superiority(rows.filter(pl.col("tier").is_in([upper, lower])), upper)
        ranked = [(p, means[i, upper] - means[i, lower], -places[i], i) for i, p in found.items()]
        table += _placed(upper, lower, sorted(ranked, reverse=True))
    return SEPARATORS.frame(table)


def superiority(rows: pl.DataFrame, upper: str) -> dict[str, Fraction]:
    """Indicator -> chance that a unit of tier `upper` has more than one of the other tier in `rows`, ties half.

    `rows` has indicator, tier and share. Where one of the two tiers has no unit there is no entry.
    """
    doubled = (2 * pl.col("share").rank("average").over("indicator")).cast(pl.Int64())
    mine = pl.col("tier") == upper
    ranked = rows.select("indicator", mine=mine, rank=doubled)
    sums = ranked.group_by("indicator").agg(
        n=pl.len(), above=pl.col("mine").sum(), ranks=pl.col("rank").filter("mine").sum()
    )
    return {
        indicator: Fraction(ranks - above * (above + 1), 2 * above * (n - above))
        for indicator, n, above, ranks in sums.iter_rows()
        if 0 < above < n
    }


def _means(rows: pl.DataFrame) -> Sums:
    keys = ["indicator", "tier"]
    counts = {(i, t): n for i, t, n in rows.group_by(keys).len().iter_rows()}
    return {key: total / counts[key[0], key[1]] for key, total in exact_sums(rows, keys, "settled_num", "over").items()}


def _placed(upper: str, lower: str, ranked: list[tuple[Fraction, Fraction, int, str]]) -> list[Row]:
    return [
        {
            "upper": upper,
            "lower": lower,
            "indicator": indicator,
            "probability": round(float(probability), PLACES),
            "difference": round(float(100 * difference), PLACES),
            "place": place,
        }
        for place, (probability, difference, _, indicator) in enumerate(ranked, start=1)
    ]
