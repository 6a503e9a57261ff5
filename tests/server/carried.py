"""Archives of rounds as tests write, open and forge them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from huoyue.server.models import Round
from huoyue.server.operations.carrying import write_round
from huoyue.server.operations.journal import Acting
from huoyue.snapshot.digests import MANIFEST, canonical, sealed, sha256, zipped


def nobody() -> Acting:
    return Acting(None, "", timezone.now())


def written(round_: Round, out: Path, chosen: Iterable[str] = ()) -> bytes:
    with out.open("wb") as stream:
        write_round(round_, chosen, stream)
    return out.read_bytes()


def elsewhere(make: Callable[[], Round], out: Path, chosen: Iterable[str] = ()) -> bytes:
    """The archive of a round of another installation: nothing of it is here afterwards."""
    with transaction.atomic():
        content = written(make(), out, chosen)
        transaction.set_rollback(True)
    return content


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def resealed(contents: dict[str, bytes], out: Path, **more: object) -> Path:
    manifest = json.loads(contents[MANIFEST]) | more
    manifest["files"] = {
        name: {"bytes": len(content), "sha256": sha256(content)} for name, content in contents.items()
        if name != MANIFEST
    }  # fmt: skip
    out.write_bytes(zipped(contents | {MANIFEST: canonical(sealed(manifest))}))
    return out
