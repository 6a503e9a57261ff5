"""Figures for Prometheus and readiness: for those who have the token, without personal data, over all processes."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from tests.server.living import ROOT, Place, Serving, answers, own_database

from huoyue.server.models import Mail
from huoyue.server.models.sealing import seal, unseal
from huoyue.server.operations import health
from huoyue.server.operations.alive import life_of, sign_of_life
from huoyue.server.operations.journal import record
from huoyue.server.routes import ROUTES

TOKEN = "metrics-" + "t" * 40
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(text: str) -> Samples:
    """What Prometheus reads from the page."""
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


@pytest.fixture
def watching(settings: Any) -> Iterator[Client]:
    settings.METRICS_TOKEN = TOKEN
    sign_of_life("background")
    yield Client(headers={"Authorization": f"Bearer {TOKEN}"})
    life_of("background").unlink(missing_ok=True)


def figures(client: Client) -> Samples:
    answer = client.get("/metrics/")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return samples(answer.content.decode())


def test_without_the_token_there_is_no_such_page(db: None, settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    for header in ("", "Bearer ", "Bearer wrong", f"Basic {TOKEN}x", "Bearer " + "é" * 9):
        assert Client(headers={"Authorization": header}).get("/metrics/").status_code == 404
    settings.METRICS_TOKEN = ""
    for header in ("Bearer ", f"Bearer {TOKEN}"):
        assert Client(headers={"Authorization": header}).get("/metrics/").status_code == 404


def test_requests_are_counted_by_route_method_and_status(world: Any, watching: Client) -> None:
    key = ("huoyue_requests_total", (("method", "GET"), ("route", "healthy"), ("status", "200")))
    before = figures(watching)
    for _ in range(3):
        Client().get("/healthy/")
    Client().get("/no/such/page/of/A001/")
    Client().generic("BREW", "/healthy/")
    after = figures(watching)
    assert after[key] - before.get(key, 0) == 3
    timed = ("huoyue_request_seconds_count", (("route", "healthy"),))
    assert after[timed] - before.get(timed, 0) == 4
    assert after[("huoyue_requests_total", (("method", "other"), ("route", "healthy"), ("status", "405")))] >= 1
    routes = {dict(labels)["route"] for name, labels in after if name == "huoyue_requests_total"}
    assert "unknown" in routes
    assert not any("A001" in route for route in routes)


def test_the_figures_are_those_of_the_database_and_the_disk(world: Any, watching: Client) -> None:
    now = timezone.now()
    for n, state in enumerate(("queued", "queued", "sent")):
        Mail.objects.create(address="canary@example.org", kind="reminder", key=f"k{n}", subject="canary", body="canary",
                            state=state, written_at=now, due_at=now - timedelta(seconds=600))  # fmt: skip
    record(world.acting("sun"), "register.looked_at")
    found = figures(watching)
    assert found["huoyue_letters", (("state", "queued"),)] == 2
    assert found["huoyue_letters", (("state", "sent"),)] == 1
    assert found["huoyue_letters", (("state", "failed"),)] == 0
    assert 600 <= found["huoyue_letters_oldest_seconds", ()] < 700
    assert found["huoyue_jobs", (("state", "running"),)] == 0
    assert found["huoyue_events_total", ()] == 1
    assert found["huoyue_database_up", ()] == found["huoyue_triggers_there", ()] == 1
    assert found["huoyue_migrations_fit", ()] == 1
    assert found["huoyue_database_bytes", ()] > 100_000
    assert found["huoyue_disk_free_bytes", (("folder", "files"),)] > 0
    assert time.time() - found["huoyue_background_seen_timestamp_seconds", ()] < 60
    assert found["huoyue_info", (("database", connection.vendor), ("python", sys.version.split()[0]),
                                 ("version", health.huoyue.__version__))] == 1  # fmt: skip


def test_saves_are_counted_and_nobody_is_named(world: Any, watching: Client, as_: Any) -> None:
    before = figures(watching).get(("huoyue_saves_total", ()), 0)
    body = {"uid": "a" * 24, "revision": 0, "cells": {"title": "canary meeting", "held_on": "2016-05-03"}}
    answer = as_("ada").post("/rounds/r1/filing/A001/records/meeting/save/", json.dumps(body),
                             content_type="application/json", headers={"Accept": "application/json"})  # fmt: skip
    assert answer.status_code == 200, answer.content
    page = watching.get("/metrics/").content.decode()
    assert samples(page)["huoyue_saves_total", ()] - before == 1
    for name in ("canary", "Ada", "ada@", "A001", "半导体", "联系人"):
        assert name not in page


def test_the_routes_that_count_as_saves_are_routes() -> None:
    from huoyue.server.counting import SAVES

    assert set(SAVES) <= set(ROUTES)


def test_ready_says_ok_to_everybody_and_what_it_found_to_the_watch(db: None, watching: Client) -> None:
    plain = Client().get("/ready/")
    assert (plain.status_code, plain.content) == (200, b"ok")
    found = watching.get("/ready/").json()
    assert found["ready"] is True
    assert {name: one["ok"] for name, one in found["points"].items()} == dict.fromkeys(
        ("database", "migrations", "triggers", "disk", "background"), True
    )


def test_what_is_wrong_takes_the_server_out_of_service(
    db: None, watching: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    unseal(connection)
    assert watching.get("/ready/").json()["points"]["triggers"] == {
        "ok": False, "detail": {"events": True, "frozen": False},
    }  # fmt: skip
    plain = Client().get("/ready/")
    assert (plain.status_code, plain.content) == (503, b"not ready")
    seal(connection)
    MigrationRecorder(connection).record_applied("server", "0999_from_the_future")
    assert watching.get("/ready/").json()["points"]["migrations"]["detail"]["unknown"] == [
        "server.0999_from_the_future"
    ]
    assert watching.get("/ready/").status_code == 503
    MigrationRecorder(connection).record_unapplied("server", "0999_from_the_future")
    monkeypatch.setattr(health, "LEAST_FREE", 2**62)
    assert Client().get("/ready/").status_code == 503
    monkeypatch.setattr(health, "LEAST_FREE", 0)
    assert Client().get("/ready/").status_code == 200


def test_late_background_work_is_told_and_does_not_stop_the_pages(db: None, watching: Client) -> None:
    life_of("background").unlink()
    found = watching.get("/ready/").json()
    assert (found["ready"], found["points"]["background"]["ok"]) == (True, False)


def test_a_database_that_does_not_answer_is_said(db: None, watching: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def broken() -> None:
        raise OperationalError("password=canary")

    monkeypatch.setattr(health, "database", broken)
    answer = watching.get("/ready/")
    assert answer.status_code == 503
    assert answer.json()["points"]["database"] == {"ok": False, "detail": "OperationalError"}
    assert Client().get("/ready/").content == b"not ready"


def test_watchdogs_ask_without_tls(db: None, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    client = Client()
    assert client.get("/ready/").status_code == client.get("/healthy/").status_code == 200
    assert client.get("/metrics/").status_code == 301


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with own_database() as database:
        yield Place(tmp_path / "data", database)


def get(place: Place, address: str, token: str = "") -> tuple[int, str]:
    headers = {"Host": "localhost"} | ({"Authorization": f"Bearer {token}"} if token else {})
    with closing(http.client.HTTPConnection("127.0.0.1", place.port, timeout=20)) as line:
        line.request("GET", address, headers=headers)
        answer = line.getresponse()
        return answer.status, answer.read().decode()


@pytest.mark.slow
def test_web_and_work_run_apart_and_all_processes_are_counted(place: Place) -> None:
    place.more = {"HUOYUE_METRICS_TOKEN": TOKEN, "HUOYUE_LOG_REQUESTS": "1", "HUOYUE_LOG_JSON": "1"}
    place.data.mkdir()
    early = place.command("work")
    assert (early.returncode, "There is no database here yet" in " ".join(early.stderr.split())) == (1, True)
    serving = Serving(place, "--no-background", "--workers", "2")
    assert answers(place.port, 120)
    for _ in range(30):
        assert get(place, "/healthy/?name=canary")[0] == 200
    found = samples(get(place, "/metrics/", TOKEN)[1])
    # Once more for every time the test asked whether the server is up.
    assert found["huoyue_requests_total", (("method", "GET"), ("route", "healthy"), ("status", "200"))] >= 31
    again = samples(get(place, "/metrics/", TOKEN)[1])
    key = ("huoyue_requests_total", (("method", "GET"), ("route", "healthy"), ("status", "200")))
    assert again[key] == found[key]
    assert json.loads(get(place, "/ready/", TOKEN)[1])["points"]["background"]["ok"] is False
    done = place.command("health", "--port", str(place.port), "--json")
    assert (done.returncode, json.loads(done.stdout)["ready"]) == (0, True)

    work = subprocess.Popen([sys.executable, "-m", "huoyue.cli.main", "work"], cwd=ROOT, env=place.environment,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # fmt: skip
    until = time.monotonic() + 40
    while time.monotonic() < until:
        if json.loads(get(place, "/ready/", TOKEN)[1])["points"]["background"]["ok"]:
            break
        time.sleep(0.1)
    else:
        pytest.fail("no sign of life of the background work")
    work.terminate()
    said, _ = work.communicate(timeout=40)
    assert (work.returncode, said.rstrip().endswith("Stopped.")) == (0, True), said
    code, said = serving.end()
    assert code == 0
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    asked = [line for line in lines if line["logger"] == "huoyue.requests"]
    assert {line["route"] for line in asked} == {"healthy", "metrics", "ready"}
    assert all(line["status"] == 200 and line["role"] == "-" for line in asked)
    assert "canary" not in said
    gone = place.command("health", "--port", str(place.port))
    assert gone.returncode == 1


@pytest.mark.once
def test_the_token_is_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huoyue.server.settings import environment

    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("HUOYUE_METRICS_TOKEN_FILE", str(tmp_path / "token"))
    assert environment.optional_secret("HUOYUE_METRICS_TOKEN") == TOKEN
    assert settings.METRICS_TOKEN == ""
