"""Small workbooks as people might send them, and what becomes of them on import."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from openpyxl import Workbook

from huoyue.core.scheme.model import Scheme
from huoyue.exchange.intake import Imported, import_facts

Rows = Sequence[Sequence[object]]

REGISTER: Rows = [
    ["代码", "名称", "别名", "批次", "产业领域", "身份"],
    ["A001", "钢铁可循环流程技术创新战略联盟", "钢铁联盟", "第一批", "材料", "试点联盟"],
    ["A002", "煤炭开发利用技术创新战略联盟", "", "第一批", "能源与环境", "试点联盟"],
    ["A003", "存储产业技术创新战略联盟", "", "第二批", "信息技术", "试点联盟"],
]
FILINGS: Rows = [["填报单位", "提交日期", "填报人"], ["A001", "2017-01-05", "王"], ["A002", "2017-01-06", "李"]]
MEETING = ["填报单位", "会议类别", "会议名称", "召开日期", "参会人数", "证明材料"]
PROJECT = ["填报单位", "项目类别", "项目名称", "项目编号", "期内执行日期", "经费（万元）", "证明材料"]


def book(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook with these sheets and nothing else."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    made.save(path)
    return path


def whole(**sheets: Rows) -> dict[str, Rows]:
    """The register and filings, and further sheets by title."""
    return {"名册": REGISTER, "填报登记": FILINGS} | sheets


def meetings(*rows: Sequence[object]) -> dict[str, Rows]:
    return whole(会议=[MEETING, *rows])


def meeting(**changed: object) -> list[object]:
    """One good row of the meetings, with cells changed by heading."""
    row = dict(zip(MEETING, ["A001", "理事会", "年会", "2016-05-04", 30, "纪要1"], strict=True)) | changed
    return list(row.values())


def project(**changed: object) -> list[object]:
    row = (
        dict(zip(PROJECT, ["A001", "政府项目", "新材料", "2016YF01", "2016-05-04", 120, "合同"], strict=True)) | changed
    )
    return list(row.values())


def imported(scheme: Scheme, folder: Path, sheets: Mapping[str, Rows]) -> Imported:
    return import_facts(scheme, [book(folder / "round.xlsx", sheets)])


def found(result: Imported, severity: str = "error") -> list[tuple[str, str | None, str | None]]:
    """Code, sheet and cell of every problem of a severity."""
    problems = [problem for problem in result.problems if problem.severity == severity]
    return [(problem.code, problem.place.sheet, problem.place.cell) for problem in problems]


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path
