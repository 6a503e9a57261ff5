"""One round and one whole edition of it, for all tests of publication."""

from __future__ import annotations

import pytest
from tests.publication.planted import about, planted

from huoyue.publication.edition import Made, make_edition
from huoyue.snapshot.store import Snapshot


@pytest.fixture(scope="session")
def snapshot() -> Snapshot:
    return planted()


@pytest.fixture(scope="session")
def whole(snapshot: Snapshot) -> Made:
    """The edition as the scheme has it, its documents and charts included."""
    return make_edition(snapshot, about())


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Editions without drawn charts, which take most of the time."""
    monkeypatch.setattr("huoyue.publication.site.pictures", lambda specs, lang: {
        f"charts/{name}.{lang}.svg": b"<svg/>" for name in specs
    })  # fmt: skip
