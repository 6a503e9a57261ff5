"""`huoyue check-word`: the exit code, the list and the marked copy of a report that was edited in Word."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import docx
import pytest

from huoyue.examples.rounds import facts_of
from huoyue.exchange.scheme_file import read_scheme
from huoyue.report.context import compose
from huoyue.report.render_tree import read_tree
from huoyue.report.returned_expected import DOT
from huoyue.report.word import write_word
from huoyue.snapshot.digests import zipped
from huoyue.snapshot.store import freeze

sys.path.insert(0, str(Path(__file__).parents[1] / "report"))
from edited_word import Edited, raised

HUOYUE = str(Path(sys.executable).parent / "huoyue")
SCHEME = "county_libraries"


def check(place: Path, file: str, *more: str) -> subprocess.CompletedProcess[str]:
    command = [HUOYUE, "check-word", "s.zip", file, "--lang", "zh", *more]
    settings = os.environ | {"LC_ALL": "C.UTF-8"}
    return subprocess.run(
        command, cwd=place, env=settings, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a snapshot and its Word report, without the figures drawn."""
    folder = tmp_path_factory.mktemp("word")
    parsed = read_scheme(SCHEME)
    assert parsed.scheme is not None
    snapshot, contents = freeze(parsed.scheme, parsed.text, facts_of(SCHEME))
    (folder / "s.zip").write_bytes(zipped(contents))
    made = compose(snapshot, "zh")
    images = dict.fromkeys(made.figures, DOT + bytes(8))
    (folder / "report.docx").write_bytes(write_word(read_tree(made.markdown, "zh"), images, {}, made.meta))
    return folder


def test_a_report_as_it_was_built_agrees(place: Path) -> None:
    done = check(place, "report.docx", "--json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["agrees"], found["findings"], found["passages"]) == (0, True, [], [])
    assert found["unchanged"] == len(Edited(place / "report.docx").marks())


def test_one_wrong_number_is_told_marked_and_shown_by_the_exit_code(place: Path) -> None:
    word = Edited(place / "report.docx")
    mark = word.marks()[3]
    right = word.number(mark)
    word.type_within(mark, raised(right))
    word.save(place / "edited.docx")
    done = check(place, "edited.docx", "--out", "out/marked.docx")
    assert done.returncode == 1
    assert f"{raised(right)}应为{right}" in done.stdout
    assert "1个不符" in done.stdout
    assert len(list(docx.Document(str(place / "out" / "marked.docx")).comments)) == 1


def test_a_file_of_nothing_we_wrote_is_refused_in_words(place: Path) -> None:
    docx.Document().save(str(place / "other.docx"))
    done = check(place, "other.docx", "--out", "never.docx")
    assert done.returncode == 1
    assert "文件没有标明由哪份快照生成" in done.stdout + done.stderr
    assert not (place / "never.docx").exists()
