"""`huoyue import` and `huoyue scheme template` as people run them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from huoyue.cli.main import app

SCHEME = "alliance_activity_2016"
FACTS = Path(__file__).resolve().parents[2] / "examples" / SCHEME / "facts"


def ran(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_good_facts_are_counted_and_kept_as_parquet(tmp_path: Path) -> None:
    result = ran("--json", "import", SCHEME, str(FACTS), "--out", str(tmp_path / "facts"))
    said = json.loads(result.stdout)
    assert (result.exit_code, said["imported"], said["rows"]["units"]) == (0, True, 146)
    assert json.loads((tmp_path / "facts" / "facts.json").read_text(encoding="utf-8"))["scheme"] == SCHEME
    again = json.loads(ran("--json", "import", SCHEME, str(tmp_path / "facts")).stdout)
    assert again["rows"] == said["rows"]


def test_with_an_error_nothing_is_written_and_the_copy_shows_where(tmp_path: Path) -> None:
    bad = tmp_path / "会议.csv"
    bad.write_text("unit,kind,title,held_on,attendees,evidence\nA001,council,x,3/5/2016,3,y\n", encoding="utf-8")
    result = ran(
        "--lang", "zh", "import", SCHEME, str(FACTS), str(bad), "-o", str(tmp_path / "o"), "--marked", str(tmp_path)
    )
    assert result.exit_code == 1
    assert not (tmp_path / "o").exists()
    assert "未导入任何内容" in result.stdout
    assert load_workbook(tmp_path / "会议.marked.xlsx").sheetnames == ["问题", "会议"]


@pytest.mark.parametrize(("lang", "cover"), [("zh", "说明"), ("en", "Instructions")])
def test_a_template_is_written_in_the_readers_language(tmp_path: Path, lang: str, cover: str) -> None:
    out = tmp_path / "deep" / "t.xlsx"
    assert ran("--lang", lang, "scheme", "template", SCHEME, "--out", str(out)).exit_code == 0
    assert load_workbook(out).sheetnames[0] == cover


def test_a_units_template_is_not_one_of_the_whole_round(tmp_path: Path) -> None:
    result = ran("scheme", "template", SCHEME, "--round", "--unit", "A001", "-o", str(tmp_path / "t.xlsx"))
    assert result.exit_code == 2
