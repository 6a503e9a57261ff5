"""A workbook as a zip of XML, looked through before anything opens it: its kind, its size, its formulas."""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from huoyue.core.message import M, Message
from huoyue.exchange import limits
from huoyue.exchange.grid import Odd, letters

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError)
"""What the zip module raises on broken archives; encryption and unknown compression are RuntimeErrors."""
OLE = b"\xd0\xcf\x11\xe0"
CHUNK = 1 << 20
RATHER_SMALL = 10_000_000
"""Bytes up to which everything a pattern finds may be held at once, which is faster."""
TAG = rb"<(?:[^\s<>/:]+:)?"
"""The start of a tag whatever its prefix. No pattern below crosses another `<`, so that none of them can run away."""
CELL = re.compile(TAG + rb"c[\s/>]")
NAMED = rb"""c\s+(?:[st]=["'][\w]{0,20}["']\s+){0,2}r=["']([A-Z]{1,3})(\d{1,7})["']"""
REFERENCE = re.compile(TAG + rb"(?:" + NAMED + rb"|c[\s/>])")
"""Every cell, with column and row if it says where it stands."""
ROW = re.compile(TAG + rb"""row\s[^<>]{0,300}?\br=["'](\d{1,9})["']""")
FORMULA = re.compile(TAG + NAMED + rb"[^<>]{0,300}>\s{0,100}" + TAG + rb"f[\s/>]")
ERROR = re.compile(TAG + rb"""c\s(?=[^<>]{0,300}\bt\s*=\s*["']e["'])[^<>]{0,300}?\br=["']([A-Z]{1,3})(\d{1,7})["']""")
STRING = re.compile(TAG + rb"si[\s/>]")
STRING_NUMBER = re.compile(rb"""t=["']s["'][^<>]{0,300}>\s{0,100}<(?:\w{1,40}:)?v>\s{0,100}(\d{1,9})""")
ANY_FORMULA = re.compile(TAG + rb"f[\s/>]")
END = re.compile(rb"</[^<>]{0,60}sheetData\s*>")
HIDDEN_ROW = re.compile(TAG + rb"""row\s[^<>]{0,300}?\bhidden=["'](?:1|true)["']""")
FROM_1904 = re.compile(TAG + rb"""workbookPr\s[^<>]{0,600}?\bdate1904=["'](?:1|true)["']""")


@dataclass(frozen=True)
class Part:
    """What a look at a worksheet part finds: the rectangle its cells need, odd cells, and how many rows are hidden."""

    area: int
    odd: dict[str, Odd]
    hidden_rows: int


@dataclass(frozen=True)
class Package:
    """A workbook that may be opened: its worksheet parts by name, and whether it counts days from 1904."""

    parts: dict[str, Part]
    from_1904: bool = False


class Unusable(Exception):
    """Why a workbook is not opened at all."""

    def __init__(self, code: str, what: Message, mend: Message) -> None:
        super().__init__(code)
        self.code, self.what, self.mend = code, what, mend


def column_number(name: str) -> int:
    """A column's letters as a number from 0."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


def inspect(path: Path) -> Package:
    """What is in the workbook, before anything opens it. Unusable if we do not open such a file."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(OLE):
        what = M("This is an old .xls workbook, or one protected by a password.")
        raise Unusable("file.ole", what, M("Remove the password, or save it as .xlsx."))
    if not head.startswith(b"PK"):
        what = M("This is not an Excel workbook, whatever its name says.")
        raise Unusable("file.not_xlsx", what, M("Save it from Excel or WPS as .xlsx, or rename it if it is CSV."))
    try:
        with zipfile.ZipFile(path) as archive:
            return _inspected(archive, path.stat().st_size)
    except DAMAGED as error:
        raise _damaged() from error


def _damaged() -> Unusable:
    mend = M("Open it in Excel or WPS, save it again, or ask for a new copy.")
    return Unusable("file.damaged", M("The workbook is damaged or cut off."), mend)


def _inspected(archive: zipfile.ZipFile, size: int) -> Package:
    """Every part unpacked once and looked at."""
    entries = archive.infolist()
    _look_at_names([entry.filename for entry in entries])
    parts: dict[str, Part] = {}
    inflated, strings, highest, area, from_1904 = 0, 0, -1, 0, False
    for entry in entries:
        content = _inflated(archive, entry, inflated, size)
        inflated += len(content)
        is_sheet = b"sheetData" in content
        if not is_sheet and not entry.filename.endswith((".xml", ".rels")):
            continue
        _look_at_prologue(content[:4096])
        from_1904 = from_1904 or (b"date1904" in content and FROM_1904.search(content) is not None)
        if b"<sst" in content or b":sst" in content:
            strings = max(strings, _count(STRING, content))
        if is_sheet:
            parts[entry.filename] = part = _sheet(content)
            area += part.area
            _look_at_area(area)
            highest = max(highest, *map(int, set(STRING_NUMBER.findall(content))), -1)
    if highest >= strings:
        raise _damaged()
    return Package(parts, from_1904)


def _count(pattern: re.Pattern[bytes], content: bytes) -> int:
    """How often `pattern` occurs. Unusable beyond what is read."""
    few = len(content) < RATHER_SMALL
    count = len(pattern.findall(content)) if few else sum(1 for _ in islice(pattern.finditer(content), limits.AREA + 1))
    _look_at_area(count)
    return count


def _look_at_area(area: int) -> None:
    """Unusable if cells, empty ones between them included, are more than are read."""
    if area > limits.AREA:
        what = M("The sheets span more than {limit} cells, empty ones included.", limit=limits.AREA)
        raise Unusable("file.area", what, M("Delete what stands far from the tables, or split the workbook."))


def _look_at_names(names: list[str]) -> None:
    """Unusable if the parts are too many, not those of a workbook, or macros among them."""
    if len(names) > limits.ENTRIES:
        what = M(
            "The workbook consists of {count} parts; {limit} are opened at most.",
            count=len(names),
            limit=limits.ENTRIES,
        )
        raise Unusable("file.entries", what, M("Copy the sheets into a new workbook."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unusable("file.macros", M("The workbook holds macros."), M("Save it as .xlsx, without macros."))
    if not any(name.startswith("xl/") for name in names):
        what = M("This is a zip file but not an Excel workbook.")
        raise Unusable("file.not_xlsx", what, M("Save it from Excel or WPS as .xlsx, or rename it if it is CSV."))
    if len(set(names)) < len(names):
        raise _damaged()


def _look_at_prologue(start: bytes) -> None:
    """Unusable if a part is not XML in UTF-8, as office programs write it, or declares a document type."""
    if b"\x00" in start:
        raise _damaged()
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        what = M("The workbook holds an XML document type, which no office program writes.")
        raise Unusable("file.doctype", what, M("Save it again from Excel or WPS."))


def _inflated(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, before: int, size: int) -> bytes:
    """The entry's bytes, read in pieces so that a bomb is noticed while it unpacks."""
    pieces: list[bytes] = []
    length = 0
    with archive.open(entry) as stream:
        while piece := stream.read(CHUNK):
            pieces.append(piece)
            length += len(piece)
            whole = before + length
            if whole > limits.INFLATED_BYTES or (whole > limits.RATIO_FROM and whole > size * limits.INFLATED_RATIO):
                what = M("The workbook unpacks to more than {limit} bytes.", limit=min(whole, limits.INFLATED_BYTES))
                raise Unusable("file.inflated", what, M("Copy what is needed into a new workbook."))
    return b"".join(pieces)


def _sheet(content: bytes) -> Part:
    """A worksheet part. Unusable if its cells reach beyond what is read, or do not say where they stand."""
    if len(content) >= RATHER_SMALL:
        _count(CELL, content)
    cells = REFERENCE.findall(content)
    _look_at_area(len(cells))
    columns, rows = {column for column, _ in cells}, {row for _, row in cells}
    widest = max((column_number(name.decode()) for name in columns), default=-1)
    if content.count(b"<row") != len(rows) or b":row" in content:  # there are rows without cells
        rows.update(ROW.findall(content))
    last = max(map(int, rows - {b""}), default=0)
    _look_at_reach(last, widest)
    formulas = _formulas(content)
    may_err = b'"e"' in content or b"'e'" in content
    odd: dict[str, Odd] = {(c + r).decode(): "error" for c, r in ERROR.findall(content)} if may_err else {}
    if formulas:
        odd |= dict.fromkeys([(c + r).decode() for c, r in FORMULA.findall(content)], "formula")
    if b"" in rows or formulas > sum(kind == "formula" for kind in odd.values()):
        what = M("The workbook holds cells that do not say where they stand, as those of office programs do.")
        raise Unusable("file.nameless", what, M("Save it again from Excel or WPS."))
    hidden = sum(1 for _ in HIDDEN_ROW.finditer(content)) if b"hidden=" in content else 0
    return Part(last * (widest + 1), odd, hidden)


def _formulas(content: bytes) -> int:
    """How many formulas the cells hold. Those of drop-down lists, <formula1>, are none."""
    if content.count(b"<f") == content.count(b"<formula") and b":f" not in content:
        return 0
    end = max((found.start() for found in END.finditer(content)), default=len(content))
    return _count(ANY_FORMULA, content[:end])


def _look_at_reach(last: int, widest: int) -> None:
    """Unusable if cells stand too far below or beside the others."""
    if last > limits.ROWS:
        what = M("{count} rows; {limit} are read at most.", count=last, limit=limits.ROWS)
        raise Unusable("file.rows", what, M("Delete what stands far below the table, empty rows too."))
    if widest >= limits.COLUMNS:
        what = M(
            "Cells reach as far as column {column}; {limit} columns are read at most.",
            column=letters(widest),
            limit=limits.COLUMNS,
        )
        raise Unusable("file.columns", what, M("Delete what stands far beside the table, empty columns too."))
