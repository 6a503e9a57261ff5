"""`huoyue example`: list, make and synthesise, for people and for machines."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from huoyue.cli.example import app
from huoyue.cli.screen import Screen
from huoyue.core.problem import Refused
from huoyue.examples.rounds import EXAMPLES, FOLDER


def run(*arguments: str, as_json: bool = False, lang: str = "zh") -> tuple[Result, str]:
    """The outcome of a command and what it printed."""
    printed = io.StringIO()
    screen = Screen(lang=lang, as_json=as_json, out=Console(file=printed, width=200))
    return CliRunner().invoke(app, list(arguments), obj=screen), printed.getvalue()


def test_list_plain_prints_one_name_a_line() -> None:
    result, _ = run("list", "--plain")
    assert result.stdout.split() == list(EXAMPLES)


def test_list_shows_titles_in_the_chosen_language() -> None:
    assert "2016年度产业技术创新战略联盟活跃度评价方案" in run("list")[1]
    assert "Example rounds" in run("list", lang="en")[1]


def test_make_writes_the_round_and_says_so(tmp_path: Path) -> None:
    result, printed = run("make", "alliance_activity_2016", "--out", str(tmp_path / "round"))
    assert result.exit_code == 0
    assert "已写出25个文件" in printed.replace("\n", "")
    published = (tmp_path / "round" / "published.csv").read_bytes()
    assert published == (FOLDER / "alliance_activity_2016" / "published.csv").read_bytes()


def test_an_unknown_name_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    result, _ = run("make", "no_such_round", "--out", str(tmp_path))
    assert isinstance(result.exception, Refused)
    [problem] = result.exception.problems
    assert problem.code == "unknown_example"
    assert problem.mend is not None
    assert problem.mend.values["names"] == tuple(EXAMPLES)
    assert list(tmp_path.iterdir()) == []


def test_synthesise_writes_practice_data_and_lists_it_as_json(tmp_path: Path) -> None:
    arguments = ("synthesise", "alliance_activity_2016", "--units", "12", "--seed", "3", "--out", str(tmp_path))
    result, printed = run(*arguments, as_json=True)
    assert result.exit_code == 0
    written = json.loads(printed)["written"]
    assert str(tmp_path / "units.csv") in written
    assert len((tmp_path / "units.csv").read_text("utf-8").splitlines()) == 13


@pytest.mark.parametrize("units", ["0", "many"])
def test_a_number_of_units_that_makes_no_sense_is_a_usage_error(units: str, tmp_path: Path) -> None:
    result, _ = run("synthesise", "alliance_activity_2016", "--units", units, "--out", str(tmp_path))
    assert result.exit_code == 2
