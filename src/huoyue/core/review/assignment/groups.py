"""Groups of the panel formed and units allotted to them: `form_groups(asked)`.

First experts alone, then units for these groups, then experts again for these units, as long as it helps; what each
half costs at least bounds both together. Where that does not meet, both are solved in one programme.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from huoyue.core.message import M
from huoyue.core.review.assignment.group_possible import group_reasons, missing_reasons
from huoyue.core.review.assignment.group_program import NOISE, Grid, Program, fewest, program_of
from huoyue.core.review.assignment.grouping import Groups, GroupTask, GroupWeights, group_objective, group_terms
from huoyue.core.review.assignment.instance import Arrays, Whole
from huoyue.core.review.assignment.model import Impossible, Task, Weights
from huoyue.core.review.assignment.possible import short_sets

SMALL = 400
"""Experts and units, times groups, up to which the joint programme is searched far."""
NODES, FEW_NODES = 2_000, 20
CUTS = 100
TURNS = 5
"""How often experts and units are solved for each other."""

Halves = tuple[Whole, Whole]
"""The group of every expert and of every unit, by number."""


@dataclass(frozen=True)
class Solved:
    """Groups or none, a lower bound on the programme's objective, and whether it was proved impossible."""

    halves: Halves | None
    bound: int
    impossible: bool = False


def form_groups(asked: GroupTask, *, weights: GroupWeights | None = None, seed: int = 0) -> Groups | Impossible:
    """Groups whose sizes differ by one at most, every unit with enough experts and time in the group it is allotted to.

    Same task, weights and seed: same groups. ValueError: an expert or unit listed twice.
    """
    arrays = Arrays(ungrouped(asked.task), Weights())
    if reasons := group_reasons(asked, arrays):
        return Impossible(tuple(reasons))
    return Forming(asked, arrays, weights or GroupWeights(), seed).best()


def ungrouped(task: Task) -> Task:
    """The task without groups: they are what is looked for."""
    return replace(
        task,
        experts=tuple(replace(expert, group="") for expert in task.experts),
        units=tuple(replace(unit, group="") for unit in task.units),
        wanted=replace(task.wanted, across_groups=False),
    )


class Forming:
    """One search for groups, and the best found so far."""

    def __init__(self, asked: GroupTask, arrays: Arrays, weights: GroupWeights, seed: int) -> None:
        self.asked, self.arrays, self.weights, self.seed = asked, arrays, weights, seed
        self.instance = arrays.instance()
        self.program = program_of(asked, self.instance, weights, seed)
        self.fewest = fewest(asked, weights)
        self.found: tuple[int, dict[str, str], dict[str, str]] | None = None

    def best(self) -> Groups | Impossible:
        bound = self.by_turns()
        size = len(self.asked.names) * sum(self.instance.shape)
        if self.found is None or (self.found[0] > bound and size <= SMALL):
            solved = self.solve(self.program, {}, NODES if size <= SMALL else FEW_NODES)
            if solved.impossible:
                return Impossible(tuple(missing_reasons(self.asked, self.arrays, pinned)))
            bound = max(bound, solved.bound)
        if self.found is None:
            return Impossible((M("No groups were found, and it is not proved that there are none"),))
        cost, experts, units = self.found
        terms = group_terms(self.asked, experts, units)
        bound = min(bound, cost)
        return Groups(experts=experts, units=units, proved=bound == cost, objective=cost, bound=bound, terms=terms)

    def by_turns(self) -> int:
        """Experts alone, units for them, experts for these units; a lower bound on both together."""
        alone = Arrays(replace(self.arrays.task, units=(), pins=replace(self.arrays.task.pins, must=())), Weights())
        only = replace(self.asked, task=replace(self.asked.task, units=()), units_before={})
        program = program_of(only, alone.instance(), self.weights, self.seed)
        solved = self.solve(program, {}, NODES)
        bound = self.fewest + max(0, solved.bound)
        halves = solved.halves
        for turn in range(2 * TURNS):
            if halves is None or (self.found is not None and self.found[0] <= bound):
                break
            before = self.found
            grid, half = (self.program.units, halves[1]) if turn % 2 else (self.program.experts, halves[0])
            halves = self.solve(self.program, columns(grid, half), NODES).halves
            if before is not None and turn % 2 == 0 and self.found is not None and self.found[0] >= before[0]:
                break
        return bound

    def solve(self, program: Program, fixed: dict[int, int], nodes: int) -> Solved:
        """The programme with some columns fixed; cut and solved again while a group cannot mark its units."""
        bound = 0
        for _ in range(CUTS):
            scale = self.found[0] if self.found else 2 * self.fewest + 1000
            result = program.draft.solve({**pinned(self.asked, self.arrays, program), **fixed}, nodes, scale)
            if result.status == 2:
                return Solved(None, bound, impossible=True)
            if result.mip_dual_bound is not None:
                bound = max(bound, ceil(result.mip_dual_bound - NOISE - 1e-4))
            if result.x is None:
                return Solved(None, bound)
            halves = (group_of(program.experts, result.x), group_of(program.units, result.x))
            if not len(program.units) or not self.cut(program, halves):
                if len(program.units):
                    self.offer(halves)
                return Solved(halves, bound)
        return Solved(None, bound)

    def cut(self, program: Program, halves: Halves) -> bool:
        """Cut off units that the experts of their group cannot mark together; whether there were any."""
        instance, found = self.instance, False
        for g in range(len(self.asked.names)):
            inside, members = halves[1] == g, halves[0] == g
            free = instance.allowed & members[:, None] & inside[None, :] & ~instance.fixed
            demand = np.where(inside, instance.demand - instance.fixed.sum(axis=0), 0)
            capacity = np.where(members, instance.capacity - instance.fixed.sum(axis=1), 0)
            for units, _ in short_sets(demand, capacity, free):
                program.cut(instance, units & inside, members)
                found = True
        return found

    def offer(self, halves: Halves) -> None:
        names = self.asked.names
        experts = {one.id: names[g] for one, g in zip(self.arrays.experts, halves[0], strict=True)}
        units = {one.id: names[g] for one, g in zip(self.arrays.units, halves[1], strict=True)}
        cost = group_objective(group_terms(self.asked, experts, units), self.weights)
        if self.found is None or cost < self.found[0]:
            self.found = (cost, experts, units)


def pinned(asked: GroupTask, arrays: Arrays, program: Program) -> dict[int, int]:
    """Columns of experts and units that have a group already."""
    fixed: dict[int, int] = {}
    groups = {("expert", expert.id): expert.group for expert in asked.task.experts}
    groups |= {("unit", unit.id): unit.group for unit in asked.task.units}
    ids = [[("expert", one.id) for one in arrays.experts], [("unit", one.id) for one in arrays.units]]
    for grid, things in zip((program.experts, program.units), ids, strict=True):
        for row, thing in zip(grid, things, strict=False):
            if groups.get(thing):
                fixed[int(row[asked.names.index(groups[thing])])] = 1
    return fixed


def columns(grid: Grid, half: Whole) -> dict[int, int]:
    """The columns that hold a half as it is."""
    return {int(row[g]): 1 for row, g in zip(grid, half, strict=True)}


def group_of(grid: Grid, value: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Whole:
    if not grid.size:
        return np.zeros(len(grid), np.int64)
    found: Whole = np.argmax(value[grid], axis=1)
    return found
