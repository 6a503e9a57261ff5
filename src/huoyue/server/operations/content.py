"""What a file really is, by its content; and whether the scanner lets it pass."""

from __future__ import annotations

import shlex
import subprocess
import zipfile
from pathlib import Path

import filetype
from django.conf import settings

from huoyue.server.operations.journal import Refuse

OFFICE = "application/vnd.openxmlformats-officedocument."
TAKEN = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/tiff": "tif",
    f"{OFFICE}wordprocessingml.document": "docx",
    f"{OFFICE}spreadsheetml.sheet": "xlsx",
    f"{OFFICE}presentationml.presentation": "pptx",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
"""The kinds of files that are taken as evidence, and the ending they are served with."""
PICTURES = {"image/jpeg", "image/png", "image/gif", "image/webp", "image/tiff"}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PARTS = {
    "word/document.xml": f"{OFFICE}wordprocessingml.document",
    "xl/workbook.xml": f"{OFFICE}spreadsheetml.sheet",
    "ppt/presentation.xml": f"{OFFICE}presentationml.presentation",
}
MACROS = ("vbaproject.bin", "vbadata.xml")
MOST_PARTS = 20_000


def kind_of_file(path: Path, name: str) -> str:
    """The media type of a file by its content. Refuse if it is none that is taken, or an Office file with macros."""
    with path.open("rb") as stream:
        head = stream.read(8192)
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head.startswith(b"PK\x03\x04"):
        return _of_archive(path)
    if head.startswith(OLE):
        return _of_old_office(name)
    found = filetype.guess(head)
    if found is not None and found.mime in PICTURES:
        return str(found.mime)
    raise Refuse("file_kind", found=found.mime if found is not None else _plainly(head))


def _plainly(head: bytes) -> str:
    sign = head.lstrip()[:15].lower()
    if sign.startswith((b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")):
        return "HTML/XML"
    return "text" if b"\x00" not in head else "?"


def _of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if len(names) > MOST_PARTS:
                raise Refuse("file_kind", found="ZIP")
            if any(name.lower().endswith(MACROS) for name in names):
                raise Refuse("file_kind", found="Office + macros")
            if names and names[0] == "mimetype":
                declared = archive.read("mimetype")[:100].decode("ascii", "replace").strip()
                if declared in TAKEN:
                    return declared
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise Refuse("file_kind", found="ZIP") from error
    for part, kind in PARTS.items():
        if part in names:
            return kind
    raise Refuse("file_kind", found="ZIP")


def _of_old_office(name: str) -> str:
    ending = name.rsplit(".", 1)[-1].lower()
    kinds = {"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint"}
    if ending not in kinds:
        raise Refuse("file_kind", found="OLE")
    return kinds[ending]


def scan(path: Path) -> str:
    """`clean`, or `unscanned` where no scanner is set. Refuse if it finds something or does not answer.

    The setting names a command; `{file}` in it, or its end, is where the path goes. It ends with 0 for clean and 1 for
    infected, as clamdscan does.
    """
    if not settings.SCANNER:
        return "unscanned"
    words = shlex.split(settings.SCANNER)
    command = [word.replace("{file}", str(path)) for word in words]
    if command == words:
        command.append(str(path))
    try:
        ended = subprocess.run(command, capture_output=True, timeout=300, check=False)  # noqa: S603 - the operator's
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refuse("scanner_broken") from error
    if ended.returncode == 0:
        return "clean"
    raise Refuse("file_infected" if ended.returncode == 1 else "scanner_broken")
