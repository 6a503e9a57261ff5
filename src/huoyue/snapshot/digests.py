"""What a snapshot's bytes must be, checked with nothing but the standard library.

A snapshot is a directory or a zip of the same files: `manifest.json`, `scheme.yaml`, `inputs/*.parquet`,
`results/*.parquet`, and `signature.json` where it was signed. The manifest lists each file's size and SHA-256 and
carries a digest of itself; it is written in one canonical form, and so is the zip, so that any changed byte anywhere is
a difference. This file can be run alone, years later, on a machine without Huoyue:
`python -I -S digests.py SNAPSHOT`.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
SIGNATURE = "signature.json"
"""A signature over the manifest's digest; it stands beside the manifest, which cannot list it."""
EPOCH = (1980, 1, 1, 0, 0, 0)
LARGEST = 4 * 1024**3


class NotASnapshot(ValueError):
    """The path holds no snapshot, or a zip that Huoyue did not write."""


def sha256(content: bytes) -> str:
    """The SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def canonical(manifest: Mapping[str, Any]) -> bytes:
    """The one way a manifest is written: sorted keys, two spaces, UTF-8, a final line break."""
    return (json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def sealed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest with its own `digest`, taken over everything else in it."""
    body = {name: value for name, value in manifest.items() if name != "digest"}
    return body | {"digest": sha256(canonical(body))}


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """The canonical zip of `contents`: sorted names, no compression, one fixed time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(contents):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), contents[name])
    return stream.getvalue()


def contents_of(path: Path) -> dict[str, bytes]:
    """Every file of the snapshot at `path` by name. NotASnapshot if it is none."""
    if path.is_dir():
        found = sorted(p for p in path.rglob("*") if p.is_file())
        return {p.relative_to(path).as_posix(): p.read_bytes() for p in found}
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
                raise NotASnapshot("compressed")
            if sum(entry.file_size for entry in entries) > LARGEST:
                raise NotASnapshot("too large")
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise NotASnapshot(str(error)) from error


def manifest_of(contents: Mapping[str, bytes]) -> dict[str, Any]:
    """The manifest as data. NotASnapshot if there is none or it is not one."""
    try:
        manifest = json.loads(contents[MANIFEST])
    except (KeyError, ValueError, RecursionError) as error:
        raise NotASnapshot("no readable manifest") from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise NotASnapshot("no readable manifest")
    return manifest


def faults(path: Path) -> list[tuple[str, str]]:
    """What is wrong with the bytes: pairs of a code and a file name; empty when nothing is.

    Codes: `missing`, `unlisted`, `changed`, `manifest` (its own digest or form), `signature` (its form, or of another
    snapshot; whether it holds takes more than the standard library), `archive` (the zip around the files).
    """
    contents = contents_of(path)
    manifest = manifest_of(contents)
    listed: dict[str, Any] = manifest["files"]
    found = [] if contents[MANIFEST] == canonical(sealed(manifest)) else [("manifest", MANIFEST)]
    found += [("missing", name) for name in sorted(listed.keys() - contents.keys())]
    found += [("unlisted", name) for name in sorted(contents.keys() - listed.keys() - {MANIFEST, SIGNATURE})]
    for name in sorted(listed.keys() & contents.keys()):
        if listed[name] != {"bytes": len(contents[name]), "sha256": sha256(contents[name])}:
            found.append(("changed", name))
    if SIGNATURE in contents and not _is_of(contents[SIGNATURE], manifest):
        found.append(("signature", SIGNATURE))
    if path.is_file() and not found and path.read_bytes() != zipped(contents):
        found.append(("archive", path.name))
    return found


def _is_of(signature: bytes, manifest: Mapping[str, Any]) -> bool:
    """Whether a signature file is written as we write it, and speaks of this manifest."""
    try:
        read = json.loads(signature)
        return bool(signature == canonical(read) and read["digest"] == manifest.get("digest"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def main(arguments: list[str]) -> int:
    """Print the faults of one snapshot; exit code 0 if there are none, 1 if there are, 2 if it is no snapshot."""
    if len(arguments) != 1:
        print("usage: digests.py SNAPSHOT")
        return 2
    try:
        found = faults(Path(arguments[0]))
    except NotASnapshot as error:
        print(f"not a snapshot: {error}")
        return 2
    for code, name in found:
        print(f"{code}: {name}")
    print("bytes as sealed" if not found else f"{len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
