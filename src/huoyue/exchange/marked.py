"""Copies of the files people sent, with every problem marked where it stands and listed on a first sheet."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from huoyue.core.message import M, Title
from huoyue.core.phrase import render
from huoyue.core.problem import Problem, Severity
from huoyue.exchange.grid import Grid, Source
from huoyue.exchange.intake import Imported
from huoyue.exchange.layout import sheet_name

AUTHOR = "Huoyue"
PROBLEMS = Title(zh="问题", en="Problems")
FILLS: dict[Severity, str] = {"error": "FFF4B6B0", "warning": "FFFFE699"}
LEVELS = {"error": M("Error"), "warning": M("Warning"), "note": M("Note")}
HEADINGS = (M("Severity"), M("Sheet"), M("Cell"), M("Found"), M("What is wrong"), M("How to mend it"))
WIDTHS = (8, 24, 9, 28, 60, 60)
LONGEST_COMMENT = 2000


def write_marked(result: Imported, folder: Path, lang: str) -> list[Path]:
    """Write a marked copy into `folder` for every file with errors or warnings in its cells; say which were written.

    What people wrote is kept; formulas become the text of the formula. CSV and Parquet files become workbooks.
    """
    written: list[Path] = []
    for source in result.sources:
        problems = [problem for problem in result.problems if problem.place.file == str(source.file)]
        if any(problem.severity != "note" and problem.place.cell is not None for problem in problems):
            path = free_path(folder, source.file, written)
            path.parent.mkdir(parents=True, exist_ok=True)
            marked(source, problems, lang).save(path)
            written.append(path)
    return written


def free_path(folder: Path, file: Path, taken: Sequence[Path]) -> Path:
    """A name in `folder` after that of `file`, numbered where two files are called alike."""
    path, n = folder / f"{file.stem}.marked.xlsx", 1
    while path in taken:
        n += 1
        path = folder / f"{file.stem}.{n}.marked.xlsx"
    return path


def marked(source: Source, problems: Sequence[Problem], lang: str) -> Workbook:
    """The workbook of `source` with the problems in it, errors first in the list."""
    book = opened(source)
    order = ("error", "warning", "note")
    ranked = sorted(problems, key=lambda problem: order.index(problem.severity))
    for sheet in book.worksheets:
        plain(sheet)
    for problem in reversed(ranked):
        if problem.severity != "note" and (cell := cell_of(book, problem)) is not None:
            mark(cell, problem, lang)
    listed(book, ranked, lang)
    return book


def opened(source: Source) -> Workbook:
    """The file as a workbook that can be changed: itself if it is one, else its cells in a new one."""
    if source.file.suffix.lower() == ".xlsx" and source.grids:
        try:
            with warnings.catch_warnings(action="ignore"):
                return load_workbook(source.file, keep_links=False)
        except Exception:  # why: what openpyxl cannot read raises anything; the cells are known all the same
            return of_grids(source.grids)
    return of_grids(source.grids)


def of_grids(grids: Sequence[Grid]) -> Workbook:
    """The cells of `grids` as a workbook, each where it stood."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for grid in grids:
        sheet = book.create_sheet(sheet_name(grid.sheet) or "1")
        for n, row in enumerate(grid.rows):
            for place, value in enumerate(row):
                if value is not None:
                    put(sheet.cell(grid.first_row + n, grid.first_column + place + 1), value)
    return book


def put(cell: Cell, value: object) -> None:
    """Write a value; texts stay texts whatever they begin with."""
    if isinstance(value, bool | int | float | date | datetime):
        cell.value = value
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", str(value))
        cell.data_type = "s"


def plain(sheet: Worksheet) -> None:
    """Formulas as texts, and marks of an earlier copy away."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, MergedCell):
                continue
            if cell.data_type == "f":
                put(cell, getattr(cell.value, "text", None) or cell.value)
            if cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
                cell.fill = PatternFill()


def cell_of(book: Workbook, problem: Problem) -> Cell | None:
    """The cell a problem is about: the first of the row where only a row is known, None where only a sheet is."""
    place = problem.place
    if place.cell is None or sheet_name(place.sheet or "") not in book.sheetnames:
        return None
    sheet = book[sheet_name(place.sheet or "")]
    name = place.cell if re.fullmatch(r"[A-Z]{1,3}\d+", place.cell) else f"A{place.cell}"
    cell = sheet[name]
    if not isinstance(cell, MergedCell):
        return cell if isinstance(cell, Cell) else None
    top = next(area for area in sheet.merged_cells.ranges if name in area)
    found = sheet.cell(top.min_row, top.min_col)
    return found if isinstance(found, Cell) else None


def mark(cell: Cell, problem: Problem, lang: str) -> None:
    """Fill the cell and say what is wrong with it; what was said of it before follows."""
    said = words(problem, lang)
    before = f"\n\n{cell.comment.text}" if cell.comment is not None else ""
    cell.fill = PatternFill("solid", fgColor=FILLS[problem.severity])
    cell.comment = Comment((said + before)[:LONGEST_COMMENT], AUTHOR, width=320, height=120)


def words(problem: Problem, lang: str) -> str:
    """What is wrong and how to mend it."""
    parts = [problem.what] if problem.mend is None else [problem.what, problem.mend]
    return "\n".join(render(part, lang) for part in parts)


def listed(book: Workbook, problems: Sequence[Problem], lang: str) -> None:
    """The first sheet: every problem, with a link to its cell."""
    for name in (PROBLEMS.zh, PROBLEMS.en):
        if name in book.sheetnames:
            book.remove(book[name])
    sheet: Any = book.create_sheet(PROBLEMS.in_language(lang), 0)
    for n, (heading, wide) in enumerate(zip(HEADINGS, WIDTHS, strict=True), 1):
        cell = sheet.cell(1, n, render(heading, lang))
        cell.font = Font(bold=True, color="FFFFFFFF")
        cell.fill = PatternFill("solid", fgColor="FF1B4965")
        sheet.column_dimensions[cell.column_letter].width = wide
    for row, problem in enumerate(problems, 2):
        place = problem.place
        mend = render(problem.mend, lang) if problem.mend else ""
        texts = (
            render(LEVELS[problem.severity], lang),
            place.sheet,
            place.cell,
            place.value,
            render(problem.what, lang),
            mend,
        )
        for n, text in enumerate(texts, 1):
            put(sheet.cell(row, n), text or "")
            sheet.cell(row, n).alignment = Alignment(wrap_text=True, vertical="top")
        if (found := cell_of(book, problem)) is not None:
            title = found.parent.title.replace("'", "''")
            sheet.cell(row, 3).hyperlink = Hyperlink(ref=f"C{row}", location=f"'{title}'!{found.coordinate}")
            sheet.cell(row, 3).font = Font(color="FF1B4965", underline="single")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:F{len(problems) + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr = 0, PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"
    book.active = 0
