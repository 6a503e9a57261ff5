"""A file of a panel or of an assignment, read in a child process with limits on memory and time.

Every row comes out as text with the cell of each value, so that what the database knows better can be said with its
place; every problem of the file itself is listed with its cell.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from huoyue.core.message import M, Message
from huoyue.core.problem import Place, Problem
from huoyue.exchange.layout import Sheet
from huoyue.exchange.opening import opened
from huoyue.exchange.review_layout import ASSIGNMENT, PANEL
from huoyue.exchange.rows import Rows, read_rows
from huoyue.server.operations.reading_limits import MEMORY, SECONDS, plain
from huoyue.server.operations.register_reading import likeness

Kind = Literal["panel", "assignment"]
MOST_ROWS = {"panel": 1000, "assignment": 20_000}
SHEETS: Mapping[str, Sheet] = {"panel": PANEL, "assignment": ASSIGNMENT}


@dataclass
class ReviewFile:
    """The rows of a file with the place of each value, and problems in both languages."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        return bool(self.rows) and not any(problem["severity"] == "error" for problem in self.problems)


def read_file(kind: Kind, path: Path) -> ReviewFile:
    """Read the file at `path` in a child process."""
    asked = json.dumps({"kind": kind, "path": str(path)})
    command = [sys.executable, "-m", "huoyue.server.operations.review_reading"]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module
            command, input=asked, capture_output=True, timeout=SECONDS, check=True, encoding="utf-8"
        )
        return ReviewFile(**json.loads(ended.stdout))
    except (OSError, subprocess.SubprocessError, ValueError):
        what = M("The workbook could not be read: it is damaged, or larger than it should be.")
        mend = M("Open it in Excel or WPS, save it again as .xlsx, and send that.")
        return ReviewFile(problems=[plain(Problem("file.damaged", what, mend))])


def rows_of(kind: Kind, path: Path) -> ReviewFile:
    """The rows of the sheet that looks most like what is read, whatever it is called."""
    problems: list[Problem] = []
    sheet = SHEETS[kind]
    known = {key for column in sheet.columns for key in column.headings}
    source = opened(path, problems, known)
    grids = [grid for grid in source.grids if likeness(grid, known) >= 2] if source is not None else []
    if source is not None and not grids:
        what = M("No sheet of the file has the headings that are read here.")
        problems.append(Problem("file.no_sheet", what, M("Keep the headings of the file that this page gives.")))
    book = ReviewFile()
    if grids:
        rows = read_rows(sheet, max(grids, key=lambda grid: likeness(grid, known)), None)
        problems += rows.problems
        if len(rows.places) > MOST_ROWS[kind]:
            what = M("{count} rows; {limit} are read at most.", count=len(rows.places), limit=MOST_ROWS[kind])
            problems.append(Problem("file.many_rows", what, M("Import them in parts.")))
        book.rows = [as_row(rows, n) for n in range(min(len(rows.places), MOST_ROWS[kind]))]
    book.problems = [plain(problem) for problem in problems if problem.severity != "note"]
    return book


def as_row(rows: Rows, n: int) -> dict[str, Any]:
    """One row: its values, where each stands, and the sheet."""
    place = rows.place(n)
    values = {name: column[n] for name, column in rows.columns.items()}
    cells = {name: rows.place(n, name).cell or "" for name in values}
    return {"values": values, "cells": cells, "sheet": place.sheet or ""}


def fault(row: Mapping[str, Any], name: str, what: Message, mend: Message | None = None) -> dict[str, str]:
    """A problem of a row that the database knows of, with its cell."""
    return plain(Problem("row.wrong", what, mend, Place(sheet=row["sheet"], cell=row["cells"].get(name) or None)))


def main() -> None:
    """Read what is asked on standard input, within limits, and answer on standard output."""
    import resource  # why: optional

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    asked = json.loads(sys.stdin.read())
    book = rows_of(asked["kind"], Path(asked["path"]))
    json.dump({"rows": book.rows, "problems": book.problems}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
