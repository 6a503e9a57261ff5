"""Cells as read from any file, before anyone has said what they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from huoyue.core.filing.values import Raw
from huoyue.core.problem import Place, Problem

Odd: TypeAlias = Literal["formula", "error"]
"""Cells whose value nobody wrote: a formula, or the error that one left behind."""


def letters(column: int) -> str:
    """A column number from 0 as Excel names it: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@dataclass(frozen=True)
class Grid:
    """A rectangle of cells of one sheet (or file); `rows[0]` stands in row `first_row` of it, counted from 1."""

    file: Path
    sheet: str
    rows: Sequence[Sequence[Raw]]
    first_row: int = 1
    first_column: int = 0
    odd: Mapping[str, Odd] = field(default_factory=dict)
    from_1904: bool = False

    def cell(self, row: int, column: int) -> str:
        """The name of a cell by its indexes in `rows`: B7."""
        return f"{letters(self.first_column + column)}{self.first_row + row}"

    def place(self, row: int | None = None, column: int | None = None, value: str | None = None) -> Place:
        """Where something stands: the whole sheet, a row, or a cell."""
        cell = None if row is None else (str(self.first_row + row) if column is None else self.cell(row, column))
        return Place(file=str(self.file), sheet=self.sheet, cell=cell, value=value)


@dataclass
class Source:
    """The grids of one file, those of its hidden sheets, and what was wrong with the file itself."""

    file: Path
    grids: list[Grid] = field(default_factory=list)
    hidden: list[Grid] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
