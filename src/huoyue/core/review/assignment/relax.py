"""The programme without connection and twins: a linear programme over few columns, priced until it holds for all.

A bipartite network with convex costs has whole-numbered optima (Ahuja, Magnanti and Orlin 1993, ch. 14); batches and
industries cross each other, so a few fractions are possible, and are made whole by a mixed-integer programme over
what is open. Large instances start from the cheapest columns; pairs whose reduced cost is below 0 come in until there
is none (column generation), so that the bound holds over all pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from huoyue.core.review.assignment.highs import linear, mixed
from huoyue.core.review.assignment.instance import Instance, Mask, Whole
from huoyue.core.review.assignment.program import (
    Prices,
    Program,
    Spread,
    bound_of,
    build,
    noise_of,
    prices_of,
    reduced,
    spreads,
)

ALL_COLUMNS = 60_000
"""Up to so many pairs all are columns from the start."""
STEPS, SPARE, MORE, ROUNDS = 12, 4, 8, 12
"""Steps that find where to begin, columns of a unit beyond what it wants (for each spread), more in a round, rounds."""
LACKING = 100
"""How much dearer than the dearest pair a missing expert is while columns are looked for."""
NODES = 1_000
NEAR = 1e-6


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """Pairs that keep what binds, a lower bound on the whole cost of any that do, and what it rests on."""

    pairs: Mask
    bound: int
    parts: tuple[Spread, ...]
    noise: Whole
    prices: Prices


def relaxed(instance: Instance, seed: int) -> Relaxed:
    """The best pairs by the objective without twins and connection; the instance must have a solution."""
    parts, noise = spreads(instance), noise_of(instance, seed)
    if instance.allowed.sum() > ALL_COLUMNS:
        program, solution, prices = priced_in(instance, parts, noise)
    else:
        program, solution, prices = solved(build(instance, parts, instance.allowed, noise), parts)
    bound = bound_of(instance, parts, noise, prices)
    pairs = rounded(program, solution, instance)
    return Relaxed(pairs=pairs, bound=bound, parts=parts, noise=noise, prices=prices)


def priced_in(
    instance: Instance, parts: tuple[Spread, ...], noise: Whole
) -> tuple[Program, NDArray[np.float64], Prices]:
    """The optimum over few columns, once no other can lower it by 1, or after ROUNDS when nobody is missing."""
    columns = start(instance, parts, noise) | instance.fixed
    lacking = LACKING * (1 + int(np.abs(instance.whole_cost).max()))
    method = "highs-ipm" if len(parts) > 1 else "highs-ds"
    for number in count():
        program, solution, prices = solved(build(instance, parts, columns, noise, lacking), parts, method)
        missing = solution[-instance.shape[1] :].sum() > NEAR
        done = number >= ROUNDS or bound_of(instance, parts, noise, prices) >= program.cost @ solution - 1
        if done and not missing:
            break
        rest = np.where(instance.allowed & ~columns, reduced(instance, parts, noise, prices), 0)
        if not add(columns, rest) and not missing:
            break
        lacking *= 10 if missing else 1
    return program, solution, prices


def solved(
    program: Program, parts: tuple[Spread, ...], method: str = "highs-ds"
) -> tuple[Program, NDArray[np.float64], Prices]:
    """The optimum of the linear programme, and its prices."""
    limits = np.stack([program.lower, program.upper], axis=1)
    found = linear(program.cost, program.matrix, program.right, limits, method=method)
    if found.x is None:
        raise RuntimeError(f"the linear programme was not solved: {found.message}")
    return program, found.x, prices_of(program, parts, found.eqlin.marginals)


def start(instance: Instance, parts: tuple[Spread, ...], noise: Whole) -> Mask:
    """Each unit's cheapest experts, when experts in demand are dearer: prices found by a few subgradient steps.

    The prices only choose where to begin; whatever they are, pricing ends at the same optimum.
    """
    wanted = instance.demand
    share = np.minimum(instance.capacity, -(-int(wanted.sum()) // max(1, len(instance.capacity))))
    room = np.maximum(1, share if instance.weights.loads else instance.capacity)
    cost = np.where(instance.allowed, instance.whole_cost, np.abs(instance.whole_cost).max() * 10 + 1)
    cost = cost.astype(np.float32) + (noise / (1 + noise.max())).astype(np.float32)
    most, price = int(wanted.max()), np.zeros(len(room), np.float32)
    step = float(cost[instance.allowed].std()) / 2
    for number in range(STEPS):
        cheapest = np.argpartition(cost + price[:, None], most - 1, axis=0)[:most]
        load = np.bincount(cheapest.ravel(), minlength=len(room))
        price = np.maximum(0, price + step / (1 + number) ** 0.6 * (load - room) / room).astype(np.float32)
    return among(cost + price[:, None], min(most + SPARE * len(parts), len(room))) & instance.allowed


def among(cost: NDArray[np.float32], most: int) -> Mask:
    """Where the `most` cheapest of every column are."""
    found = np.zeros(cost.shape, bool)
    np.put_along_axis(found, np.argpartition(cost, most - 1, axis=0)[:most], True, axis=0)
    return found


def add(columns: Mask, rest: Whole) -> bool:
    """Bring in each unit's pairs of the least reduced cost below 0; whether there were any."""
    new = among(rest.astype(np.float32), min(MORE, len(rest))) & (rest < -2)
    columns |= new
    return bool(new.any())


def rounded(program: Program, solution: NDArray[np.float64], instance: Instance) -> Mask:
    """The pairs of a solution; where there are fractions, the units concerned are solved in whole numbers."""
    pairs = len(program.expert)
    value = solution[:pairs]
    open_units = np.zeros(instance.shape[1], bool)
    open_units[program.unit[np.abs(value - np.rint(value)) > NEAR]] = True
    chosen = np.rint(value).astype(np.int64)
    if open_units.any():
        chosen = whole(program, np.where(open_units[program.unit], -1, chosen), float(program.cost @ solution))
    found = np.zeros(instance.shape, bool)
    found[program.expert[chosen == 1], program.unit[chosen == 1]] = True
    return found


def whole(program: Program, settled: Whole, about: float) -> Whole:
    """Pairs in whole numbers; those of `settled` that are not -1 stay. `about`: what they cost in fractions."""
    pairs = len(program.expert)
    lower, upper = program.lower.astype(float), program.upper.astype(float)
    kept = np.flatnonzero(settled >= 0)
    lower[kept] = upper[kept] = settled[kept]
    integral = np.zeros(len(program.cost))
    integral[:pairs] = 1
    found = mixed(
        program.cost, integral, (lower, upper), program.matrix, program.right, program.right,
        gap=0.5 / max(1.0, abs(about)), nodes=NODES,
    )  # fmt: skip
    if found.x is None:
        raise RuntimeError(f"the programme was not solved: {found.message}")
    chosen: Whole = np.rint(found.x[:pairs]).astype(np.int64)
    return chosen
