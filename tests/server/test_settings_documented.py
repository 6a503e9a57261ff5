"""Every setting is on the page that says how to run the system, and nothing on that page is made up."""

from __future__ import annotations

import re
from pathlib import Path

import huoyue.server.settings as settings

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
READ = re.compile(r'env\.(?:file_text|text|flag|words|numbers?|secret|optional_secret)\(\s*"(HUOYUE_[A-Z_]+)"')
ELSEWHERE = {"HUOYUE_LANG"}
"""Read by the commands, not by the settings."""


def test_the_table_of_settings_names_every_variable_and_no_other() -> None:
    source = Path(settings.__file__).read_text(encoding="utf-8")
    read = set(READ.findall(source))
    read |= {f"{name}_FILE" for name in re.findall(r'env\.(?:optional_)?secret\("(HUOYUE_[A-Z_]+)"', source)}
    rows = set(re.findall(r"^\| `(HUOYUE_[A-Z_]+)`", PAGE, re.MULTILINE))
    assert len(read) > 25
    assert rows == read | ELSEWHERE


def test_no_setting_is_named_that_does_not_exist() -> None:
    rows = set(re.findall(r"^\| `(HUOYUE_[A-Z_]+)`", PAGE, re.MULTILINE))
    assert set(re.findall(r"HUOYUE_[A-Z_]+[A-Z]", PAGE)) - rows == set()
