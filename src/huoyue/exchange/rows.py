"""The rows of a sheet as typed columns, with every cell that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huoyue.core.filing.names import Names
from huoyue.core.filing.values import Raw, Read, clean, is_blank, read, shown
from huoyue.core.message import M
from huoyue.core.problem import Place, Problem
from huoyue.exchange import limits
from huoyue.exchange.grid import Grid
from huoyue.exchange.headings import Headings, find_headings, has_data
from huoyue.exchange.layout import Column, Sheet

LIST_MARKS = "；;、|"


@dataclass
class Rows:
    """Typed columns by name, one entry a row, the place of each row, and what was wrong."""

    sheet: Sheet
    columns: dict[str, list[Any]]
    places: list[tuple[Grid, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    positions: dict[tuple[Path, str], dict[str, int]] = field(default_factory=dict)
    """Where the columns stand in each file and sheet that was read."""

    @classmethod
    def empty(cls, sheet: Sheet) -> Rows:
        return cls(sheet, {column.name: [] for column in sheet.columns})

    def extend(self, other: Rows) -> None:
        for name, values in other.columns.items():
            self.columns[name] += values
        self.places += other.places
        self.problems += other.problems
        self.positions |= other.positions

    def place(self, n: int, column: str | None = None, value: str | None = None) -> Place:
        """Where row `n` stands, or its cell in `column` if the file has that column."""
        grid, row = self.places[n]
        return grid.place(row, self.positions.get((grid.file, grid.sheet), {}).get(column or ""), value)


def read_rows(sheet: Sheet, grid: Grid, names: Names | None, *, unit: str | None = None) -> Rows:
    """The rows of `grid` as those of `sheet`.

    `names` resolves units (None while the register itself is read); `unit` is whose rows they are where no column says.
    """
    rows = Rows.empty(sheet)
    headings = find_headings(sheet, grid, rows.problems)
    if headings is None:
        return rows
    kept = [n for n in range(headings.first_data, len(grid.rows)) if _says_something(grid, n, headings)]
    rows.places = [(grid, n) for n in kept]
    place_of = {column.name: n for n, column in headings.columns.items()}
    rows.positions[grid.file, grid.sheet] = place_of
    for column in sheet.columns:
        if column.name in place_of:
            cells = [_cell(grid, n, place_of[column.name]) for n in kept]
            rows.columns[column.name] = _read_column(rows, grid, column, cells, kept, place_of[column.name], names)
        else:
            given = unit if column.name == sheet.unit_column else None
            rows.columns[column.name] = [given] * len(kept)
    if sheet.unit_column and sheet.unit_column not in place_of and unit is None and kept:
        what = M("Nothing says whose rows these are.")
        mend = M("Add the column {title}, or the sheet of filings with the unit.", title=sheet.columns[0].title)
        rows.problems.append(Problem("sheet.no_unit", what, mend, grid.place()))
    return rows


def _says_something(grid: Grid, row: int, headings: Headings) -> bool:
    """Whether anything stands in a row under a heading, be it a formula without a value."""
    if has_data([cell for n, cell in enumerate(grid.rows[row]) if n in headings.columns]):
        return True
    return bool(grid.odd) and any(grid.cell(row, n) in grid.odd for n in headings.columns)


def _cell(grid: Grid, row: int, column: int) -> Raw:
    cells = grid.rows[row]
    return cells[column] if column < len(cells) else None


def _read_column(
    rows: Rows, grid: Grid, column: Column, cells: list[Raw], kept: list[int], position: int, names: Names | None
) -> list[Any]:
    """One column's values; what repeats is read once."""
    seen: dict[tuple[type, Raw], Read] = {}
    values: list[Any] = []
    for raw, row in zip(cells, kept, strict=True):
        found = seen.get((type(raw), raw))
        if found is None:
            found = seen[type(raw), raw] = _from_1904(grid, column, raw) or _read_cell(column, raw, names)
        values.append(found.value)
        if grid.odd and grid.cell(row, position) in grid.odd:
            rows.problems.append(_odd(grid, row, position, raw))
        elif found.code is not None and found.what is not None:
            rows.problems.append(Problem(found.code, found.what, found.mend, grid.place(row, position, shown(raw))))
        elif found.note is not None:
            place = grid.place(row, position, shown(raw))
            rows.problems.append(Problem("value.normalised", found.note, None, place, "note"))
        elif found.value is None:
            _missing(rows, grid, column, row, position)
    return values


def _odd(grid: Grid, row: int, position: int, raw: Raw) -> Problem:
    """What is said of a cell whose value nobody wrote."""
    place = grid.place(row, position, shown(raw))
    if grid.odd[grid.cell(row, position)] == "formula":
        what = M("The cell holds a formula; only what is written in a cell is read.")
        return Problem("cell.formula", what, M("Copy the cell and paste it as a value."), place)
    return Problem("cell.error", M("The cell holds an error value."), M("Type the value that was meant."), place)


def _missing(rows: Rows, grid: Grid, column: Column, row: int, position: int) -> None:
    """A required cell that is blank. What a unit left out of its records is for screening to judge: a warning."""
    if not column.required:
        return
    own = rows.sheet.record_type is not None and column.name != rows.sheet.unit_column
    what = M("{title} must be filled in.", title=column.title)
    mend = M("Fill in the cell, or delete the row if it means nothing.")
    problem = Problem("cell.missing", what, mend, grid.place(row, position), "warning" if own else "error")
    rows.problems.append(problem)


def _from_1904(grid: Grid, column: Column, raw: Raw) -> Read | None:
    """Bare day numbers of a workbook that counts from 1904: they would be days four years off, so they are refused."""
    if not grid.from_1904 or column.spec.type != "date":
        return None
    bare = isinstance(raw, int | float) or (isinstance(raw, str) and clean(raw).isdecimal())
    if not bare or len(shown(raw).split(".")[0]) != 5:
        return None
    what = M("The workbook counts days from 1904; the bare number {value} may mean two days.", value=shown(raw))
    return Read(code="value.date", what=what, mend=M("Write the day as 2020-03-05 or 2020年3月5日."))


def _read_cell(column: Column, raw: Raw, names: Names | None) -> Read:
    if is_blank(raw):
        return Read()
    if isinstance(raw, str) and len(raw) > limits.CELL_CHARACTERS:
        what = M(
            "The cell holds {count} characters; {limit} are read at most.", count=len(raw), limit=limits.CELL_CHARACTERS
        )
        return Read(code="value.too_long", what=what, mend=M("Shorten it; details belong into the evidence."))
    if column.kind == "field" or names is None:
        return _listed(column, raw) if column.kind == "texts" else read(column.spec, raw)
    if column.kind == "unit":
        return names.find(raw)
    return _listed(column, raw) if column.kind == "texts" else _units(raw, names)


def _split(raw: Raw) -> list[str]:
    text = str(raw)
    for mark in LIST_MARKS[1:]:
        text = text.replace(mark, LIST_MARKS[0])
    return [entry for part in text.split(LIST_MARKS[0]) if (entry := clean(part))]


def _listed(column: Column, raw: Raw) -> Read:
    checked = read(column.spec, raw)
    return checked if checked.code else Read("\n".join(_split(raw)))


def _units(raw: Raw, names: Names) -> Read:
    found = [names.find(entry) for entry in _split(raw)]
    wrong = next((entry for entry in found if entry.code), None)
    return wrong or Read("\n".join(str(entry.value) for entry in found))
