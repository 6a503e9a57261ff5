"""Rows gathered into the tables of `Facts`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts, Table, input_tables

Row = Mapping[str, object]


def gathered(scheme: Scheme, rows: Mapping[str, Sequence[Row]]) -> Facts:
    """`Facts` from rows by table name; what is not named is empty. NotThisTable if they do not fit."""
    frames = {name: filled(table, rows.get(name, ())) for name, table in input_tables(scheme).items()}
    return facts_of(frames)


def facts_of(frames: Mapping[str, pl.DataFrame]) -> Facts:
    """`Facts` from frames by table name, record types as `records/<id>`."""
    records = {name.removeprefix("records/"): frame for name, frame in frames.items() if name.startswith("records/")}
    single = {name: frame for name, frame in frames.items() if not name.startswith("records/")}
    return Facts(**single, records=records)


def filled(table: Table, rows: Iterable[Row]) -> pl.DataFrame:
    return table.frame({column.name: row.get(column.name) for column in table.columns} for row in rows)
