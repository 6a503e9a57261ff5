"""Every table of a round as Excel or CSV. Cells that a spreadsheet would take for a formula are text."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date
from io import BytesIO, StringIO

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from xlsxwriter.worksheet import Worksheet

from huoyue.exchange.workbook_look import width
from huoyue.server.asking import reader
from huoyue.server.models import Round
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries import tables
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person
from huoyue.server.queries.tables import Exported
from huoyue.server.saying import current_language

TABLES: dict[str, Callable[[Person, Round, str], Iterable[Exported]]] = {
    "states": tables.states,
    "submissions": tables.submissions,
    "records": tables.records,
    "observations": tables.observations,
    "letters": tables.letters,
    "verdicts": tables.verdicts,
    "findings": tables.findings,
}
RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
WIDEST, MARGIN = 56, 3
"""In characters: how wide a column gets at most, and what it has beside its text (the button of the filter)."""


def export(request: HttpRequest, round_: Round, table: str, form: str) -> HttpResponse:
    """A table, or with several record types a sheet each, of what the reader may see."""
    if table not in TABLES or form not in KINDS:
        raise Refuse(ABSENT.code)
    exported = list(TABLES[table](reader(request), round_, current_language()))
    body = as_workbook(exported) if form == "xlsx" else as_csv(exported)
    answer = HttpResponse(body, content_type=KINDS[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{round_.key}-{table}.{form}"'
    return answer


def as_workbook(exported: list[Exported]) -> bytes:
    """The tables as sheets of a workbook, A4 across with the headings on every page.

    Texts are texts, whatever they begin with; numbers and days are such, so that they add up and sort.
    """
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E4EEF8", "border": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    names: set[str] = set()
    for one in exported:
        sheet = book.add_worksheet(free_name(one.title, names))
        for column, title in enumerate(one.heads):
            sheet.write_string(0, column, title, head)
        for number, row in enumerate(one.rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, int | float) and not isinstance(value, bool):
                    sheet.write_number(number, column, value)
                elif isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                elif value not in (None, ""):
                    sheet.write_string(number, column, str(value)[:32_000])
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(one.rows), 1), max(len(one.heads) - 1, 0))
        set_widths(sheet, [one.heads, *one.rows])
        for_paper(sheet)
    if not exported:
        book.add_worksheet()
    book.close()
    return stream.getvalue()


def set_widths(sheet: Worksheet, rows: Iterable[Iterable[object]]) -> None:
    """Columns as wide as their widest cell, up to a limit. A Chinese character takes two places, which Excel's own
    fitting does not know."""
    widths: dict[int, int] = {}
    for row in rows:
        for column, value in enumerate(row):
            text = "" if value is None else str(value)[:WIDEST]
            widths[column] = max(widths.get(column, 0), min(width(text) + MARGIN, WIDEST))
    for column, places in widths.items():
        sheet.set_column(column, column, places)


def for_paper(sheet: Worksheet) -> None:
    """A4 across, as wide as the page, the headings on every page, the sheet's name and the page below."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&R&P / &N")


def free_name(title: str, taken: set[str]) -> str:
    """A sheet name that Excel takes and that is not there yet."""
    plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:28].strip("' ") or "table"
    name, number = plain, 1
    while name.lower() in taken:
        number += 1
        name = f"{plain[:25]} {number}"
    taken.add(name.lower())
    return name


def as_csv(exported: list[Exported]) -> bytes:
    """The tables one below the other, in UTF-8 with the mark that Excel needs; risky beginnings are quoted."""
    stream = StringIO()
    writer = csv.writer(stream)
    for one in exported:
        if len(exported) > 1:
            writer.writerow([one.title])
        writer.writerow(one.heads)
        writer.writerows([[safe(value) for value in row] for row in one.rows])
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    text = str(value)
    risky = not isinstance(value, int | float) and text.startswith(RISKY)
    return f"'{text}" if risky else text
