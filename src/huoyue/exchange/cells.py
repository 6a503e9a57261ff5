"""Stored values as people write them into a cell: the way back from what `rows` reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import polars as pl

from huoyue.exchange.layout import Column

Cell: TypeAlias = "str | int | float | date | None"

LIST_MARK = "；"
"""What stands between the entries of a list in one cell."""
WHOLE = ("*", "whole")
"""How the tables and how people write that a decision is on the unit as a whole."""


def unit_names(units: pl.DataFrame) -> dict[str, str]:
    """Code -> the name by which a unit is written: its full name, or the code where two share a name."""
    counts = Counter(units["name"])
    pairs = units.select("unit", "name").iter_rows()
    return {code: name if counts[name] == 1 and name not in set(units["unit"]) else code for code, name in pairs}


def writer(column: Column, names: Mapping[str, str], lang: str) -> Callable[[Any], Cell]:
    """How the values of `column` are written: units by name, choices by title, numbers with their decimals."""
    if column.kind == "unit":
        return lambda value: names.get(value, value)
    if column.kind == "units":
        return lambda value: LIST_MARK.join(names.get(code, code) for code in value) or None
    if column.kind == "texts":
        return lambda value: LIST_MARK.join(value) or None
    if column.spec.type == "choice":
        titles = {option.id: option.title.in_language(lang) for option in column.spec.options}
        titles |= {also: titles[option.id] for option in column.spec.options for also in option.also}
        return lambda value: titles.get(value, value)
    if column.spec.type == "yes_no":
        return lambda value: yes_no(lang)[not value]
    if column.spec.decimals:
        return lambda value: float(plain(value, column.spec.decimals))
    return lambda value: value


def yes_no(lang: str) -> tuple[str, str]:
    """Yes and no as they are written."""
    return ("是", "否") if lang == "zh" else ("Yes", "No")


def as_text(column: pl.Expr, dtype: pl.DataType, decimals: int) -> pl.Expr:
    """The stored values of a column as texts, ids left as ids: how CSV files hold them."""
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
