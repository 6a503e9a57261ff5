"""Experts assigned to units: `assign(task)` gives the best pairs with what is proved of them, or why there are none."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from huoyue.core.message import M, Message
from huoyue.core.review.assignment import connection
from huoyue.core.review.assignment.dive import by_teams
from huoyue.core.review.assignment.exact import Found, searched
from huoyue.core.review.assignment.instance import Arrays, Instance
from huoyue.core.review.assignment.model import Assignment, Impossible, Task, Weights
from huoyue.core.review.assignment.possible import reasons_against
from huoyue.core.review.assignment.relax import relaxed
from huoyue.core.review.assignment.repair import repaired
from huoyue.core.review.assignment.tally import Tally
from huoyue.core.review.assignment.teams import few
from huoyue.core.review.assignment.terms import objective_of, terms_of, twins_of
from huoyue.core.review.design import some

SEARCHED = 600
"""Up to so many possible pairs the programme with cuts is solved where exchanges do not reach the bound."""


def assign(task: Task, *, weights: Weights | None = None, seed: int = 0, rounds: int = 60) -> Assignment | Impossible:
    """The pairs that keep what binds, are connected if that is possible, change least, and weigh least, in this order.

    Same task, weights and seed: same pairs, in whatever order the task lists them. `rounds`: how often the programme
    is solved anew with cuts before the best so far is given with its gap. ValueError: an expert or unit listed twice.
    """
    weights = weights or Weights()
    arrays = Arrays(task, weights)
    if reasons := reasons_against(arrays):
        return Impossible(tuple(reasons))
    instance = arrays.instance()
    return told(arrays, instance, solved(instance, seed, rounds))


def solved(instance: Instance, seed: int = 0, rounds: int = 60) -> Found:
    """The best pairs of an instance that has a solution."""
    if instance.demand.sum() == 0:
        return Found(pairs=np.zeros(instance.shape, bool), cost=0, bound=0, unjoinable=False)
    first = relaxed(instance, seed)
    pairs, bound = first.pairs, first.bound
    cost = Tally(instance, pairs).cost
    aim = connection.count(instance, instance.allowed) if connection.asked(instance) else None
    if cost > bound and few(instance):
        parts = tuple(part for part in first.parts if not part.by_unit)
        pairs, cost, bound = by_teams(instance, parts, first.noise, first.prices, pairs, bound)
    if cost > bound or (aim is not None and connection.count(instance, pairs) > aim):
        pairs, cost = repaired(instance, pairs, aim)
    joined = aim is None or connection.count(instance, pairs) <= aim
    if (joined and cost <= bound) or instance.allowed.sum() > SEARCHED:
        return Found(pairs=pairs, cost=cost, bound=min(bound, cost), unjoinable=False)
    return searched(instance, pairs, cost, bound, rounds)


def told(arrays: Arrays, instance: Instance, found: Found) -> Assignment:
    """The answer with ids, its terms counted anew from the pairs."""
    task = arrays.task
    pairs = arrays.labelled(found.pairs)
    terms = terms_of(task, pairs)
    objective = objective_of(terms, arrays.weights)
    parts, fewest = (connection.count(instance, pairs_) for pairs_ in (found.pairs, instance.allowed))
    lacking = connection.asked(instance) and not found.unjoinable and parts > fewest
    return Assignment(
        pairs=pairs,
        proved=found.bound >= found.cost and not lacking,
        objective=objective,
        bound=objective - (found.cost - found.bound),
        terms=terms,
        changes=len(set(task.before) - set(pairs)),
        connected=parts <= 1,
        scales=tuple(tuple(arrays.experts[e].id for e in part) for part in connection.scales(instance, found.pairs)),
        twins=tuple(twins_of(task, pairs)),
        notes=tuple(notes(arrays, instance, found, lacking)),
    )


def notes(arrays: Arrays, instance: Instance, found: Found, lacking: bool) -> Iterator[Message]:
    """What was asked and could not be had, or is not proved."""
    parts, fewest = (connection.count(instance, pairs) for pairs in (found.pairs, instance.allowed))
    if connection.asked(instance) and parts > 1:
        if lacking:
            yield M(
                "The experts' scales fall into {count} parts; it is not known whether they can be joined", count=parts
            )
        elif fewest > 1:
            yield M(
                "The experts' scales fall into {count} parts, which conflicts, groups and pins leave no link between",
                count=parts,
            )  # fmt: skip
        else:
            yield M(
                "The experts' scales fall into {count} parts: no assignment that keeps what binds joins them",
                count=parts,
            )
    names = {unit.id: unit.name or unit.id for unit in arrays.units}
    for units in twins_of(arrays.task, arrays.labelled(found.pairs)):
        yield M(
            "{units} are in the same competition and seen by exactly the same experts",
            units=some([names[unit] for unit in units]),
        )  # fmt: skip
    if found.cost - found.bound >= instance.change_cost > 0:
        yield M("It is not proved that fewer changes would not do")
