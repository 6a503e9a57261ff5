"""Files on the disk: stored once under their digest, outside the web root, and on the disk before a row names them."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from huoyue.server.operations.journal import Refuse

CHUNK = 2**20


def evidence_path(digest: str) -> Path:
    """Where the file with that SHA-256 is kept."""
    return Path(settings.FILES, "evidence", digest[:2], digest)


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


def append(path: Path, blocks: Iterable[bytes], at: int, most: int) -> int:
    """Write `blocks` into a file from position `at`, at most up to `most` bytes; the new length, on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("r+b" if path.exists() else "w+b") as stream:
            stream.truncate(at)
            stream.seek(at)
            for block in blocks:
                if stream.tell() + len(block) > most:
                    stream.write(block[: most - stream.tell()])
                    break
                stream.write(block)
            synced(stream)
            return stream.tell()
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Refuse("disk_full") from error
        raise


def synced(stream: BinaryIO) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def keep(part: Path, digest: str) -> None:
    """Move a finished file to its place and make sure that file and folder are on the disk."""
    place = evidence_path(digest)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        part.unlink(missing_ok=True)
    else:
        os.replace(part, place)
        place.chmod(0o640)
    for folder in (place.parent, place.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
