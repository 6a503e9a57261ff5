"""Two evaluations of the same facts set side by side: who moves, which indicators made them move, and the tiers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import polars as pl

from huoyue.core.evaluation import Results
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.compare import Comparison
from huoyue.core.scheme.model import Scheme, hundredths
from huoyue.core.what_if.carry import Carried

Kind = Literal["up", "down", "same", "other", "in", "out", "absent"]
"""up, down, same: its tier; other: the tiers of the two schemes cannot be put in one order; in, out: evaluated by one
of the two schemes alone; absent: by neither."""
NOT_EVALUATED = "not_evaluated"


@dataclass(frozen=True)
class Cause:
    """An indicator that made a difference: points and points attainable before and now, in hundredths; None: not there.

    `weight`: by how much of the whole total it moved the unit, as a fraction; positive is up.
    """

    indicator: str
    before: Fraction | None
    of_before: int
    now: Fraction | None
    of_now: int
    weight: Fraction


@dataclass(frozen=True)
class Standing:
    """What a unit came to: score in hundredths, tier, rank; nothing if it was not evaluated."""

    score: int | None = None
    tier: str | None = None
    rank: int | None = None
    veto: str | None = None


@dataclass(frozen=True)
class Move:
    """One unit under both schemes. `border`: the old score lies in another tier by the new borders alone."""

    unit: str
    name: str
    kind: Kind
    before: Standing
    now: Standing
    causes: tuple[Cause, ...] = ()
    border: bool = False

    @property
    def moved(self) -> bool:
        """Whether the tier, or being evaluated at all, is another one."""
        return self.kind not in ("same", "absent")

    @property
    def veto(self) -> bool:
        """Whether a veto holds the tier down under one of the schemes only."""
        return self.before.veto != self.now.veto


@dataclass(frozen=True)
class WhatIf:
    """A round's facts under its own scheme and another one. `moves` has every unit, in register order."""

    scheme: Scheme
    other: Scheme
    comparison: Comparison
    carried: Carried
    results: Results
    moves: list[Move]
    tiers_before: dict[str, int]
    tiers_now: dict[str, int]

    @property
    def moved(self) -> list[Move]:
        """The units whose tier, or being evaluated, changes; the largest change of the score's share first."""
        return sorted((move for move in self.moves if move.moved), key=self._size)

    @property
    def matrix(self) -> dict[tuple[str, str], int]:
        """(tier before, tier now) -> units; NOT_EVALUATED where there is none. Only what occurs."""
        pairs = ((move.before.tier or NOT_EVALUATED, move.now.tier or NOT_EVALUATED) for move in self.moves)
        return dict(Counter(pairs))

    def _size(self, move: Move) -> tuple[int, Fraction]:
        order = ("out", "down", "other", "up", "in")
        share = Fraction(move.now.score or 0, hundredths(self.other.points)) - Fraction(
            move.before.score or 0, hundredths(self.scheme.points)
        )
        return order.index(move.kind), -abs(share)


def counted(scheme: Scheme, results: Results) -> dict[str, int]:
    """Units in each tier from the top, and those not evaluated."""
    found = Counter(results["scores"]["tier"].to_list())
    absent = results["screening"].height - results["scores"].height
    return {tier.id: found[tier.id] for tier in tiers_from_top(scheme)} | {NOT_EVALUATED: absent}


def moves(
    scheme: Scheme, other: Scheme, comparison: Comparison, units: pl.DataFrame, before: Results, now: Results
) -> list[Move]:
    """Every unit that either scheme screens, in register order, with what made the difference."""
    old, new = (_standings(results) for results in (before, now))
    old_points, new_points = (_points(results) for results in (before, now))
    pairs = {pair.indicator: pair.before for pair in comparison.pairs if pair.comparability != "retired"}
    retired = [pair.indicator for pair in comparison.pairs if pair.comparability == "retired"]
    ladder = _ladder(scheme, other)
    totals = hundredths(scheme.points), hundredths(other.points)
    found = []
    for unit, name in units.sort("position").select("unit", "name").iter_rows():
        if unit not in old and unit not in new:
            continue
        was, then = old.get(unit, Standing()), new.get(unit, Standing())
        causes = _causes(old_points.get(unit, {}), new_points.get(unit, {}), pairs, retired, totals)
        kind = _kind(was, then, ladder)
        both = was.score is not None and then.score is not None
        border = both and _by_border(other, was, totals, ladder)
        found.append(Move(unit, name, kind, was, then, causes if both else (), border))
    return found


def _standings(results: Results) -> dict[str, Standing]:
    screened: dict[str, Standing] = dict.fromkeys(results["screening"]["unit"].to_list(), Standing())
    rows = results["scores"].select("unit", "score", "tier", "rank", "veto").iter_rows()
    return screened | {unit: Standing(*rest) for unit, *rest in rows}


def _points(results: Results) -> dict[str, dict[str, tuple[Fraction, int]]]:
    """unit -> indicator -> settled points and points attainable."""
    found: dict[str, dict[str, tuple[Fraction, int]]] = {}
    wanted = results["settled"].select("unit", "indicator", "settled_num", "settled_den", "maximum")
    for unit, indicator, above, below, most in wanted.iter_rows():
        found.setdefault(unit, {})[indicator] = (Fraction(above, below), most)
    return found


def _ladder(scheme: Scheme, other: Scheme) -> dict[str, int] | None:
    """The height of every tier of either scheme; None if the two have no order in common.

    Tiers go by their ids where both schemes have the same; else by their place from the top if they are as many.
    """
    old, new = ([tier.id for tier in tiers_from_top(one)] for one in (scheme, other))
    if set(old) == set(new):
        return {name: -place for place, name in enumerate(new)}
    if len(old) == len(new) and not set(old) & set(new):
        return {name: -place for names in (old, new) for place, name in enumerate(names)}
    return None


def _kind(was: Standing, then: Standing, ladder: dict[str, int] | None) -> Kind:
    if was.tier is None or then.tier is None:
        return "absent" if was.tier is then.tier else "in" if was.tier is None else "out"
    if ladder is None:
        return "same" if was.tier == then.tier else "other"
    step = ladder[then.tier] - ladder[was.tier]
    return "up" if step > 0 else "down" if step < 0 else "same"


def _by_border(other: Scheme, was: Standing, totals: tuple[int, int], ladder: dict[str, int] | None) -> bool:
    """Whether the old score, as a share of the total, has another tier by the other scheme's borders."""
    share = Fraction(was.score or 0) * totals[1] / totals[0]
    tiers = tiers_from_top(other)
    by_new = next((tier.id for tier in tiers if share >= hundredths(tier.at_least)), tiers[-1].id)
    if was.veto is not None or was.tier is None:
        return False
    return by_new != was.tier if ladder is None else ladder[by_new] != ladder[was.tier]


def _causes(
    old: dict[str, tuple[Fraction, int]],
    new: dict[str, tuple[Fraction, int]],
    pairs: dict[str, str | None],
    retired: list[str],
    totals: tuple[int, int],
) -> tuple[Cause, ...]:
    """The indicators that moved a unit, the strongest first."""
    found = []
    for name, before in [*pairs.items(), *((name, name) for name in retired)]:
        given: tuple[Any, int] = old.get(before or "", (None, 0))
        gets: tuple[Any, int] = (None, 0) if name in retired else new.get(name, (None, 0))
        weight = (gets[0] or Fraction(0)) / totals[1] - (given[0] or Fraction(0)) / totals[0]
        if weight:
            found.append(Cause(name, *given, *gets, weight))
    return tuple(sorted(found, key=lambda cause: -abs(cause.weight)))
