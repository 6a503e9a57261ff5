"""Which ratings bear an estimate of a Rasch model: no unit, expert or indicator with extreme categories only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huoyue.core.analysis.panel.categories import Ratings
from huoyue.core.analysis.panel.series import Floats, Whole
from huoyue.core.review.design import components


@dataclass(frozen=True)
class Facets:
    """Ratings that bear an estimate, numbered anew from 0 without gaps, and what their numbers were in `Ratings`.

    `most` is the highest category of each indicator, `share` (indicators x categories) the mean share of points of the
    marks in a category, NaN beyond. `component` numbers each expert's component from 0, the largest first.
    """

    unit: Whole
    expert: Whole
    indicator: Whole
    category: Whole
    most: Whole
    share: Floats
    component: Whole
    units: Whole
    experts: Whole
    indicators: Whole


def estimable(found: Ratings) -> Facets | None:
    """`found` without what has no finite estimate, until nothing more falls out.

    A unit or expert with only highest or only lowest categories has none, and an indicator with a single category
    says nothing. Categories are closed up again each time. None where no two experts are left.
    """
    rows = np.arange(len(found.category))
    while len(rows):
        category, most = closed_up(found.indicator[rows], found.category[rows])
        out = extreme(found, rows, category, most)
        if not out.any():
            break
        rows = rows[~out]
    if not len(rows):
        return None
    (units, unit), (experts, expert), (indicators, indicator) = (
        np.unique(facet[rows], return_inverse=True) for facet in (found.unit, found.expert, found.indicator)
    )
    if len(experts) < 2:
        return None
    highest = most[indicators]
    share = mean_shares(indicator, category, found.share[rows], highest)
    component = joined(unit, expert)
    return Facets(unit, expert, indicator, category, highest, share, component, units, experts, indicators)


def extreme(found: Ratings, rows: Whole, category: Whole, most: Whole) -> NDArray[np.bool_]:
    """Which of `rows` fall out: of units and experts with one end of the categories only, of indicators with one."""
    highest = most[found.indicator[rows]]
    out: NDArray[np.bool_] = highest == 0
    for facet in (found.unit[rows], found.expert[rows]):
        for end in (category == 0, category == highest):
            out = out | (np.bincount(facet, weights=end) == np.bincount(facet))[facet]
    return out


def closed_up(indicator: Whole, category: Whole) -> tuple[Whole, Whole]:
    """Categories numbered anew without gaps within each indicator, and the highest of each (0 where there is none)."""
    most = np.zeros(int(indicator.max()) + 1, np.int64)
    anew = np.empty_like(category)
    for number in np.unique(indicator):
        own = indicator == number
        levels, anew[own] = np.unique(category[own], return_inverse=True)
        most[number] = len(levels) - 1
    return anew, most


def mean_shares(indicator: Whole, category: Whole, share: Floats, most: Whole) -> Floats:
    """indicators x categories: the mean share of the marks there; NaN beyond an indicator's highest category."""
    width = int(most.max()) + 1
    cell = indicator * width + category
    counts = np.bincount(cell, minlength=len(most) * width)
    sums = np.bincount(cell, weights=share, minlength=len(most) * width)
    means: Floats = np.where(counts > 0, sums / np.maximum(counts, 1), np.nan).reshape(len(most), width)
    return means


def joined(unit: Whole, expert: Whole) -> Whole:
    """The number of each expert's component from 0, the largest first, equal ones by their first expert."""
    pairs = np.unique(np.stack([unit, expert], axis=1), axis=0).tolist()
    parts = [[int(e) for e in part] for part in components((str(u), f"{e:09d}") for u, e in pairs)]
    number = np.zeros(int(expert.max()) + 1, np.int64)
    for place, part in enumerate(sorted(parts, key=lambda part: (-len(part), part[0]))):
        number[part] = place
    return number
