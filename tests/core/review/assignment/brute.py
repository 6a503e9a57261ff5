"""Every assignment of a tiny task, tried one after the other: what the solver is measured against."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from huoyue.core.review.assignment import Pair, Task, Weights, objective_of, terms_of


def barred(task: Task) -> set[Pair]:
    """Pairs that may not be, read off the task a second time."""
    group = {expert.id: expert.group for expert in task.experts}
    found = {*task.pins.never, *((expert, unit) for expert, units in task.barred.items() for unit in units)}
    found |= {(e.id, u.id) for e in task.experts for u in task.units if u.group and e.group != u.group}
    if task.wanted.across_groups:
        groups = {*task.earlier_groups, *((group[e], u) for e, u in task.earlier if group.get(e))}
        found |= {(e.id, u.id) for e in task.experts for u in task.units if (e.group, u.id) in groups and e.group}
        found |= set(task.earlier)
    return found


def every(task: Task) -> Iterator[tuple[Pair, ...]]:
    """All assignments that keep demand, capacity, bars and pins."""
    bars, experts = barred(task), [expert.id for expert in task.experts]
    choices = []
    for unit in task.units:
        size = task.wanted.reviewers if unit.wanted is None else unit.wanted
        must = {e for e, u in task.pins.must if u == unit.id}
        choices.append(
            [
                [(e, unit.id) for e in chosen]
                for chosen in combinations(experts, size)
                if must <= set(chosen) and not any((e, unit.id) in bars for e in chosen)
            ]
        )
    known = {unit.id for unit in task.units}
    if any(e not in experts or u not in known for e, u in task.pins.must):
        return
    for chosen in product(*choices):
        pairs = tuple(pair for part in chosen for pair in part)
        if all(sum(e == expert.id for e, _ in pairs) <= expert.capacity for expert in task.experts):
            yield pairs


def parts(task: Task, pairs: tuple[Pair, ...]) -> int:
    """Into how many parts the marked units fall, by joining sets."""
    sets: list[set[str]] = []
    experts = {expert.id for expert in task.experts}
    for expert, unit in [*pairs, *(pair for pair in task.earlier if pair[0] in experts)]:
        touched = [one for one in sets if f"e{expert}" in one or f"u{unit}" in one]
        sets = [one for one in sets if one not in touched] + [set().union(*touched, {f"e{expert}", f"u{unit}"})]
    marked = {f"u{unit}" for _, unit in pairs}
    return sum(bool(one & marked) for one in sets)


def best(task: Task, weights: Weights) -> tuple[int, int, int] | None:
    """(parts, changes, objective) of the best assignment, in this order; None: there is none.

    Parts are as few as the bars leave open; 0 where connection is not asked or no assignment has so few.
    """
    found = [
        (parts(task, pairs), len(set(task.before) - set(pairs)), objective_of(terms_of(task, pairs), weights))
        for pairs in every(task)
    ]
    if not found:
        return None
    wanted = [task.wanted.reviewers if unit.wanted is None else unit.wanted for unit in task.units]
    experts = {expert.id for expert in task.experts}
    asked = task.wanted.connected and (max(wanted, default=0) >= 2 or any(e in experts for e, _ in task.earlier))
    bars = barred(task)
    everything = tuple(
        (e.id, u.id)
        for e in task.experts
        for u, w in zip(task.units, wanted, strict=True)
        if w and (e.id, u.id) not in bars
    )
    fewest = parts(task, everything)
    connected = [one for one in found if one[0] <= fewest] if asked else []
    return min(connected) if connected else min((0, *one[1:]) for one in found)
