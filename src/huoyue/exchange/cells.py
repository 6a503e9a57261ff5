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
        return lambda value: float(Decimal(value).scaleb(-column.spec.decimals))
    return lambda value: value


def yes_no(lang: str) -> tuple[str, str]:
    """Yes and no as they are written."""
    return ("是", "否") if lang == "zh" else ("Yes", "No")
