"""From the previous release to this one with data, and never back without a word."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from tests.server.living import ROOT, Place, own_database

from huoyue.server import starting
from huoyue.server.operations.health import migrations


@pytest.mark.parametrize(("left_at", "next_one"), [
    ("0004_expert_review", "0005_settled_to_published"), ("0005_settled_to_published", "0006_who_was_there"),
])  # fmt: skip
def test_a_database_of_an_earlier_version_is_brought_up_to_date_with_all_its_rows(
    tmp_path: Path, left_at: str, next_one: str
) -> None:
    with own_database() as database:
        place = Place(tmp_path / "data", database)
        place.data.mkdir()
        done = subprocess.run(
            [sys.executable, "-m", "tests.server.earlier", left_at],
            cwd=ROOT, env=place.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["missing"][0] == f"server.{next_one}" and found["kept"]
    assert found["problems"] == []
    assert [table for table, rows in found["before"].items() if not rows] == []
    assert len(found["before"]) > 35
    assert found["after"] == found["before"]
    assert (found["faults"], found["events"]) == ([], 7)
    assert found["triggers"] == [True, True]
    assert found["pages"] == dict.fromkeys(found["pages"], 200)


def test_an_older_version_refuses_a_newer_database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(starting.newer_database()) == []
    assert starting.why_not_work() == []
    recorder = MigrationRecorder(connection)
    recorder.record_applied("server", "0099_of_a_later_release")
    recorder.record_applied("another_app", "0001_of_somebody_else")
    monkeypatch.setattr(starting, "call_command", lambda *_, **__: pytest.fail("the database was touched"))
    (problem,) = starting.prepare()
    assert (problem.code, problem.severity) == ("newer_database", "error")
    assert problem.what.values["steps"] == ("server.0099_of_a_later_release",)
    assert [one.code for one in starting.why_not_work()] == ["newer_database"]


def test_the_work_waits_until_the_database_is_up_to_date(db: None) -> None:
    MigrationRecorder(connection).record_unapplied("server", "0007_events_wait_for_a_freeze")
    assert migrations().missing == ["server.0007_events_wait_for_a_freeze"]
    assert [one.code for one in starting.why_not_work()] == ["older_database"]
