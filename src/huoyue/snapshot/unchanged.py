"""Whether a round was already evaluated by this very code from these very files, so that a second run is quick."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import huoyue
from huoyue.snapshot.digests import sha256

RECEIPT = "run.json"


@cache
def code_digest() -> str:
    """A digest of every source, template and catalogue of the installed package."""
    root = Path(huoyue.__file__).parent
    seal = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file() and p.suffix != ".pyc"):
        seal.update(path.relative_to(root).as_posix().encode() + b"\0" + sha256(path.read_bytes()).encode())
    return seal.hexdigest()


def inputs_digest(paths: Iterable[Path], *settings: str) -> str:
    """A digest of the files a run reads, folders included, of its settings, and of the code."""
    seal = hashlib.sha256(code_digest().encode())
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            seal.update(file.as_posix().encode() + b"\0" + sha256(file.read_bytes()).encode())
    seal.update("\0".join(settings).encode())
    return seal.hexdigest()


def is_current(folder: Path, digest: str) -> bool:
    """Whether `folder` holds, byte for byte, what a run with this digest wrote."""
    try:
        receipt = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
        written: dict[str, str] = receipt["written"]
        return bool(
            receipt["digest"] == digest
            and all(sha256((folder / name).read_bytes()) == seal for name, seal in written.items())
        )
    except (OSError, ValueError, KeyError, TypeError):
        return False


def keep_receipt(folder: Path, digest: str, written: Iterable[Path]) -> None:
    """Remember what a run wrote; the last thing it does."""
    seals = {path.relative_to(folder).as_posix(): sha256(path.read_bytes()) for path in sorted(written)}
    (folder / RECEIPT).write_text(json.dumps({"digest": digest, "written": seals}, indent=2), encoding="utf-8")
