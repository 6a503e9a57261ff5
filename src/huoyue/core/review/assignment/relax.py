"""The programme without connection and twins: a linear programme over few columns, priced until it holds for all.

A bipartite network with convex costs has whole-numbered optima (Ahuja, Magnanti and Orlin 1993, ch. 14); batches and
industries cross each other, so a few fractions are possible, and are made whole by a mixed-integer programme over
what is open. Large instances start from the cheapest columns; pairs whose reduced cost is below 0 come in until there
is none (column generation), so that the bound holds over all pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from huoyue.core.review.assignment.instance import Instance, Mask, Whole
from huoyue.core.review.assignment.program import (
    Prices,
    Program,
    Spread,
    bound_of,
    build,
    noise_of,
    prices_of,
    spreads,
)

ALL_COLUMNS = 60_000
"""Up to so many pairs all are columns from the start."""
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
    columns = instance.allowed.copy()
    program, solution, prices = solved(instance, parts, columns, noise)
    pairs = rounded(program, solution, instance)
    bound = bound_of(instance, parts, noise, prices)
    return Relaxed(pairs=pairs, bound=bound, parts=parts, noise=noise, prices=prices)


def solved(
    instance: Instance, parts: tuple[Spread, ...], columns: Mask, noise: Whole
) -> tuple[Program, NDArray[np.float64], Prices]:
    """The linear programme over `columns`: its optimum and prices."""
    program = build(instance, parts, columns, noise)
    limits = np.stack([program.lower, program.upper], axis=1)
    found = linprog(program.cost, A_eq=program.matrix, b_eq=program.right, bounds=limits, method="highs-ds")
    if found.x is None:
        raise RuntimeError(f"the linear programme was not solved: {found.message}")
    return program, found.x, prices_of(program, parts, found.eqlin.marginals)


def rounded(program: Program, solution: NDArray[np.float64], instance: Instance) -> Mask:
    """The pairs of a solution; where there are fractions, the units concerned are solved in whole numbers."""
    pairs = len(program.expert)
    value = solution[:pairs]
    open_units = np.zeros(instance.shape[1], bool)
    open_units[program.unit[np.abs(value - np.rint(value)) > NEAR]] = True
    chosen = np.rint(value).astype(np.int64)
    if open_units.any():
        chosen = whole(program, np.where(open_units[program.unit], -1, chosen))
    found = np.zeros(instance.shape, bool)
    found[program.expert[chosen == 1], program.unit[chosen == 1]] = True
    return found


def whole(program: Program, settled: Whole) -> Whole:
    """Pairs in whole numbers; those of `settled` that are not -1 stay."""
    pairs = len(program.expert)
    lower, upper = program.lower.astype(float), program.upper.astype(float)
    kept = np.flatnonzero(settled >= 0)
    lower[kept] = upper[kept] = settled[kept]
    integral = np.zeros(len(program.cost))
    integral[:pairs] = 1
    found = milp(
        program.cost, integrality=integral, bounds=Bounds(lower, upper),
        constraints=LinearConstraint(program.matrix, program.right, program.right),
        options={"mip_rel_gap": 0.0, "node_limit": 10_000},
    )  # fmt: skip
    if found.x is None:
        raise RuntimeError(f"the programme was not solved: {found.message}")
    chosen: Whole = np.rint(found.x[:pairs]).astype(np.int64)
    return chosen
