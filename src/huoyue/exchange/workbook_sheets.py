"""The sheets of a workbook: notes, headings, rows, drop-downs and print set-up, from the layout alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from huoyue.core.scheme.model import Scheme
from huoyue.exchange.cells import Cell, writer
from huoyue.exchange.grid import letters
from huoyue.exchange.layout import GIVEN, Column, Sheet
from huoyue.exchange.workbook_checks import Lists, check
from huoyue.exchange.workbook_look import LINE, PALE, Look, column_width, lines
from huoyue.exchange.workbook_words import help_on, notes_on

HEADING_ROW = 2
FIRST_ROW = HEADING_ROW + 1
ROOM = 500
"""Empty rows below the data that carry drop-downs and checks."""


def write_sheet(
    look: Look, scheme: Scheme, sheet: Sheet, lists: Lists, lang: str, *,
    frame: pl.DataFrame | None = None, names: Mapping[str, str] | None = None, units: str | None = None,
) -> Any:  # fmt: skip
    """Write one sheet, filled with `frame` if there is one, and return it. `units` is where drop-downs find units."""
    page = look.book.add_worksheet(sheet.tab_in(lang))
    headings = [column.title.in_language(lang) + ("*" if column.required else "") for column in sheet.columns]
    widths = [column_width(column, heading) for column, heading in zip(sheet.columns, headings, strict=True)]
    last = FIRST_ROW + (0 if frame is None else frame.height) + ROOM - 1
    for n, column in enumerate(sheet.columns):
        page.set_column(n, n, widths[n], look.cell(column))
        page.write_string(HEADING_ROW, n, headings[n], look.heading(required=column.required))
        page.write_comment(HEADING_ROW, n, help_on(column, sheet, lang), {"x_scale": 1.8, "font_size": 9})
        if rule := check(scheme, sheet.record_type, column, units, lists, lang):
            page.data_validation(FIRST_ROW, n, last, n, rule)
    _above(look, page, scheme, sheet, widths, lang)
    _print_set_up(look, page, len(headings), last)
    if frame is not None:
        fill(look, page, sheet, frame, names or {}, lang)
    return page


def _above(look: Look, page: Any, scheme: Scheme, sheet: Sheet, widths: list[float], lang: str) -> None:
    """Title and notes above the headings, across all columns."""
    note = "\n".join(notes_on(scheme, sheet, lang))
    page.set_row(0, 26)
    page.write_string(0, 0, sheet.title.in_language(lang), look.title())
    page.set_row(1, min(400.0, 8 + 13.5 * lines(note, sum(widths) * 1.05)))
    if len(widths) > 1:
        page.merge_range(1, 0, 1, len(widths) - 1, "", look.note())
    page.write_string(1, 0, note, look.note())
    page.set_row(HEADING_ROW, 34)


def _print_set_up(look: Look, page: Any, columns: int, last: int) -> None:
    """Frozen headings, filter, bands, and A4 landscape with the headings on every page."""
    page.freeze_panes(FIRST_ROW, 1)
    page.autofilter(HEADING_ROW, 0, last, columns - 1)
    band = look(bg_color=PALE, bottom=1, bottom_color=LINE)
    page.conditional_format(
        FIRST_ROW, 0, last, columns - 1, {"type": "formula", "criteria": "=MOD(ROW(),2)=0", "format": band}
    )
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.fit_to_pages(1, 0)
    page.repeat_rows(HEADING_ROW)
    page.set_footer("&L&A&R&P / &N")


def fill(look: Look, page: Any, sheet: Sheet, frame: pl.DataFrame, names: Mapping[str, str], lang: str) -> None:
    """Write the rows of a table: texts as texts whatever they begin with, days as days, numbers as numbers."""
    for n, column in enumerate(sheet.columns):
        written, style = writer(column, names, lang), look.cell(column)
        for row, value in enumerate(frame[column.name].to_list(), FIRST_ROW):
            if value is not None:
                put(page, row, n, written(value), style)


def put(page: Any, row: int, column: int, value: Cell, style: Any) -> None:
    """One cell in its own type; nothing is ever written as a formula or a link."""
    if isinstance(value, str):
        page.write_string(row, column, value, style)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, style)
    elif value is not None:
        page.write_number(row, column, value, style)


def names_range(register: Sheet, rows: int, lang: str) -> str:
    """The range of unit names on the register sheet, for drop-downs that follow the register."""
    place = next(n for n, column in enumerate(register.columns) if column.name == "name")
    title = register.tab_in(lang).replace("'", "''")
    return f"='{title}'!${letters(place)}${FIRST_ROW + 1}:${letters(place)}${FIRST_ROW + rows}"


def without_unit(sheet: Sheet) -> Sheet:
    """A sheet as it stands in a unit's own workbook: the sheet of filings says whose records they are, and no more."""
    left_out = GIVEN if sheet.record_type is None else (sheet.unit_column,)
    columns: tuple[Column, ...] = tuple(column for column in sheet.columns if column.name not in left_out)
    return replace(sheet, columns=columns)
