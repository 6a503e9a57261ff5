"""Every table of a round as Excel or CSV. Cells that a spreadsheet would take for a formula are text."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date
from io import BytesIO, StringIO

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from xlsxwriter.workbook import Workbook
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
NARROWEST, WIDEST, LINE, HIGHEST = 8, 64, 15, 409
"""Of columns in letters, of a line in points."""
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


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
    day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left", "valign": "top"})
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
        fit_columns(book, sheet, [one.heads, *one.rows])
        for_paper(sheet)
    if not exported:
        book.add_worksheet()
    book.close()
    return stream.getvalue()


def fit_columns(book: Workbook, sheet: Worksheet, rows: Iterable[Iterable[object]]) -> None:
    """Columns as wide as what stands in them; what is longer than a line is wrapped, its row as high as that."""
    plain, wrapped = book.add_format({"valign": "top"}), book.add_format({"valign": "top", "text_wrap": True})
    needed: dict[int, int] = {}
    for number, row in enumerate(rows):
        widths = [width("" if value is None else str(value)) + 2 for value in row]
        for column, places in enumerate(widths):
            needed[column] = max(needed.get(column, NARROWEST), places)
        if (most := max(widths, default=0)) > WIDEST:
            sheet.set_row(number, min(HIGHEST, LINE * -(-most // (WIDEST - 4))))
    for column, places in needed.items():
        sheet.set_column(column, column, min(places, WIDEST), wrapped if places > WIDEST else plain)


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
