"""What an assignment costs, counted from its pairs alone: the one account of the objective, for any solver's pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Iterable

from huoyue.core.review.assignment.model import Pair, Task, Weights


def terms_of(task: Task, pairs: Collection[Pair]) -> dict[str, int]:
    """Each term of the objective, unweighted; their names are those of `Weights`."""
    experts = {expert.id: expert for expert in task.experts}
    units = {unit.id: unit for unit in task.units}
    known = [(experts[expert], units[unit]) for expert, unit in pairs]
    return {
        "mismatches": sum(unit.industry not in expert.fields for expert, unit in known),
        "loads": same(expert.id for expert, _ in known),
        "batches": same((expert.id, unit.batch) for expert, unit in known if unit.batch),
        "industries": same((expert.id, unit.industry) for expert, unit in known if unit.industry),
        "backgrounds": same((unit.id, expert.background) for expert, unit in known if expert.background),
        "twins": sum(len(units) * (len(units) - 1) // 2 for units in twins_of(task, pairs)),
        "affinity": sum(task.affinity.get(pair, 0) for pair in pairs),
    }


def objective_of(terms: dict[str, int], weights: Weights) -> int:
    """The weighted sum, affinity taken off."""
    signs = {"affinity": -1}
    return sum(signs.get(name, 1) * getattr(weights, name) * value for name, value in terms.items())


def same(things: Iterable[Hashable]) -> int:
    """How many pairs of things are alike: n(n - 1)/2 for each n alike. Least when they are spread evenly."""
    return sum(count * (count - 1) // 2 for count in Counter(things).values())


def twins_of(task: Task, pairs: Collection[Pair]) -> list[tuple[str, ...]]:
    """Units of one competition seen by exactly the same experts, two or more of them."""
    if task.wanted.competition is None:
        return []
    seen: dict[str, set[str]] = {}
    for expert, unit in pairs:
        seen.setdefault(unit, set()).add(expert)
    alike: dict[tuple[str, frozenset[str]], list[str]] = {}
    for one in sorted(task.units, key=lambda one: one.id):
        within = one.industry if task.wanted.competition == "industry" else "all"
        if within and len(seen.get(one.id, ())) >= 2:
            alike.setdefault((within, frozenset(seen[one.id])), []).append(one.id)
    return sorted(tuple(units) for units in alike.values() if len(units) > 1)
