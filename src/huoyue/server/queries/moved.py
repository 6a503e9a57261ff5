"""What moved between two snapshots of a round: points, scores, tiers, ranks, and the correction that moved them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from huoyue.snapshot.store import Snapshot

Row = dict[str, Any]


def moved_between(before: Snapshot, after: Snapshot) -> list[Row]:
    """One row for every correction that is new, with what became of its unit; then the units that moved without one.

    `before` and `after` are points in hundredths, exact to the nearest; score, tier and rank are [before, after], None
    where a unit has none.
    """
    known = {(row["unit"], row["indicator"]): row for row in before.facts.corrections.iter_rows(named=True)}
    settled = [settled_points(one) for one in (before, after)]
    rows: list[Row] = []
    for row in after.facts.corrections.iter_rows(named=True):
        cell = row["unit"], row["indicator"]
        if known.get(cell) == row:
            continue
        rows.append({"unit": cell[0], "indicator": cell[1], "before": settled[0].get(cell),
                     "after": settled[1].get(cell), "reason": row["reason"], "number": row["number"]})  # fmt: skip
    kept = list(before.facts.overrides.iter_rows(named=True))
    rows += [{"unit": row["unit"], "indicator": "", "before": None, "after": None, "reason": row["reason"],
              "number": row["by"], "verdict": row["verdict"]}
             for row in after.facts.overrides.iter_rows(named=True) if row not in kept]  # fmt: skip
    named = {row["unit"] for row in rows}
    places = [places_of(one) for one in (before, after)]
    moved = [unit for unit in places[0].keys() | places[1].keys() if places[0].get(unit) != places[1].get(unit)]
    rows += [{"unit": unit, "indicator": "", "before": None, "after": None, "reason": "", "number": ""}
             for unit in sorted(moved) if unit not in named]  # fmt: skip
    return [row | pair_of(places[0].get(row["unit"], {}), places[1].get(row["unit"], {})) for row in rows]


def settled_points(snapshot: Snapshot) -> dict[tuple[str, str], int]:
    """(unit, indicator) -> settled points in hundredths, to the nearest."""
    rows = snapshot.results["settled"].select("unit", "indicator", "settled_num", "settled_den").iter_rows()
    return {(unit, indicator): int(Fraction(num, den) + Fraction(1, 2)) for unit, indicator, num, den in rows}


def places_of(snapshot: Snapshot) -> dict[str, Row]:
    """unit -> score, tier and rank."""
    rows = snapshot.results["scores"].select("unit", "score", "tier", "rank").iter_rows(named=True)
    return {row.pop("unit"): row for row in rows}


def pair_of(before: Row, after: Row) -> Row:
    return {name: [before.get(name), after.get(name)] for name in ("score", "tier", "rank")}
