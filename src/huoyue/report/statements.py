"""When a sentence may be said. Templates hold the wording, this module the conditions; both languages share them.

Everything is decided on exact fractions or on the intervals of the analysis, never on printed figures. No condition
here supports a causal claim, so no template may make one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

Relation = Literal["equal", "slightly_lower", "lower"]
Strength = Literal["none", "very_weak", "weak", "moderate", "strong"]

SLIGHT = Fraction(2, 100)
"""Two shares that differ by less are called slightly different: two percentage points."""

BANDS: tuple[tuple[float, Strength], ...] = ((0.7, "strong"), (0.4, "moderate"), (0.2, "weak"), (0.0, "very_weak"))
"""Lower bounds of |rho| for the words that describe it (bands as in Evans 1996, rounded: 0.2, 0.4, and 0.7)."""

NAMED = 3
"""How many indicators a sentence names."""

CHANCE = 0.9
"""A tier that fewer draws than this leave as it is counts as uncertain."""


@dataclass(frozen=True)
class Part:
    """`count` out of `whole`, of something called `name`."""

    name: str
    count: int
    whole: int

    @property
    def share(self) -> Fraction:
        return Fraction(self.count, self.whole) if self.whole else Fraction(0)


@dataclass(frozen=True)
class Placed:
    """A part in its place among others, and how it stands to the one before it."""

    part: Part
    relation: Relation | None


def relation(before: Fraction, after: Fraction) -> Relation:
    """How `after` stands to `before`, which is at least as large."""
    if after == before:
        return "equal"
    return "slightly_lower" if before - after < SLIGHT else "lower"


def ranked(parts: Iterable[Part]) -> tuple[Placed, ...]:
    """Parts by share, largest first, equal ones in their order; parts of nothing are left out."""
    ordered = sorted((part for part in parts if part.whole), key=lambda part: -part.share)
    follows = [relation(before.share, after.share) for before, after in pairwise(ordered)]
    return tuple(map(Placed, ordered, [None, *follows]))


FEWEST = 5
"""Units from which on a perfect rank correlation is more than chance."""


def strength(rho: float | None, low: float | None, high: float | None, units: int) -> Strength:
    """The word for a rank correlation; "none" where the interval is unknown or holds 0: no clear association.

    A perfect correlation has no interval on Fisher's scale. It is strong from five units on: among fewer, chance alone
    gives one in more than one case of twenty (2 / n! without ties).
    """
    if rho is None or (abs(rho) == 1 and units < FEWEST):
        return "none"
    if abs(rho) < 1 and (low is None or high is None or low <= 0 <= high):
        return "none"
    return next(word for bound, word in BANDS if abs(rho) >= bound)


def majority(count: int, whole: int) -> bool:
    """More than half."""
    return 2 * count > whole


def largest(counts: Mapping[str, int]) -> tuple[str, ...]:
    """The members with the largest count, in order; none when all counts are 0."""
    most = max(counts.values(), default=0)
    return tuple(name for name, count in counts.items() if count == most and most)


def first(ordered: Sequence[Part], number: int = NAMED) -> tuple[Part, ...]:
    """The first `number` parts, never some of several equal ones: up to two more, or none of the equal ones."""
    if len(ordered) <= number or ordered[number].share != ordered[number - 1].share:
        return tuple(ordered[:number])
    last = ordered[number].share
    before = [part.share for part in ordered].index(last)
    equal = sum(part.share == last for part in ordered)
    return tuple(ordered[: before + equal] if before + equal <= number + 2 else ordered[:before])


def most_lost(parts: Sequence[Part], number: int = NAMED) -> tuple[Part, ...]:
    """The parts with the largest share, only those that lost anything; equal ones in their order."""
    return first(sorted((part for part in parts if part.count), key=lambda part: -part.share), number)


def least_lost(parts: Sequence[Part], number: int = NAMED) -> tuple[Part, ...]:
    """The parts with the smallest share, never one as weak as those that `most_lost` names."""
    weak = {part.share for part in most_lost(parts, number)}
    ordered = sorted((part for part in parts if part.whole), key=lambda part: part.share)
    return tuple(part for part in first(ordered, number) if part.share not in weak)


def carried_out_by_all(parts: Sequence[Part]) -> tuple[Part, ...]:
    """Activities that everybody to whom they apply carried out."""
    return tuple(part for part in parts if part.whole and part.count == part.whole)


def most_carried_out(parts: Sequence[Part], number: int = NAMED) -> tuple[Part, ...]:
    """Activities carried out more than the parts are on average, but not by all."""
    mean = _mean(parts)
    found = [part for part in parts if part.count < part.whole and part.share > mean]
    return first(sorted(found, key=lambda part: -part.share), number)


def least_carried_out(parts: Sequence[Part], number: int = NAMED) -> tuple[Part, ...]:
    """Activities carried out less than the parts are on average, fewest first; none where all are alike."""
    mean = _mean(parts)
    return first(
        sorted((part for part in parts if part.whole and part.share < mean), key=lambda part: part.share), number
    )


def _mean(parts: Sequence[Part]) -> Fraction:
    shares = [part.share for part in parts if part.whole]
    return sum(shares, Fraction(0)) / len(shares) if shares else Fraction(0)


def severe(low: float | None, high: float | None) -> bool:
    """An expert's scale differs from the others' beyond chance: the interval of the deviation leaves out 0."""
    return low is not None and high is not None and not low <= 0 <= high


def at_risk(same_tier: float | None) -> bool:
    """Another draw of experts would put the unit into another tier in more than one case of ten."""
    return same_tier is not None and same_tier < CHANCE
