"""The programme over some teams as matrices, and its solution in fractions and in whole numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from huoyue.core.review.assignment.highs import linear, mixed, sparse
from huoyue.core.review.assignment.instance import Mask, Whole
from huoyue.core.review.assignment.program import SCALE, Spread, levels
from huoyue.core.review.assignment.teams import Teams

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

ABOUT = 4
"""Levels above and below the counts of the start; what is farther is one column at its mean cost."""
NODES = 200

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Master:
    """The programme over some columns (team, unit), in order."""

    team: Whole
    unit: Whole
    cost: Floats
    matrix: csr_matrix
    right: Floats
    upper: Floats
    rows: tuple[Whole, ...]
    twin_rows: Whole


@dataclass
class Draft:
    """Rows and columns while they are put together."""

    row: int
    column: int
    entries: list[tuple[Whole, Whole, Floats]] = field(default_factory=list)
    costs: list[Floats] = field(default_factory=list)
    uppers: list[Floats] = field(default_factory=list)

    def members(self, row: Whole, column: Whole) -> None:
        self.entries.append((row, column, np.ones(len(row))))

    def levels(self, row: Whole, cost: Floats, upper: Floats, rows: int) -> None:
        """Level columns of the next rows, of which there are so many."""
        self.entries.append((self.row + row, self.column + np.arange(len(row)), -np.ones(len(row))))
        self.costs.append(cost)
        self.uppers.append(upper)
        self.row, self.column = self.row + rows, self.column + len(row)


def built(teams: Teams, parts: tuple[Spread, ...], columns: Mask, center: tuple[Whole, ...]) -> Master:
    """The programme over the (team, unit) of `columns`. `center`: counts near which levels are single columns."""
    team, unit = np.nonzero(columns)
    size, units = len(team), columns.shape[1]
    draft = Draft(row=units, column=size, costs=[teams.cost[team, unit] / SCALE], uppers=[np.ones(size)])
    draft.members(unit, np.arange(size))
    of, expert = np.nonzero(teams.members[team])
    rows = tuple(
        expert_rows(draft, part, of, part.key[expert, unit[of]], middle)
        for part, middle in zip(parts, center, strict=True)
    )
    twins = twin_rows(draft, teams, team, unit)
    at, where, value = (np.concatenate(one) for one in zip(*draft.entries, strict=True))
    right = np.zeros(draft.row)
    right[:units] = 1
    return Master(
        team=team, unit=unit, cost=np.concatenate(draft.costs), right=right, upper=np.concatenate(draft.uppers),
        matrix=sparse(value, at, where, shape=(draft.row, draft.column)), rows=rows, twin_rows=twins,
    )  # fmt: skip


def expert_rows(draft: Draft, part: Spread, of: Whole, key: Whole, middle: Whole) -> Whole:
    """The rows of a spread over experts; their keys. `of`, `key`: column and key of every member."""
    kept = key >= 0
    keys, place, count = np.unique(key[kept], return_inverse=True, return_counts=True)
    draft.members(draft.row + place, of[kept])
    most = np.minimum(np.clip(part.limit[keys], 0, None), count)
    draft.levels(*stepped(part.weight, np.minimum(most, middle[keys] + ABOUT), middle[keys] - ABOUT), len(keys))
    return keys


def twin_rows(draft: Draft, teams: Teams, team: Whole, unit: Whole) -> Whole:
    """The rows of teams that more than one unit of a competition could have; their keys."""
    inside = np.flatnonzero(teams.competition[unit] >= 0)
    key = teams.competition[unit[inside]] * len(teams.members) + team[inside]
    keys, place, count = np.unique(key, return_inverse=True, return_counts=True)
    shared, number = count > 1, np.cumsum(count > 1) - 1
    kept = shared[place]
    draft.members(draft.row + number[place[kept]], inside[kept])
    row, level = levels(count[shared])
    draft.levels(row, teams.twins * level.astype(float), np.ones(len(row)), int(shared.sum()))
    found: Whole = keys[shared]
    return found


def stepped(weight: int, most: Whole, least: Whole) -> tuple[Whole, Floats, Floats]:
    """(row, cost, upper) of level columns: one for the first `least` levels, then one each up to `most`."""
    least = np.clip(np.minimum(least, most), 0, None)
    first = np.flatnonzero(least)
    row, level = levels(most - least)
    return (
        np.concatenate([first, row]),
        weight * np.concatenate([(least[first] - 1) / 2, level + least[row]]),
        np.concatenate([least[first], np.ones(len(row))]).astype(float),
    )


def solved(master: Master) -> tuple[Floats, Floats, float]:
    """Value of every team column, marginals, objective."""
    limits = np.stack([np.zeros(len(master.upper)), master.upper], axis=1)
    found = linear(master.cost, master.matrix, master.right, limits, method="highs-ipm")
    if found.x is None:
        raise RuntimeError(f"the linear programme was not solved: {found.message}")
    return found.x[: len(master.team)], found.eqlin.marginals, float(found.fun)


def prices_in(
    master: Master, parts: tuple[Spread, ...], teams: Teams, marginals: Floats
) -> tuple[tuple[Whole, ...], Whole, Whole]:
    """Prices of the experts' rows, of (competition, team), and of the units."""
    scaled = np.rint(marginals * SCALE).astype(np.int64)
    row = len(scaled) - len(master.twin_rows) - sum(len(keys) for keys in master.rows)
    of_unit, rows = scaled[:row], []
    for part, keys in zip(parts, master.rows, strict=True):
        price = np.zeros(len(part.limit), np.int64)
        price[keys] = scaled[row : row + len(keys)]
        rows.append(price)
        row += len(keys)
    twin = np.zeros(teams.competitions * len(teams.members), np.int64)
    twin[master.twin_rows] = np.minimum(scaled[row:], 0)
    return tuple(rows), twin.reshape(teams.competitions, len(teams.members)), of_unit


def whole(master: Master, bound: int) -> Whole | None:
    """Every unit's team by a mixed-integer programme over the columns there are."""
    size = len(master.team)
    integral = np.zeros(len(master.cost))
    integral[:size] = 1
    found = mixed(
        master.cost, integral, (0, master.upper), master.matrix, master.right, master.right,
        gap=0.5 / max(1, abs(bound)), nodes=NODES,
    )  # fmt: skip
    if found.x is None:
        return None
    chosen = found.x[:size] > 0.5
    teams = np.zeros(len(np.unique(master.unit)), np.int64)
    teams[master.unit[chosen]] = master.team[chosen]
    return teams
