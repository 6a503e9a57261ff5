"""The docs are tested against the code: every command in them runs, and generated pages are up to date."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def commands(page: Path) -> list[str]:
    """The `huoyue` lines of the page's shell blocks, in order, without comments."""
    blocks = re.findall(r"^ *```sh\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [" ".join(shlex.split(line, comments=True)) for line in lines if line.startswith("huoyue ")]


RUN = [page for page in PAGES if commands(page) and page.name != "README.zh-CN.md"]
"""The Chinese README shows the same commands as the English one, which a test below compares."""


@pytest.mark.parametrize("page", RUN, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_command_of_a_page_runs_as_printed(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    failed = []
    for command in dict.fromkeys(commands(page)):
        done = subprocess.run(
            shlex.split(command), cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            failed.append(f"{command}: {done.returncode}\n{done.stdout[-500:]}{done.stderr[-1500:]}")
    assert failed == []


def test_the_command_reference_is_what_the_commands_say() -> None:
    done = subprocess.run([sys.executable, "tools/docs.py", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in PAGES:
        prose = re.sub(r"`[^`\n]+`", "", page.read_text(encoding="utf-8"))
        targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose)
        broken += [f"{page.relative_to(ROOT)}: {to}" for to in targets if not (page.parent / to).exists()]
    assert broken == []


def test_both_readmes_show_the_same_commands() -> None:
    assert commands(ROOT / "README.md") == commands(ROOT / "README.zh-CN.md")
