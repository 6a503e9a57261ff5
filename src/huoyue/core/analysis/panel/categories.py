"""Marks as ordered categories, which a Rasch model is of.

Marks are hundredths of points, and what can be attained differs between indicators and even units. What is compared is
therefore the share of attainable points. An indicator whose marks take no more than eleven different shares keeps each
as a category; one with more has the share rounded half up to tenths. Shares or tenths that nobody gave are closed up,
so categories number 0, 1, 2 ... without gaps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from huoyue.core.analysis.panel.series import Floats, Whole

STEPS = 10
"""Steps of an indicator at most: tenths of the attainable points are as fine as experts' judgement is."""


@dataclass(frozen=True)
class Ratings:
    """Categories that experts gave to units on indicators: parallel arrays of numbers from 0 into the lists of codes.

    `share` is the share of attainable points of every mark.
    """

    units: list[str]
    experts: list[str]
    indicators: list[str]
    unit: Whole
    expert: Whole
    indicator: Whole
    category: Whole
    share: Floats


def ratings(cells: pl.DataFrame) -> Ratings | None:
    """Ratings from rows of unit, expert, indicator, mark and maximum (hundredths); None without any.

    Rows without attainable points are left out. Order of rows does not matter.
    """
    known = cells.filter(pl.col("maximum") > 0).sort("indicator", "unit", "expert", "mark")
    if known.is_empty():
        return None
    names = {name: known[name].unique().sort().to_list() for name in ("unit", "expert", "indicator")}
    numbers = {name: np.searchsorted(codes, known[name].to_list()) for name, codes in names.items()}
    mark, maximum = known["mark"].to_numpy(), known["maximum"].to_numpy()
    return Ratings(
        names["unit"], names["expert"], names["indicator"],
        numbers["unit"], numbers["expert"], numbers["indicator"],
        categories(numbers["indicator"], mark, maximum), mark / maximum,
    )  # fmt: skip


def categories(indicator: Whole, mark: Whole, maximum: Whole) -> Whole:
    """The category of every mark, indicator by indicator. Equal shares are equal floats."""
    shares = mark / maximum
    category = np.empty(len(mark), np.int64)
    for number in np.unique(indicator):
        own = indicator == number
        levels, place = np.unique(shares[own], return_inverse=True)
        if len(levels) > STEPS + 1:
            tenths = (2 * STEPS * mark[own] + maximum[own]) // (2 * maximum[own])
            place = np.unique(tenths, return_inverse=True)[1]
        category[own] = place
    return category
