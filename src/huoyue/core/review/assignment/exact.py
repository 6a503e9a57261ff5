"""Connection and twins in the programme itself, by cuts: solved, looked at, cut where it fails, solved again.

Connection: a part with experts E and units U that nothing joins to the rest gets

    sum of x(e,u) over pairs with one side in the part and the other outside >= 1,

which every connected assignment keeps, as both sides have units. Twins u, v seen by exactly the experts S get

    t(u,v) >= sum over e in S of (x(e,u) + x(e,v)) - 2|S| + 1,

with t(u,v) weighed in the objective. Each solution is optimal for the cuts so far, so it is a lower bound, and the
first that fails nowhere is optimal. Exact, unless rounds or nodes run out: then the bound says how far.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from math import ceil, comb
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from huoyue.core.review.assignment import connection
from huoyue.core.review.assignment.highs import mixed, sparse
from huoyue.core.review.assignment.instance import Instance, Mask
from huoyue.core.review.assignment.program import Program, build, spreads
from huoyue.core.review.assignment.repair import repaired
from huoyue.core.review.assignment.tally import Tally

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NODES = 2_000
"""Nodes of one search."""
AT_ONCE = 20
"""All sets of experts are cut for twins at once when there are no more than these."""

Cut = tuple[list[int], list[float], float]
"""Columns, coefficients and the least sum."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """The best pairs found, their cost, a lower bound, and whether connection was proved impossible."""

    pairs: Mask
    cost: int
    bound: int
    unjoinable: bool


@dataclass
class Search:
    """The programme with its cuts so far."""

    instance: Instance
    program: Program
    column: dict[tuple[int, int], int]
    cuts: list[Cut] = field(default_factory=list)
    joins: list[Cut] = field(default_factory=list)
    twins: dict[tuple[int, int], int] = field(default_factory=dict)
    known: set[tuple[int, int, frozenset[int]]] = field(default_factory=set)

    def solve(self, least: int, most: int) -> tuple[str, Mask | None, int]:
        """What became of it, the pairs, and a lower bound. `least`, `most`: bounds that are known already.

        Objectives are whole, so a gap below 1 is as good as none; HiGHS wants it relative.
        """
        cost, matrix, lower, upper = self.assembled()
        pairs, size = len(self.program.expert), len(cost)
        integral = np.zeros(size)
        integral[:pairs] = 1
        ends = np.stack([np.zeros(size), np.ones(size)])
        ends[:, : len(self.program.lower)] = self.program.lower, self.program.upper
        gap = 0.9 / max(1.0, abs(float(least)), abs(float(most)))
        found = mixed(cost, integral, (ends[0], ends[1]), matrix, lower, upper, gap=gap, nodes=NODES)
        if found.status == 2:
            return "impossible", None, least
        bound = max(least, ceil(found.mip_dual_bound - 1e-4) if found.mip_dual_bound is not None else least)
        if found.x is None:
            return "open", None, bound
        chosen = found.x[:pairs] > 0.5
        mask = np.zeros(self.instance.shape, bool)
        mask[self.program.expert[chosen], self.program.unit[chosen]] = True
        return ("solved" if found.status == 0 else "open"), mask, bound

    def assembled(self) -> tuple[NDArray[np.float64], csr_matrix, NDArray[np.float64], NDArray[np.float64]]:
        from scipy.sparse import hstack, vstack  # why: slow

        cost = np.concatenate([self.program.cost, np.full(len(self.twins), float(self.instance.weights.twins))])
        extra = [*self.cuts, *self.joins]
        right = self.program.right.astype(float)
        if not extra:
            return cost, self.program.matrix, right, right
        row = np.repeat(np.arange(len(extra)), [len(columns) for columns, _, _ in extra])
        at = np.concatenate([np.array(columns) for columns, _, _ in extra])
        value = np.concatenate([np.array(values) for _, values, _ in extra])
        cuts = sparse(value, row, at, shape=(len(extra), len(cost)))
        wide = hstack([self.program.matrix, sparse([], [], [], shape=(len(right), len(self.twins)))])
        least = np.array([limit for _, _, limit in extra])
        return (
            cost, vstack([wide, cuts]).tocsr(), np.concatenate([right, least]),
            np.concatenate([right, np.full(len(extra), np.inf)]),
        )  # fmt: skip

    def cut_parts(self, pairs: Mask, aim: int) -> bool:
        """Cuts for every part that could be joined; whether there were any."""
        parts = connection.sides(self.instance, pairs)
        if len(parts) <= aim:
            return False
        before = len(self.joins)
        for experts, units in parts:
            crossing = self.instance.allowed & (experts[:, None] != units[None, :])
            columns = [self.column[e, u] for e, u in np.argwhere(crossing).tolist()]
            if columns:
                self.joins.append((columns, [1.0] * len(columns), 1.0))
        return len(self.joins) > before

    def cut_twins(self, pairs: Mask) -> bool:
        """Cuts for every pair of twins; whether there were new ones."""
        before = len(self.cuts)
        tally = Tally(self.instance, pairs)
        for units in tally.twins():
            for u, v in combinations(units, 2):
                experts = np.flatnonzero(self.instance.allowed[:, u] & self.instance.allowed[:, v]).tolist()
                size = len(tally.of_unit[u])
                every = combinations(experts, size) if comb(len(experts), size) <= AT_ONCE else [tally.of_unit[u]]
                for seen in every:
                    self.cut_pair(u, v, frozenset(seen))
        return len(self.cuts) > before

    def cut_pair(self, u: int, v: int, experts: frozenset[int]) -> None:
        if (u, v, experts) in self.known:
            return
        self.known.add((u, v, experts))
        twin = len(self.program.cost) + self.twins.setdefault((u, v), len(self.twins))
        columns = [self.column[e, unit] for unit in (u, v) for e in sorted(experts)]
        self.cuts.append(([*columns, twin], [-1.0] * len(columns) + [1.0], 1.0 - 2 * len(experts)))


def searched(instance: Instance, start: Mask, cost: int, bound: int, rounds: int) -> Found:
    """The best pairs by cuts, from what repair found (`start`, `cost`) and the relaxation's bound."""
    program = build(instance, spreads(instance), instance.allowed, np.zeros(instance.shape, np.int64))
    places = zip(program.expert.tolist(), program.unit.tolist(), strict=True)
    search = Search(instance, program, {place: number for number, place in enumerate(places)})
    aim = connection.count(instance, instance.allowed) if connection.asked(instance) else None
    unjoinable, relaxed_bound = False, bound
    best = Best(instance, start, cost, aim)
    for _ in range(rounds):
        state, pairs, bound = search.solve(bound, best.cost)
        if state == "impossible":
            unjoinable, aim, bound, search.joins = True, None, relaxed_bound, []
            best = Best(instance, best.pairs, best.cost, aim)
            continue
        if pairs is not None:
            best.offer(*repaired(instance, pairs, aim))
            best.offer(pairs, Tally(instance, pairs).cost)
        if best.good and best.cost <= bound:
            break
        cut = pairs is not None and any([aim is not None and search.cut_parts(pairs, aim), search.cut_twins(pairs)])
        if not cut:
            break
    return Found(pairs=best.pairs, cost=best.cost, bound=min(bound, best.cost), unjoinable=unjoinable)


class Best:
    """The best assignment so far: connected before cheap."""

    def __init__(self, instance: Instance, pairs: Mask, cost: int, aim: int | None) -> None:
        self.instance, self.aim = instance, aim
        self.pairs, self.cost, self.parts = pairs, cost, self.parts_of(pairs)

    def parts_of(self, pairs: Mask) -> int:
        return 0 if self.aim is None else connection.count(self.instance, pairs)

    @property
    def good(self) -> bool:
        return self.aim is None or self.parts <= self.aim

    def offer(self, pairs: Mask, cost: int) -> None:
        parts = self.parts_of(pairs)
        if (parts, cost) < (self.parts, self.cost):
            self.pairs, self.cost, self.parts = pairs, cost, parts
