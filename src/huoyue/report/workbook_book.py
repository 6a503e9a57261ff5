"""An Excel workbook as this project writes it: sheets with a title, one table, a frozen header, filters, A4 landscape.

No text can become a formula: strings are written as strings. The same input gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Literal, TypeAlias

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from huoyue.core.analysis.percent import percentage
from huoyue.core.message import M, Message, Title
from huoyue.core.scheme.model import Scheme
from huoyue.report.tables import width as columns
from huoyue.wording import render

Value: TypeAlias = "str | int | float | bool | date | list[str] | None"
Form = Literal["text", "wrap", "whole", "score", "points", "share", "real", "day"]

HEADER_ROW = 3
FIRST_ROW = HEADER_ROW + 1
MOST_ROWS = 1_000_000
"""Rows of one sheet; Excel has 1 048 576. What is beyond is said on the sheet and stands in the snapshot."""
LONGEST_TEXT = 32_767
WIDEST = 56
SAMPLE = 500
LINE = 14.5
"""Height of a line, in points of type."""
MOST_LINES = 28
NUMBER_FORMATS = {"whole": "#,##0", "points": "0.00", "real": "0.0000", "day": "yyyy-mm-dd", "text": "@", "wrap": "@"}


@dataclass(frozen=True)
class Field:
    """One column: its heading, its values, how they are shown; `tiers` colours a cell by the tier id beside it."""

    head: str
    values: Sequence[Value]
    form: Form = "text"
    tiers: Sequence[str | None] = ()


@dataclass(frozen=True)
class Area:
    """Where a table stands, for charts and formats that refer to it."""

    sheet: Worksheet
    rows: int

    @property
    def last(self) -> int:
        """The last row; the first where the table is empty, as a chart must refer to something."""
        return max(FIRST_ROW, FIRST_ROW + self.rows - 1)

    def column(self, number: int) -> list[str | int]:
        """The values of a column, as charts take them."""
        return [self.sheet.get_name(), FIRST_ROW, number, self.last, number]

    def head(self, number: int) -> list[str | int]:
        """The heading of a column."""
        return [self.sheet.get_name(), HEADER_ROW, number]


class Book:
    """A workbook in one language, in the colours and titles of one scheme."""

    def __init__(self, path: Path, scheme: Scheme, lang: str) -> None:
        self.scheme, self.lang = scheme, lang
        self.sheets: list[tuple[str, str]] = []
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.workbook = Workbook(str(path), options)
        made = datetime.combine(scheme.period.ends, datetime.min.time())
        self.workbook.set_properties({"title": self.title(scheme.report.title), "created": made})
        self._formats: dict[tuple[tuple[str, object], ...], Format] = {}

    def say(self, message: Message) -> str:
        return render(message, self.lang)

    def title(self, title: Title) -> str:
        return title.in_language(self.lang)

    def share(self, part: int | Fraction, whole: int) -> float | None:
        """A share as the scheme prints it, as a number: 16 of 52, truncated to two decimals of a percent, is 0.3076."""
        exact = Fraction(part)
        shown = percentage(exact.numerator, exact.denominator * whole, self.scheme.percentages)
        return None if shown is None else float(Decimal(shown) / 100)

    @cached_property
    def tier_titles(self) -> dict[str, str]:
        return {tier.id: self.title(tier.title) for tier in self.scheme.tiers}

    @cached_property
    def batch_titles(self) -> dict[str, str]:
        return {batch.id: self.title(batch.title) for batch in self.scheme.batches}

    @cached_property
    def indicator_titles(self) -> dict[str, str]:
        return {indicator.id: self.title(indicator.title) for indicator in self.scheme.indicators}

    def format(self, **properties: object) -> Format:
        """A cell format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format({"font_size": 10, "valign": "vcenter"} | dict(key))
        return self._formats[key]

    def cell_format(self, form: Form, tier: str | None = None) -> Format:
        """How a value of a form is shown, on the tier's colour if there is one."""
        percent = self.scheme.percentages.decimals
        score = self.scheme.rounding.decimals
        shown = {"share": "0" + _places(percent) + "%", "score": "0" + _places(score)} | NUMBER_FORMATS
        look: dict[str, object] = {"num_format": shown[form], "border": 1, "border_color": "#D0D0D0"}
        if form == "wrap":
            look["text_wrap"] = True
        return self.format(**look, **(tier_look(self.scheme.tier(tier).colour) if tier else {}))

    def sheet(self, name: Message, note: Message | None = None) -> Worksheet:
        """A new sheet with its title and a line on what it shows, listed in the contents."""
        shown = self.say(name)
        sheet = self.workbook.add_worksheet(self._free_name(shown))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(0.5, 0.5, 0.6, 0.6)
        sheet.set_footer("&C&P / &N")
        sheet.write_string(0, 0, shown, self.format(bold=True, font_size=14))
        said = self.say(note) if note else ""
        sheet.write_string(1, 0, said, self.format(font_color="#595959"))
        self.sheets.append((sheet.get_name(), said))
        return sheet

    def table(self, sheet: Worksheet, fields: Sequence[Field], frozen: int = 1) -> Area:
        """The table of a sheet below its title, with filter, frozen header and the header repeated in print."""
        rows = len(fields[0].values)
        shown = min(rows, MOST_ROWS)
        head = self.format(
            bold=True, bg_color="#EDEDED", border=1, border_color="#A6A6A6", text_wrap=True, align="center"
        )
        for number, column in enumerate(fields):
            sheet.set_column(number, number, width(column))
            sheet.write_string(HEADER_ROW, number, column.head, head)
            self._fill(sheet, number, column, shown)
        sheet.set_row(HEADER_ROW, LINE * max(-(-columns(field.head) // (width(field) - 1)) for field in fields))
        for row, height in enumerate(heights(fields, shown)):
            if height > LINE:
                sheet.set_row(FIRST_ROW + row, height)
        if rows > shown:
            told = M("Only the first {shown} of {rows} rows; all of them are in the snapshot.", shown=shown, rows=rows)
            sheet.write_string(2, 0, self.say(told), self.format(font_color="#C00000"))
        area = Area(sheet, shown)
        sheet.freeze_panes(FIRST_ROW, frozen)
        sheet.repeat_rows(HEADER_ROW)
        sheet.autofilter(HEADER_ROW, 0, area.last, len(fields) - 1)
        return area

    def _fill(self, sheet: Worksheet, number: int, column: Field, rows: int) -> None:
        plain = self.cell_format(column.form)
        coloured = {tier: self.cell_format(column.form, tier) for tier in self.tier_titles}
        for row in range(rows):
            tier = column.tiers[row] if column.tiers else None
            write(sheet, FIRST_ROW + row, number, column.values[row], coloured.get(tier or "", plain))

    def _free_name(self, shown: str) -> str:
        """A sheet name that Excel takes and no other sheet has."""
        clean = re.sub(r"[\[\]:*?/\\\s]+", " ", shown).strip("' ")[:31] or "-"
        taken = {name.lower() for name, _ in self.sheets}
        name, number = clean, 2
        while name.lower() in taken:
            suffix = f" {number}"
            name, number = clean[: 31 - len(suffix)] + suffix, number + 1
        return name


def write(sheet: Worksheet, row: int, column: int, value: Value, look: Format) -> None:
    """One cell: numbers as numbers, dates as dates, text as text whatever it begins with."""
    match value:
        case None:
            sheet.write_blank(row, column, None, look)
        case bool():
            sheet.write_boolean(row, column, value, look)
        case int() | float() if isfinite(value):
            sheet.write_number(row, column, value, look)
        case date():
            sheet.write_datetime(row, column, datetime.combine(value, datetime.min.time()), look)
        case list():
            sheet.write_string(row, column, ", ".join(value)[:LONGEST_TEXT], look)
        case _:
            sheet.write_string(row, column, str(value)[:LONGEST_TEXT], look)


def width(column: Field) -> int:
    """A column width for what stands in it; a Chinese character takes two. Headings wrap."""
    told = max((columns(str(value)) for value in column.values[:SAMPLE] if value is not None), default=0)
    if column.form not in ("text", "wrap"):
        return max(7, min(told, 9) + 1, columns(column.head) // 2 + 2)
    return min(WIDEST, max(8, told + 2, columns(column.head) // 2 + 4))


def heights(fields: Sequence[Field], rows: int) -> list[float]:
    """How high each row must be for its wrapped texts; programs other than Excel do not find out by themselves."""
    lines = [1] * rows
    for column in fields:
        if column.form == "wrap":
            room = width(column) - 2
            for row, text in enumerate(column.values[:rows]):
                lines[row] = max(lines[row], -(-columns(str(text or "")) // room))
    return [LINE * min(count, MOST_LINES) for count in lines]


def tier_look(colour: str) -> dict[str, object]:
    """Fill of a tier with a font that can be read on it."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    dark = 299 * red + 587 * green + 114 * blue < 140_000
    return {"bg_color": colour, "font_color": "#FFFFFF" if dark else "#000000"}


def _places(decimals: int) -> str:
    return "." + "0" * decimals if decimals else ""
