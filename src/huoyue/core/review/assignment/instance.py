"""A task as arrays: experts by units, in the order of their ids, so that the order of the input does not matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from huoyue.core.review.assignment.model import Expert, Pair, Task, Unit, Weights

Whole: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Bars:
    """Why a pair may not be, one (experts, units) mask for each reason."""

    conflict: Mask
    earlier: Mask
    group: Mask
    never: Mask

    @property
    def any(self) -> Mask:
        found: Mask = self.conflict | self.earlier | self.group | self.never
        return found


@dataclass(frozen=True, kw_only=True)
class Instance:
    """What the solver sees. Matrices are (experts, units); codes are whole numbers from 0, -1 for none.

    cost: what a pair costs by itself. keep: pairs of the assignment before. links: pairs of earlier stages, which
    make scales comparable, their units numbered on from those of the task.
    """

    demand: Whole
    capacity: Whole
    allowed: Mask
    fixed: Mask
    cost: Whole
    keep: Mask
    batch: Whole
    industry: Whole
    background: Whole
    competition: Whole
    weights: Weights
    connected: bool
    links: tuple[tuple[int, int], ...] = field(default=())

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.capacity), len(self.demand)

    @cached_property
    def change_cost(self) -> int:
        """More than everything weighed can come to, so that a change is never bought; 0 without pairs to keep."""
        if not self.keep.any():
            return 0
        weights, marks = self.weights, int(self.demand.sum())
        most = min(int(self.capacity.max()), self.shape[1])
        spread = (weights.loads + weights.batches + weights.industries) * marks * (most - 1) // 2
        backgrounds = weights.backgrounds * marks * (int(self.demand.max()) - 1) // 2
        members = np.bincount(self.competition[self.competition >= 0], minlength=1)
        twins = weights.twins * int((members * (members - 1) // 2).sum())
        pairs = int(np.ptp(self.cost)) * marks
        return 1 + spread + backgrounds + twins + pairs

    @cached_property
    def whole_cost(self) -> Whole:
        """Cost of a pair with what dropping it from the assignment before would cost taken off."""
        return self.cost - self.change_cost * self.keep.astype(np.int64)


def codes(names: Iterable[str]) -> Whole:
    """A number for each name by alphabetical order, -1 for the empty one."""
    listed = list(names)
    number = {name: place for place, name in enumerate(sorted(set(listed) - {""}))}
    return np.array([number.get(name, -1) for name in listed], np.int64)


class Arrays:
    """A task with its experts and units in order, and the arrays of both."""

    def __init__(self, task: Task, weights: Weights) -> None:
        self.task = task
        self.experts: list[Expert] = sorted(task.experts, key=lambda expert: expert.id)
        self.units: list[Unit] = sorted(task.units, key=lambda unit: unit.id)
        self.expert_at = {expert.id: place for place, expert in enumerate(self.experts)}
        self.unit_at = {unit.id: place for place, unit in enumerate(self.units)}
        if len(self.expert_at) < len(self.experts) or len(self.unit_at) < len(self.units):
            raise ValueError("an expert or a unit is listed twice")
        self.bars = self.barred()
        self.fixed = self.mask(task.pins.must)
        self.weights = weights

    def mask(self, pairs: Iterable[Pair]) -> Mask:
        """Where the pairs are; pairs of others than the task's experts and units are left out."""
        found = np.zeros((len(self.experts), len(self.units)), bool)
        for expert, unit in pairs:
            if expert in self.expert_at and unit in self.unit_at:
                found[self.expert_at[expert], self.unit_at[unit]] = True
        return found

    def barred(self) -> Bars:
        task = self.task
        conflict = self.mask((expert, unit) for expert, units in task.barred.items() for unit in units)
        earlier = self.mask(task.earlier if task.wanted.across_groups else ())
        if task.wanted.across_groups:
            earlier |= self.marked_by_group(task.earlier_groups)
        groups = codes([*(expert.group for expert in self.experts), *(unit.group for unit in self.units)])
        of_expert, of_unit = groups[: len(self.experts)], groups[len(self.experts) :]
        foreign = (of_unit[None, :] >= 0) & (of_expert[:, None] != of_unit[None, :])
        return Bars(conflict=conflict, earlier=earlier, group=foreign, never=self.mask(task.pins.never))

    def marked_by_group(self, marked: Collection[Pair]) -> Mask:
        """Experts whose group marked a unit: as listed, or because one of its members did."""
        groups = {expert.id: expert.group for expert in self.experts if expert.group}
        listed = {*marked, *((groups[expert], unit) for expert, unit in self.task.earlier if expert in groups)}
        return self.mask((expert, unit) for group, unit in listed for expert in groups if groups[expert] == group)

    @property
    def demand(self) -> Whole:
        reviewers = self.task.wanted.reviewers
        return np.array([reviewers if unit.wanted is None else unit.wanted for unit in self.units], np.int64)

    @property
    def capacity(self) -> Whole:
        return np.array([expert.capacity for expert in self.experts], np.int64)

    def cost(self) -> Whole:
        """Mismatch and affinity, weighted."""
        names = sorted({unit.industry for unit in self.units})
        known = np.array([[name in expert.fields for name in names] for expert in self.experts], bool)
        industry = np.array([names.index(unit.industry) for unit in self.units], np.int64)
        unknown = ~known.reshape(len(self.experts), len(names))[:, industry]
        cost: Whole = self.weights.mismatches * unknown.astype(np.int64)
        for (expert, unit), points in self.task.affinity.items():
            if expert in self.expert_at and unit in self.unit_at:
                cost[self.expert_at[expert], self.unit_at[unit]] -= self.weights.affinity * points
        return cost

    def competition(self, industry: Whole) -> Whole:
        within = self.task.wanted.competition
        if within is None or self.weights.twins == 0:
            return np.full(len(self.units), -1, np.int64)
        found = industry if within == "industry" else np.zeros(len(self.units), np.int64)
        return np.where(self.demand >= 2, found, -1)

    def links(self) -> tuple[tuple[int, int], ...]:
        """Earlier pairs by the task's experts; units that are not in the task are numbered on."""
        known = sorted({pair for pair in self.task.earlier if pair[0] in self.expert_at})
        place = dict(self.unit_at)
        return tuple((self.expert_at[expert], place.setdefault(unit, len(place))) for expert, unit in known)

    def instance(self) -> Instance:
        industry = codes(unit.industry for unit in self.units)
        allowed = ~self.bars.any
        return Instance(
            demand=self.demand,
            capacity=self.capacity,
            allowed=allowed,
            fixed=self.fixed,
            cost=self.cost(),
            keep=self.mask(self.task.before) & allowed,
            batch=codes(unit.batch for unit in self.units),
            industry=industry,
            background=codes(expert.background for expert in self.experts),
            competition=self.competition(industry),
            weights=self.weights,
            connected=self.task.wanted.connected,
            links=self.links(),
        )

    def labelled(self, pairs: Mask) -> tuple[Pair, ...]:
        return tuple((self.experts[e].id, self.units[u].id) for u, e in np.argwhere(pairs.T))
