"""Whole teams as columns: for a small panel every set of experts that a unit could have is known, priced at once.

    minimise    sum of c(u,S) z(u,S) + loads, batches, industries as in `program` + w (0 y(k,S,1) + 1 y(k,S,2) + ...)
    subject to  sum over S of z(u,S) = 1                                  for every unit
                sum over (u,S) with e in S, u in r of z(u,S) = levels     for every expert's row r
                sum over u in competition k of z(u,S) = sum of y(k,S,.)   for every competition and team

Twins are convex in this programme (Dantzig and Wolfe 1960), so its linear relaxation is close to whole numbers, where
that of the programme over pairs says nothing about them. Prices give a bound over all teams, in exact arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from huoyue.core.review.assignment.instance import Instance, Mask, Whole
from huoyue.core.review.assignment.program import NOISE, SCALE, Spread, exact, level_bound

LIMIT = 4_000_000
"""Teams times units, up to which all are looked at."""


@dataclass(frozen=True, kw_only=True)
class Teams:
    """All teams of the sizes asked for. members: (teams, experts). cost: (teams, units) in 1/SCALE with noise."""

    members: Mask
    cost: Whole
    possible: Mask
    competition: Whole
    twins: int

    @property
    def competitions(self) -> int:
        return int(self.competition.max(initial=-1)) + 1

    def of(self, pairs: Mask) -> Whole:
        """The number of every unit's team."""
        packed = np.packbits(self.members, axis=1)
        number = {row.tobytes(): place for place, row in enumerate(packed)}
        return np.array([number[row.tobytes()] for row in np.packbits(pairs.T, axis=1)], np.int64)


def few(instance: Instance) -> bool:
    """Whether all teams can be looked at."""
    experts, units = instance.shape
    return sum(comb(experts, int(size)) for size in np.unique(instance.demand)) * units <= LIMIT


def teams_of(instance: Instance, noise: Whole) -> Teams:
    experts = instance.shape[0]
    sizes = np.unique(instance.demand).tolist()
    members = np.zeros((sum(comb(experts, size) for size in sizes), experts), bool)
    row = 0
    for size in sizes:
        chosen = np.array(list(combinations(range(experts), size)), np.int64).reshape(comb(experts, size), size)
        members[row + np.arange(len(chosen))[:, None], chosen] = True
        row += len(chosen)
    inside = members.astype(np.int64)
    size = inside.sum(axis=1)
    possible = (
        (size[:, None] == instance.demand[None, :])
        & (inside @ instance.allowed.astype(np.int64) == size[:, None])
        & (inside @ instance.fixed.astype(np.int64) == instance.fixed.sum(axis=0)[None, :])
    )
    kinds = int(instance.background.max(initial=-1)) + 1
    same = np.zeros(len(members), np.int64)
    for kind in range(kinds):
        count = inside[:, instance.background == kind].sum(axis=1)
        same += count * (count - 1) // 2
    single = instance.whole_cost * SCALE + noise
    cost = inside @ single + (instance.weights.backgrounds * SCALE * same)[:, None]
    return Teams(
        members=members, cost=cost, possible=possible, competition=instance.competition, twins=instance.weights.twins
    )


def priced(teams: Teams, parts: tuple[Spread, ...], rows: tuple[Whole, ...], twin: Whole) -> Whole:
    """Reduced cost of every team for every unit, the unit's own price left out; impossible ones are far above.

    `twin`: price of every (competition, team).
    """
    units = teams.cost.shape[1]
    single = np.zeros((teams.members.shape[1], units), np.int64)
    for part, price in zip(parts, rows, strict=True):
        single += np.where(part.key >= 0, price[part.key], 0)
    found = teams.cost - teams.members.astype(np.int64) @ single
    inside = np.flatnonzero(teams.competition >= 0)
    found[:, inside] -= twin[teams.competition[inside]].T
    found[~teams.possible] = np.iinfo(np.int64).max // 4
    return found


def bound_by(
    teams: Teams, parts: tuple[Spread, ...], rows: tuple[Whole, ...], twin: Whole, allowed: Mask
) -> tuple[int, Whole]:
    """A lower bound on the whole cost, whatever the prices are, and the reduced costs it comes from."""
    rest = priced(teams, parts, rows, twin)
    total = exact(rest.min(axis=0))
    for part, price in zip(parts, rows, strict=True):
        total += level_bound(part, price, allowed)
    members = np.bincount(teams.competition[teams.competition >= 0], minlength=len(twin))
    step = teams.twins * SCALE
    count = np.where(twin < 0, np.minimum(members[:, None], -(twin // step)), 0)
    total += exact((twin * count + step * (count * (count - 1) // 2)).ravel())
    return -((NOISE - total) // SCALE), rest
