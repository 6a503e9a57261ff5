"""Rows that stand twice: the same row is dropped and said, two that contradict each other are refused."""

from __future__ import annotations

from typing import Any

from huoyue.core.message import M
from huoyue.core.problem import Problem
from huoyue.core.tables import Table
from huoyue.exchange.rows import Rows


def key_of(rows: Rows, table: Table) -> tuple[str, ...]:
    """The columns by which two rows are the same thing; records without a key are the same only in everything."""
    kind = rows.sheet.record_type
    if kind is None:
        return table.key
    if kind.single:
        return ("unit",)
    return ("unit", *kind.key) if kind.key else tuple(name for name in rows.columns if name != "record")


def without_duplicates(rows: Rows, table: Table) -> tuple[list[int], list[Problem]]:
    """The rows to keep by number, and what is said of the others. Rows with an empty key are all kept."""
    key = key_of(rows, table)
    seen: dict[tuple[Any, ...], int] = {}
    numbers: dict[str, int] = {}
    kept: list[int] = []
    problems: list[Problem] = []
    for n, (grid, row) in enumerate(rows.places):
        values = tuple(rows.columns[name][n] for name in key)
        if values in seen and None not in values:
            first_grid, first_row = rows.places[seen[values]]
            where = M("{sheet} row {row}", sheet=first_grid.sheet, row=first_grid.first_row + first_row)
            problems.append(_said(rows, n, seen[values], grid.place(row), where))
            continue
        seen.setdefault(values, n)
        kept.append(n)
        number = rows.columns["record"][n] if "record" in rows.columns else None
        if number is not None and numbers.setdefault(number, n) != n:
            what = M("The record number {number} is used twice.", number=number)
            problems.append(
                Problem("row.number", what, M("Give each record its own number, or none."), grid.place(row))
            )
    return kept, problems


def _said(rows: Rows, n: int, first: int, place: Any, where: Any) -> Problem:
    differing = [name for name, values in rows.columns.items() if name != "record" and values[n] != values[first]]
    if not differing:
        what = M("The row stands already in {where}; it counts once.", where=where)
        return Problem("row.duplicate", what, None, place, "note")
    titles = tuple(column.title for column in rows.sheet.columns if column.name in differing)
    what = M("The row names the same as {where} but differs in: {titles}.", where=where, titles=titles)
    return Problem("row.contradicts", what, M("Keep the right one of the two."), place)
