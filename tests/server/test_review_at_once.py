"""A step of the review that several people take at the same moment, in transactions that end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from tests.server.reviewing import make_reviewing, mark_all, opened

from huoyue.server.models import Event
from huoyue.server.operations.audit import verified
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_stages import close_stage


@pytest.mark.django_db(transaction=True)
def test_closing_at_once_happens_once():
    found = make_reviewing()
    opened(found)
    mark_all(found, "preliminary")
    rows = [found.fresh("preliminary") for _ in range(4)]

    def close(stage) -> str:
        try:
            close_stage(found.world.acting("sun"), stage)
        except Refuse as refused:
            return refused.refusal.code
        finally:
            if at_once > 1:
                connection.close()
        return "closed"

    at_once = 4 if connection.vendor == "postgresql" else 1  # SQLite's database of tests, in memory, bears one
    if at_once > 1:
        with ThreadPoolExecutor(at_once) as pool:
            outcomes = list(pool.map(close, rows))
    else:
        outcomes = [close(row) for row in rows]
    assert outcomes.count("closed") == 1
    assert set(outcomes) <= {"closed", "stale", "stage_closed"}
    assert Event.objects.filter(kind="review.stage_closed").count() == 1
    assert not verified().faults
