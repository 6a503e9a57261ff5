"""A round in review whose first stage is open."""

from __future__ import annotations

import pytest
from tests.server.reviewing import opened


@pytest.fixture
def review(reviewing):
    return reviewing


@pytest.fixture
def marking(review):
    """The first stage open; eva has A001 to A003."""
    opened(review)
    return review
