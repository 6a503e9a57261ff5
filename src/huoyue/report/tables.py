"""Tables for people: columns with translated headings, as a frame to download and as Markdown to print."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from huoyue.report.context_types import Block
from huoyue.report.context_values import Markdown, escaped

WIDEST = 44
"""Width, in half-width characters, from which on a column gets no more of the page."""

HEADING_LINES = 3
"""Over how many lines a heading may break before it asks for a wider column."""

UNBROKEN = 8
"""Headings of this width or less stand on one line."""

PAGE = 98
"""Width of the page in half-width characters of the table's type."""

MARGIN = 3
"""What the margins of a cell take, in half-width characters of the table's type."""


@dataclass(frozen=True)
class Column:
    """A heading and its cells; `right` for numbers, which are whole numbers or text as printed."""

    heading: str
    cells: Sequence[str | int | None]
    right: bool = False


@dataclass(frozen=True)
class Display:
    """A table of the report by its name."""

    name: str
    columns: tuple[Column, ...]

    @property
    def rows(self) -> int:
        return len(self.columns[0].cells) if self.columns else 0

    @property
    def frame(self) -> pl.DataFrame:
        """The table as people download it; headings that would be equal are numbered."""
        series = [_series(column) for column in self.columns]
        return pl.DataFrame([one.alias(name) for one, name in zip(series, _unique(series), strict=True)])

    def block(self, thousands: bool) -> Block:
        """The table as Markdown, without a caption."""
        return Block(self.name, Markdown(_grid(self.columns, thousands)), self.rows)


def _series(column: Column) -> pl.Series:
    if column.right and all(isinstance(cell, int) or cell is None for cell in column.cells):
        return pl.Series(column.heading, column.cells, dtype=pl.Int64())
    texts = [None if cell is None else str(cell) for cell in column.cells]
    return pl.Series(column.heading, texts, dtype=pl.String())


def _unique(series: Iterable[pl.Series]) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    for one in series:
        seen[one.name] = seen.get(one.name, 0) + 1
        names.append(one.name if seen[one.name] == 1 else f"{one.name} {seen[one.name]}")
    return names


def printed(cell: str | int | None, thousands: bool) -> str:
    """A cell as it stands in Markdown; a dash where there is nothing."""
    if cell is None:
        return "—"
    if isinstance(cell, int):
        return f"{cell:,}" if thousands else str(cell)
    return escaped(cell)


def width(text: str) -> int:
    """How wide a text prints, in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _grid(columns: tuple[Column, ...], thousands: bool) -> str:
    """A pipe table. The dashes give each column its share of the page's width."""
    cells = [[printed(cell, thousands) for cell in column.cells] for column in columns]
    wanted = fitted([_wanted(column, own) for column, own in zip(columns, cells, strict=True)])
    rules = [
        f"{'-' * size}:" if column.right else f":{'-' * size}" for column, size in zip(columns, wanted, strict=True)
    ]
    lines = [_line(escaped(column.heading) for column in columns), _line(rules)]
    lines += [_line(row) for row in zip(*cells, strict=True)]
    return "\n".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def fitted(wanted: list[int]) -> list[int]:
    """Widths of columns on one page: where they are too wide together, the widest give way, as texts can break."""
    widths = list(wanted)
    while sum(widths) > PAGE and max(widths) > PAGE // len(widths):
        widths[widths.index(max(widths))] -= 1
    return widths


def _wanted(column: Column, cells: list[str]) -> int:
    """Width of a column in half-width characters with its margin."""
    whole = width(column.heading)
    longest = max((width(word) + 1 for word in re.findall(r"[A-Za-z]+|[（(]?n=[\d,]+[）)]", column.heading)), default=0)
    heading = whole if whole <= UNBROKEN else max(longest, -(-whole // HEADING_LINES))
    return MARGIN + min(WIDEST, max(4, heading, *(width(cell.replace("\\", "")) for cell in cells or [""])))
