"""Typed rows as the tables of the engine: without rows that stand twice, with what files do not carry."""

from __future__ import annotations

from collections import Counter
from typing import Any

import polars as pl

from huoyue.core.problem import Problem
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Table, input_tables
from huoyue.exchange.duplicates import without_duplicates
from huoyue.exchange.rows import Rows


def framed(
    scheme: Scheme, tables: dict[str, Rows]
) -> tuple[dict[str, pl.DataFrame], dict[str, list[int]], list[Problem]]:
    """The rows of every table as its frame, without rows that stand twice; and which rows those are."""
    left: dict[str, list[int]] = {}
    frames: dict[str, pl.DataFrame] = {}
    problems: list[Problem] = []
    for name, table in input_tables(scheme).items():
        if name not in tables:  # no sheet brings objections and what they corrected
            frames[name], left[name] = table.empty(), []
            continue
        rows = tables[name]
        left[name], dropped = without_duplicates(rows, table)
        problems += dropped
        frames[name] = frame_of(table, rows, left[name])
    return frames, left, problems


def frame_of(table: Table, rows: Rows, kept: list[int]) -> pl.DataFrame:
    """A frame of the rows `kept`; what the file does not carry is derived: record numbers, places, register order."""
    columns: dict[str, list[Any]] = {}
    for name, dtype in table.schema.items():
        if name == "position":
            columns[name] = list(range(1, len(kept) + 1))
        elif name == "source":
            columns[name] = [rows.places[n][0].file.name for n in kept]
        elif name == "row":
            columns[name] = [rows.places[n][0].first_row + rows.places[n][1] for n in kept]
        elif isinstance(dtype, pl.List):
            columns[name] = [(rows.columns[name][n] or "").split("\n") if rows.columns[name][n] else [] for n in kept]
        elif name == "record":
            columns[name] = record_numbers(table, rows, kept)
        elif name == "basis" and table.name == "units":
            columns[name] = [rows.columns[name][n] or "registered" for n in kept]
        elif name == "indicator" and table.name == "decisions":
            columns[name] = ["*" if rows.columns[name][n] == "whole" else rows.columns[name][n] for n in kept]
        else:
            found = rows.columns.get(name)
            columns[name] = [found[n] if found is not None else None for n in kept]
    return pl.DataFrame(columns, schema=table.schema)


def record_numbers(table: Table, rows: Rows, kept: list[int]) -> list[str]:
    """The numbers given in the file, else type, unit and running number within the unit: meeting-A015-003.

    Rows put in for one unit leave the numbers of all others as they were.
    """
    kind = table.name.removeprefix("records/")
    given, units = rows.columns["record"], rows.columns["unit"]
    taken, counts = set(given), Counter[str]()
    numbers: list[str] = []
    for n in kept:
        number = given[n]
        while number is None or (given[n] is None and number in taken):
            counts[units[n]] += 1
            number = f"{kind}-{units[n]}-{counts[units[n]]:03d}"
        numbers.append(number)
    return numbers
