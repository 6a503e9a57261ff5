"""The commands as people run them: a process, its exit code, what it prints and what it leaves behind."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from pypdf import PdfReader
from tests.snapshot.test_verify import resealed

from huoyue.examples.rounds import load
from huoyue.schemes import builtin

HUOYUE = str(Path(sys.executable).parent / "huoyue")
SCHEME = "county_libraries"


def huoyue(*arguments: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"LC_ALL": "C.UTF-8"} | settings
    return subprocess.run(
        [HUOYUE, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one round was run, in English."""
    place = tmp_path_factory.mktemp("round")
    shutil.copytree(load(SCHEME), place / "facts")
    first = huoyue("run", SCHEME, "facts", "--out", "out", "--lang", "en", cwd=place)
    assert (first.returncode, "Evaluated" in first.stdout) == (0, True), first.stderr
    return place


@pytest.mark.slow
def test_a_run_leaves_every_document_a_card_for_every_unit_and_a_sealed_snapshot(done: Path) -> None:
    out = done / "out"
    assert sorted(p.name for p in out.glob("report.*")) == [
        f"report.{f}" for f in ("docx", "html", "md", "pdf", "xlsx")
    ]
    units = (done / "facts" / "units.csv").read_text(encoding="utf-8").count("\n") - 1
    summary = json.loads(huoyue("show", "out/snapshot", "--json", cwd=done).stdout)
    assert len(list((out / "cards").glob("*.pdf"))) == summary["funnel"]["all"] <= units
    assert (out / "cards" / "cards.zip").exists()
    assert [p.name for p in done.iterdir() if p.name.startswith(".")] == []


def test_every_link_within_the_page_leads_somewhere(done: Path) -> None:
    page = (done / "out" / "report.html").read_text(encoding="utf-8")
    anchors = re.findall(r'\sid="([^"]+)"', page)
    asked = set(re.findall(r'href="#([^"]+)"', page))
    assert asked and asked <= set(anchors) and len(anchors) == len(set(anchors))


@pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")
def test_no_document_calls_regions_batches(done: Path) -> None:
    """This scheme's groups of units are regions and kinds of district; nothing says batch or industry of them."""
    out = done / "out"
    book = openpyxl.load_workbook(out / "report.xlsx", read_only=True)
    names = [name for name in book.sheetnames if not name.startswith(("data", "Data"))]
    shown = {name: str(list(book[name].iter_rows(values_only=True))) for name in names}
    for page in (out / "report.pdf", next((out / "cards").glob("*.pdf"))):
        shown[page.name] = "\n".join(sheet.extract_text() for sheet in PdfReader(page).pages)
    assert {name for name, text in shown.items() if re.search(r"\b(batch|industr)", text, re.IGNORECASE)} == set()
    assert all("region" in shown[name] for name in ("Tiers by region", "report.pdf"))


@pytest.mark.slow
def test_a_second_run_finds_nothing_to_do_and_a_changed_fact_everything(done: Path, tmp_path: Path) -> None:
    shutil.copytree(done, tmp_path / "again")
    place = tmp_path / "again"
    before = (place / "out" / "report.docx").stat().st_mtime_ns
    second = huoyue("run", SCHEME, "facts", "--out", "out", "--lang", "en", cwd=place)
    assert (second.returncode, "up to date" in second.stderr) == (0, True)
    assert (place / "out" / "report.docx").stat().st_mtime_ns == before
    (place / "out" / "report.docx").write_bytes(b"spoilt")
    third = huoyue("run", SCHEME, "facts", "--out", "out", "--lang", "en", cwd=place)
    assert (third.returncode, "up to date" in third.stderr) == (0, False)
    assert (place / "out" / "report.docx").read_bytes() == (done / "out" / "report.docx").read_bytes()


def test_a_snapshot_of_another_version_holds_and_it_is_said_what_is_worded_anew(done: Path, tmp_path: Path) -> None:
    shutil.copytree(done / "out" / "snapshot", tmp_path / "snapshot")
    points = pl.read_parquet(tmp_path / "snapshot" / "results" / "points.parquet")
    reworded = points.with_columns(explanation_en=pl.lit("Worded otherwise."))
    resealed(tmp_path / "snapshot", "results/points", reworded, huoyue="0.0.9")
    held = huoyue("verify", "snapshot", cwd=tmp_path, HUOYUE_LANG="en")
    assert (held.returncode, "every result follows from the facts" in held.stdout) == (0, True)
    assert "0.0.9" in held.stderr and "worded anew (points)" in " ".join(held.stderr.split())


def test_verify_says_yes_and_names_what_was_changed(done: Path, tmp_path: Path) -> None:
    shutil.copytree(done / "out" / "snapshot", tmp_path / "snapshot")
    honest = huoyue("verify", "snapshot", cwd=tmp_path, HUOYUE_LANG="en")
    assert (honest.returncode, "every byte is as sealed" in honest.stdout) == (0, True)
    path = tmp_path / "snapshot" / "inputs" / "marks.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    forged = huoyue("verify", "snapshot", "--json", cwd=tmp_path)
    assert forged.returncode == 1
    assert [p["place"]["path"] for p in json.loads(forged.stdout)["problems"]] == ["inputs/marks.parquet"]


@pytest.mark.slow
def test_report_and_cards_can_be_written_again_from_the_snapshot_alone(done: Path, tmp_path: Path) -> None:
    shutil.copytree(done / "out" / "snapshot", tmp_path / "snapshot")
    for command in ("report", "cards"):
        again = huoyue(command, "snapshot", "--out", command, "--lang", "en", cwd=tmp_path)
        assert again.returncode == 0, again.stderr
    for name in ("report.html", "report.pdf", "report.docx", "report.xlsx", "report.md"):
        assert (tmp_path / "report" / name).read_bytes() == (done / "out" / name).read_bytes(), name


def test_freeze_to_a_zip_gives_the_digest_of_the_run(done: Path) -> None:
    frozen = json.loads(huoyue("freeze", SCHEME, "facts", "--out", "round.zip", "--json", cwd=done).stdout)
    assert frozen["digest"] == json.loads(huoyue("show", "out/snapshot", "--json", cwd=done).stdout)["digest"]
    assert huoyue("verify", "round.zip", cwd=done).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("run", "no_such_scheme", "."), 1),
        (("run", SCHEME, "no_such_file"), 2),
        (("run",), 2),
        (("verify", "."), 1),
        (("no_such_command",), 2),
        (("report", "."), 1),
        (("--version",), 0),
    ],
)
def test_nonsense_gets_its_exit_code_and_never_a_stack_trace(
    tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    found = huoyue(*arguments, cwd=tmp_path)
    assert found.returncode == code, found.stderr
    assert "Traceback" not in found.stdout + found.stderr


def test_a_file_in_the_way_is_named_in_the_reader_s_language(done: Path, tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    found = huoyue("run", SCHEME, str(done / "facts"), "--out", "out", "--lang", "zh", cwd=tmp_path)
    assert (found.returncode, "已有同名文件" in found.stderr) == (74, True), found.stderr


def test_bad_facts_stop_a_run_before_anything_is_written(done: Path, tmp_path: Path) -> None:
    shutil.copytree(done / "facts", tmp_path / "facts")
    path = tmp_path / "facts" / "records" / "survey.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2020-", "2019-", 1), encoding="utf-8")
    found = huoyue("run", SCHEME, "facts", "--out", "out", cwd=tmp_path, HUOYUE_LANG="zh")
    assert (found.returncode, (tmp_path / "out").exists()) == (1, False)
    assert "2019年" in found.stderr
    assert "评价期" in found.stderr or "期" in found.stderr


def test_nobody_evaluated_still_gives_a_report_that_says_so(done: Path, tmp_path: Path) -> None:
    shutil.copytree(done / "facts", tmp_path / "facts")
    for path in (tmp_path / "facts").rglob("*.csv"):
        if path.name not in ("units.csv", "incident.csv"):
            path.write_text(path.read_text(encoding="utf-8").split("\n", 1)[0] + "\n", encoding="utf-8")
    found = huoyue("run", SCHEME, "facts", "--out", "out", "--lang", "en", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert (tmp_path / "out" / "report.pdf").exists()
    assert huoyue("verify", "out/snapshot", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize("after", [0.8, 1.6, 2.4, 3.5])
def test_a_run_killed_half_way_leaves_no_half_document_and_can_be_repeated(
    done: Path, tmp_path: Path, after: float
) -> None:
    shutil.copytree(done / "facts", tmp_path / "facts")
    running = subprocess.Popen(
        [HUOYUE, "run", SCHEME, "facts", "--out", "out", "--lang", "en"],
        cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(after)
    running.send_signal(signal.SIGKILL)
    running.wait()
    out = tmp_path / "out"
    for path in out.glob("report.*"):
        assert path.read_bytes() == (done / "out" / path.name).read_bytes()
    if (out / "snapshot").exists():
        assert huoyue("verify", "out/snapshot", cwd=tmp_path).returncode == 0


def test_another_scheme_on_a_snapshot_tells_who_moves_and_a_broken_one_where_it_is_broken(done: Path) -> None:
    text = builtin()[SCHEME].read_text(encoding="utf-8")
    (done / "other.yaml").write_text(text.replace("at_least: 65, colour", "at_least: 60, colour"), encoding="utf-8")
    found = json.loads(huoyue("what-if", "out/snapshot", "other.yaml", "--json", cwd=done).stdout)
    assert found["moved"] and {(one["kind"], one["border"]) for one in found["moved"]} == {("up", True)}
    assert found["tiers_now"]["excellent"] - found["tiers_before"]["excellent"] == len(found["moved"])
    shown = huoyue("what-if", "out/snapshot", "other.yaml", "--lang", "en", cwd=done)
    assert (shown.returncode, all(one["name"] in shown.stdout for one in found["moved"])) == (0, True)
    (done / "broken.yaml").write_text(text.replace("tiers:", "tiers", 1), encoding="utf-8")
    broken = huoyue("what-if", "out/snapshot", "broken.yaml", "--lang", "en", cwd=done)
    assert (broken.returncode, re.search(r"broken\.yaml:\d+:", broken.stderr) is not None) == (1, True)
