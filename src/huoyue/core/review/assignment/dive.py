"""The programme over teams solved: columns priced in, whole numbers by diving, proof by the bound."""

from __future__ import annotations

import numpy as np

from huoyue.core.review.assignment.instance import Instance, Mask, Whole
from huoyue.core.review.assignment.master import Floats, Master, built, prices_in, solved, whole
from huoyue.core.review.assignment.program import Prices, Spread
from huoyue.core.review.assignment.tally import Tally
from huoyue.core.review.assignment.teams import Teams, bound_by, priced, teams_of

FIRST, MORE = 15, 15
"""Columns a unit starts with, and gets at most in a round of pricing."""
ROUNDS = 12
NEAR = 1e-6
DIVES = (0.7, 0.5, 0.6, 0.4, 0.3, 0.35, 0.25, 0.2)
"""Shares of the open units that are settled at once; the next is tried where the one before misses the bound."""

CROSSED = (3, 5)
"""How many of the best are compared: where they agree is settled, the rest searched."""


def by_teams(
    instance: Instance, parts: tuple[Spread, ...], noise: Whole, prices: Prices, start: Mask, bound: int
) -> tuple[Mask, int, int]:
    """The best pairs with twins weighed, their whole cost, and a bound.

    `parts`: the spreads over experts. `prices`, `start`, `bound`: of the programme over pairs.
    """
    teams = teams_of(instance, noise)
    columns = np.zeros(teams.cost.shape, bool)
    units = np.arange(instance.shape[1])
    columns[teams.of(start), units] = True
    twin = np.zeros((teams.competitions, len(teams.members)), np.int64)
    add(columns, priced(teams, parts, prices.rows[: len(parts)], twin), FIRST, np.iinfo(np.int64).max // 8)
    center = tuple(np.bincount(part.key[start & (part.key >= 0)], minlength=len(part.limit)) for part in parts)
    for _ in range(ROUNDS):
        master = built(teams, parts, columns, center)
        value, marginals, objective = solved(master)
        rows, twin, of_unit = prices_in(master, parts, teams, marginals)
        found, rest = bound_by(teams, parts, rows, twin, instance.allowed)
        bound = max(bound, found)
        if bound >= objective - 1 or not add(columns, rest - of_unit, MORE, -2):
            break
    search = Search(instance, teams, parts, center, teams.of(start))
    for share in DIVES:
        if search.cost <= bound:
            break
        search.offer(dived(master, search, value, share))
    for crossed in (*CROSSED, 0):
        if search.cost > bound:
            search.offer(whole(search.narrowed(master, crossed) if crossed else master, bound))
    return search.pairs, search.cost, min(bound, search.cost)


class Search:
    """Teams found so far, the best of them first."""

    def __init__(
        self, instance: Instance, teams: Teams, parts: tuple[Spread, ...], center: tuple[Whole, ...], start: Whole
    ) -> None:
        self.instance, self.teams, self.parts, self.center = instance, teams, parts, center
        self.found: list[tuple[int, list[int]]] = []
        self.offer(start)

    def offer(self, teams: Whole | None) -> None:
        if teams is not None:
            self.found.append((Tally(self.instance, self.pairs_of(teams)).cost, teams.tolist()))
            self.found.sort()

    def pairs_of(self, teams: Whole) -> Mask:
        return np.ascontiguousarray(self.teams.members[teams].T)

    @property
    def cost(self) -> int:
        return self.found[0][0]

    @property
    def pairs(self) -> Mask:
        return self.pairs_of(np.array(self.found[0][1]))

    def over(self, columns: Mask) -> Master:
        return built(self.teams, self.parts, columns, self.center)

    def narrowed(self, master: Master, crossed: int) -> Master:
        """The columns left when the units on which so many of the best agree are settled."""
        best = np.array([teams for _, teams in self.found[:crossed]])
        left = np.flatnonzero((best != best[0]).any(axis=0))
        columns = np.zeros(self.teams.cost.shape, bool)
        columns[best[0], np.arange(best.shape[1])] = True
        keep = np.isin(master.unit, left)
        columns[master.team[keep], master.unit[keep]] = True
        return self.over(columns)


def add(columns: Mask, rest: Whole, most: int, below: int) -> bool:
    """Bring in each unit's cheapest columns whose reduced cost is below `below`; whether there were any."""
    size = min(most, len(rest))
    cheapest = np.argpartition(rest, size - 1, axis=0)[:size]
    new = np.zeros(columns.shape, bool)
    np.put_along_axis(new, cheapest, np.take_along_axis(rest, cheapest, axis=0) < below, axis=0)
    new &= ~columns
    columns |= new
    return bool(new.any())


def dived(master: Master, search: Search, value: Floats, share: float) -> Whole | None:
    """Every unit's team: the surest are settled, the rest solved again, until all are; None where that gets stuck."""
    units = search.instance.shape[1]
    while True:
        columns = np.zeros(search.teams.cost.shape, bool)
        order = np.lexsort((master.team, -value, master.unit))
        first = order[np.searchsorted(master.unit[order], np.arange(units))]
        best, sure = master.team[first], value[first]
        open_units = np.flatnonzero(sure < 1 - NEAR)
        if not len(open_units):
            return best
        ranked = open_units[np.argsort(-sure[open_units], kind="stable")]
        left = ranked[max(1, int(len(ranked) * share)) :]
        settled = np.setdiff1d(np.arange(units), left)
        columns[best[settled], settled] = True
        keep = np.isin(master.unit, left)
        columns[master.team[keep], master.unit[keep]] = True
        master = search.over(columns)
        try:
            value, _, _ = solved(master)
        except RuntimeError:
            return None
