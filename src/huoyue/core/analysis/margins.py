"""What the analysis tables share: who is in the round, complete grids of members, margins written '*', exact sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import reduce

import polars as pl

from huoyue.core.scheme.model import Scheme

ALL = "*"


def in_round(scheme: Scheme, units: pl.DataFrame) -> pl.DataFrame:
    """The units whose status makes them part of the round's denominator."""
    return units.filter(pl.col("status").is_in([status.id for status in scheme.statuses if status.evaluated]))


def batches(scheme: Scheme) -> list[str]:
    """Batch ids in the order of the scheme."""
    return [batch.id for batch in scheme.batches]


def grid(**members: Sequence[str]) -> pl.DataFrame:
    """Every combination of the members, the first column slowest."""
    columns = [pl.DataFrame({name: values}, schema={name: pl.String()}) for name, values in members.items()]
    return reduce(lambda left, right: left.join(right, how="cross", maintain_order="left_right"), columns)


def with_margins(cells: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """The cells, and again with '*' in each of the columns and in every combination of them."""
    for column in columns:
        margin = cells.with_columns(pl.lit(ALL).alias(column))
        cells = pl.concat([cells, margin])
    return cells


def filled(frame: pl.DataFrame, counts: pl.DataFrame, on: list[str], zero: list[str]) -> pl.DataFrame:
    """`counts` laid out along `frame`, in its order; a combination that does not occur counts 0."""
    joined = frame.join(counts, on=on, how="left", maintain_order="left")
    return joined.with_columns(pl.col(column).fill_null(0).cast(pl.Int64()) for column in zero)


Sums = dict[tuple[str, ...], Fraction]


def exact_sums(rows: pl.DataFrame, keys: list[str], numerator: str, denominator: str) -> Sums:
    """Sums of fractions by key, without rounding: whole numbers are added by denominator, of which there are few."""
    parts = rows.group_by([*keys, denominator]).agg(pl.col(numerator).sum())
    sums: Sums = {}
    for *key, below, above in parts.select([*keys, denominator, numerator]).iter_rows():
        sums[tuple(key)] = sums.get(tuple(key), Fraction(0)) + Fraction(above, below)
    return sums
