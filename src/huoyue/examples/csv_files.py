"""Facts as a folder of CSV files, in the units in which people write: points with decimals, 万元, ISO dates."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl

from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts, input_tables
from huoyue.exchange.layout import Sheet, sheets

LIST_MARK = "；"
"""What stands between the entries of a list in one cell."""


WHOLE = ("*", "whole")
"""How the tables and how people write that a decision is on the unit as a whole."""


def write_facts(scheme: Scheme, facts: Facts, folder: Path) -> list[Path]:
    """Write every table to `folder`, record types under `records/`, as the importer reads them.

    Columns and choices by id, UTF-8 without BOM, LF. The register is in the order of its positions, which are not
    written: a reader numbers the rows.
    """
    frames, written = facts.tables(), []
    for sheet in sheets(scheme):
        path = folder / f"{sheet.table}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_people_write(scheme, sheet, frames[sheet.table]).write_csv().encode())
        written.append(path)
    return written


def as_people_write(scheme: Scheme, sheet: Sheet, frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of `sheet` as texts."""
    schema = input_tables(scheme)[sheet.table].schema
    ordered = frame.sort("position") if "position" in schema else frame
    return ordered.select(
        as_text(pl.col(column.name), schema[column.name], column.spec.decimals).alias(column.name)
        for column in sheet.columns
    )


def as_text(column: pl.Expr, dtype: pl.DataType, decimals: int) -> pl.Expr:
    if dtype == pl.Boolean:
        return pl.when(column).then(pl.lit("是")).when(~column).then(pl.lit("否"))
    if isinstance(dtype, pl.List):
        return pl.when(column.list.len() > 0).then(column.list.join(LIST_MARK))
    if dtype == pl.String():
        return pl.when(column == WHOLE[0]).then(pl.lit(WHOLE[1])).otherwise(column)
    if decimals:
        return column.map_elements(lambda value: plain(value, decimals), return_dtype=pl.String)
    return column.cast(pl.String)


def plain(value: int, places: int) -> str:
    """A stored whole number as people write it: 250 with two places is 2.5."""
    number = Decimal(value).scaleb(-places)
    return f"{number.normalize():f}"
