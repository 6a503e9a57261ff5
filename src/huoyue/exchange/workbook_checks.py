"""Drop-downs and checks in the cells of a template, and the hidden sheet with their lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from huoyue.core.message import M, Message
from huoyue.core.phrase import render
from huoyue.core.scheme.model import RecordType, Scheme
from huoyue.exchange.cells import yes_no
from huoyue.exchange.grid import letters
from huoyue.exchange.layout import Column
from huoyue.exchange.workbook_look import Look

LISTS = "_lists"
DAYS = (date(1950, 1, 1), date(2199, 12, 31))
"""What a day that is not bound to the period may be."""
TITLE, TEXT = 32, 255
"""Excel's limits on the title and the text of a message beside a cell."""


class Lists:
    """The lists behind drop-downs, one column each of a hidden sheet."""

    def __init__(self, look: Look) -> None:
        self.sheet = look.book.add_worksheet(LISTS)
        self.sheet.hide()
        self.known: dict[tuple[str, ...], str] = {}

    def source(self, entries: Sequence[str]) -> str:
        """The range that holds `entries`, written if it is new."""
        key = tuple(entries)
        if key not in self.known:
            column = len(self.known)
            for row, entry in enumerate(key):
                self.sheet.write_string(row, column, entry)
            letter = letters(column)
            self.known[key] = f"='{LISTS}'!${letter}$1:${letter}${max(1, len(key))}"
        return self.known[key]


def check(
    scheme: Scheme, kind: RecordType | None, column: Column, units: str | None, lists: Lists, lang: str
) -> dict[str, Any] | None:
    """The validation of a column's cells as XlsxWriter takes it, or None. `units` is the range of unit names."""
    spec = column.spec
    if column.kind == "unit":
        asked = said(column, M("Choose a unit from the register."), lang)
        return asked | {"validate": "list", "source": units, "error_type": "warning"} if units else None
    if spec.type == "choice" and spec.options:
        titles = [option.title.in_language(lang) for option in spec.options]
        return said(column, M("Choose from the list."), lang) | {"validate": "list", "source": lists.source(titles)}
    if spec.type == "yes_no":
        return said(column, M("Choose yes or no."), lang) | {"validate": "list", "source": lists.source(yes_no(lang))}
    if spec.type in ("integer", "decimal", "money"):
        return number_check(column, lang)
    if spec.type == "date":
        return day_check(scheme, column, dated=kind is not None and kind.dated == spec.id, lang=lang)
    return None


def day_check(scheme: Scheme, column: Column, *, dated: bool, lang: str) -> dict[str, Any]:
    """A day; one of the evaluated period where the record is dated by it."""
    if dated:
        first, last = scheme.period.starts, scheme.period.ends
        asked = M("A day from {first} to {last}.", first=first, last=last)
    else:
        first, last = DAYS
        asked = M("A day, such as 2020-03-05.")
    return said(column, asked, lang) | {"validate": "date", "criteria": "between", "minimum": first, "maximum": last}


def number_check(column: Column, lang: str) -> dict[str, Any]:
    """The bounds of a number, or the widest that are stored."""
    spec = column.spec
    low = float(spec.at_least) if spec.at_least is not None else -1e12
    high = float(spec.at_most) if spec.at_most is not None else 1e12
    if spec.at_least is not None and spec.at_most is not None:
        asked = M("A number from {low} to {high}.", low=spec.at_least, high=spec.at_most)
    else:
        asked = M("A number.") if spec.at_least is None else M("A number of at least {low}.", low=spec.at_least)
    kind = "decimal" if spec.decimals else "integer"
    whole = {} if spec.decimals else {"minimum": int(low), "maximum": int(high)}
    rule = {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    return said(column, asked, lang) | rule | whole


def said(column: Column, asked: Message, lang: str) -> dict[str, Any]:
    """The message shown when the cell is chosen, and the one shown when what is typed does not fit."""
    title, text = column.title.in_language(lang)[:TITLE], render(asked, lang)[:TEXT]
    return {"input_title": title, "input_message": text, "error_title": title, "error_message": text}
