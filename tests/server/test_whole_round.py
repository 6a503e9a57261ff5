"""The whole example round in one test, from the first invitation on: everybody does what their page does."""

from __future__ import annotations

import csv
from collections import deque
from pathlib import Path

import pytest
import time_machine
from tests.server.whole_round import on, reviewed

from huoyue.server.models import Event, Round
from huoyue.server.operations.freezing import cut, freeze_round
from huoyue.server.queries.shelf import snapshot_of

PUBLISHED = Path(__file__).parents[2] / "examples" / "alliance_activity_2016" / "published.csv"


def published() -> dict[str, int]:
    """The published scores in hundredths, by name."""
    with PUBLISHED.open(encoding="utf-8") as stream:
        return {row["name"]: 100 * int(row["score"]) for row in csv.DictReader(stream)}


@pytest.mark.once
@pytest.mark.slow
def test_the_example_round_runs_from_invitation_to_edition_and_comes_to_the_published_scores(db):
    office = deque(reviewed(), maxlen=1).pop()
    office.round = Round.objects.get(pk=office.round.pk)
    at = on(2017, 5, 2)
    with time_machine.travel(at, tick=False):
        frozen = freeze_round(office.acting(at), office.round, cut(office.round), "疑点已在会议上说明")
    snapshot = snapshot_of(frozen)
    names = dict(snapshot.facts.units.select("unit", "name").iter_rows())
    scores = {names[unit]: score for unit, score in snapshot.results["scores"].select("unit", "score").iter_rows()}
    assert scores == published()
    assert Event.objects.count() > 3000
