from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from huoyue.core.problem import Refused
from huoyue.core.tables import RESULT_TABLES
from huoyue.snapshot.digests import MANIFEST, canonical, manifest_of, sealed
from huoyue.snapshot.store import ADDED, freeze, read, table_digest, write
from huoyue.snapshot.verify import verify

Frozen = tuple


def test_what_is_read_is_what_was_frozen(frozen: Frozen, folder: Path, tmp_path: Path) -> None:
    snapshot, contents = frozen
    write(contents, tmp_path / "round.zip")
    for path in (folder, tmp_path / "round.zip"):
        again = read(path)
        assert again.digest == snapshot.digest
        assert again.scheme == snapshot.scheme
        assert all(again.results[name].equals(snapshot.results[name]) for name in RESULT_TABLES)
        assert all(again.facts.tables()[name].equals(frame) for name, frame in snapshot.facts.tables().items())


def test_the_same_input_gives_the_same_bytes(frozen: Frozen) -> None:
    snapshot, contents = frozen
    assert freeze(snapshot.scheme, snapshot.scheme_text, snapshot.facts)[1] == contents


@pytest.mark.parametrize(("seed", "zone", "lang"), [("0", "UTC", "C"), ("99", "Asia/Shanghai", "zh_CN.UTF-8")])
def test_another_process_place_and_language_give_the_same_bytes(
    frozen: Frozen, tmp_path: Path, seed: str, zone: str, lang: str
) -> None:
    program = (
        "import sys; from pathlib import Path; from huoyue.examples.rounds import load\n"
        "from huoyue.exchange.intake import import_facts; from huoyue.exchange.scheme_file import read_scheme\n"
        "from huoyue.snapshot.store import freeze\n"
        "p = read_scheme('county_libraries'); f = import_facts(p.scheme, [load('county_libraries')]).facts\n"
        "print(freeze(p.scheme, p.text, f)[0].digest)"
    )
    settings = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": lang, "POLARS_MAX_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=settings, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == frozen[0].digest


def test_rows_in_another_order_give_the_same_scores(frozen: Frozen) -> None:
    from dataclasses import replace

    snapshot, _ = frozen
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=3) for name, frame in snapshot.facts.records.items()}
    marks = snapshot.facts.marks.sample(fraction=1, shuffle=True, seed=4)
    again, _ = freeze(snapshot.scheme, snapshot.scheme_text, replace(snapshot.facts, records=shuffled, marks=marks))
    assert again.results["scores"].equals(snapshot.results["scores"])


def test_a_snapshot_of_the_first_format_is_read_and_completed(frozen: Frozen, tmp_path: Path) -> None:
    snapshot, contents = frozen
    manifest = manifest_of(contents)
    gone = {f"{name}.parquet" for name in ADDED}
    listed = {name: about for name, about in manifest["files"].items() if name not in gone}
    old = {name: body for name, body in contents.items() if name not in gone}
    old[MANIFEST] = canonical(sealed(manifest | {"format": 1, "files": listed}))
    write(old, tmp_path / "old")
    again = read(tmp_path / "old")
    assert all(again.results[name].equals(snapshot.results[name]) for name in RESULT_TABLES)
    assert verify(tmp_path / "old") == []


def test_a_snapshot_with_a_changed_byte_is_not_read(folder: Path) -> None:
    path = folder / "results" / "scores.parquet"
    body = bytearray(path.read_bytes())
    body[random.Random(5).randrange(len(body))] ^= 1
    path.write_bytes(body)
    with pytest.raises(Refused) as refused:
        read(folder)
    assert [(p.code, p.place.path) for p in refused.value.problems] == [("snapshot.changed", "results/scores.parquet")]


def test_a_folder_of_something_else_is_never_overwritten(frozen: Frozen, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("keep me")
    with pytest.raises(Refused) as refused:
        write(frozen[1], tmp_path / "letters")
    assert refused.value.problems[0].code == "snapshot.occupied"
    assert [p.name for p in (tmp_path / "letters").iterdir()] == ["dear.txt"]


def test_freezing_again_replaces_the_old_snapshot_whole(frozen: Frozen, folder: Path) -> None:
    (folder / "stray.txt").write_text("old")
    write(frozen[1], folder)
    assert read(folder).digest == frozen[0].digest
    assert [p.name for p in folder.parent.iterdir()] == ["round"]


def test_a_table_digest_depends_on_values_types_and_order() -> None:
    frames = [pl.DataFrame({"a": [1, 2]}), pl.DataFrame({"a": [2, 1]}), pl.DataFrame({"a": ["1", "2"]}),
              pl.DataFrame({"b": [1, 2]}), pl.DataFrame({"a": [1.0, 2.0]})]  # fmt: skip
    assert len({table_digest(frame) for frame in frames}) == len(frames)
