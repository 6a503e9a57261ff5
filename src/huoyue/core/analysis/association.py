"""Does one pillar go with the others? Spearman's rank correlation with its interval."""

from __future__ import annotations

from math import atanh, lcm, sqrt, tanh

import polars as pl

from huoyue.core.analysis.margins import ALL, exact_sums
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import ASSOCIATION

PLACES = 4
LARGEST_DENOMINATOR = 10**9
"""Up to here sums over a common denominator stay within the whole numbers that a float holds exactly."""
Z95 = 1.959963984540054
"""The 97.5% point of the standard normal distribution."""


def spearman(left: pl.Series, right: pl.Series) -> float | None:
    """Spearman's rho of two columns of equal length, ties at their mean rank; None below 2 rows or without spread.

    Pearson's correlation of the ranks, in whole numbers (twice the rank, centred) up to the last division, so that
    the order of rows cannot matter.
    """
    size = len(left)
    ranks = [(2 * column.rank("average")).cast(pl.Int64()) - (size + 1) for column in (left, right)]
    spread = int((ranks[0] ** 2).sum()) * int((ranks[1] ** 2).sum())
    return int((ranks[0] * ranks[1]).sum()) / sqrt(spread) if spread else None


def interval(rho: float, size: int) -> tuple[float | None, float | None]:
    """95% interval on Fisher's scale with the standard error sqrt((1 + rho**2 / 2) / (n - 3)).

    Bonett & Wright (2000), Psychometrika 65, 23-28. None below 4 rows and for a rho of 1 or -1, where it has none.
    """
    if size < 4 or abs(rho) >= 1:
        return None, None
    half = Z95 * sqrt((1 + rho * rho / 2) / (size - 3))
    return round(tanh(atanh(rho) - half), PLACES), round(tanh(atanh(rho) + half), PLACES)


def association(scheme: Scheme, pillar_scores: pl.DataFrame) -> pl.DataFrame:
    """ASSOCIATION of `scheme.report.driver` with each other pillar and all others together; empty without a driver.

    What is ranked is the share of the attainable points; a unit with nothing attainable in a pillar is left out there.
    """
    driver = scheme.report.driver
    if driver is None:
        return ASSOCIATION.empty()
    others = [pillar.id for pillar in scheme.pillars if pillar.id != driver]
    own = _shares(pillar_scores, [driver])
    sets = {name: [name] for name in others} | {ALL: others}
    return ASSOCIATION.frame(_row(driver, name, own, _shares(pillar_scores, pillars)) for name, pillars in sets.items())


def _row(driver: str, pillar: str, own: pl.DataFrame, other: pl.DataFrame) -> dict[str, object]:
    pairs = own.join(other, on="unit", suffix="_other")
    rho = spearman(pairs["share"], pairs["share_other"])
    low, high = (None, None) if rho is None else interval(rho, pairs.height)
    shown = None if rho is None else round(rho, PLACES)
    return {"driver": driver, "pillar": pillar, "units": pairs.height, "rho": shown, "low": low, "high": high}


def _shares(pillar_scores: pl.DataFrame, pillars: list[str]) -> pl.DataFrame:
    """(unit, share) over the pillars together. Equal fractions give equal floats, so ties stay ties."""
    rows = pillar_scores.filter(pl.col("pillar").is_in(pillars), pl.col("maximum") > 0)
    common = lcm(*rows["score_den"].unique().to_list())
    if common > LARGEST_DENOMINATOR:
        return _shares_one_by_one(rows)
    scaled = pl.col("score_num") * (common // pl.col("score_den"))
    sums = rows.group_by("unit").agg(scaled.sum().alias("score"), pl.col("maximum").sum())
    return sums.select("unit", share=pl.col("score") / (pl.col("maximum") * common))


def _shares_one_by_one(rows: pl.DataFrame) -> pl.DataFrame:
    """The same by Python's fractions, which no denominator is too large for."""
    scores = exact_sums(rows, ["unit"], "score_num", "score_den")
    maxima = rows.group_by("unit").agg(pl.col("maximum").sum())
    shares = [float(scores[(unit,)] / maximum) for unit, maximum in maxima.iter_rows()]
    return maxima.select("unit", pl.Series("share", shares, dtype=pl.Float64()))
