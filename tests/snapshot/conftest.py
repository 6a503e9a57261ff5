from __future__ import annotations

from pathlib import Path

import pytest

from huoyue.examples.rounds import load
from huoyue.exchange.intake import import_facts
from huoyue.exchange.scheme_file import read_scheme
from huoyue.snapshot.store import Snapshot, freeze

Frozen = tuple[Snapshot, dict[str, bytes]]


@pytest.fixture(scope="session")
def frozen() -> Frozen:
    """A whole round, frozen: the practice round of the libraries, which is small."""
    parsed = read_scheme("county_libraries")
    facts = import_facts(parsed.scheme, [load("county_libraries")]).facts
    return freeze(parsed.scheme, parsed.text, facts)


@pytest.fixture
def folder(frozen: Frozen, tmp_path: Path) -> Path:
    """The round written to a folder."""
    from huoyue.snapshot.store import write

    write(frozen[1], tmp_path / "round")
    return tmp_path / "round"
