"""A file of earlier years' results, read in a child process with limits: names, scores, tiers, periods."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huoyue.core.filing.values import clean, is_blank
from huoyue.core.message import M, Title
from huoyue.core.problem import Problem
from huoyue.core.scheme.model import FieldSpec
from huoyue.exchange.grid import Grid
from huoyue.exchange.layout import Column, Sheet, heading_key
from huoyue.exchange.opening import opened
from huoyue.exchange.rows import Rows, read_rows
from huoyue.server.operations.reading_limits import MEMORY, SECONDS, plain
from huoyue.server.operations.register_reading import likeness

GROUP_HEADING = re.compile(
    r"[（(]\s*共?\s*\d+\s*[家个所]?\s*[）)]|[（(][^（）()]*\d\s*分[^（）()]*[）)]|共\s*\d+\s*[家个所]|的(?:试点)?(?:联盟|单位)[:：]?$"
)
"""Published lists are cut into groups by lines such as 活跃度高的联盟（共29家), which are no results, and say the tier
of the lines below them."""
ORDINAL = re.compile(r"^[（(]?[一二三四五六七八九十\d]+(?:[）)][、.．]?|[、.．])\s*")


@dataclass(frozen=True)
class Published(Column):
    """A column that published lists head in several ways."""

    also: tuple[str, ...] = ()

    @property
    def headings(self) -> set[str]:
        return super().headings | {heading_key(other) for other in self.also}


@dataclass
class EarlierFile:
    """The rows of a file of results and its problems in both languages."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        return bool(self.rows) and not any(problem["severity"] == "error" for problem in self.problems)


def earlier_sheet() -> Sheet:
    """What is read of a published list."""

    def column(
        name: str, zh: str, en: str, also: tuple[str, ...], spec: FieldSpec, *, required: bool = False
    ) -> Column:
        return Published(name, Title(zh=zh, en=en), spec, required=required, also=also)

    def text(longest: int) -> FieldSpec:
        return FieldSpec(id="x", title=Title(zh="", en=""), type="text", longest=longest)

    score = FieldSpec(id="x", title=Title(zh="", en=""), type="decimal", decimals=2, at_least=0, at_most=1000)
    columns = (
        column(
            "name",
            "联盟名称",
            "Name",
            ("名称", "联盟", "单位", "单位名称", "Alliance", "Unit"),
            text(200),
            required=True,
        ),
        column("score", "得分", "Score", ("评分", "分数", "总分", "得分（分）", "活跃度得分"), score),
        column("tier", "档次", "Tier", ("等级", "活跃度", "结果", "评价结果"), text(60)),
        column("period", "评价期", "Period", ("年度", "年份", "评价年度", "Year"), text(40)),
    )
    return Sheet("earlier", Title(zh="往期结果", en="Earlier results"), columns, "secretariat")


def read_earlier(path: Path) -> EarlierFile:
    """Read the file at `path` in a child process."""
    command = [sys.executable, "-m", "huoyue.server.operations.earlier_reading"]
    try:
        ended = subprocess.run(  # noqa: S603 - our own module
            command, input=json.dumps({"path": str(path)}), capture_output=True, timeout=SECONDS, check=True,
            encoding="utf-8",
        )  # fmt: skip
        return EarlierFile(**json.loads(ended.stdout))
    except (OSError, subprocess.SubprocessError, ValueError):
        what = M("The workbook could not be read: it is damaged, or larger than it should be.")
        mend = M("Open it in Excel or WPS, save it again as .xlsx, and send that.")
        return EarlierFile(problems=[plain(Problem("file.damaged", what, mend))])


def rows_of(path: Path) -> EarlierFile:
    """The rows of every sheet that has a name and a score or a tier above its columns."""
    problems: list[Problem] = []
    sheet = earlier_sheet()
    known = {key for column in sheet.columns for key in column.headings}
    source = opened(path, problems, known)
    grids = [grid for grid in source.grids if likeness(grid, known) >= 2] if source is not None else []
    if source is not None and not grids:
        what = M("No sheet of the file has names and results above its columns.")
        problems.append(Problem("file.no_results", what, M("Head the columns Name and Score (or Tier).")))
    book = EarlierFile()
    for grid in grids:
        rows = read_rows(sheet, grid, None)
        groups = groups_of(grid)
        lines = {grid.first_row + index for index in groups}
        problems += [one for one in rows.problems if not _of_line(one, lines)]
        for n, (_, index) in enumerate(rows.places):
            if index not in groups and rows.columns["name"][n]:
                above = max((place for place in groups if place < index), default=None)
                book.rows.append(_row(rows, n, "" if above is None else groups[above]))
    book.problems = [plain(problem) for problem in problems if problem.severity != "note"]
    return book


def groups_of(grid: Grid) -> dict[int, str]:
    """The lines that head a group, and which tier they say: 活跃度高的联盟（共29家） says 活跃度高."""
    found = {}
    for index, cells in enumerate(grid.rows):
        filled = [str(cell) for cell in cells if not is_blank(cell)]
        if len(set(filled)) == 1 and GROUP_HEADING.search(clean(filled[0])):
            found[index] = tier_in(filled[0])
    return found


def tier_in(heading: str) -> str:
    """What a group is called, without its ordinal, its count and whatever it counts."""
    named = re.split(r"[（(:：]|，?共\s*\d", ORDINAL.sub("", clean(heading)))[0].strip(" ，、")
    return named.rpartition("的")[0] or re.sub(r"(?:试点)?(?:联盟|单位)$", "", named)


def _line(rows: Rows, n: int) -> int:
    """The line of the file in which a row stands, counted from 1."""
    grid, index = rows.places[n]
    return grid.first_row + index


def _of_line(problem: Problem, lines: set[int]) -> bool:
    """Whether a problem is about a line that is only the heading of a group."""
    found = re.search(r"\d+$", problem.place.cell or "")
    return found is not None and int(found[0]) in lines


def _row(rows: Rows, n: int, group: str) -> dict[str, Any]:
    values = {name: rows.columns[name][n] for name in ("name", "score", "tier", "period")}
    return {**values, "tier": values["tier"] or group, "period": values["period"] or "", "line": _line(rows, n)}


def main() -> None:
    """Read what is asked on standard input, within limits, and answer on standard output."""
    import resource  # why: optional

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    book = rows_of(Path(json.loads(sys.stdin.read())["path"]))
    json.dump({"rows": book.rows, "problems": book.problems}, sys.stdout, ensure_ascii=False)


if __name__ == "__main__":
    main()
