"""Counts of an assignment that is being changed, so that the cost of one change is known at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np

from huoyue.core.review.assignment.instance import Instance, Mask

Place = tuple[int, int]
"""(expert, unit) by number."""
Change = tuple[tuple[Place, ...], tuple[Place, ...]]
"""Pairs that go and pairs that come."""


class Tally:
    """An assignment by number with its whole cost, twins included."""

    def __init__(self, instance: Instance, pairs: Mask) -> None:
        self.instance = instance
        self.of_unit: list[set[int]] = [set(np.flatnonzero(column).tolist()) for column in pairs.T]
        self.of_expert: list[set[int]] = [set(np.flatnonzero(row).tolist()) for row in pairs]
        self.counts: Counter[tuple[str, int, int]] = Counter(
            key for e, u in np.argwhere(pairs).tolist() for key in self.keys(e, u)
        )
        self.alike: dict[tuple[int, frozenset[int]], set[int]] = {}
        for u in range(len(self.of_unit)):
            self.alike.setdefault(self.seen(u, self.of_unit[u]), set()).add(u)
        weights = instance.weights
        self.weight = {"l": weights.loads, "b": weights.batches, "i": weights.industries, "g": weights.backgrounds}
        self.cost = (
            int(instance.whole_cost[pairs].sum())
            + sum(self.weight[key[0]] * n * (n - 1) // 2 for key, n in self.counts.items())
            + weights.twins * sum(len(units) * (len(units) - 1) // 2 for units in self.twins())
        )

    def keys(self, e: int, u: int) -> Iterator[tuple[str, int, int]]:
        """What a pair counts in."""
        instance = self.instance
        yield ("l", e, 0)
        if instance.batch[u] >= 0:
            yield ("b", e, int(instance.batch[u]))
        if instance.industry[u] >= 0:
            yield ("i", e, int(instance.industry[u]))
        if instance.background[e] >= 0:
            yield ("g", u, int(instance.background[e]))

    def seen(self, u: int, experts: Iterable[int]) -> tuple[int, frozenset[int]]:
        """Competition and experts, alike for twins; a unit out of competition is like none."""
        within = int(self.instance.competition[u])
        return (within, frozenset(experts)) if within >= 0 else (-1 - u, frozenset())

    def twins(self) -> list[list[int]]:
        return sorted(sorted(units) for units in self.alike.values() if len(units) > 1)

    def pairs(self) -> Mask:
        found = np.zeros(self.instance.shape, bool)
        for u, experts in enumerate(self.of_unit):
            found[sorted(experts), u] = True
        return found

    def may(self, gone: tuple[Place, ...], come: tuple[Place, ...]) -> bool:
        """Whether the change keeps bars, pins and capacity, and is one; demand is kept by how changes are made."""
        allowed, fixed, capacity = self.instance.allowed, self.instance.fixed, self.instance.capacity
        if any(fixed[place] for place in gone) or any(e in self.of_unit[u] or not allowed[e, u] for e, u in come):
            return False
        more = Counter(e for e, _ in come)
        more.subtract(e for e, _ in gone)
        return all(len(self.of_expert[e]) + count <= capacity[e] for e, count in more.items() if count > 0)

    def difference(self, change: Change) -> int:
        """What the change adds to the cost."""
        gone, come = change
        whole = self.instance.whole_cost
        found = sum(int(whole[place]) for place in come) - sum(int(whole[place]) for place in gone)
        moved: Counter[tuple[str, int, int]] = Counter()
        for sign, places in ((-1, gone), (1, come)):
            for e, u in places:
                for key in self.keys(e, u):
                    moved[key] += sign
        for key, by in moved.items():
            n = self.counts[key]
            found += self.weight[key[0]] * ((n + by) * (n + by - 1) - n * (n - 1)) // 2
        return found + self.instance.weights.twins * self.more_twins(change)

    def more_twins(self, change: Change) -> int:
        """Pairs of twins that come, less those that go."""
        after = self.after(change)
        size: dict[tuple[int, frozenset[int]], int] = {}
        found = 0
        for step, sets in ((-1, {u: self.of_unit[u] for u in after}), (1, after)):
            for u, experts in sets.items():
                key = self.seen(u, experts)
                n = size.get(key, len(self.alike.get(key, ())))
                found += n if step > 0 else 1 - n
                size[key] = n + step
        return found

    def after(self, change: Change) -> dict[int, set[int]]:
        """The experts of the units concerned, once changed."""
        gone, come = change
        sets = {u: set(self.of_unit[u]) for _, u in (*gone, *come)}
        for e, u in gone:
            sets[u].discard(e)
        for e, u in come:
            sets[u].add(e)
        return sets

    def make(self, change: Change) -> None:
        self.cost += self.difference(change)
        gone, come = change
        for sign, places in ((-1, gone), (1, come)):
            for e, u in places:
                (self.of_expert[e].discard if sign < 0 else self.of_expert[e].add)(u)
                for key in self.keys(e, u):
                    self.counts[key] += sign
        for u, experts in self.after(change).items():
            self.alike[self.seen(u, self.of_unit[u])].discard(u)
            self.of_unit[u] = experts
            self.alike.setdefault(self.seen(u, experts), set()).add(u)
