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
from huoyue.exchange.package import Unusable, inspect

OURS = re.compile(r"^_")
"""Sheets of ours that readers need not see (lists behind the drop-downs) begin with an underscore."""


def read_xlsx(path: Path) -> Source:
    """A grid for every visible sheet of a workbook, in order."""
    source = Source(path)
    try:
        odd = inspect(path)
        parts = sheet_parts(path) if any(odd.values()) else {}
        workbook = CalamineWorkbook.from_path(str(path))
        for sheet in workbook.sheets_metadata:
            if OURS.match(sheet.name):
                continue
            if sheet.visible != SheetVisibleEnum.Visible:
                what = M("The sheet is hidden and was not read.")
                source.problems.append(
                    Problem("file.hidden", what, None, Place(file=str(path), sheet=sheet.name), "note")
                )
                continue
            rows: Sequence[Sequence[Raw]] = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            cells = odd.get(parts.get(sheet.name, ""), {})
            source.grids.append(Grid(path, sheet.name, rows, odd=cells))
    except Unusable as reason:
        source.problems.append(Problem(reason.code, reason.what, reason.mend, Place(file=str(path))))
    except (CalamineError, OSError, ValueError, KeyError, TypeError) as error:
        what = M("The workbook cannot be read: {why}.", why=str(error)[:120])
        mend = M("Open it in Excel or WPS and save it again as .xlsx.")
        source.problems.append(Problem("file.damaged", what, mend, Place(file=str(path))))
    return source


def sheet_parts(path: Path) -> dict[str, str]:
    """The worksheet part behind each sheet name."""
    with zipfile.ZipFile(path) as archive:
        names = archive.read("xl/workbook.xml").decode("utf-8", "replace")
        links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    target = {}
    for tag in re.findall(r"<(?:\w+:)?Relationship [^>]*>", links):
        found = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        target[found.get("Id", "")] = posixpath.normpath(posixpath.join("xl", found.get("Target", ""))).lstrip("/")
    parts = {}
    for tag in re.findall(r"<(?:\w+:)?sheet [^>]*>", names):
        found = dict(re.findall(r'([\w:]+)="([^"]*)"', tag))
        link = next((value for name, value in found.items() if name.endswith(":id")), "")
        name = (
            found.get("name", "").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"').replace("&amp;", "&")
        )
        parts[name] = target.get(link, "").removeprefix("xl/xl/") if link in target else ""
    return parts
