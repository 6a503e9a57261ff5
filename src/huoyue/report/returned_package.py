"""A Word file that somebody handed in, opened as a zip of XML: looked through before anything of it is parsed.

Only to be used in the child process (`returned_child`): what people hand in is not to be trusted.
"""

from __future__ import annotations

import lzma
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree

from huoyue.report.word_xml import W
from huoyue.snapshot.digests import EPOCH

LARGEST_PART = 48 * 2**20
LARGEST_UNPACKED = 256 * 2**20
MOST_ENTRIES = 4000
OLE = b"\xd0\xcf\x11\xe0"
DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, RuntimeError, ValueError)
TYPES = "[Content_Types].xml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


class Unreadable(Exception):
    """Why a file is not read; `code` has words in `returned.WHY`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def unpacked(path: Path) -> dict[str, bytes]:
    """Every part of a Word file by name. Unreadable if it is none, or larger than one can be."""
    with path.open("rb") as stream:
        if stream.read(4) == OLE:
            raise Unreadable("old")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
                raise Unreadable("too_large")
            if any(entry.flag_bits & 1 for entry in entries):
                raise Unreadable("old")
            names = [entry.filename for entry in entries]
            if len(set(names)) != len(names) or any(name.startswith("/") or ".." in name for name in names):
                raise Unreadable("damaged")
            return {entry.filename: archive.read(entry) for entry in entries if not entry.is_dir()}
    except DAMAGED as error:
        raise Unreadable("damaged") from error


def packed(parts: Mapping[str, bytes], target: Path) -> None:
    """Write parts as a Word file; the same parts make the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name != TYPES, name)):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), parts[name], zipfile.ZIP_DEFLATED)


def parsed(part: bytes) -> Any:
    """The root of an XML part. No entity is resolved and nothing is fetched; a document type is refused."""
    if len(part) > LARGEST_PART:
        raise Unreadable("too_large")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("damaged") from error
    if root.getroottree().docinfo.doctype:
        raise Unreadable("damaged")
    return root


def main_part(parts: Mapping[str, bytes]) -> str:
    """The name of the part that holds the text. Unreadable for anything but a plain Word document."""
    if TYPES not in parts or "_rels/.rels" not in parts:
        raise Unreadable("not_word")
    types = {
        str(node.get("PartName")).lstrip("/"): str(node.get("ContentType"))
        for node in parsed(parts[TYPES]).iter(f"{{{PACKAGE}/content-types}}Override")
    }
    if any("macroEnabled" in kind or "vba" in kind.lower() for kind in types.values()) or any(
        name.lower().endswith("vbaproject.bin") for name in parts
    ):
        raise Unreadable("macros")
    for node in parsed(parts["_rels/.rels"]).iter(f"{{{PACKAGE}/relationships}}Relationship"):
        name = str(node.get("Target")).lstrip("/")
        if str(node.get("Type")) == f"{OFFICE}/officeDocument" and types.get(name) == MAIN and name in parts:
            return name
    raise Unreadable("not_word")


def document(parts: Mapping[str, bytes]) -> tuple[str, Any]:
    """The name of the main part and its root."""
    name = main_part(parts)
    root = parsed(parts[name])
    if root.tag != f"{{{W}}}document":
        raise Unreadable("not_word")
    return name, root


def beside(main: str, name: str) -> str:
    """The name of a part in the main part's folder."""
    return f"{main.rpartition('/')[0]}/{name}".lstrip("/")


def relations_of(main: str) -> str:
    """The name of the part with the main part's relations."""
    folder, _, file = main.rpartition("/")
    return f"{folder}/_rels/{file}.rels".lstrip("/")
