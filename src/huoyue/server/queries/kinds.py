"""The kinds of files that are taken as evidence, and of which of them a preview can be drawn here."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
DOCX, XLSX, PPTX = (
    f"{OPEN_XML}{name}" for name in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation")
)
ODT, ODS, ODP = (f"{OPEN_DOCUMENT}{name}" for name in ("text", "spreadsheet", "presentation"))
DOC, XLS, PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
PDF = "application/pdf"

TAKEN = {
    PDF: "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/tiff": "tif",
    DOCX: "docx",
    XLSX: "xlsx",
    PPTX: "pptx",
    DOC: "doc",
    XLS: "xls",
    PPT: "ppt",
    ODT: "odt",
    ODS: "ods",
    ODP: "odp",
}
"""The media types that are taken, and the ending each is served with."""
PICTURES = frozenset(kind for kind in TAKEN if kind.startswith("image/"))
TEXTS = {DOCX: "docx", ODT: "odt", PPTX: "pptx"}
"""What pandoc reads, and what it calls it."""
SHEETS = frozenset({XLSX, XLS, ODS})
OFFICE = {DOC: "libswlo.so", PPT: "libsdlo.so", ODP: "libsdlo.so"}
"""What only LibreOffice reads, and the part of it that does."""


def previewable(kind: str) -> bool:
    """Whether a preview of such a file can be drawn here, if the file is sound."""
    return kind == PDF or kind in PICTURES or kind in TEXTS or kind in SHEETS or office_reads(kind)


@cache
def office_reads(kind: str) -> bool:
    """Whether LibreOffice is installed with the part that reads `kind`."""
    program = shutil.which("soffice")
    return program is not None and kind in OFFICE and Path(program).resolve().with_name(OFFICE[kind]).exists()
