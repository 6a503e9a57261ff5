"""A handful of things that a careful secretariat would look into, planted for the plausibility checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

from huoyue.examples.reconstruction.ledger import Row

Rows = dict[str, list[Row]]


def plant(rows: Rows, evaluated: set[str], rng: Random) -> None:
    """Change four pairs of records in ways that earn nobody a different point."""
    claimed_twice(rows, evaluated, rng)
    joint_project(rows, evaluated, rng)
    shared_evidence(rows, evaluated, rng)
    far_too_much(rows, evaluated, rng)


def two(rows: Rows, kind: str, evaluated: set[str], rng: Random, fits: Callable[[Row], bool]) -> tuple[Row, Row]:
    """Two records of a kind that fit, from different evaluated units."""
    free = [row for row in rows[f"records/{kind}"] if row["unit"] in evaluated and fits(row)]
    one = rng.choice(free)
    return one, rng.choice([row for row in free if row["unit"] != one["unit"]])


def is_government(row: Row) -> bool:
    """A government project nothing was done to yet: its number still holds its unit's code."""
    return row["kind"] == "government" and str(row["number"]).startswith(f"CG-{row['unit']}-0")


def claimed_twice(rows: Rows, evaluated: set[str], rng: Random) -> None:
    """One project number in two filings that do not name each other."""
    one, other = two(rows, "project", evaluated, rng, is_government)
    other["number"] = one["number"]


def joint_project(rows: Rows, evaluated: set[str], rng: Random) -> None:
    """One project of two alliances that do name each other: nothing is wrong with it."""
    taken = Counter(row["number"] for row in rows["records/project"])
    one, other = two(rows, "project", evaluated, rng, lambda row: is_government(row) and taken[row["number"]] == 1)
    pair = f"{one['unit']}-{other['unit']}"
    for row, partner in ((one, other), (other, one)):
        row |= {"number": f"CG-{pair}", "title": f"协同创新项目{pair}（重构）", "partner": partner["unit"]}


def shared_evidence(rows: Rows, evaluated: set[str], rng: Random) -> None:
    """One reference to evidence under two filings."""
    one, other = two(rows, "study", evaluated, rng, lambda row: row["evidence"] is not None)
    other["evidence"] = one["evidence"]


def far_too_much(rows: Rows, evaluated: set[str], rng: Random) -> None:
    """A sum like yuan in a column of ten thousands of yuan; for projects of its kind funding earns nothing."""
    one, _ = two(rows, "project", evaluated, rng, is_government)
    one["funding"] = int(str(one["funding"])) * 1000
