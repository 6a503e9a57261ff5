"""What a table is: named columns with types and meanings, a key, and a check that a frame is one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

TEXT, INT, DAY, FLAG, REAL = pl.String(), pl.Int64(), pl.Date(), pl.Boolean(), pl.Float64()
TEXTS = pl.List(pl.String())


class NotThisTable(ValueError):
    """A frame that does not have the columns, types or unique key of the table it is handed over as."""


@dataclass(frozen=True)
class Column:
    """`doc` is the data dictionary's line; `None` may stand only where `optional`."""

    name: str
    dtype: pl.DataType
    doc: str
    optional: bool = False


@dataclass(frozen=True)
class Table:
    """A named table: its columns in order, and the columns that make a row unique (none: no key)."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def schema(self) -> dict[str, pl.DataType]:
        return {column.name: column.dtype for column in self.columns}

    def empty(self) -> pl.DataFrame:
        """The table without rows."""
        return pl.DataFrame(schema=self.schema)

    def frame(self, rows: Iterable[dict[str, object]]) -> pl.DataFrame:
        """A frame of `rows`, checked. NotThisTable if they do not fit."""
        return self.check(pl.DataFrame(list(rows), schema=self.schema, strict=True))

    def check(self, frame: pl.DataFrame) -> pl.DataFrame:
        """`frame` itself, if it is this table. NotThisTable says in what it differs."""
        if dict(frame.schema) != self.schema:
            raise NotThisTable(f"{self.name}: has {dict(frame.schema)}, wants {self.schema}")
        for column in self.columns:
            if not column.optional and frame[column.name].null_count():
                raise NotThisTable(f"{self.name}.{column.name}: empty in {frame[column.name].null_count()} rows")
        if self.key and frame.select(self.key).is_duplicated().any():
            raise NotThisTable(f"{self.name}: rows share the key {', '.join(self.key)}")
        return frame


def table(name: str, key: str, *columns: tuple[str, pl.DataType, str] | tuple[str, pl.DataType, str, bool]) -> Table:
    """A `Table` from bare tuples; `key` is a space-separated list of columns."""
    return Table(name, tuple(Column(*column) for column in columns), tuple(key.split()))
