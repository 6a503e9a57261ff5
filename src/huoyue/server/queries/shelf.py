"""Files that the application made or took in, each kept once under its digest, and snapshots read from them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

from django.conf import settings

from huoyue.server.models import Frozen, Round
from huoyue.snapshot.store import Snapshot, read

Shelf = Literal["evidence", "snapshots", "documents", "editions", "returned", "objections"]


def shelf_path(shelf: Shelf, digest: str) -> Path:
    """Where the file with that SHA-256 is kept."""
    ending = {"snapshots": ".zip", "editions": ".zip"}.get(shelf, "")
    return Path(settings.FILES, shelf, digest[:2], digest + ending)


def snapshot_of(frozen: Frozen) -> Snapshot:
    """The snapshot as it was cut. Refused if a byte of its file changed since."""
    return _read(frozen.file_digest)


@lru_cache(maxsize=3)
def _read(file_digest: str) -> Snapshot:
    return read(shelf_path("snapshots", file_digest))


def latest(round_: Round) -> Frozen | None:
    """The snapshot that holds for a round: the last one; None before it is frozen."""
    return Frozen.objects.filter(round=round_).order_by("-number").first()
