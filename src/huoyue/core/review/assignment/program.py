"""The programme in matrix form: which pairs, how convex terms become columns, and a bound that needs no trust.

    minimise    sum c(e,u) x(e,u) + sum over rows r of w(r) (0 y(r,1) + 1 y(r,2) + 2 y(r,3) + ...)
    subject to  sum over e of x(e,u) = demand(u)                for every unit
                sum over (e,u) in r of x(e,u) = sum of y(r,.)   for every row r; at most capacity(e) levels for loads
                x in {0, 1}, 0 <= y <= 1

A row r holds the pairs that are alike in one thing: one expert (load), one expert and batch, one expert and industry,
one unit and background. As the levels cost more and more, they fill from below, and n pairs cost w n(n - 1)/2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from huoyue.core.review.assignment.highs import sparse
from huoyue.core.review.assignment.instance import Instance, Mask, Whole

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

SCALE = 1 << 20
"""Costs and prices are whole multiples of 1/SCALE, so that the bound is computed without rounding."""
NOISE = SCALE >> 2
"""All noise together stays below a quarter of the least difference between two objectives."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """A convex term: for each pair the number of its row (-1 for none), and what each row may hold at most."""

    weight: int
    key: Whole
    limit: Whole
    by_unit: bool = False


@dataclass(frozen=True, kw_only=True)
class Program:
    """Columns: pairs first, then levels. Rows: units first, then those of the spreads. All rows are equations."""

    expert: Whole
    unit: Whole
    cost: NDArray[np.float64]
    matrix: csr_matrix
    right: Whole
    lower: Whole
    upper: Whole
    rows: tuple[Whole, ...]


def spreads(instance: Instance) -> tuple[Spread, ...]:
    """Loads, batches, industries and backgrounds; those that weigh nothing are left out, but loads bind."""
    experts, units = instance.shape
    e, u = np.arange(experts)[:, None], np.arange(units)[None, :]
    weights = instance.weights
    found = [Spread(weight=weights.loads, key=np.broadcast_to(e, (experts, units)), limit=instance.capacity)]
    for weight, code in ((weights.batches, instance.batch), (weights.industries, instance.industry)):
        kinds = int(code.max(initial=-1)) + 1
        key = np.where(code[None, :] >= 0, e * kinds + code[None, :], -1)
        found.append(Spread(weight=weight, key=key, limit=np.repeat(instance.capacity, kinds)))
    kinds = int(instance.background.max(initial=-1)) + 1
    key = np.where(instance.background[:, None] >= 0, u * kinds + instance.background[:, None], -1)
    found.append(Spread(weight=weights.backgrounds, key=key, limit=np.repeat(instance.demand, kinds), by_unit=True))
    return tuple(one for place, one in enumerate(found) if place == 0 or (one.weight and one.key.max(initial=-1) >= 0))


def noise_of(instance: Instance, seed: int) -> Whole:
    """What breaks ties: whole numbers (of 1/SCALE) for the pairs, drawn with the seed."""
    most = max(1, NOISE // max(1, int(instance.demand.sum())))
    return np.random.default_rng(seed).integers(most, size=instance.shape, dtype=np.int64)


def build(instance: Instance, parts: tuple[Spread, ...], columns: Mask, noise: Whole, lacking: int = 0) -> Program:
    """The programme over the pairs of `columns`. `lacking`: what a missing expert costs, where one may be missing."""
    expert, unit = np.nonzero(columns)
    units, pairs = instance.shape[1], len(expert)
    entries = [(unit, np.arange(pairs), np.ones(pairs))]
    costs, uppers, rows = [(instance.whole_cost * SCALE + noise)[expert, unit] / SCALE], [np.ones(pairs, np.int64)], []
    row, column = units, pairs
    for part in parts:
        key = part.key[expert, unit]
        kept = np.flatnonzero(key >= 0)
        keys, place, count = np.unique(key[kept], return_inverse=True, return_counts=True)
        entries.append((row + place, kept, np.ones(len(kept))))
        held = np.minimum(np.clip(part.limit[keys], 0, None), count)
        of_row, level = levels(held) if part.weight else (np.arange(len(keys)), np.zeros(len(keys), np.int64))
        entries.append((row + of_row, column + np.arange(len(of_row)), -np.ones(len(of_row))))
        costs.append(part.weight * level.astype(float))
        uppers.append(np.ones(len(of_row), np.int64) if part.weight else held)
        rows.append(keys)
        row, column = row + len(keys), column + len(of_row)
    if lacking:
        entries.append((np.arange(units), column + np.arange(units), np.ones(units)))
        costs.append(np.full(units, float(lacking)))
        uppers.append(instance.demand)
        column += units
    at, of, value = (np.concatenate(parts_) for parts_ in zip(*entries, strict=True))
    upper = np.concatenate(uppers)
    lower = np.zeros(column, np.int64)
    lower[:pairs] = instance.fixed[expert, unit]
    right = np.zeros(row, np.int64)
    right[:units] = instance.demand
    return Program(
        expert=expert, unit=unit, cost=np.concatenate(costs), matrix=sparse(value, at, of, shape=(row, column)),
        right=right, lower=lower, upper=upper, rows=tuple(rows),
    )  # fmt: skip


def levels(held: Whole) -> tuple[Whole, Whole]:
    """(row, level) of every level column, for rows that hold so many pairs at most."""
    of_row = np.repeat(np.arange(len(held)), held)
    start = np.cumsum(held) - held
    return of_row, np.arange(len(of_row)) - start[of_row]


# --- prices and the bound -------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Dual prices in whole 1/SCALE: of every unit, and of every row of every spread (0 where it has no column)."""

    unit: Whole
    rows: tuple[Whole, ...]


def prices_of(program: Program, parts: tuple[Spread, ...], marginals: NDArray[np.float64]) -> Prices:
    whole = np.rint(marginals * SCALE).astype(np.int64)
    units = len(program.right) - sum(len(keys) for keys in program.rows)
    found, row = [], units
    for part, keys in zip(parts, program.rows, strict=True):
        price = np.zeros(len(part.limit), np.int64)
        price[keys] = whole[row : row + len(keys)]
        found.append(price)
        row += len(keys)
    return Prices(unit=whole[:units], rows=tuple(found))


def reduced(instance: Instance, parts: tuple[Spread, ...], noise: Whole, prices: Prices) -> Whole:
    """Reduced cost of every pair, in 1/SCALE."""
    found: Whole = instance.whole_cost * SCALE + noise - prices.unit[None, :]
    for part, price in zip(parts, prices.rows, strict=True):
        found -= np.where(part.key >= 0, price[part.key], 0)
    return found


def bound_of(instance: Instance, parts: tuple[Spread, ...], noise: Whole, prices: Prices) -> int:
    """A lower bound on the objective, by weak duality over all pairs, in exact arithmetic, whatever the prices are.

    For any prices, demand times price plus every column at its cheaper end is at most what any assignment costs. The
    noise in it is below NOISE for any assignment, and objectives are whole, so it is taken off and rounded up.
    """
    rest = reduced(instance, parts, noise, prices)
    free = instance.allowed & ~instance.fixed
    total = exact(instance.demand * prices.unit) + exact(rest[free & (rest < 0)]) + exact(rest[instance.fixed])
    for part, price in zip(parts, prices.rows, strict=True):
        total += level_bound(part, price, instance.allowed)
    return -((NOISE - total) // SCALE)


def level_bound(part: Spread, price: Whole, allowed: Mask) -> int:
    """The levels' share: those whose reduced cost is below 0, filled from the first."""
    held = np.bincount(part.key[allowed & (part.key >= 0)], minlength=len(part.limit))
    most = np.minimum(np.clip(part.limit, 0, None), held)
    step = part.weight * SCALE
    count = np.where(price < 0, np.minimum(most, -(price // step)) if step else most, 0)
    return exact(price * count) + exact(step * (count * (count - 1) // 2))


def exact(values: Whole) -> int:
    """The sum of whole numbers, however large."""
    return (int((values >> 20).sum()) << 20) + int((values & 0xFFFFF).sum())
