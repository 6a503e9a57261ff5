"""Counts too small to be shown where single results are withheld, and those that would give them away.

A count of a group whose size is known gives away its remainder as well; nobody and everybody give away each member.
So a cell is safe if both the count and the remainder reach the least. Where a total is shown, what is hidden adds up to
the total less what is shown: that sum must be safe too, and at least two cells must be hidden.
"""

from __future__ import annotations

from collections.abc import Sequence

Cell = tuple[int, int]
"""A count, and the size of the group it is out of."""


def is_safe(cell: Cell, least: int) -> bool:
    """Whether a count out of a group may be shown: an empty group says nothing about anybody."""
    count, size = cell
    return size == 0 or (count >= least and size - count >= least)


def hidden(cells: Sequence[Cell], least: int, *, total: bool = True) -> set[int]:
    """The places of the cells that must not be shown where their total is (or is not)."""
    found = {at for at, cell in enumerate(cells) if not is_safe(cell, least)}
    if not total or not found:
        return found
    rest = sorted((at for at in range(len(cells)) if at not in found and cells[at][1]), key=lambda at: cells[at])
    while rest and (len(found) < 2 or not is_safe(summed([cells[at] for at in found]), least)):
        found.add(rest.pop(0))
    return found


def summed(cells: Sequence[Cell]) -> Cell:
    """All of them together."""
    return sum(count for count, _ in cells), sum(size for _, size in cells)
