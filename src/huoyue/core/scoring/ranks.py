"""Ranks by a scheme's rule for ties, and the stable order in which units are listed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from huoyue.core.scheme.model import Ties


@dataclass(frozen=True)
class Standing:
    """A unit to be ranked: its rounded score, what breaks ties, and its place in the register."""

    unit: str
    score: int
    chain: tuple[Fraction, ...]
    position: int


@dataclass(frozen=True)
class Ranked:
    """Rank by the rule for ties, and serial number in the stable order, both from 1."""

    unit: str
    rank: int
    serial: int


def ranked(standings: Iterable[Standing], ties: Ties) -> list[Ranked]:
    """Units in the stable order: score, then the chain if ties are broken by one, then register order or code.

    serial: the rank is the serial number. shared, chain: units that are still equal share the best rank of theirs,
    and the ranks that it covers are left out (1, 2, 2, 4).
    """

    def key(standing: Standing) -> tuple[Fraction | int, ...]:
        broken = standing.chain if ties.method == "chain" else ()
        return (-standing.score, *(-value for value in broken))

    def place(standing: Standing) -> tuple[int | str, ...]:
        return (standing.position, standing.unit) if ties.then == "register" else (standing.unit,)

    ordered = sorted(standings, key=lambda standing: (key(standing), place(standing)))
    first: dict[tuple[Fraction | int, ...], int] = {}
    for serial, standing in enumerate(ordered, 1):
        first.setdefault(key(standing), serial)
    return [
        Ranked(standing.unit, serial if ties.method == "serial" else first[key(standing)], serial)
        for serial, standing in enumerate(ordered, 1)
    ]
