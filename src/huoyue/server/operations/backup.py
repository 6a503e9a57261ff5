"""A live system in one file: the database as it stood at one moment, every uploaded file, and digests of all of it.

Files are on the disk before a row names them and are never changed, so copying them after the database gives every
file that the copied rows name.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.db import connection

import huoyue
from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused
from huoyue.server.models import Evidence
from huoyue.server.operations import copying
from huoyue.server.operations.audit import head, one_moment

MANIFEST = "manifest.json"
FORMAT = 1
BLOCK = 2**20


@dataclass
class Manifest:
    """What a backup holds. `members` gives the size and the SHA-256 of each; `seq` and `head` end its chain."""

    made_at: str
    version: str
    database: str
    seq: int
    head: str
    members: dict[str, tuple[int, str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    """Digests of evidence that rows name and the disk does not hold."""
    format: int = FORMAT


class Hashed(io.RawIOBase):
    """A stream that hashes what is read from it."""

    def __init__(self, inner: IO[bytes]) -> None:
        super().__init__()
        self.inner, self.digest, self.length = inner, sha256(), 0

    def read(self, size: int = -1) -> bytes:
        block = self.inner.read(size)
        self.digest.update(block)
        self.length += len(block)
        return block


def back_up(out: Path) -> Manifest:
    """Write the running system to `out`. Refused if something stands there already."""
    if out.exists():
        what = M("{file} is there already.", file=str(out))
        raise Refused([Problem("exists", what, M("Give another name; a backup never replaces one."))])
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as stage:
        whole = Path(stage, "backup.tar")
        os.close(os.open(whole, os.O_WRONLY | os.O_CREAT, 0o600))
        with whole.open("wb") as stream, tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
            manifest = _written(tar, Path(stage))
        with whole.open("rb") as kept:
            os.fsync(kept.fileno())
        whole.replace(out)
    return manifest


def _written(tar: tarfile.TarFile, stage: Path) -> Manifest:
    """Put the database, the files and the manifest into `tar`."""
    copy = stage / "database"
    with one_moment():
        seq, digest = head()
        named = set(Evidence.objects.values_list("digest", flat=True))
        copying.copy_database(copy)
    if connection.vendor == "sqlite":
        seq, digest, named = copying.look_into(copy)
    manifest = Manifest(datetime.now(UTC).isoformat(), huoyue.__version__, connection.vendor, seq, digest)
    add(tar, manifest, copying.NAMES[connection.vendor], copy)
    for path in stored_files():
        name = PurePosixPath("files", path.relative_to(settings.FILES).as_posix())
        try:
            add(tar, manifest, str(name), settled(path, stage))
        except FileNotFoundError:  # an upload that was finished or given up in the meantime
            continue
    manifest.missing = sorted(named - {Path(name).name for name in manifest.members})
    add_bytes(tar, MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode())
    return manifest


def stored_files() -> Iterator[Path]:
    """Every uploaded file, whole or on its way."""
    if settings.FILES.is_dir():
        yield from sorted(path for path in settings.FILES.rglob("*") if path.is_file() and not path.is_symlink())


def settled(path: Path, stage: Path) -> Path:
    """A file that no longer changes: kept evidence as it is, an upload on its way as a copy."""
    if path.suffix != ".part":
        return path
    copy = stage / "part"
    shutil.copyfile(path, copy)
    return copy


def add(tar: tarfile.TarFile, manifest: Manifest, name: str, path: Path) -> None:
    """Put one file into `tar` under `name`, hashed on its way."""
    with path.open("rb") as stream:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = os.fstat(stream.fileno()).st_size, 0o600
        entry.mtime = int(os.fstat(stream.fileno()).st_mtime)
        hashed = Hashed(stream)
        tar.addfile(entry, hashed)
    manifest.members[name] = (hashed.length, hashed.digest.hexdigest())


def add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))


def read_manifest(file: Path) -> Manifest:
    """Check every member of a backup against its digest. Refused with all that does not fit."""
    try:
        with tarfile.open(file, "r:") as tar:
            return _checked(tar, file)
    except (tarfile.TarError, ValueError, TypeError, KeyError) as error:
        what = M("{file} is no backup, or it is damaged.", file=str(file))
        raise Refused([Problem("no_backup", what, M("Use another backup."))]) from error


def _checked(tar: tarfile.TarFile, file: Path) -> Manifest:
    found: dict[str, tuple[int, str]] = {}
    written: dict[str, Any] | None = None
    for entry in tar:
        stream = tar.extractfile(entry) if entry.isreg() and proper(entry.name) and entry.name not in found else None
        if stream is None:
            raise ValueError(entry.name)
        hashed = Hashed(stream)
        if entry.name == MANIFEST:
            written = json.loads(hashed.read())
            continue
        while hashed.read(BLOCK):
            pass
        found[entry.name] = (hashed.length, hashed.digest.hexdigest())
    if written is None:
        raise ValueError(MANIFEST)
    manifest = Manifest(**written)
    manifest.members = {name: (size, digest) for name, (size, digest) in manifest.members.items()}
    if manifest.format != FORMAT:
        raise ValueError(f"format {manifest.format}")
    wrong = [name for name in {**manifest.members, **found} if manifest.members.get(name) != found.get(name)]
    if wrong:
        what = M("{file}: {members} are not what was backed up.", file=str(file), members=tuple(sorted(wrong)))
        raise Refused([Problem("damaged", what, M("Use another backup."))])
    return manifest


def proper(name: str) -> bool:
    """Whether a member has a name of ours: no place outside the folder it is restored to."""
    parts = PurePosixPath(name).parts
    known = len(parts) == 1 and name in (MANIFEST, *copying.NAMES.values())
    return known or (len(parts) > 1 and parts[0] == "files" and ".." not in parts and "/".join(parts) == name)


def restore(file: Path) -> Manifest:
    """Bring a backup back into the empty place that the settings name."""
    manifest = read_manifest(file)
    settings.DATA.mkdir(parents=True, exist_ok=True)
    if problems := [*why_not_restore(manifest)]:
        raise Refused(problems)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=settings.DATA) as folder, tarfile.open(file) as tar:
        stage = Path(folder)
        for name in manifest.members:
            place = stage / name
            place.parent.mkdir(parents=True, exist_ok=True)
            stream = tar.extractfile(name)
            if stream is None:
                raise ValueError(name)
            with place.open("wb") as target:
                shutil.copyfileobj(stream, target, BLOCK)
                target.flush()
                os.fsync(target.fileno())
        if (stage / "files").is_dir():
            settings.FILES.parent.mkdir(parents=True, exist_ok=True)
            if settings.FILES.is_dir():
                settings.FILES.rmdir()
            shutil.move(stage / "files", settings.FILES)
        copying.bring_database(stage / copying.NAMES[manifest.database])
    return manifest


def why_not_restore(manifest: Manifest) -> Iterator[Problem]:
    """What stands against restoring here: another kind of database, or a place that is not empty."""
    if manifest.database != connection.vendor:
        names = {"made": manifest.database, "here": connection.vendor}
        what = M("The backup is of a {made} database, and the settings name a {here} one.", **names)
        yield Problem("other_database", what, M("Set HUOYUE_DATABASE to the same kind of database."))
        return
    if settings.FILES.is_dir() and any(settings.FILES.iterdir()):
        what = M("The folder {folder} is not empty.", folder=str(settings.FILES))
        yield Problem("not_empty", what, M("Restore into a new place; nothing is ever overwritten."))
    if connection.introspection.table_names():
        what = M("The database is not empty.")
        yield Problem("not_empty", what, M("Restore into a new place; nothing is ever overwritten."))
