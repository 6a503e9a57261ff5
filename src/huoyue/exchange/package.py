"""A workbook as a zip of XML, looked through before anything opens it: its kind, its size, its formulas."""

from __future__ import annotations

import lzma
import re
import struct
import zipfile
import zlib
from pathlib import Path

from huoyue.core.message import M, Message
from huoyue.exchange import limits
from huoyue.exchange.grid import Odd, letters

DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError)
"""What the zip module raises on broken archives; encryption and unknown compression are RuntimeErrors."""
OLE = b"\xd0\xcf\x11\xe0"
CHUNK = 1 << 20
REFERENCE = re.compile(rb"""<(?:\w+:)?c\s[^>]*?r=["']([A-Z]{1,3})(\d{1,7})["']""")
ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?r=["'](\d{1,9})["']""")
FORMULA = re.compile(rb"""<(?:\w+:)?c\s[^>]*?r=["']([A-Z]{1,3}\d{1,7})["'][^>]*>\s*<(?:\w+:)?f[\s/>]""")
ERROR = re.compile(rb"""<(?:\w+:)?c\s(?=[^>]*?\bt=["']e["'])[^>]*?r=["']([A-Z]{1,3}\d{1,7})["']""")
STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")
STRING_NUMBER = re.compile(rb"""\st=["']s["'][^>]*>\s*<(?:\w+:)?v>\s*(\d{1,9})""")
ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
ANY_ERROR = re.compile(rb"""\st=["']e["']""")
NAMELESS = re.compile(rb"""<(?:\w+:)?c(?![^>]*?\sr=)[\s/>]""")


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


def inspect(path: Path) -> dict[str, dict[str, Odd]]:
    """The formulas and error values of each worksheet part by its name. Unusable if we do not open such a file."""
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


def _inspected(archive: zipfile.ZipFile, size: int) -> dict[str, dict[str, Odd]]:
    """Every part unpacked once and looked at."""
    entries = archive.infolist()
    _look_at_names([entry.filename for entry in entries])
    odd: dict[str, dict[str, Odd]] = {}
    inflated, strings, highest = 0, 0, -1
    for entry in entries:
        content = _inflated(archive, entry, inflated, size)
        inflated += len(content)
        is_sheet = b"sheetData" in content
        if not is_sheet and not entry.filename.endswith((".xml", ".rels")):
            continue
        _look_at_prologue(content[:4096])
        if entry.filename == "xl/sharedStrings.xml":
            strings = len(STRING.findall(content))
        elif is_sheet:
            odd[entry.filename] = _sheet(content)
            highest = max(highest, *map(int, set(STRING_NUMBER.findall(content))), -1)
    if highest >= strings:
        raise _damaged()
    return odd


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


def _sheet(content: bytes) -> dict[str, Odd]:
    """The formulas and error values of a worksheet. Unusable if its cells reach beyond what is read."""
    last = max((int(row) for row in ROW.findall(content)), default=0)
    widest = max((column_number(c.decode()) for c in {c for c, _ in REFERENCE.findall(content)}), default=-1)
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
    odd: dict[str, Odd] = (
        {cell.decode(): "error" for cell in ERROR.findall(content)} if ANY_ERROR.search(content) else {}
    )
    has_formulas = ANY_FORMULA.search(content) is not None
    if has_formulas:
        odd |= {cell.decode(): "formula" for cell in FORMULA.findall(content)}
    if (odd or has_formulas) and NAMELESS.search(content):
        what = M("The workbook holds formulas in cells without a name, which no office program writes.")
        raise Unusable("file.nameless", what, M("Save it again from Excel or WPS."))
    return odd
