from __future__ import annotations

import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from huoyue.snapshot import digests
from huoyue.snapshot.digests import MANIFEST, NotASnapshot, canonical, faults, sealed, sha256, zipped


def contents(**extra: bytes) -> dict[str, bytes]:
    """A small snapshot: three files and the manifest that seals them."""
    files = {
        "scheme.yaml": b"huoyue: 1\n",
        "inputs/units.parquet": bytes(range(200)),
        "results/a.parquet": b"xyz",
    } | extra
    listed = {name: {"bytes": len(body), "sha256": sha256(body)} for name, body in files.items()}
    return files | {MANIFEST: canonical(sealed({"format": 1, "files": listed}))}


def folder(place: Path, files: dict[str, bytes]) -> Path:
    for name, body in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return place


def archive(place: Path, files: dict[str, bytes]) -> Path:
    path = place / "round.zip"
    path.write_bytes(zipped(files))
    return path


def test_an_untouched_snapshot_has_no_faults(tmp_path: Path) -> None:
    assert faults(folder(tmp_path / "d", contents())) == []
    assert faults(archive(tmp_path, contents())) == []


def test_a_missing_a_changed_and_a_foreign_file_are_each_named(tmp_path: Path) -> None:
    place = folder(tmp_path, contents())
    (place / "scheme.yaml").write_bytes(b"huoyue: 2\n")
    (place / "results/a.parquet").unlink()
    (place / "notes.txt").write_text("hello")
    assert faults(place) == [("missing", "results/a.parquet"), ("unlisted", "notes.txt"), ("changed", "scheme.yaml")]


def test_any_changed_byte_of_any_file_is_found_and_its_file_named(tmp_path: Path) -> None:
    files = contents()
    for name, body in files.items():
        for position in range(len(body)):
            changed = bytearray(body)
            changed[position] ^= 1
            place = folder(tmp_path, files | {name: bytes(changed)})
            try:
                named = {file for _, file in faults(place)}
            except NotASnapshot:
                named = {MANIFEST}
            assert name in named or named == {MANIFEST} == {name}, (name, position)
        folder(tmp_path, files)


def test_any_changed_byte_of_the_zip_is_found(tmp_path: Path) -> None:
    whole = zipped(contents())
    path = tmp_path / "round.zip"
    unnoticed = []
    for position in range(len(whole)):
        changed = bytearray(whole)
        changed[position] ^= 1 << (position % 8)
        path.write_bytes(changed)
        try:
            found = faults(path)
        except NotASnapshot:
            continue
        if not found:
            unnoticed.append(position)
    assert unnoticed == []


def test_a_manifest_resealed_by_hand_over_a_changed_file_still_differs_from_the_published_digest() -> None:
    honest = digests.manifest_of(contents())
    forged = digests.manifest_of(contents(**{"scheme.yaml": b"huoyue: 2\n"}))
    assert honest["digest"] != forged["digest"]


def test_the_zip_is_the_same_on_another_day_and_in_another_order() -> None:
    files = contents()
    shuffled = dict(random.Random(1).sample(sorted(files.items()), len(files)))
    assert zipped(files) == zipped(shuffled)


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 not really", b"\x00" * 100])
def test_what_is_no_zip_is_no_snapshot(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(body)
    with pytest.raises(NotASnapshot):
        faults(path)


def test_a_compressed_zip_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr(MANIFEST, b"0" * 10_000_000)
    with pytest.raises(NotASnapshot, match="compressed"):
        faults(path)


def test_the_checker_runs_alone_on_bare_python(tmp_path: Path) -> None:
    place = folder(tmp_path / "d", contents())
    command = [sys.executable, "-I", "-S", str(Path(digests.__file__)), str(place)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == "bytes as sealed\n"
    (place / "scheme.yaml").write_bytes(b"")
    failed = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (failed.returncode, failed.stdout) == (1, "changed: scheme.yaml\n1 faults\n")
