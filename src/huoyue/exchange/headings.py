"""Finding the heading row of a sheet and what each column means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from huoyue.core.filing.values import is_blank, shown
from huoyue.core.message import M
from huoyue.core.problem import Problem
from huoyue.exchange.grid import Grid
from huoyue.exchange.layout import Column, Sheet, heading_key

SEARCHED = 10
"""Rows in which the headings are looked for: titles and notes may stand above them."""

OURS = {heading_key("序号"), heading_key("No."), heading_key("position"), heading_key("source"), heading_key("row")}
"""Columns that templates or our own CSV files carry and that hold nothing to read."""


@dataclass(frozen=True)
class Headings:
    """Which column of the grid holds which column of the table, and the first row of data (indexes from 0)."""

    columns: dict[int, Column]
    first_data: int


def find_headings(sheet: Sheet, grid: Grid, problems: list[Problem]) -> Headings | None:
    """The headings of `grid` as those of `sheet`; None if there are none, and then a problem says so."""
    known = {key: column for column in sheet.columns for key in column.headings}
    hits = [sum(heading(cell) in known for cell in row) for row in grid.rows[:SEARCHED]]
    best = max(range(len(hits)), key=hits.__getitem__, default=None)
    if best is None or hits[best] == 0:
        what = M("No headings of {title} were found in the first {count} rows.", title=sheet.title, count=SEARCHED)
        mend = M("Keep the headings of the template.")
        problems.append(Problem("sheet.no_headings", what, mend, grid.place()))
        return None
    columns, deepest = _columns(grid, known, best)
    problems += _doubtful(sheet, grid, columns, best)
    return Headings(columns, deepest + 1)


def heading(cell: object) -> str:
    return heading_key(str(cell)) if isinstance(cell, str) else ""


def _columns(grid: Grid, known: dict[str, Column], best: int) -> tuple[dict[int, Column], int]:
    """Columns by the heading row, or, where a heading spans two rows, by the row beside it."""
    columns: dict[int, Column] = {}
    deepest = best
    for row in (best, best - 1, best + 1):
        if not 0 <= row < len(grid.rows):
            continue
        for n, cell in enumerate(grid.rows[row]):
            column = known.get(heading(cell))
            if column is not None and n not in columns and column not in columns.values():
                columns[n] = column
                deepest = max(deepest, row)
    return columns, deepest


def _doubtful(sheet: Sheet, grid: Grid, columns: dict[int, Column], row: int) -> Iterator[Problem]:
    """Headings that mean nothing here, that stand twice, and columns that must be there but are not."""
    missing = [c for c in sheet.columns if c.required and c not in columns.values() and c.name != sheet.unit_column]
    for column in missing:
        what = M("The column {title} is missing.", title=column.title)
        yield Problem("sheet.no_column", what, M("Add the column with this heading."), grid.place())
    titles = {key: c.title for c in sheet.columns for key in c.headings}
    for n, cell in enumerate(grid.rows[row]):
        if is_blank(cell) or n in columns or heading(cell) in OURS:
            continue
        if heading(cell) in titles:
            what = M("The heading {value} stands twice.", value=shown(cell))
            mend = M("Keep one of the two columns.")
            yield Problem("sheet.double_column", what, mend, grid.place(row, n, shown(cell)))
            continue
        near = get_close_matches(heading(cell), list(titles), n=1, cutoff=0.7)
        what = M("The column {value} is not known here and was not read.", value=shown(cell))
        mend_near = M("Did you mean {title}?", title=titles[near[0]] if near else "")
        yield Problem(
            "sheet.extra_column", what, mend_near if near else None, grid.place(row, n, shown(cell)), "warning"
        )


def has_data(row: Sequence[object]) -> bool:
    """Whether anything stands in a row besides its running number."""
    return any(not is_blank(cell) for cell in row)  # type: ignore[arg-type]
