from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from rich.console import Console

from huoyue.cli.main import hoisted
from huoyue.cli.screen import Screen, where
from huoyue.core.message import M
from huoyue.core.problem import Place, Problem

PROBLEM = Problem(
    "cell.missing", M("{title} must be filled in.", title="[bold]"), M("Change the value."),
    Place(file="a.xlsx", sheet="会议", cell="B7", value="x"),
)  # fmt: skip


def screen(*, as_json: bool = False, lang: str = "en") -> tuple[Screen, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    consoles = {"out": Console(file=out, width=200), "err": Console(file=err, width=200)}
    return Screen(lang=lang, as_json=as_json, **consoles), out, err


def test_options_for_all_commands_may_stand_anywhere() -> None:
    assert hoisted(["scheme", "check", "f", "--json", "--lang", "en"]) == [
        "--json",
        "--lang",
        "en",
        "scheme",
        "check",
        "f",
    ]
    assert hoisted(["run", "a", "--lang=zh", "-o", "x"]) == ["--lang=zh", "run", "a", "-o", "x"]


def test_a_problem_says_what_where_and_how_to_mend_it_and_markup_in_it_stays_text() -> None:
    shown, out, err = screen()
    shown.problems([PROBLEM])
    assert out.getvalue() == ""
    text = " ".join(err.getvalue().split())
    assert "Error a.xlsx 会议!B7 「x」 [bold] must be filled in. → Change the value." in text


def test_problems_as_json_are_one_document_on_stdout() -> None:
    shown, out, err = screen(as_json=True, lang="zh")
    shown.problems([PROBLEM])
    found = json.loads(out.getvalue())["problems"][0]
    assert (found["code"], found["place"]["cell"], err.getvalue()) == ("cell.missing", "B7", "")
    assert "必须" in found["what"] or "填" in found["what"]


def test_errors_stand_before_warnings_and_notes() -> None:
    shown, _, err = screen()
    kinds = ("note", "error", "warning")
    shown.problems([Problem(kind, M("Check the path."), severity=kind) for kind in kinds])
    assert [line.split()[0] for line in err.getvalue().splitlines()] == ["Error", "Warning", "Note"]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(file="s.yaml", line=3, column=5, path="tiers[0]"), "s.yaml:3:5 tiers[0]"),
        (Place(file="a.xlsx", sheet="会议", cell="B7"), "a.xlsx 会议!B7"),
        (Place(), ""),
    ],
)
def test_a_place_reads_as_editors_and_people_expect(place: Place, text: str) -> None:
    assert where(place) == text


def test_json_data_may_hold_dates_and_decimals() -> None:
    shown, out, _ = screen(as_json=True)
    shown.data({"day": date(2017, 1, 27), "points": Decimal("2.5")})
    assert json.loads(out.getvalue()) == {"day": "2017-01-27", "points": "2.5"}
