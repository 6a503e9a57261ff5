"""A workbook as a zip of XML, looked through before anything opens it: its kind, its size, its formulas."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from huoyue.core.message import M, Message
from huoyue.exchange import limits
from huoyue.exchange.grid import Odd, letters

OLE = b"\xd0\xcf\x11\xe0"
CHUNK = 1 << 20
REFERENCE = re.compile(rb"""<(?:\w+:)?c\s[^>]*?r=["']([A-Z]{1,3})(\d{1,7})["']""")
ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?r=["'](\d{1,9})["']""")
FORMULA = re.compile(rb"""<(?:\w+:)?c\s[^>]*?r=["']([A-Z]{1,3}\d{1,7})["'][^>]*>\s*<(?:\w+:)?f[\s/>]""")
ERROR = re.compile(rb"""<(?:\w+:)?c\s(?=[^>]*?\bt=["']e["'])[^>]*?r=["']([A-Z]{1,3}\d{1,7})["']""")
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
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as error:
        what = M("The workbook is damaged or cut off.")
        raise Unusable(
            "file.damaged", what, M("Open it in Excel or WPS, save it again, or ask for a new copy.")
        ) from error


def _inspected(archive: zipfile.ZipFile, size: int) -> dict[str, dict[str, Odd]]:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > limits.ENTRIES:
        what = M(
            "The workbook consists of {count} parts; {limit} are opened at most.",
            count=len(entries),
            limit=limits.ENTRIES,
        )
        raise Unusable("file.entries", what, M("Copy the sheets into a new workbook."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unusable("file.macros", M("The workbook holds macros."), M("Save it as .xlsx, without macros."))
    if not any(name.startswith("xl/") for name in names):
        what = M("This is a zip file but not an Excel workbook.")
        raise Unusable("file.not_xlsx", what, M("Save it from Excel or WPS as .xlsx, or rename it if it is CSV."))
    if len(set(names)) < len(names):
        raise Unusable("file.damaged", M("The workbook is damaged or cut off."), M("Save it again from Excel or WPS."))
    formulas: dict[str, dict[str, Odd]] = {}
    inflated = 0
    for entry in entries:
        content = _inflated(archive, entry, inflated, size)
        inflated += len(content)
        if entry.filename.endswith(".xml"):
            if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:4096]:
                what = M("The workbook holds an XML document type, which no office program writes.")
                raise Unusable("file.doctype", what, M("Save it again from Excel or WPS."))
            if entry.filename.startswith("xl/worksheets/"):
                formulas[entry.filename] = _sheet(content)
    return formulas


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
    odd: dict[str, Odd] = {}
    if b"<f" in content or b":f" in content:
        odd |= {cell.decode(): "formula" for cell in FORMULA.findall(content)}
    if b't="e"' in content or b"t='e'" in content:
        odd |= {cell.decode(): "error" for cell in ERROR.findall(content) if cell.decode() not in odd}
    if odd and NAMELESS.search(content):
        what = M("The workbook holds formulas in cells without a name, which no office program writes.")
        raise Unusable("file.nameless", what, M("Save it again from Excel or WPS."))
    return odd
