"""The programmes that HiGHS solves for us: linear ones, and those with whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Numbers = NDArray[np.float64]


def sparse(value: Any, row: Any, column: Any, *, shape: tuple[int, int]) -> csr_matrix:
    """The matrix of these values, each at its row and column; nothing elsewhere."""
    from scipy.sparse import csr_matrix  # why: slow

    return csr_matrix((value, (row, column)), shape=shape)


def linear(cost: Numbers, matrix: csr_matrix, right: NDArray[Any], limits: NDArray[Any], *, method: str) -> Any:
    """The least `cost` with `matrix` x = `right` and a lower and an upper limit (`limits`, a row each) of every x."""
    from scipy.optimize import linprog  # why: slow

    return linprog(cost, A_eq=matrix, b_eq=right, bounds=limits, method=method)


def mixed(
    cost: Numbers, whole: Numbers, limits: tuple[Any, Any], matrix: csr_matrix, least: Any, most: Any, *, gap: float,
    nodes: int,
) -> Any:  # fmt: skip
    """The least `cost` with `least` <= `matrix` x <= `most`, `limits` of x, and x a whole number where `whole` is 1.

    It ends at a relative `gap` between the best solution and the bound, or after so many `nodes`.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # why: slow

    return milp(
        cost, integrality=whole, bounds=Bounds(*limits), constraints=LinearConstraint(matrix, least, most),
        options={"mip_rel_gap": gap, "node_limit": nodes},
    )  # fmt: skip
