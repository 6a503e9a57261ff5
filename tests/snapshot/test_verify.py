from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import polars.selectors as cs

import huoyue
from huoyue.core.phrase import render
from huoyue.snapshot.digests import MANIFEST, canonical, sealed, sha256
from huoyue.snapshot.store import described, parquet, table_digest, write
from huoyue.snapshot.verify import verify

Frozen = tuple


def resealed(folder: Path, name: str, frame: pl.DataFrame, **said: str) -> None:
    """What a forger would do: change a table and make every digest agree with it. `said` goes into the manifest."""
    body = parquet(frame)
    (folder / f"{name}.parquet").write_bytes(body)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"][f"{name}.parquet"] = {"bytes": len(body), "sha256": sha256(body)}
    manifest["tables"][name] = described(frame)
    manifest |= said
    (folder / MANIFEST).write_bytes(canonical(sealed(manifest)))


def test_an_honest_snapshot_holds_as_folder_and_as_zip(frozen: Frozen, folder: Path, tmp_path: Path) -> None:
    write(frozen[1], tmp_path / "round.zip")
    assert verify(folder) == []
    assert verify(tmp_path / "round.zip") == []


def test_every_file_is_named_when_one_byte_of_it_changes(frozen: Frozen, folder: Path) -> None:
    for name, body in frozen[1].items():
        changed = bytearray(body)
        changed[len(body) // 2] ^= 4
        (folder / name).write_bytes(changed)
        problems = verify(folder)
        assert problems[0].place.path == name or (name, problems[0].code) == (MANIFEST, "snapshot.none"), name
        (folder / name).write_bytes(body)
    assert verify(folder) == []


def test_a_score_changed_and_resealed_is_found_by_recomputing(frozen: Frozen, folder: Path) -> None:
    scores = frozen[0].results["scores"]
    resealed(
        folder,
        "results/scores",
        scores.with_columns(score=pl.col("score") + pl.when(pl.col("serial") == 2).then(100).otherwise(0)),
    )
    problems = verify(folder)
    assert [(p.code, p.place.path) for p in problems] == [("snapshot.recomputed", "results/scores")]
    assert "2" in render(problems[0].what, "en")


def reworded(frozen: Frozen) -> pl.DataFrame:
    return frozen[0].results["points"].with_columns(explanation_en=pl.col("explanation_en") + " indeed")


def test_words_of_another_version_are_noted_and_its_numbers_still_follow(frozen: Frozen, folder: Path) -> None:
    resealed(folder, "results/points", reworded(frozen), huoyue="0.0.9")
    (problem,) = verify(folder)
    assert (problem.code, problem.severity) == ("snapshot.words", "note")
    assert "0.0.9" in render(problem.what, "en") and "points" in render(problem.what, "en")


def test_the_version_that_sealed_has_to_find_every_word_again(frozen: Frozen, folder: Path) -> None:
    resealed(folder, "results/points", reworded(frozen))
    assert [(p.code, p.severity) for p in verify(folder)] == [("snapshot.recomputed", "error")]


def test_a_number_that_another_version_does_not_find_is_an_error_that_names_the_version(
    frozen: Frozen, folder: Path
) -> None:
    resealed(folder, "results/points", reworded(frozen).with_columns(points=pl.col("points") + 1), huoyue="0.0.9")
    problems = verify(folder)
    assert {p.code for p in problems} == {"snapshot.recomputed"}
    assert "0.0.9" in render(problems[0].mend, "en")


def test_a_mark_changed_and_resealed_shows_in_what_follows_from_it(frozen: Frozen, folder: Path) -> None:
    marks = frozen[0].facts.marks
    first = marks["unit"][0] == pl.col("unit")
    resealed(
        folder, "inputs/marks", marks.with_columns(mark=pl.when(first & (pl.col("mark") > 0)).then(0).otherwise("mark"))
    )
    named = {p.place.path for p in verify(folder)}
    assert {"results/settled", "results/pillar_scores"} <= named


def test_a_table_that_is_not_one_of_ours_is_refused_in_words(folder: Path) -> None:
    resealed(folder, "results/scores", pl.DataFrame({"x": [1]}))
    assert [(p.code, p.place.path) for p in verify(folder)] == [("snapshot.table", "results/scores")]


def test_what_is_no_snapshot_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "letter.zip").write_bytes(b"Dear Sir")
    assert [p.code for p in verify(tmp_path / "letter.zip")] == ["snapshot.none"]
    assert [p.code for p in verify(tmp_path)] == ["snapshot.none"]


WORDS = {"0.2.0": "81775db86fa40bdc83c66f2b6a9685abc6d680f0bc64e0cc531b9928822511e8"}
"""Digests of every sentence in the results of the libraries' round, by the version that words them so.

A version finds every word again of what it sealed. So whoever words a sentence anew also makes a new version (in
`huoyue/__init__.py` and `pyproject.toml`) and puts its digest here.
"""


def test_a_version_words_its_results_in_one_way(frozen: Frozen) -> None:
    words = {name: frame.select(cs.ends_with("_zh", "_en")) for name, frame in frozen[0].results.items()}
    digest = sha256("".join(table_digest(frame) for frame in words.values() if frame.width).encode())
    assert WORDS[huoyue.__version__] == digest
