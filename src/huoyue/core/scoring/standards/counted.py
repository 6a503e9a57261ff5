"""Points by counting: categories, items of a checklist, presence."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add

import narwhals as nw

from huoyue.core.scoring.standards.stepped import Ladder, steps


def categories(counts: Sequence[nw.Expr], points: Sequence[int], cap: int) -> nw.Expr:
    """Each record earns the points of its category; the sum is held at `cap`."""
    total = reduce(add, (count * worth for count, worth in zip(counts, points, strict=True)))
    return nw.min_horizontal(total, nw.lit(cap, dtype=nw.Int64))


def items_met(counts: Sequence[nw.Expr]) -> nw.Expr:
    """How many items of a checklist have at least one record."""
    return reduce(add, (_one(count) for count in counts))


def checklist(counts: Sequence[nw.Expr], points: Sequence[int]) -> nw.Expr:
    """The points of every item that has at least one record."""
    return reduce(add, (_one(count) * worth for count, worth in zip(counts, points, strict=True)))


def checklist_by_number(counts: Sequence[nw.Expr], ladder: Ladder) -> nw.Expr:
    """The points that the number of items met reaches."""
    return steps(items_met(counts), 1, ladder)


def presence(count: nw.Expr, points: int) -> nw.Expr:
    """`points` when there is at least one record."""
    return _one(count) * points


def _one(count: nw.Expr) -> nw.Expr:
    return nw.when(count > 0).then(nw.lit(1, dtype=nw.Int64)).otherwise(nw.lit(0, dtype=nw.Int64))
