"""What holds for all tests: nothing is timed, and a machine that decides sees the same examples every time."""

from __future__ import annotations

import os
from itertools import chain, groupby

import pytest
from hypothesis import settings

settings.register_profile("huoyue", deadline=None, derandomize="CI" in os.environ, print_blob=True)
settings.load_profile("huoyue")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each process begins with its share of the long tests, so that at the end none waits for another's last one.

    xdist cuts the list into as many equal parts as there are processes, and lets who has done his part take from the
    ends of the others. Modules stay whole, since their tests share what is costly to make.
    """
    modules = [list(group) for _, group in groupby(items, key=lambda item: item.path)]
    modules.sort(key=lambda module: not any(item.get_closest_marker("slow") for item in module))
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = sum(any(item.get_closest_marker("slow") for item in module) for module in modules)
    hands: list[list[pytest.Item]] = [[] for _ in range(processes)]
    for number, module in enumerate(modules):
        hand = hands[number % processes] if number < long else min(hands, key=len)
        hand += module
    items[:] = chain.from_iterable(hands)
