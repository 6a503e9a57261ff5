"""Groups of the panel and the units allotted to them: what is asked, what comes back, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from huoyue.core.message import Message
from huoyue.core.review.assignment.model import Task
from huoyue.core.review.assignment.terms import same


@dataclass(frozen=True, kw_only=True)
class GroupWeights:
    """What one unit of each term costs.

    fields: two experts of one group who know the same industry. backgrounds: two of one background in a group.
    loads: two units allotted to one group; batches, industries: such a pair of one batch, of one industry.
    conflicts: a unit allotted to the group of an expert who may not mark it. strangers: a unit allotted to a group
    where nobody knows its industry. moves: an expert or a unit not in the group where it was before.
    """

    fields: int = 5
    backgrounds: int = 5
    loads: int = 20
    batches: int = 3
    industries: int = 2
    conflicts: int = 20
    strangers: int = 30
    moves: int = 10

    def __post_init__(self) -> None:
        if min(vars(self).values()) < 0:
            raise ValueError("weights are not negative")


@dataclass(frozen=True, kw_only=True)
class GroupTask:
    """Groups to be formed of the experts of `task`, and its units to be allotted to them.

    Experts and units that have a group already are settled there by a person, and pins that must be hold expert and
    unit together. names: what the groups are called. experts_before, units_before: the groups they had, to be kept to.
    """

    task: Task
    names: tuple[str, ...]
    experts_before: Mapping[str, str] = field(default_factory=dict)
    units_before: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Groups:
    """The group of every expert and unit, and what is known of them, as in `Assignment`."""

    experts: Mapping[str, str]
    units: Mapping[str, str]
    proved: bool
    objective: int
    bound: int
    terms: Mapping[str, int]
    notes: tuple[Message, ...] = ()

    @property
    def gap(self) -> int:
        return self.objective - self.bound

    def within(self, task: Task) -> Task:
        """The task with these groups, ready to be assigned: only experts of a unit's group may mark it."""
        return replace(
            task,
            experts=tuple(replace(expert, group=self.experts[expert.id]) for expert in task.experts),
            units=tuple(replace(unit, group=self.units[unit.id]) for unit in task.units),
        )


def group_terms(asked: GroupTask, experts: Mapping[str, str], units: Mapping[str, str]) -> dict[str, int]:
    """Each term, unweighted; their names are those of `GroupWeights`."""
    task = asked.task
    barred = barred_units(task)
    knowing = {(experts[expert.id], known) for expert in task.experts for known in expert.fields}
    return {
        "fields": same((experts[expert.id], known) for expert in task.experts for known in expert.fields),
        "backgrounds": same((experts[one.id], one.background) for one in task.experts if one.background),
        "loads": same(units[unit.id] for unit in task.units),
        "batches": same((units[unit.id], unit.batch) for unit in task.units if unit.batch),
        "industries": same((units[unit.id], unit.industry) for unit in task.units if unit.industry),
        "conflicts": sum(
            experts[expert.id] == units[unit.id] and unit.id in barred.get(expert.id, ())
            for expert in task.experts
            for unit in task.units
        ),
        "strangers": sum((units[unit.id], unit.industry) not in knowing for unit in task.units),
        "moves": sum(experts[id_] != group for id_, group in asked.experts_before.items() if id_ in experts)
        + sum(units[id_] != group for id_, group in asked.units_before.items() if id_ in units),
    }


def barred_units(task: Task) -> dict[str, set[str]]:
    """For each expert the units that may not be marked: conflicts, and pins away."""
    found = {expert: set(units) for expert, units in task.barred.items()}
    for expert, unit in task.pins.never:
        found.setdefault(expert, set()).add(unit)
    return found


def group_objective(terms: Mapping[str, int], weights: GroupWeights) -> int:
    return sum(getattr(weights, name) * value for name, value in terms.items())
