"""What a file really is, by its content; and whether the scanner lets it pass."""

from __future__ import annotations

import re
import shlex
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import filetype
from django.conf import settings

from huoyue.server.operations import ole
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.kinds import DOC, DOCX, ODP, ODS, ODT, PDF, PICTURES, PPT, PPTX, XLS, XLSX

PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
STREAMS = {"WordDocument": DOC, "Workbook": XLS, "Book": XLS, "PowerPoint Document": PPT}
PDF_HEAD = re.compile(rb"%PDF-\d\.\d")
PDF_FOOT = re.compile(rb"startxref\s+(\d{1,19})\s+%%EOF")
PDF_FOOT_WITHIN = 4096
"""Readers look in the last 1024 bytes; what some programs add behind is forgiven."""
MACRO_PARTS = ("vbaproject.bin", "vbadata.xml")
MACRO_FOLDERS = ("basic/", "scripts/", "xl/macrosheets/")
MACRO_TYPES = (b"macroenabled", b"vbaproject", b"macrosheet")
MACRO_STREAMS = {"_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA", "Macros"}
UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError, ValueError, LookupError, RuntimeError)
"""What reading a broken archive may raise; NotImplementedError is among the last."""
MOST_PARTS = 20_000
LONGEST_LIST = 100 * MOST_PARTS
"""Bytes of the list of parts in an Office file."""
MOST_UNPACKED, MOST_TIMES = 200 * 2**20, 20
"""An Office file that unpacks to more than both, in bytes and in times its size, is made to do harm."""


def kind_of_file(path: Path) -> str:
    """The media type of a file by its content. Refuse if it is none that is taken, or an Office file with macros."""
    with path.open("rb") as stream:
        head = stream.read(8192)
    if head.startswith(b"%PDF-"):
        return _whole_pdf(path)
    if head.startswith(b"PK\x03\x04"):
        return _of_archive(path)
    if head.startswith(ole.MAGIC):
        return _of_old_office(path)
    found = filetype.guess(head)
    if found is not None and found.mime in PICTURES:
        return str(found.mime)
    name = found.extension.upper() if found is not None else _plainly(head)
    if b"%PDF-" in head[:1024] and name in ("TXT", "?"):  # a printer's own lines before a PDF are common
        return _whole_pdf(path)
    raise Refuse("file_kind", found=name)


def _whole_pdf(path: Path) -> str:
    """PDF, if the file has both ends of one: the version at its head, and at its foot where the table of contents is.

    ISO 32000-1, 7.5.2 and 7.5.5. Lines of a printer may stand before the head.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = PDF_HEAD.search(stream.read(1024 + 8))
        stream.seek(max(0, size - PDF_FOOT_WITHIN))
        foot = PDF_FOOT.search(stream.read())
    if head is None or foot is None or int(foot[1]) >= size:
        raise Refuse("file_cut")
    return PDF


def _plainly(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<")):
        return "HTML/XML"
    if text.startswith(b"#!"):
        return "SH"
    return "TXT" if b"\x00" not in head else "?"


def _of_archive(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            if _length_of_list(stream) > LONGEST_LIST:
                raise Refuse("file_kind", found="ZIP")
        with zipfile.ZipFile(path) as archive:
            kind = _of_parts(archive)
            _check_size(archive, path.stat().st_size)
            _check_macros(archive)
    except UNREADABLE as error:
        raise Refuse("file_kind", found="ZIP") from error
    return kind


def _length_of_list(stream: BinaryIO) -> int:
    """How long the list of parts says it is: zipfile reads it whole before anything else can be checked."""
    end = zipfile._EndRecData(stream)  # type: ignore[attr-defined]  # the very reading that follows
    if not end:
        raise zipfile.BadZipFile
    return int(end[5])


def _of_parts(archive: zipfile.ZipFile) -> str:
    """What the parts of an Office file make it."""
    names = archive.namelist()
    if len(names) > MOST_PARTS:
        raise Refuse("file_kind", found="ZIP")
    if names and names[0] == "mimetype" and "content.xml" in names:
        declared = _beginning(archive, "mimetype", 100).decode("ascii", "replace").strip()
        if declared in (ODT, ODS, ODP):
            return declared
    for part, kind in PARTS.items():
        if part in names and "[Content_Types].xml" in names:
            return kind
    raise Refuse("file_kind", found="ZIP")


def _beginning(archive: zipfile.ZipFile, name: str, length: int) -> bytes:
    with archive.open(name) as part:
        return part.read(length)


def _check_size(archive: zipfile.ZipFile, packed: int) -> None:
    """Refuse a file that unpacks to far more than it seems to be."""
    unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > max(MOST_UNPACKED, MOST_TIMES * packed):
        raise Refuse("file_bomb")


def _check_macros(archive: zipfile.ZipFile) -> None:
    """Refuse a file with programs in it, whatever the part that holds them is called."""
    names = [name.lower() for name in archive.namelist()]
    if any(name.endswith(MACRO_PARTS) or name.startswith(MACRO_FOLDERS) for name in names):
        raise Refuse("file_macros")
    if "[content_types].xml" in names:
        types = _beginning(archive, "[Content_Types].xml", 4 * 2**20).replace(b"\0", b"").lower()
        if any(word in types for word in MACRO_TYPES):
            raise Refuse("file_macros")


def _of_old_office(path: Path) -> str:
    try:
        outermost, names = ole.streams(path)
    except ole.Broken as error:
        raise Refuse("file_kind", found="OLE") from error
    if "EncryptedPackage" in outermost:
        raise Refuse("file_locked")
    kind = next((kind for name, kind in STREAMS.items() if name in outermost), None)
    if kind is None:
        raise Refuse("file_kind", found="OLE")
    if names & MACRO_STREAMS:
        raise Refuse("file_macros")
    return kind


def scan(path: Path) -> str:
    """`clean`, or `unscanned` where no scanner is set. Refuse if it finds something or does not answer.

    The setting names a command; `{file}` in it, or its end, is where the path goes. It ends with 0 for clean and 1 for
    infected, as clamdscan does.
    """
    if not settings.SCANNER:
        return "unscanned"
    try:
        words = shlex.split(settings.SCANNER)
        command = [word.replace("{file}", str(path)) for word in words]
        if command == words:
            command.append(str(path))
        ended = subprocess.run(command, capture_output=True, timeout=300, check=False)  # noqa: S603 - the operator's
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise Refuse("scanner_broken") from error
    if ended.returncode == 0:
        return "clean"
    raise Refuse("file_infected" if ended.returncode == 1 else "scanner_broken")
