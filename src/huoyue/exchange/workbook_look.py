"""Formats and measures of our workbooks: one quiet look, widths that fit Chinese."""

from __future__ import annotations

import unicodedata
from datetime import datetime, time
from pathlib import Path
from typing import Any

from huoyue.core.scheme.model import Scheme
from huoyue.exchange.layout import Column

FONT = "微软雅黑"
INK, ACCENT, PALE, LINE, REQUIRED = "#1F2933", "#1B4965", "#F3F7FA", "#C9D3DC", "#B42318"


class Look:
    """A new workbook with our formats, each made once. Its bytes depend on what is written only, not on the day."""

    def __init__(self, scheme: Scheme, path: Path) -> None:
        import xlsxwriter  # why: slow, and whoever only reads workbooks needs it not

        self.book = xlsxwriter.Workbook(str(path))
        opened = scheme.filing.opens
        self.book.set_properties({"title": scheme.title.zh, "created": datetime.combine(opened, time())})
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def __call__(self, **properties: Any) -> Any:
        """The format of these properties."""
        wanted = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"} | properties
        key = tuple(sorted(wanted.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(wanted)
        return self.formats[key]

    def title(self) -> Any:
        return self(bold=True, font_size=15, font_color=ACCENT)

    def note(self) -> Any:
        return self(text_wrap=True, valign="top", font_size=9, font_color="#52606D")

    def heading(self, *, required: bool) -> Any:
        fill = {"bg_color": ACCENT, "font_color": "#FFFFFF"} if required else {"bg_color": "#DCE6EE"}
        return self(bold=True, text_wrap=True, align="center", border=1, border_color=LINE, **fill)

    def cell(self, column: Column) -> Any:
        """The format of a column's cells: dates as dates, codes and texts as text, so that 007 stays 007."""
        spec = column.spec
        if spec.type == "date":
            return self(num_format="yyyy-mm-dd", align="center")
        if spec.type in ("integer", "decimal", "money"):
            return self(num_format="0." + "#" * spec.decimals if spec.decimals else "0")
        if spec.type in ("choice", "yes_no"):
            return self(num_format="@", align="center")
        return self(num_format="@", indent=1, text_wrap=spec.longest > 200)


def width(text: str) -> int:
    """How many columns of a terminal, or characters of a cell, a text takes: Chinese takes two each."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)


def column_width(column: Column, heading: str) -> float:
    """A width that shows the heading on at most two lines and a usual value on one."""
    usual = {"date": 12, "integer": 9, "decimal": 9, "money": 11, "yes_no": 9, "choice": 14, "link": 30, "unit": 34}
    by_text = 14 if column.spec.longest <= 60 else 30 if column.spec.longest <= 500 else 48
    longest = max((width(option.title.zh) for option in column.spec.options), default=0)
    return float(max(usual.get(column.spec.type, by_text), min(longest + 4, 40), min(width(heading) + 3, 16)))


def lines(text: str, columns: float) -> int:
    """On how many lines a text stands in a cell so wide."""
    return sum(max(1, -(-width(line) // max(1, int(columns)))) for line in text.split("\n"))
