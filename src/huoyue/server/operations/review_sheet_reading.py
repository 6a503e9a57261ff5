"""A workbook of score sheets, read in a child process with limits on memory and time: what people send is not ours."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huoyue.core.message import M
from huoyue.core.problem import Problem
from huoyue.exchange.score_sheets_reading import Stood, Typed, read_score_sheets
from huoyue.server.operations.reading_limits import MEMORY, SECONDS, plain


@dataclass
class SheetsFile:
    """What came back: what it was made for, its rows as typed, marks as they stood, problems in both languages."""

    made_for: dict[str, str] = field(default_factory=dict)
    rows: list[Typed] = field(default_factory=list)
    stood: dict[str, Stood] = field(default_factory=dict)
    problems: list[dict[str, str]] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        return bool(self.rows) and not any(problem["whole"] for problem in self.problems)

    def kept(self) -> dict[str, Any]:
        """As JSON keeps it between looking and taking over."""
        return {"made_for": self.made_for, "rows": [vars(row) for row in self.rows],
                "stood": {name: vars(one) for name, one in self.stood.items()}, "problems": self.problems}  # fmt: skip


def from_kept(kept: dict[str, Any]) -> SheetsFile:
    """What `SheetsFile.kept` wrote."""
    rows = [Typed(**row) for row in kept["rows"]]
    stood = {name: Stood(**one) for name, one in kept["stood"].items()}
    return SheetsFile(kept["made_for"], rows, stood, kept["problems"])


def read_sheets(path: Path) -> SheetsFile:
    """Read the workbook at `path` in a child process."""
    command = [sys.executable, "-m", "huoyue.server.operations.review_sheet_reading"]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module
            command, input=str(path), capture_output=True, timeout=SECONDS, check=True, encoding="utf-8"
        )
        return from_kept(json.loads(ended.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError):
        what = M("The workbook could not be read: it is damaged, or larger than it should be.")
        mend = M("Open it in Excel or WPS, save it again as .xlsx, and send that.")
        return SheetsFile(problems=[plain(Problem("file.damaged", what, mend))])


def main() -> None:
    """Read the file named on standard input, within limits, and answer on standard output."""
    import resource  # why: optional

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    back = read_score_sheets(Path(sys.stdin.read()))
    found = back.plain() | {"problems": [plain(one) for one in back.problems if one.severity != "note"]}
    json.dump(found, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
