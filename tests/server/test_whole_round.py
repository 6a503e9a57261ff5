"""The whole example round in one test, from the first invitation on: everybody does what their page does."""

from __future__ import annotations

import csv
from collections import deque
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest
from tests.server.whole_round import freeze, object_to, on, publish_edition, reviewed

from huoyue.server.models import Edition, Event
from huoyue.server.operations import audit
from huoyue.server.operations.editions import withdraw
from huoyue.server.queries.shelf import shelf_path, snapshot_of
from huoyue.snapshot.verify import verify

PUBLISHED = Path(__file__).parents[2] / "examples" / "alliance_activity_2016" / "published.csv"


def published() -> dict[str, int]:
    """The published scores in hundredths, by name."""
    with PUBLISHED.open(encoding="utf-8") as stream:
        return {row["name"]: 100 * int(row["score"]) for row in csv.DictReader(stream)}


@pytest.mark.once
@pytest.mark.slow
def test_the_example_round_runs_from_invitation_to_edition_and_comes_to_the_published_scores(db, tmp_path):
    office = deque(reviewed(), maxlen=1).pop()
    first = freeze(office)
    snapshot = snapshot_of(first)
    names = dict(snapshot.facts.units.select("unit", "name").iter_rows())
    scores = {names[unit]: score for unit, score in snapshot.results["scores"].select("unit", "score").iter_rows()}
    assert scores == published()
    # an upheld objection makes the next snapshot, and nothing else in it moves
    short = snapshot.results["settled"].filter(pl.col("basis") == "marks", pl.col("settled_num") < pl.col("maximum"))
    unit, indicator, maximum = short.select("unit", "indicator", "maximum").row(0)
    second = object_to(office, first, unit, indicator, maximum)
    assert [(one["unit"], one["indicator"], one["after"]) for one in second.changes] == [(unit, indicator, maximum)]
    # notice over, published, withdrawn, published again
    edition = publish_edition(office, on(2017, 5, 11))
    assert scores_in(edition) == dict(snapshot_of(second).results["scores"].select("unit", "score").iter_rows())
    withdraw(office.acting(on(2017, 5, 12)), edition, "首页引用方式有误", None)
    again = publish_edition(office, on(2017, 5, 15), "更正首页的引用方式")
    assert (again.number, again.replaces_id) == (2, edition.pk)
    assert verify(shelf_path("snapshots", second.file_digest)) == []
    # every step is in the chain, and the chain holds
    assert audit.verified().faults == []
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"account.entered", "filing.submitted", "round.settled", "review.stage_closed", "round.frozen",
            "objection.decided", "round.corrected", "edition.published", "edition.withdrawn"} <= kinds  # fmt: skip


def scores_in(edition: Edition) -> dict[str, int]:
    """The scores that an edition's open data give, in hundredths, by code."""
    with ZipFile(shelf_path("editions", edition.file_digest)) as archive:
        rows = csv.DictReader(archive.read("data/results.csv").decode("utf-8-sig").splitlines())
        return {row["unit"]: round(float(row["score"]) * 100) for row in rows}
