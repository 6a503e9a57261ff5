"""A whole round in one file, to be carried from one installation to another: how it is written and what it must be.

The archive is a zip in one canonical form (sorted names, no compression, one fixed time), so that the same round is the
same bytes wherever it is written: `manifest.json`, `scheme.yaml`, `journal.jsonl`, `tables/<table>.jsonl`, and
`files/<shelf>/<SHA-256>`. The manifest lists each member's size and SHA-256 and carries a digest of itself.
"""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from huoyue.snapshot.digests import EPOCH, MANIFEST, canonical, sealed, sha256

KIND = "huoyue-round"
FORMAT = 1
SCHEME = "scheme.yaml"
JOURNAL = "journal.jsonl"
BLOCK = 2**20
MOST = 200_000
"""Members of an archive."""
LARGEST_TABLE = 512 * 2**20
"""Bytes of a member that is read as a whole."""
PROPER = re.compile(
    r"manifest\.json|scheme\.yaml|journal\.jsonl|tables/[a-z]+\.jsonl"
    r"|files/(?:evidence|snapshots|editions|returned|objections)/[0-9a-f]{64}"
)
"""Names that a member may have: no other place, nothing to be found twice."""


class NotAnArchive(ValueError):
    """The file holds no round, or one that was damaged, or one of a later version; `code` says which."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(f"{code} {name}".strip())
        self.code, self.name = code, name


@dataclass(frozen=True)
class Archive:
    """An archive that was opened: its manifest, and its members still in the zip."""

    zip: zipfile.ZipFile
    manifest: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """The digest of the manifest, which stands for every byte of every member."""
        return str(self.manifest["digest"])

    @property
    def names(self) -> list[str]:
        """Every member but the manifest."""
        return sorted(self.manifest["files"])

    def text(self, name: str) -> str:
        """A member as text. NotAnArchive if it is too large or none."""
        if self.zip.getinfo(name).file_size > LARGEST_TABLE:
            raise NotAnArchive("too_large", name)
        try:
            return self.zip.read(name).decode()
        except UnicodeDecodeError as error:
            raise NotAnArchive("damaged", name) from error

    def blocks(self, name: str) -> Iterator[bytes]:
        """A member's bytes, some at a time."""
        with self.zip.open(name) as stream:
            while block := stream.read(BLOCK):
                yield block


def write(out: IO[bytes], about: Mapping[str, Any], members: Mapping[str, bytes], files: Mapping[str, Path]) -> str:
    """Write an archive; its digest. NotAnArchive if a file of `files` is gone or is not what its name says."""
    listed = {name: {"bytes": len(content), "sha256": sha256(content)} for name, content in members.items()}
    listed |= {name: _measured(name, path) for name, path in files.items()}
    manifest = sealed({"kind": KIND, "format": FORMAT, **about, "files": listed})
    whole = {**members, MANIFEST: canonical(manifest)}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted({*whole, *files}):
            entry = zipfile.ZipInfo(name, EPOCH)
            if name in whole:
                archive.writestr(entry, whole[name])
                continue
            entry.file_size = files[name].stat().st_size
            with files[name].open("rb") as stream, archive.open(entry, "w") as target:
                while block := stream.read(BLOCK):
                    target.write(block)
    return str(manifest["digest"])


def _measured(name: str, path: Path) -> dict[str, Any]:
    """Size and SHA-256 of a kept file, whose name is its digest."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as stream:
            while block := stream.read(BLOCK):
                digest.update(block)
                size += len(block)
    except FileNotFoundError as error:
        raise NotAnArchive("missing", name) from error
    if digest.hexdigest() != name.rpartition("/")[2]:
        raise NotAnArchive("changed", name)
    return {"bytes": size, "sha256": digest.hexdigest()}


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """An archive with every byte checked. NotAnArchive with the first thing that is wrong."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield _checked(archive, path.stat().st_size)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise NotAnArchive("damaged") from error


def _checked(archive: zipfile.ZipFile, size: int) -> Archive:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST or sum(entry.file_size for entry in entries) > size:
        raise NotAnArchive("too_large")  # more than the file itself: members that lie over one another
    for entry in entries:
        if not PROPER.fullmatch(entry.filename) or entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
            raise NotAnArchive("damaged", entry.filename)
    if names != sorted(set(names)) or MANIFEST not in names:
        raise NotAnArchive("damaged")
    manifest = _manifest(archive)
    listed = manifest["files"]
    if sorted([*listed, MANIFEST]) != names:
        raise NotAnArchive("damaged", MANIFEST)
    found = Archive(archive, manifest)
    for name in found.names:
        if listed[name] != _digested(found, name):
            raise NotAnArchive("changed", name)
    return found


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest, in its one form. NotAnArchive if it is another kind's, or of a later version."""
    if archive.getinfo(MANIFEST).file_size > LARGEST_TABLE:
        raise NotAnArchive("too_large", MANIFEST)
    content = archive.read(MANIFEST)
    try:
        manifest = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotAnArchive("damaged", MANIFEST) from error
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        raise NotAnArchive("other", MANIFEST)
    if manifest.get("format") != FORMAT:
        raise NotAnArchive("newer", MANIFEST)
    if not isinstance(manifest.get("files"), dict) or content != canonical(sealed(manifest)):
        raise NotAnArchive("damaged", MANIFEST)
    return manifest


def _digested(archive: Archive, name: str) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    for block in archive.blocks(name):
        digest.update(block)
        size += len(block)
    if name.startswith("files/") and digest.hexdigest() != name.rpartition("/")[2]:
        raise NotAnArchive("changed", name)
    return {"bytes": size, "sha256": digest.hexdigest()}
