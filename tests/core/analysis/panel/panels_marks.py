"""Marks for the tests of the measures of a panel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from huoyue.core.analysis.panel.series import Series
from huoyue.core.tables import MARKS

Row = tuple[str, str, str, str, int]


def given(rows: Iterable[Row]) -> pl.DataFrame:
    """MARKS of (stage, expert, unit, indicator, hundredths)."""
    return MARKS.frame(dict(zip(MARKS.schema, (*row, None), strict=True)) for row in rows)


def judged(table: Sequence[Sequence[float | None]], stage: str = "preliminary", experts: str = "E") -> pl.DataFrame:
    """A row a unit, a column an expert, points for the council; None did not mark."""
    return given(
        (stage, f"{experts}{column}", f"U{row}", "council", round(mark * 100))
        for row, marks in enumerate(table)
        for column, mark in enumerate(marks)
        if mark is not None
    )


def series(table: Sequence[Sequence[float | None]]) -> Series:
    """The same as a series; every unit must have two marks."""
    cells = [(r, c, mark) for r, marks in enumerate(table) for c, mark in enumerate(marks) if mark is not None]
    unit, expert, value = zip(*cells, strict=True)
    names = [[f"{letter}{n}" for n in range(max(numbers) + 1)] for letter, numbers in (("U", unit), ("E", expert))]
    return Series("preliminary", "*", names[0], names[1], np.array(unit), np.array(expert), np.array(value, float))
