"""An alliance's filled workbook, read in a child process with limits on memory and time: what people send is not ours.

Every row comes out as it was typed, readable or not, so that it can be mended on the page; what is wrong is listed
with sheet and cell.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from huoyue.core.filing.values import Raw, is_blank
from huoyue.core.message import M
from huoyue.core.problem import Problem
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import parse_scheme
from huoyue.exchange.grid import Grid, Source
from huoyue.exchange.headings import find_headings, has_data
from huoyue.exchange.intake import of_another_scheme, sheet_of
from huoyue.exchange.layout import Sheet, sheets
from huoyue.exchange.opening import opened
from huoyue.server.operations.reading_limits import MEMORY, SECONDS, plain


@dataclass
class Workbook:
    """The rows of a workbook by record type, as typed, and its problems in both languages."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)

    @property
    def fatal(self) -> bool:
        """Whether nothing can be taken from the file."""
        return not self.rows or any(problem["severity"] == "error" and problem["whole"] for problem in self.problems)


def read_workbook(scheme_text: str, path: Path, unit: str, names: list[str]) -> Workbook:
    """Read the workbook at `path` for the alliance `unit`, known by `names`, in a child process."""
    asked = json.dumps({"scheme": scheme_text, "path": str(path), "unit": unit, "names": names})
    command = [sys.executable, "-m", "huoyue.server.operations.workbook_reading"]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module
            command, input=asked, capture_output=True, timeout=SECONDS, check=True, encoding="utf-8"
        )
        return Workbook(**json.loads(ended.stdout))
    except (OSError, subprocess.SubprocessError, ValueError):
        what = M("The workbook could not be read: it is damaged, or larger than it should be.")
        mend = M("Open it in Excel or WPS, save it again as .xlsx, and send that.")
        return Workbook(problems=[plain(Problem("file.damaged", what, mend))])


def rows_of(scheme: Scheme, path: Path, unit: str, names: set[str]) -> Workbook:
    """The rows of every sheet that alliances file, and what is wrong."""
    problems: list[Problem] = []
    known = [sheet for sheet in sheets(scheme) if sheet.reported_by == "unit"]
    headings = {key for sheet in known for column in sheet.columns for key in column.headings}
    source = opened(path, problems, headings)
    book = Workbook()
    if source is not None:
        problems += of_another_scheme(scheme, source)
        for grid in source.grids:
            sheet = sheet_of(known, source, grid, problems)
            if sheet is not None and sheet.record_type is not None:
                book.rows += list(typed_rows(sheet, grid, problems, {unit, *names}))
        _missing_sheets(book, source, problems)
    book.problems = [plain(problem) for problem in problems if problem.severity != "note"]
    return book


def _missing_sheets(book: Workbook, source: Source, problems: list[Problem]) -> None:
    if not book.rows and not any(problem.severity == "error" for problem in problems):
        what = M("No rows of records were found in the file.")
        problems.append(Problem("file.no_rows", what, M("Fill in the template's sheets and save the file.")))
    del source


def typed_rows(sheet: Sheet, grid: Grid, problems: list[Problem], own: set[str]) -> Any:
    """The rows of a sheet as typed; rows of another alliance are left out and said.

    A blank cell is in them as "", a column that the sheet lacks is not.
    """
    headings = find_headings(sheet, grid, problems)
    if headings is None or sheet.record_type is None:
        return
    fields = {*sheet.record_type.names, "evidence"}
    for n in range(headings.first_data, len(grid.rows)):
        cells = {headings.columns[c].name: raw for c, raw in enumerate(grid.rows[n]) if c in headings.columns}
        if not has_data(list(cells.values())):
            continue
        named = as_typed(cells.get("unit"))
        if named and named not in own:
            what = M("The row is of {other}, not of this alliance; it was left out.", other=named)
            problems.append(Problem("row.not_theirs", what, None, grid.place(n, None, named), "warning"))
            continue
        empty = {column.name: "" for column in headings.columns.values() if column.name in fields}
        typed = empty | {name: as_typed(raw) for name, raw in cells.items() if name in fields}
        if any(typed.values()):
            yield {"kind": sheet.record_type.id, "cells": typed, "sheet": grid.sheet, "row": n + grid.first_row}


def as_typed(raw: Raw) -> str:
    """A cell of a workbook as a person would have typed it."""
    if is_blank(raw):
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, datetime | date):
        return raw.isoformat()[:10]
    if isinstance(raw, float):
        return f"{raw:.12g}" if raw % 1 else str(int(raw))
    return str(raw).strip()


def main() -> None:
    """Read what is asked on standard input, within limits, and answer on standard output."""
    import resource  # why: optional

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    asked = json.loads(sys.stdin.read())
    scheme = parse_scheme(asked["scheme"], "scheme.yaml").scheme
    if scheme is None:
        raise SystemExit(1)
    book = rows_of(scheme, Path(asked["path"]), asked["unit"], set(asked["names"]))
    json.dump({"rows": book.rows, "problems": book.problems}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
