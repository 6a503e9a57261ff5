"""What holds for the sources as a whole."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "huoyue"
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()


def code_outside_schemes_and_examples() -> list[Path]:
    inner = [p for p in SOURCE.rglob("*") if p.suffix in {".py", ".j2", ".typ", ".lua", ".css"}]
    return [p for p in inner if p.relative_to(SOURCE).parts[0] not in {"schemes", "examples"}]


def test_no_round_is_named_in_code() -> None:
    scheme_ids = {p.parent.name for p in (SOURCE / "schemes").glob("*/scheme.yaml")}
    named = []
    for path in code_outside_schemes_and_examples():
        text = path.read_text(encoding="utf-8")
        named += [f"{path.name}: {name}" for name in scheme_ids if name in text]
    assert named == []


def test_nothing_of_one_network_or_year_is_built_into_code() -> None:
    particular = re.compile(r"协发网|半导体照明|joint_innovation|fairly_high|\b201[3-7]\b(?!-)")
    permitted = re.compile(r"GB/T|[12]\d{3}-\d\d-\d\d|\(20|\b(19|20)\d\d\)|Nisho|Bonett|>>>|# ")
    found = []
    for path in code_outside_schemes_and_examples():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if particular.search(line) and not permitted.search(line):
                found.append(f"{path.relative_to(SOURCE)}:{number}: {line.strip()}")
    assert found == []


def test_no_file_names_a_registry_or_a_place_on_this_machine() -> None:
    forbidden = re.compile(
        r"https?://[^ \"]*/(simple|packages)/|--(extra-)?index-url|--find-links|(^|[ \"'=])/(root|home|work|opt)/"
    )
    found = []
    for name in TRACKED:
        path = ROOT / name
        if path.suffix in {".xlsx", ".png", ".parquet"} or name == "tests/test_sources.py" or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{name}: {m.group()}" for m in forbidden.finditer(text)]
    assert found == []


def test_no_third_party_file_is_kept_here() -> None:
    foreign = re.compile(r"\.min\.(js|css)$|\.(ttf|otf|ttc|woff2?)$|(^|/)(uv\.lock|package-lock\.json)$")
    assert [name for name in TRACKED if foreign.search(name)] == []


def test_every_pinned_dependency_has_a_hash() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=\S)", (ROOT / lock).read_text(encoding="utf-8").strip())
        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize(("contract", "name"), [("rings", "rings"), ("server", "server"), ("flow", "core")])
def test_the_flow_in_the_architecture_page_is_the_one_the_linter_holds(contract: str, name: str) -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    flow = config[f"importlinter:contract:{contract}"]["layers"].split()
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    line = next(line for line in page.splitlines() if line.startswith(f"{name}: "))
    named = [part.strip() for part in re.split("[>,]", line.removeprefix(f"{name}: "))]
    assert named == [part for part in flow if part != "|"]


def test_source_files_can_be_read_at_one_sitting() -> None:
    written = [path for path in SOURCE.rglob("*.py") if path.parent.name != "migrations"]  # those Django writes
    assert [str(p.relative_to(SOURCE)) for p in written if len(p.read_text().splitlines()) > 450] == []
