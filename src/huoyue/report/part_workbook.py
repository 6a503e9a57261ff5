"""The workbook of a report on a part: its tables, a sheet each."""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl

from huoyue.core.message import Message
from huoyue.core.scheme.model import Scheme
from huoyue.report.context import Document
from huoyue.report.workbook_book import Book, Field

CAPTION = re.compile(r"^: (.*) \{#t-([\w-]+) ", re.MULTILINE)
BRACES = re.compile(r"[{}]")


def write_part_workbook(document: Document, scheme: Scheme, path: Path, lang: str) -> None:
    """Write the tables that the document prints, in its order, each under its caption."""
    book = Book(path, scheme, lang)
    for caption, name in CAPTION.findall(document.markdown):
        frame = document.tables.get(name)
        if frame is not None:
            shown = re.sub(r"\\(.)", r"\1", caption)
            sheet = book.sheet(Message(BRACES.sub("", shown)), Message(BRACES.sub("", str(document.meta["subtitle"]))))
            book.table(sheet, [field(series) for series in frame.iter_columns()])
    if not book.sheets:  # a workbook has a sheet, whatever there is to say
        book.sheet(Message(BRACES.sub("", str(document.meta["subtitle"]))))
    book.workbook.close()


def field(series: pl.Series) -> Field:
    """A column: whole numbers as such, what reads as a decimal as a number, anything else as text."""
    values = series.to_list()
    if series.dtype == pl.Int64():
        return Field(series.name, values, "whole")
    if any(values) and all(value is None or re.fullmatch(r"-?\d+(\.\d+)?", value) for value in values):
        return Field(series.name, [None if value is None else float(value) for value in values], "points")
    return Field(series.name, values, "wrap")
