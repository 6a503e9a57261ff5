"""Facts as a folder of CSV files, in the units in which people write: points with decimals, 万元, ISO dates."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts, input_tables
from huoyue.exchange.cells import as_text
from huoyue.exchange.layout import Sheet, sheets


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
