"""Facts as a folder of CSV files, in the units in which people write: points with decimals, 万元, ISO dates."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl

from huoyue.core.scheme.model import FieldSpec, Scheme
from huoyue.core.tables import Facts, Table, input_tables

HUNDREDTHS = {"mark", "settled", "score"}
"""Columns of points among the fixed tables; they are stored as whole hundredths."""

UNWRITTEN = {"source", "row"}
"""Where a record was read from is for the reader to say."""

LIST_MARK = "；"
"""What stands between the entries of a list in one cell."""


def write_facts(scheme: Scheme, facts: Facts, folder: Path) -> list[Path]:
    """Write every table to `folder`, record types under `records/`; columns and choices by id, UTF-8, LF."""
    frames, written = facts.tables(), []
    for name, table in input_tables(scheme).items():
        path = folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_people_write(scheme, table, frames[name]).write_csv().encode())
        written.append(path)
    return written


def as_people_write(scheme: Scheme, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """`frame` with every column as text."""
    specs = fields(scheme, table)
    names = [column.name for column in table.columns if column.name not in UNWRITTEN]
    return frame.select(as_text(pl.col(name), table.schema[name], decimals(name, specs)).alias(name) for name in names)


def fields(scheme: Scheme, table: Table) -> dict[str, FieldSpec]:
    """The scheme's fields among the columns of a table."""
    if table.name == "units":
        return {spec.id: spec for spec in scheme.register_fields}
    kind = table.name.removeprefix("records/")
    return {} if kind == table.name else {spec.id: spec for spec in scheme.record_type(kind).fields}


def decimals(name: str, specs: dict[str, FieldSpec]) -> int:
    if name in specs:
        return specs[name].decimals
    return 2 if not specs and name in HUNDREDTHS else 0


def as_text(column: pl.Expr, dtype: pl.DataType, places: int) -> pl.Expr:
    if dtype == pl.Boolean:
        return pl.when(column).then(pl.lit("是")).when(~column).then(pl.lit("否"))
    if isinstance(dtype, pl.List):
        return pl.when(column.list.len() > 0).then(column.list.join(LIST_MARK))
    if places:
        return column.map_elements(lambda value: plain(value, places), return_dtype=pl.String)
    return column.cast(pl.String)


def plain(value: int, places: int) -> str:
    """A stored whole number as people write it: 250 with two places is 2.5."""
    number = Decimal(value).scaleb(-places)
    return f"{number.normalize():f}"
