"""Excel workbooks, values only: formulas are never evaluated, their cells are named so that they can be refused."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from huoyue.core.filing.values import Raw
from huoyue.core.message import M
from huoyue.core.problem import Place, Problem
from huoyue.exchange.grid import Grid, Source
from huoyue.exchange.package import Package, Part, Unusable, inspect

OURS = re.compile(r"^_")
"""Sheets of ours that readers need not see (lists behind the drop-downs) begin with an underscore."""


def read_xlsx(path: Path) -> Source:
    """A grid for every visible sheet of a workbook, in order; `hidden` names the others that hold anything."""
    source = Source(path)
    try:
        package = inspect(path)
        _read(source, package)
    except Unusable as reason:
        source.problems.append(Problem(reason.code, reason.what, reason.mend, Place(file=str(path))))
    except (CalamineError, OSError, ValueError, KeyError, TypeError) as error:
        source.problems.append(_unreadable(path, error))
    except BaseException as error:  # why: a panic of the reader derives from nothing narrower
        if type(error).__name__ != "PanicException":
            raise
        source.problems.append(_unreadable(path, error))
    return source


def _unreadable(path: Path, error: BaseException) -> Problem:
    what = M("The workbook cannot be read: {why}.", why=str(error)[:120])
    mend = M("Open it in Excel or WPS and save it again as .xlsx.")
    return Problem("file.damaged", what, mend, Place(file=str(path)))


def _read(source: Source, package: Package) -> None:
    """Add the sheets of a workbook that was looked through."""
    path, unusual = source.file, any(part.odd or part.hidden_rows for part in package.parts.values())
    parts = sheet_parts(path) if unusual else {}
    workbook = CalamineWorkbook.from_path(str(path))
    for sheet in workbook.sheets_metadata:
        if OURS.match(sheet.name):
            continue
        rows: Sequence[Sequence[Raw]] = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        part = package.parts.get(parts.get(sheet.name, ""), Part(0, {}, 0))
        grid = Grid(path, sheet.name, rows, odd=part.odd, from_1904=package.from_1904)
        if sheet.visible != SheetVisibleEnum.Visible:
            source.hidden.append(grid)
            continue
        source.grids.append(grid)
        if part.hidden_rows:
            what = M("{count} hidden rows were read like the others.", count=part.hidden_rows)
            source.problems.append(Problem("file.hidden_rows", what, None, grid.place(), "note"))


def sheet_parts(path: Path) -> dict[str, str]:
    """The worksheet part behind each sheet name."""
    with zipfile.ZipFile(path) as archive:
        names = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    target = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship\s[^<>]*>", links):
        found = dict(re.findall(r"""(\w+)=["']([^"']*)["']""", tag))
        target[found.get("Id", "")] = posixpath.normpath(posixpath.join("xl", found.get("Target", ""))).lstrip("/")
    parts = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\s[^<>]*>", names):
        found = dict(re.findall(r"""([\w:]+)=["']([^"']*)["']""", tag))
        link = next((value for name, value in found.items() if name.endswith(":id")), "")
        name = (
            found.get("name", "").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
        )
        parts[name] = target.get(link, "").removeprefix("xl/xl/") if link in target else ""
    return parts
