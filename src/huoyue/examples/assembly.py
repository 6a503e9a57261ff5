"""Rows gathered into the tables of `Facts`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts, Table, input_tables
from huoyue.exchange.facts_folder import facts_from

Row = Mapping[str, object]


def gathered(scheme: Scheme, rows: Mapping[str, Sequence[Row]]) -> Facts:
    """`Facts` from rows by table name; what is not named is empty. NotThisTable if they do not fit."""
    frames = {name: filled(table, rows.get(name, ())) for name, table in input_tables(scheme).items()}
    return facts_from(frames)


def filled(table: Table, rows: Iterable[Row]) -> pl.DataFrame:
    return table.frame({column.name: row.get(column.name) for column in table.columns} for row in rows)
