"""Marks given to the organiser's own units beside those given to the others, all experts together and expert by expert.

The share of an expert's sheet is the points given over the points attainable on it. `difference` compares the means of
all sheets; `within` compares, for each expert who marked units of both kinds, the expert's own two means, and takes the
mean of these differences: so that a severe expert who happened to mark more of one kind does not make a difference.
It tells, and proves nothing: own units may be better or worse.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

Given = tuple[int | str, bool, int, int]
"""(expert, whether the unit is the organiser's own, points given, points attainable) of one sheet."""


@dataclass(frozen=True)
class Comparison:
    """How many sheets of each kind, their mean shares in percent, and the differences; None where nothing compares."""

    own_sheets: int
    other_sheets: int
    own: Fraction | None
    others: Fraction | None
    within: Fraction | None
    experts: int
    """How many experts marked units of both kinds."""

    @property
    def difference(self) -> Fraction | None:
        """Own less others, in points of percent."""
        return None if self.own is None or self.others is None else self.own - self.others


def compared(sheets: Iterable[Given]) -> Comparison:
    """Compare sheets; those on which nothing is attainable have to be left out before."""
    shares: dict[bool, list[Fraction]] = {True: [], False: []}
    of_expert: dict[int | str, dict[bool, list[Fraction]]] = defaultdict(lambda: {True: [], False: []})
    for expert, own, points, attainable in sheets:
        share = Fraction(100 * points, attainable)
        shares[own].append(share)
        of_expert[expert][own].append(share)
    both = [one for one in of_expert.values() if one[True] and one[False]]
    gaps = [sum(one[True]) / Fraction(len(one[True])) - sum(one[False]) / Fraction(len(one[False])) for one in both]
    return Comparison(
        own_sheets=len(shares[True]), other_sheets=len(shares[False]), own=mean(shares[True]),
        others=mean(shares[False]), within=mean(gaps), experts=len(both),
    )  # fmt: skip


def mean(values: list[Fraction]) -> Fraction | None:
    """The mean; None of nothing."""
    return sum(values, Fraction()) / len(values) if values else None
