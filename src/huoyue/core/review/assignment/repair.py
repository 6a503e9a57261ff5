"""Twins taken apart and parts joined by exchanging experts between units, at the least cost found.

Where the cost does not rise above the bound of the relaxation nothing better exists, and the programme with cuts
(`exact.py`) need not be solved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from huoyue.core.review.assignment import connection
from huoyue.core.review.assignment.instance import Instance, Mask
from huoyue.core.review.assignment.tally import Change, Tally

TRIED = 4_000
"""Changes looked at for one pair of twins, and one join, before the best of them is taken."""
JOINS = 200
"""Of these, the cheapest, for which it is looked whether they join parts."""


def repaired(instance: Instance, pairs: Mask, aim: int | None) -> tuple[Mask, int]:
    """The pairs with as few twins, and no more parts than `aim` (None: as they are), as exchanges can reach; cost."""
    tally = Tally(instance, pairs)
    if aim is not None:
        join(tally, aim)
    part(tally, aim)
    return tally.pairs(), tally.cost


def part(tally: Tally, aim: int | None) -> None:
    """Take twins apart, one after the other, while that lowers the cost."""
    left = tally.twins()
    while left:
        units = left.pop()
        group = tally.alike[tally.seen(units[0], tally.of_unit[units[0]])]
        if len(group) < 2:
            continue
        change = best(tally, (change for u in sorted(group) for change in changes(tally, u)), aim)
        if change is not None:
            tally.make(change)
            left.append(units)


def best(tally: Tally, tried: Iterable[Change], aim: int | None) -> Change | None:
    """The change that lowers the cost most; the first that only takes twins apart, as no other can be cheaper."""
    found, least = None, 0
    for change in islice(tried, TRIED):
        difference = tally.difference(change)
        if difference < least and keeps(tally, change, aim):
            found, least = change, difference
            if difference == tally.instance.weights.twins * tally.more_twins(change):
                break
    return found


def keeps(tally: Tally, change: Change, aim: int | None) -> bool:
    return aim is None or connection.count(tally.instance, changed(tally, change)) <= aim


def changed(tally: Tally, change: Change) -> Mask:
    pairs = tally.pairs()
    gone, come = change
    for place in gone:
        pairs[place] = False
    for place in come:
        pairs[place] = True
    return pairs


def changes(tally: Tally, u: int) -> Iterator[Change]:
    """Every exchange of an expert of unit `u` with another unit's, those most alike first, and every replacement."""
    instance = tally.instance
    alike = (instance.industry == instance.industry[u]).astype(int) + (instance.batch == instance.batch[u])
    for v in sorted(range(len(tally.of_unit)), key=lambda v: (-alike[v], (v - u) % len(alike))):
        if v != u:
            yield from exchanges(tally, u, v)
    for e in sorted(tally.of_unit[u]):
        for f in range(len(tally.of_expert)):
            if tally.may(((e, u),), ((f, u),)):
                yield ((e, u),), ((f, u),)


def exchanges(tally: Tally, u: int, v: int) -> Iterator[Change]:
    for e in sorted(tally.of_unit[u] - tally.of_unit[v]):
        for f in sorted(tally.of_unit[v] - tally.of_unit[u]):
            gone, come = ((e, u), (f, v)), ((f, u), (e, v))
            if tally.may(gone, come):
                yield gone, come


def join(tally: Tally, aim: int) -> None:
    """Join parts, the smallest first, until there are `aim`, or no exchange joins any."""
    parts = connection.sides(tally.instance, tally.pairs())
    while len(parts) > aim:
        change = next((found for _, units in parts if (found := joining(tally, units, len(parts))) is not None), None)
        if change is None:
            return
        tally.make(change)
        parts = connection.sides(tally.instance, tally.pairs())


def joining(tally: Tally, units: Mask, parts: int) -> Change | None:
    """The cheapest change at a part's units that leaves fewer parts."""
    tried = islice((change for u in units.nonzero()[0].tolist() for change in changes(tally, u)), TRIED)
    ordered = sorted(tried, key=lambda change: (tally.difference(change), change))
    for change in ordered[:JOINS]:
        if connection.count(tally.instance, changed(tally, change)) < parts:
            return change
    return None
