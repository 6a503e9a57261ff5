"""What holds for all tests: nothing is timed, and a machine that decides sees the same examples every time."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("huoyue", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("huoyue")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests come first, so that at the end no process waits for the last one of another; modules stay whole."""
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)
