"""Which group marks which alliance, where a stage is marked group by group.

That is so in a stage before one across groups: each alliance goes to one group, so that another is left for later. The
allotment is solved: by `form_groups` for groups as they are; where these are uneven, with groups standing for experts.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from huoyue.core.review.assignment import (
    Assignment,
    Expert,
    Groups,
    GroupTask,
    Impossible,
    Pair,
    Pins,
    Task,
    Unit,
    Wanted,
    assign,
    form_groups,
)

Members = Mapping[str, list[Expert]]


def answered(task: Task, *, grouped: bool, keep: bool, seed: int) -> tuple[Task, Assignment | Impossible]:
    """The assignment, and the task that it answers: `grouped` says that the stage is marked group by group."""
    first = by_groups(task, stay=True) if grouped else task
    answer = assign(first, seed=seed)
    if grouped and keep and isinstance(answer, Impossible):  # not begun yet, so an alliance may go to another group
        first = by_groups(task, stay=False)
        answer = assign(first, seed=seed)
    return first, answer


def by_groups(task: Task, *, stay: bool) -> Task:
    """The task with a group for each alliance. `stay`: in the group that has it now."""
    groups = allotted(task, stay=stay)
    return replace(task, units=tuple(replace(one, group=groups.get(one.id, "")) for one in task.units))


def allotted(task: Task, *, stay: bool) -> dict[str, str]:
    """The group of each alliance, as far as it can be had; the experts' own task says what makes it impossible.

    Alliances with sheets that stay keep their group; so do, where `stay` is asked, those that are assigned now and
    whose group has enough experts for them. Where several groups have some, no group is named.
    """
    members: dict[str, list[Expert]] = defaultdict(list)
    for one in task.experts:
        if one.group:
            members[one.group].append(one)
    of_expert = {one.id: one.group for one in task.experts}
    settled = groups_of(task.pins.must, of_expert)
    enough = able_groups(task, members, task.units)
    if stay:
        now = groups_of(task.before, of_expert)
        settled = {u: g for u, g in now.items() if len(g) == 1 and (*g, u) in enough} | settled
    fixed = {unit: next(iter(groups)) for unit, groups in settled.items() if len(groups) == 1}
    left = tuple(one for one in task.units if one.id not in settled)
    if not left:
        return fixed
    return fixed | (formed(task, members, fixed, left) or shared(task, members, fixed, left, enough))


def groups_of(pairs: Iterable[Pair], of_expert: Mapping[str, str]) -> dict[str, set[str]]:
    """The groups that have each alliance in some pairs; experts without a group count for none."""
    found: dict[str, set[str]] = defaultdict(set)
    for expert, unit in pairs:
        if of_expert.get(expert):
            found[unit].add(of_expert[expert])
    return dict(found)


def able_groups(task: Task, members: Members, units: tuple[Unit, ...]) -> set[tuple[str, str]]:
    """(group, alliance) where conflicts leave enough experts."""
    return {
        (name, unit.id)
        for name, group in members.items()
        for unit in units
        if sum(unit.id not in task.barred.get(one.id, ()) for one in group) >= task.wanted.reviewers
    }


def formed(task: Task, members: Members, fixed: Mapping[str, str], left: tuple[Unit, ...]) -> dict[str, str]:
    """By the programme that knows experts and their time; nothing where groups are uneven or it finds none."""
    sizes = [len(group) for group in members.values()]
    if max(sizes) - min(sizes) > 1 or any(not one.group for one in task.experts):
        return {}
    units = tuple(replace(one, group=fixed.get(one.id, "")) for one in task.units)
    wanted = {one.id for one in left} | set(fixed)
    asked = replace(task, units=tuple(one for one in units if one.id in wanted), before=(), pins=Pins())
    found = form_groups(GroupTask(task=asked, names=tuple(sorted(members))))
    return {one.id: found.units[one.id] for one in left} if isinstance(found, Groups) else {}


def shared(
    task: Task, members: Members, fixed: Mapping[str, str], left: tuple[Unit, ...], enough: set[tuple[str, str]]
) -> dict[str, str]:
    """By size: groups as experts, each alliance with one; a group takes what conflicts leave it enough experts for."""
    stuck = {one.id for one in left} - {unit for _, unit in enough}
    never = {name: {u.id for u in left if (name, u.id) not in enough and u.id not in stuck} for name in members}
    taken, total = Counter(fixed.values()), sum(len(group) for group in members.values())
    share = {name: math.ceil(len(task.units) * len(group) / total) + 1 for name, group in members.items()}
    can = {name: sum(one.capacity for one in group) // task.wanted.reviewers for name, group in members.items()}
    both = {name: min(share[name], can[name]) for name in members}
    wanted = Wanted(reviewers=1, connected=False, competition=None)
    for limit in (both, can, dict.fromkeys(members, len(task.units))):
        experts = tuple(
            Expert(id=name, fields=frozenset().union(*(one.fields for one in group)),
                   capacity=max(0, limit[name] - taken[name]))
            for name, group in sorted(members.items())
        )  # fmt: skip
        found = assign(Task(experts=experts, units=left, wanted=wanted, barred=never))
        if isinstance(found, Assignment):
            return {unit: group for group, unit in found.pairs}
    return {}
