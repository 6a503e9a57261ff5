"""CSV files: UTF-8 with or without BOM, UTF-16 with BOM, GB18030; commas, semicolons or tabs."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection
from pathlib import Path

from huoyue.core.message import M, Message
from huoyue.core.problem import Place, Problem
from huoyue.exchange import limits
from huoyue.exchange.grid import Grid, Source
from huoyue.exchange.headings import SEARCHED
from huoyue.exchange.layout import heading_key

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def read_csv(path: Path, headings: Collection[str] = ()) -> Source:
    """The one grid of a CSV file. Its name is the file's; `headings` are those that a table may have, folded."""
    source = Source(path)
    text = decoded(source, path.read_bytes())
    if text is None:
        return source
    delimiter = delimiter_of(text, headings)
    csv.field_size_limit(limits.CELL_CHARACTERS)
    try:
        rows = [
            [cell or None for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        ]
    except csv.Error as error:
        what = M("The file is not readable as CSV: {why}.", why=str(error))
        mend = M("Look for a quotation mark that is never closed, or save it from Excel again.")
        source.problems.append(Problem("file.csv", what, mend, Place(file=str(path))))
        return source
    if problem := too_large(path, path.stem, len(rows), max((len(row) for row in rows), default=0)):
        source.problems.append(problem)
        return source
    source.grids.append(Grid(path, path.stem, rows))
    return source


def delimiter_of(text: str, headings: Collection[str]) -> str:
    """What separates the cells: judged by the line that holds most headings; by the first line if none does."""
    lines = text.split("\n", SEARCHED)[:SEARCHED]
    counts = {
        (mark, n): sum(heading_key(cell.strip('" \r')) in headings for cell in line.split(mark))
        for mark in ",;\t"
        for n, line in enumerate(lines)
    }
    return max(counts, key=lambda key: (counts[key], key[1] == 0, lines[key[1]].count(key[0])))[0]


def decoded(source: Source, content: bytes) -> str | None:
    """The text in the one encoding that fits; the guess of GB18030 is said."""
    for bom, encoding in BOMS:
        if content.startswith(bom):
            return _strictly(source, content, encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        text = _strictly(source, content, "gb18030")
        if text is not None:
            what = M("The file is not UTF-8 and was read as GB18030; check that the Chinese is right.")
            source.problems.append(Problem("file.encoding", what, None, Place(file=str(source.file)), "note"))
        return text


def _strictly(source: Source, content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        what = M("The file is neither UTF-8 nor GB18030 text.")
        mend = M("Save it as UTF-8 CSV (in Excel: CSV UTF-8).")
        source.problems.append(Problem("file.encoding", what, mend, Place(file=str(source.file))))
        return None


def too_large(path: Path, sheet: str, rows: int, columns: int) -> Problem | None:
    """A problem if a sheet has more rows or columns than are read."""
    place = Place(file=str(path), sheet=sheet)
    mend: Message = M("Delete what does not belong here, empty rows and columns too, or split the file.")
    if rows > limits.ROWS:
        return Problem(
            "file.rows", M("{count} rows; {limit} are read at most.", count=rows, limit=limits.ROWS), mend, place
        )
    if columns > limits.COLUMNS:
        what = M("{count} columns; {limit} are read at most.", count=columns, limit=limits.COLUMNS)
        return Problem("file.columns", what, mend, place)
    return None
