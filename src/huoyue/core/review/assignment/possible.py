"""Whether anything keeps what binds, and if not, what stands in the way.

Demand, capacity, bars and pins make a bipartite network. It can carry all marks exactly if its maximum flow equals
what is wanted (Hall 1935; Ford and Fulkerson 1956); if not, the units on the source's side of a minimum cut want more
than the experts who may mark them can give, and they are named. Nothing is relaxed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from huoyue.core.message import M, Message
from huoyue.core.review.assignment.highs import sparse
from huoyue.core.review.assignment.instance import Arrays, Mask, Whole
from huoyue.core.review.assignment.model import named
from huoyue.core.review.design import some

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NAMED_AT_MOST = 12
"""How many experts or units a reason names before it says how many more there are."""
LARGE, THIN = 300_000, 20
"""Above so many pairs a few experts a unit are tried first; so many more than are wanted."""


def reasons_against(arrays: Arrays) -> list[Message]:
    """Every reason why no assignment can keep what binds; none: there is one."""
    if pinned := list(pin_reasons(arrays)):
        return [*pinned, *unit_reasons(arrays), *sum_reasons(arrays)]
    sums = list(sum_reasons(arrays))
    return [*unit_reasons(arrays), *(sums or cut_reasons(arrays))]


# --- pins -----------------------------------------------------------------------------------------------------------


def pin_reasons(arrays: Arrays) -> Iterator[Message]:
    """Pins on what is not there, against what bars, and more of them than an expert can take or a unit wants."""
    experts, units = named(arrays.experts), named(arrays.units)
    for expert, unit in sorted(set(arrays.task.pins.must)):
        if expert in experts and unit in units:
            yield from barred_pin(arrays, arrays.expert_at[expert], arrays.unit_at[unit])
            continue
        yield M(
            "{expert} is pinned to {unit}, but one of them is not there",
            expert=experts.get(expert, expert), unit=units.get(unit, unit),
        )  # fmt: skip
    for count, expert_ in zip(arrays.fixed.sum(axis=1), arrays.experts, strict=True):
        if count > expert_.capacity:
            yield M(
                "{expert} is pinned to {count} units, but can take {capacity}",
                expert=experts[expert_.id], count=int(count), capacity=expert_.capacity,
            )  # fmt: skip
    for count, unit_, wanted in zip(arrays.fixed.sum(axis=0), arrays.units, arrays.demand, strict=True):
        if count > wanted:
            yield M(
                "{count} experts are pinned to {unit}, which wants {wanted}",
                count=int(count), unit=units[unit_.id], wanted=int(wanted),
            )  # fmt: skip


def barred_pin(arrays: Arrays, e: int, u: int) -> Iterator[Message]:
    names = {"expert": named(arrays.experts)[arrays.experts[e].id], "unit": named(arrays.units)[arrays.units[u].id]}
    bars = arrays.bars
    if bars.conflict[e, u]:
        yield M("{expert} is pinned to {unit}, but has a conflict of interest", **names)
    if bars.earlier[e, u]:
        yield M("{expert} is pinned to {unit}, but the expert or the group marked it in a stage before", **names)
    if bars.group[e, u]:
        yield M("{expert} is pinned to {unit}, which is allotted to another group", **names)
    if bars.never[e, u]:
        yield M("{expert} is pinned to {unit} and also pinned away from it", **names)


# --- counts ---------------------------------------------------------------------------------------------------------


def unit_reasons(arrays: Arrays) -> Iterator[Message]:
    """Units that too few experts may mark."""
    free = (~arrays.bars.any).sum(axis=0)
    for u in np.flatnonzero(free < arrays.demand):
        unit, wanted, left = arrays.units[u], int(arrays.demand[u]), int(free[u])
        why = tuple(why_barred(arrays, int(u)))
        if why:
            yield M(
                "{unit} needs {wanted} experts, but only {free} may mark it; barred are {barred}",
                unit=unit.name or unit.id, wanted=wanted, free=left, barred=why,
            )  # fmt: skip
        else:
            yield M(
                "{unit} needs {wanted} experts, but the panel has only {free}",
                unit=unit.name or unit.id, wanted=wanted, free=left,
            )  # fmt: skip


def why_barred(arrays: Arrays, u: int) -> Iterator[Message]:
    """Who may not mark a unit, by the first reason that bars each."""
    bars, told = arrays.bars, np.zeros(len(arrays.experts), bool)
    by_reason = []
    for mask in (bars.conflict, bars.earlier, bars.group, bars.never):
        by_reason.append(some(expert_names(arrays, mask[:, u] & ~told), NAMED_AT_MOST))
        told |= mask[:, u]
    conflict, earlier, group, never = by_reason
    said = (
        M("{experts} (conflict of interest)", experts=conflict),
        M("{experts} (marked it before, or their group did)", experts=earlier),
        M("{experts} (not of its group)", experts=group),
        M("{experts} (pinned away)", experts=never),
    )
    for experts, message in zip(by_reason, said, strict=True):
        if experts.values["names"]:
            yield message


def expert_names(arrays: Arrays, where: Mask) -> list[str]:
    return [arrays.experts[e].name or arrays.experts[e].id for e in np.flatnonzero(where)]


def sum_reasons(arrays: Arrays) -> Iterator[Message]:
    """More marks wanted than the panel, or a group, can give."""
    wanted, free = int(arrays.demand.sum()), (~arrays.bars.any).sum(axis=1)
    able = np.clip(np.minimum(arrays.capacity, free), 0, None)
    if wanted > able.sum():
        yield M("{wanted} marks are wanted, but the panel can give {able}", wanted=wanted, able=int(able.sum()))
    of_unit = np.array([unit.group for unit in arrays.units])
    of_expert = np.array([expert.group for expert in arrays.experts])
    for group in sorted({unit.group for unit in arrays.units} - {""}):
        wanted, give = int(arrays.demand[of_unit == group].sum()), int(able[of_expert == group].sum())
        if wanted > give:
            yield M(
                "{wanted} marks are wanted of group {group}, but its experts can give {able}",
                wanted=wanted, group=group, able=give,
            )  # fmt: skip


# --- minimum cut ----------------------------------------------------------------------------------------------------


def cut_reasons(arrays: Arrays) -> Iterator[Message]:
    """Sets of units that together want more than those who may mark them can give."""
    free, fixed = ~arrays.bars.any, arrays.fixed
    demand = np.minimum(arrays.demand, free.sum(axis=0))
    for units, experts in short_sets(demand - fixed.sum(axis=0), arrays.capacity - fixed.sum(axis=1), free & ~fixed):
        inside = free[:, units].sum(axis=1)
        give = np.minimum(inside, np.where(experts, arrays.capacity, inside))
        names = [arrays.units[u].name or arrays.units[u].id for u in np.flatnonzero(units)]
        tight = expert_names(arrays, experts)
        yield M(
            "{units} together want {wanted} marks, but those who may mark them can give {able}; at their limit are "
            "{experts}",
            units=some(names, NAMED_AT_MOST), wanted=int(demand[units].sum()), able=int(give.sum()),
            experts=some(tight, NAMED_AT_MOST),
        )  # fmt: skip


def short_sets(demand: Whole, capacity: Whole, free: Mask) -> list[tuple[Mask, Mask]]:
    """(units, experts at their limit) of every connected part of the least minimum cut; none when all can be had."""
    experts, units = free.shape
    if np.all(capacity >= free.sum(axis=1)) and np.all(demand <= free.sum(axis=0)):
        return []
    if free.size > LARGE and carries(demand, capacity, free & thin(demand, free)):
        return []
    carried, left = flowing(demand, capacity, free)
    if carried == demand.sum():
        return []
    from scipy.sparse.csgraph import breadth_first_order, connected_components  # why: slow

    source = units + experts
    reached = np.zeros(source + 2, bool)
    reached[breadth_first_order(left, source, return_predecessors=False)] = True
    inside, full = reached[:units], reached[units:source]
    e, u = np.nonzero(free & full[:, None] & inside[None, :])
    graph = sparse(np.ones(len(e), bool), e, experts + u, shape=(experts + units, experts + units))
    label = connected_components(graph, directed=False)[1]
    parts = sorted(set(label[experts:][inside]))
    return [((label[experts:] == part) & inside, (label[:experts] == part) & full) for part in parts]


def carries(demand: Whole, capacity: Whole, free: Mask) -> bool:
    """Whether these pairs alone can carry what is wanted."""
    return flowing(demand, capacity, free)[0] == int(demand.sum())


def thin(demand: Whole, free: Mask) -> Mask:
    """A few experts for every unit, in turn: of many pairs these are often enough to see that all can be had."""
    experts, units = free.shape
    turn = (np.arange(experts)[:, None] - 7 * np.arange(units)[None, :]) % experts
    found: Mask = turn < int(demand.max(initial=0)) + THIN
    return found


def flowing(demand: Whole, capacity: Whole, free: Mask) -> tuple[int, csr_matrix]:
    """The maximum flow from units through pairs to experts, and what the network (source, sink last) has left."""
    from scipy.sparse.csgraph import maximum_flow  # why: slow

    experts, units = free.shape
    e, u = np.nonzero(free)
    source, sink = units + experts, units + experts + 1
    tails = np.concatenate([np.full(units, source), u, units + np.arange(experts)])
    heads = np.concatenate([np.arange(units), units + e, np.full(experts, sink)])
    limits = np.concatenate([demand, np.ones(len(e), np.int64), np.clip(capacity, 0, None)]).astype(np.int32)
    network = sparse(limits, tails, heads, shape=(sink + 1, sink + 1))
    flow = maximum_flow(network, source, sink)
    left = (network - flow.flow).tocsr()
    left.eliminate_zeros()
    return int(flow.flow_value), left
