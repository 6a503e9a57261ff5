"""Files on the disk: stored once under their digest, outside the web root, and on the disk before a row names them."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from django.conf import settings

from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.shelf import Shelf, shelf_path

CHUNK = 2**20


def evidence_path(digest: str) -> Path:
    """Where the file with that SHA-256 is kept."""
    return shelf_path("evidence", digest)


def keep_bytes(shelf: Shelf, body: bytes) -> str:
    """Keep a file that we made: its SHA-256, by which it is found. It is on the disk when this returns."""
    digest = sha256(body).hexdigest()
    part = upload_path(token_hex(16))
    append(part, [body], 0, len(body))
    keep(part, digest, shelf)
    return digest


def upload_path(uid: str) -> Path:
    """Where the parts of an upload are gathered."""
    return Path(settings.FILES, "uploads", f"{uid}.part")


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file."""
    total = sha256()
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            total.update(block)
    return total.hexdigest()


@contextmanager
def room() -> Iterator[None]:
    """Refuse in words if the disk is full."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refuse("disk_full") from error
        raise


def append(path: Path, blocks: Iterable[bytes], at: int, most: int) -> int:
    """Write `blocks` into a file from position `at`, at most up to `most` bytes; where they end, on the disk.

    What stands behind is left: a line that broke may still be writing there while its successor has begun, and both
    write the same.
    """
    with room():
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o640), "r+b") as stream:
            stream.seek(at)
            for block in blocks:
                stream.write(block[: most - stream.tell()])
                if stream.tell() >= most:
                    break
            synced(stream)
            return stream.tell()


def synced(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def sealed(part: Path) -> Path:
    """A copy of a gathered file that no line still open can write into, on the disk."""
    copy = upload_path(token_hex(16))
    try:
        with room():
            shutil.copyfile(part, copy)
            with copy.open("r+b") as stream:
                synced(stream)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return copy


def keep(part: Path, digest: str, shelf: Shelf = "evidence") -> None:
    """Move a finished file to its place and make sure that file and folder are on the disk."""
    place = shelf_path(shelf, digest)
    with room():
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            part.unlink(missing_ok=True)
        else:
            os.replace(part, place)
            place.chmod(0o440)
        for folder in (place.parent, place.parent.parent, place.parent.parent.parent):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
