"""Score sheets that come back: what was typed, row by row, with what the workbook was made for. Nothing is judged here
but whether it is such a workbook at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from huoyue.core.filing.values import Raw, folded, is_blank
from huoyue.core.message import M, Title
from huoyue.core.problem import Problem
from huoyue.exchange.grid import Grid
from huoyue.exchange.opening import opened
from huoyue.exchange.score_sheets import ACCEPT, KEPT, KEY, POINTS, REASON, ROW_KEY

MOST_ROWS = 20_000
WANTED = {"key": ROW_KEY, "accept": ACCEPT, "points": POINTS, "reason": REASON}
YES = {"是", "yes", "y", "1", "true", "√", "✓", "采纳"}
NO = {"", "否", "no", "n", "0", "false", "不采纳"}


@dataclass(frozen=True)
class Typed:
    """A row as it came back: whose and of what, what was typed, and where it stands."""

    unit: str
    indicator: str
    points: str
    reason: str
    accepts: bool
    cell: str


@dataclass(frozen=True)
class Stood:
    """A mark as it stood when the workbook was made."""

    revision: int = 0
    points: str = ""
    reason: str = ""
    taken: bool = False


@dataclass
class Returned:
    """A workbook that came back."""

    made_for: dict[str, str] = field(default_factory=dict)
    rows: list[Typed] = field(default_factory=list)
    stood: dict[str, Stood] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        """Everything but the problems as JSON takes it."""
        stood = {name: asdict(one) for name, one in self.stood.items()}
        return {"made_for": self.made_for, "rows": [asdict(row) for row in self.rows], "stood": stood}


def read_score_sheets(path: Path) -> Returned:
    """Read a workbook of score sheets; its problems say why it is none."""
    back = Returned()
    source = opened(path, back.problems)
    if source is None:
        return back
    hidden = next((grid for grid in source.hidden if grid.sheet == KEPT), None)
    table = next((found for grid in source.grids if (found := headed(grid))), None)
    if hidden is None or table is None:
        what = M("This is no workbook of score sheets, or its hidden part is gone.")
        back.problems.append(Problem("file.no_score_sheets", what, M("Download the workbook anew and mark in that.")))
        return back
    for n, row in enumerate(hidden.rows):
        name, cells = text(row, 0), [text(row, at) for at in range(1, 5)]
        if n < len(KEY):
            back.made_for[name] = cells[0]
        elif name:
            back.stood[name] = Stood(whole(cells[0]), cells[1], cells[2], bool(cells[3]))
    back.rows = list(typed(*table, back.problems))
    if not back.rows:
        what = M("The workbook has no rows to mark.")
        back.problems.append(Problem("file.no_rows", what, M("Download the workbook anew and mark in that.")))
    return back


def headed(grid: Grid) -> tuple[Grid, int, dict[str, int]] | None:
    """Where a grid has the headings of the table: the row, and the columns by what they hold. None if it has not."""
    for n, row in enumerate(grid.rows[:20]):
        cells = {folded(str(cell)): at for at, cell in reversed(list(enumerate(row))) if isinstance(cell, str)}
        found = {name: at for name, title in WANTED.items() if (at := place_of(title, cells)) is not None}
        if {"key", "points", "reason"} <= set(found):
            return grid, n, found
    return None


def place_of(title: Title, cells: dict[str, int]) -> int | None:
    return next((cells[key] for key in (folded(title.zh), folded(title.en)) if key in cells), None)


def typed(grid: Grid, head: int, places: dict[str, int], problems: list[Problem]) -> Iterator[Typed]:
    """The rows below the headings. A formula is nobody's mark: its row is left out and said."""
    for n, row in enumerate(grid.rows[head + 1 : head + 1 + MOST_ROWS], head + 1):
        unit, _, indicator = text(row, places["key"]).partition("|")
        if not unit or not indicator:
            if any(not is_blank(cell) for cell in row):
                what = M("The row belongs to no alliance and indicator; it was left out.")
                problems.append(Problem("row.no_key", what, None, grid.place(n), "warning"))
            continue
        odd = [cell for name in ("points", "reason") if (cell := grid.cell(n, places[name])) in grid.odd]
        if odd:
            what = M("The cell holds a formula or an error, no value; the row was left out.")
            problems.append(Problem("cell.formula", what, M("Type the value."), grid.place(n, places["points"])))
            continue
        said = text(row, places["accept"]) if "accept" in places else ""
        if folded(said) not in YES | NO:
            what = M("“{value}” is neither yes nor no; it was read as no.", value=said[:40])
            mend = M("Choose yes to accept, or leave the cell empty.")
            problems.append(Problem("row.accepts", what, mend, grid.place(n, places["accept"]), "warning"))
        yield Typed(unit[:40], indicator[:60], text(row, places["points"]), text(row, places["reason"]),
                    folded(said) in YES, grid.cell(n, places["points"]))  # fmt: skip


def text(row: Any, at: int) -> str:
    """A cell as a person would have typed it."""
    raw: Raw = row[at] if at < len(row) else None
    if raw is None or is_blank(raw):
        return ""
    if isinstance(raw, float):
        return f"{raw:.12g}"
    return str(raw).strip()


def whole(plain: str) -> int:
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else 0
