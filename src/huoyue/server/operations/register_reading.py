"""A file of the register, read in a child process with limits: rows as typed values, every problem with its cell."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from huoyue.core.message import M
from huoyue.core.problem import Problem
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import parse_scheme
from huoyue.exchange.grid import Grid
from huoyue.exchange.headings import heading
from huoyue.exchange.layout import Sheet, register
from huoyue.exchange.layout import text as text_column
from huoyue.exchange.opening import opened
from huoyue.exchange.rows import Rows, read_rows
from huoyue.server.operations.reading_limits import MEMORY, SECONDS, plain

CODE = re.compile(r"[\w-]{1,40}")
"""What the code of an alliance may be: it stands in addresses."""

MORE = (
    text_column("lead", "牵头单位", "Lead organisation"),
    text_column("members", "成员单位", "Members", longest=5000),
    text_column("contact_name", "联系人", "Contact"),
    text_column("contact_position", "联系人职务", "Contact's position"),
    text_column("contact_phone", "联系电话", "Telephone"),
    text_column("contact_email", "电子邮箱", "E-mail"),
)
"""What the register on the web holds beyond the sheet of a round; all optional."""


@dataclass
class RegisterFile:
    """The rows of a register file and its problems in both languages."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        return bool(self.rows) and not any(problem["severity"] == "error" for problem in self.problems)


def register_sheet(scheme: Scheme) -> Sheet:
    """The register's sheet with the columns that the web adds."""
    sheet = register(scheme)
    taken = {column.name for column in sheet.columns}
    more = tuple(column for column in MORE if column.name not in taken)
    return Sheet(sheet.table, sheet.title, (*sheet.columns, *more), sheet.reported_by)


def read_register(scheme_text: str, path: Path) -> RegisterFile:
    """Read the file at `path` in a child process."""
    asked = json.dumps({"scheme": scheme_text, "path": str(path)})
    command = [sys.executable, "-m", "huoyue.server.operations.register_reading"]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module
            command, input=asked, capture_output=True, timeout=SECONDS, check=True, encoding="utf-8"
        )
        return RegisterFile(**json.loads(ended.stdout))
    except (OSError, subprocess.SubprocessError, ValueError):
        what = M("The workbook could not be read: it is damaged, or larger than it should be.")
        mend = M("Open it in Excel or WPS, save it again as .xlsx, and send that.")
        return RegisterFile(problems=[plain(Problem("file.damaged", what, mend))])


def rows_of(scheme: Scheme, path: Path) -> RegisterFile:
    """The rows of the sheet that looks most like a register, whatever it is called."""
    problems: list[Problem] = []
    sheet = register_sheet(scheme)
    known = {key for column in sheet.columns for key in column.headings}
    source = opened(path, problems, known)
    grids = [grid for grid in source.grids if likeness(grid, known) >= 2] if source is not None else []
    if source is not None and not grids and not problems:
        what = M("No sheet of the file has the headings of a register.")
        problems.append(Problem("file.no_register", what, M("Keep the headings of the exported register.")))
    book = RegisterFile()
    if grids:
        rows = read_rows(sheet, max(grids, key=lambda grid: likeness(grid, known)), None)
        problems += rows.problems
        problems += [*unusable(rows), *repeated(rows)]
        if not rows.places:
            what, mend = M("The file has headings but no row."), M("Write one alliance a row below the headings.")
            problems.append(Problem("file.no_rows", what, mend))
        book.rows = [as_row(rows, n) for n in range(len(rows.places))]
    book.problems = [plain(problem) for problem in problems if problem.severity != "note"]
    return book


def likeness(grid: Grid, known: set[str]) -> int:
    """How many headings of a register stand in the best of the first rows."""
    return max((sum(heading(cell) in known for cell in row) for row in grid.rows[:10]), default=0)


def repeated(rows: Rows) -> list[Problem]:
    """Codes that stand in the file more than once."""
    first: dict[str, int] = {}
    found = []
    for n, code in enumerate(rows.columns["unit"]):
        if code and first.setdefault(str(code).casefold(), n) != n:
            what = M("The code {code} stands in the file twice.", code=str(code))
            found.append(Problem("unit.twice", what, M("Delete one of the rows."), rows.place(n, "unit", str(code))))
    return found


def unusable(rows: Rows) -> list[Problem]:
    """Codes and e-mail addresses that the form of an alliance would not take either."""
    found = []
    for n, code in enumerate(rows.columns["unit"]):
        if code and CODE.fullmatch(str(code)) is None:
            what = M("“{code}” cannot be a code.", code=str(code))
            mend = M("Use letters, digits, - and _ without blanks.")
            found.append(Problem("unit.code", what, mend, rows.place(n, "unit", str(code))))
    for n, email in enumerate(rows.columns["contact_email"]):
        if email and not is_email(str(email)):
            what = M("“{email}” is not an e-mail address.", email=str(email))
            mend = M("Write it like name@example.org, or leave the cell empty.")
            found.append(Problem("contact.email", what, mend, rows.place(n, "contact_email", str(email))))
    return found


def is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def as_row(rows: Rows, n: int) -> dict[str, Any]:
    """One row as plain values; columns that the file does not have are left out, so that they change nothing."""
    grid, _ = rows.places[n]
    present = rows.positions[grid.file, grid.sheet]
    found = {name: values[n] for name, values in rows.columns.items() if name in present}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in found.items()}


def main() -> None:
    """Read what is asked on standard input, within limits, and answer on standard output."""
    import resource  # why: optional

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    asked = json.loads(sys.stdin.read())
    scheme = parse_scheme(asked["scheme"], "scheme.yaml").scheme
    if scheme is None:
        raise SystemExit(1)
    book = rows_of(scheme, Path(asked["path"]))
    json.dump({"rows": book.rows, "problems": book.problems}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
