"""The programme of the groups: y(e,g) expert e is in group g, z(u,g) unit u is allotted to it.

    sum over g of y(e,g) = 1, sum over g of z(u,g) = 1, sizes of groups differ by one at most
    sum over e who may mark u of y(e,g) >= demand(u) z(u,g)                 enough experts for every unit
    sum over e of capacity(e) y(e,g) >= sum over u of demand(u) z(u,g)      and enough time
    c(e,u) >= y(e,g) + z(u,g) - 1 for barred pairs, s(u) >= z(u,g) - sum over e who know u's industry of y(e,g)

Pairs in one group that are alike cost n(n - 1)/2 by levels, as in `program`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huoyue.core.review.assignment.grouping import GroupTask, GroupWeights
from huoyue.core.review.assignment.highs import mixed, sparse
from huoyue.core.review.assignment.instance import Instance, Mask

Grid = NDArray[np.int64]
"""Column numbers, (experts or units, groups)."""
NOISE = 0.25
Entries = Iterable[tuple[int, float]]


@dataclass
class Draft:
    """Columns and rows, put down one after the other."""

    cost: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)
    at: list[tuple[int, int, float]] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    most: list[float] = field(default_factory=list)
    slack: dict[int, tuple[str, int]] = field(default_factory=dict)

    def column(self, cost: float, upper: float = 1, *, whole: bool = False) -> int:
        self.cost.append(cost)
        self.upper.append(upper)
        self.whole.append(int(whole))
        return len(self.cost) - 1

    def row(self, entries: Entries, least: float, most: float = np.inf) -> None:
        self.at += [(len(self.least), column, value) for column, value in entries]
        self.least.append(least)
        self.most.append(most)

    def grid(self, rows: int, columns: int) -> Grid:
        numbers = [self.column(0, whole=True) for _ in range(rows * columns)]
        return np.array(numbers, np.int64).reshape(rows, columns)

    def spread(self, weight: int, members: Grid) -> None:
        """Members of one group that are alike cost more, the more they are: a row of `members` for each, by group."""
        if weight and len(members) > 1:
            for g in range(members.shape[1]):
                levels = [self.column(weight * level) for level in range(len(members))]
                self.row([*((int(one), 1) for one in members[:, g]), *((one, -1) for one in levels)], 0, 0)

    def solve(self, fixed: dict[int, int], nodes: int, scale: int) -> Any:
        """`fixed`: columns with their value. `scale`: about what the objective comes to; a gap below 1 is none."""
        row, column, value = zip(*self.at, strict=True)
        matrix = sparse(value, row, column, shape=(len(self.least), len(self.cost)))
        lower, upper = np.zeros(len(self.cost)), np.array(self.upper)
        for place, known in fixed.items():
            lower[place] = upper[place] = known
        cost, whole, gap = np.array(self.cost), np.array(self.whole), 0.9 / max(1, scale)
        return mixed(cost, whole, (lower, upper), matrix, self.least, self.most, gap=gap, nodes=nodes)


@dataclass(frozen=True, kw_only=True)
class Program:
    """A draft with its grids."""

    draft: Draft
    experts: Grid
    units: Grid

    def cut(self, instance: Instance, units: Mask, experts: Mask) -> None:
        """These units cannot all be marked by these experts: a group that has them all needs another expert."""
        helpful = instance.allowed[:, units].any(axis=1) & ~experts
        for g in range(self.experts.shape[1]):
            inside = [(int(one), -1.0) for one in self.units[units, g]]
            outside = [(int(one), 1.0) for one in self.experts[helpful, g]]
            self.draft.row([*inside, *outside], 1 - len(inside))


def program_of(
    asked: GroupTask, instance: Instance, weights: GroupWeights, seed: int = 0, *, elastic: bool = False
) -> Program:
    """The whole programme. With `elastic` it may lack experts for a unit and time in a group, and only that costs."""
    draft, groups = Draft(), len(asked.names)
    experts, units = instance.shape
    program = Program(draft=draft, experts=draft.grid(experts, groups), units=draft.grid(units, groups))
    y, z = program.experts, program.units
    for one in (*y, *z):
        draft.row([(int(column), 1) for column in one], 1, 1)
    for g in range(groups):
        draft.row([(int(column), 1) for column in y[:, g]], experts // groups, -(-experts // groups))
        draft.row(
            [*((int(y[e, g]), float(instance.capacity[e])) for e in range(experts)),
             *((int(z[u, g]), -float(instance.demand[u])) for u in range(units)),
             *missing(draft, ("group", g), int(instance.demand.sum()), elastic=elastic)], 0,
        )  # fmt: skip
    for u in range(units):
        lacking = missing(draft, ("unit", u), int(instance.demand[u]), elastic=elastic)
        for g in range(groups):
            able = [(int(y[e, g]), 1.0) for e in np.flatnonzero(instance.allowed[:, u])]
            draft.row([*able, (int(z[u, g]), -float(instance.demand[u])), *lacking], 0)
    for e, u in np.argwhere(instance.fixed):
        for g in range(groups):
            draft.row([(int(y[e, g]), 1), (int(z[u, g]), -1)], 0, 0)
    if not elastic:
        weigh(asked, instance, weights, program)
        disturb(program, seed)
    return program


def missing(draft: Draft, what: tuple[str, int], most: int, *, elastic: bool) -> list[tuple[int, float]]:
    """A column for what is missing of a unit or a group, where the programme is elastic."""
    if not elastic:
        return []
    column = draft.column(1, most)
    draft.slack[column] = what
    return [(column, 1.0)]


def weigh(asked: GroupTask, instance: Instance, weights: GroupWeights, program: Program) -> None:
    """The terms of the objective."""
    draft, y, z = program.draft, program.experts, program.units
    experts = sorted(asked.task.experts, key=lambda one: one.id)
    for known in sorted({known for one in experts for known in one.fields}):
        draft.spread(weights.fields, y[[known in one.fields for one in experts]])
    for kind in range(int(instance.background.max(initial=-1)) + 1):
        draft.spread(weights.backgrounds, y[instance.background == kind])
    draft.spread(weights.loads, z)
    for weight, code in ((weights.batches, instance.batch), (weights.industries, instance.industry)):
        for kind in range(int(code.max(initial=-1)) + 1):
            draft.spread(weight, z[code == kind])
    weigh_conflicts(instance, weights, program)
    weigh_strangers(asked, weights, program)
    weigh_moves(asked.names, asked.experts_before, [one.id for one in experts], y, draft, weights.moves)
    ids = sorted(one.id for one in asked.task.units)
    weigh_moves(asked.names, asked.units_before, ids, z, draft, weights.moves)


def weigh_conflicts(instance: Instance, weights: GroupWeights, program: Program) -> None:
    for e, u in np.argwhere(~instance.allowed):
        clash = program.draft.column(weights.conflicts)
        for y, z in zip(program.experts[e].tolist(), program.units[u].tolist(), strict=True):
            program.draft.row([(clash, 1), (y, -1), (z, -1)], -1)


def weigh_strangers(asked: GroupTask, weights: GroupWeights, program: Program) -> None:
    experts = sorted(asked.task.experts, key=lambda one: one.id)
    for row, unit in zip(program.units, sorted(asked.task.units, key=lambda one: one.id), strict=True):
        knowing = [e for e, one in enumerate(experts) if unit.industry in one.fields]
        strange = program.draft.column(weights.strangers)
        for g, z in enumerate(row.tolist()):
            program.draft.row([(strange, 1), *((int(program.experts[e, g]), 1) for e in knowing), (z, -1)], 0)


def weigh_moves(
    names: tuple[str, ...], before: Mapping[str, str], ids: list[str], grid: Grid, draft: Draft, weight: int
) -> None:
    for row, id_ in zip(grid, ids, strict=True):
        if (group := before.get(id_, "")) in names:
            moved = draft.column(weight)
            draft.row([(moved, 1), (int(row[names.index(group)]), 1)], 1)


def disturb(program: Program, seed: int) -> None:
    """Ties broken by the seed: costs that together stay below NOISE."""
    places = np.concatenate([program.experts.ravel(), program.units.ravel()])
    most = NOISE / max(1, len(program.experts) + len(program.units))
    for place, more in zip(places, np.random.default_rng(seed).integers(1024, size=len(places)), strict=True):
        program.draft.cost[place] += most * more / 1024


def fewest(asked: GroupTask, weights: GroupWeights) -> int:
    """What the units cost at least in any allotment: each term by itself, spread as evenly as numbers allow."""
    groups, units = len(asked.names), asked.task.units
    kinds = [(weights.loads, Counter("" for _ in units))]
    kinds.append((weights.batches, Counter(unit.batch for unit in units if unit.batch)))
    kinds.append((weights.industries, Counter(unit.industry for unit in units if unit.industry)))
    return sum(weight * even(count, groups) for weight, counts in kinds for count in counts.values())


def even(count: int, groups: int) -> int:
    """Pairs in one group when `count` are spread evenly."""
    each, more = divmod(count, groups)
    return more * (each + 1) * each // 2 + (groups - more) * each * (each - 1) // 2
