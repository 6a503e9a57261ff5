from __future__ import annotations

import pytest

from huoyue.core.scheme.model import Scheme
from huoyue.exchange.scheme_file import load_scheme


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    return load_scheme("alliance_activity_2016")
