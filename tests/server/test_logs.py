"""The log tells how the server fares and nothing about people: requests with canaries leave none of them in it."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import IntegrityError
from django.test import Client, RequestFactory

from huoyue.server.loglines import JsonLine, Line
from huoyue.server.models import Account, Alliance, Duty
from huoyue.server.operations.invitations import invite
from huoyue.server.views import home

CANARIES = ("canary", "张三丰", "金丝雀", "203.0.113.77", "A001")

TYPED = "duplicate key\nDETAIL: Key (email)=(canary@example.org) exists"
"""Words of an exception that hold what somebody typed. (Lines of source are in the log; they hold no data.)"""


@pytest.fixture
def log(settings: Any) -> Iterator[io.StringIO]:
    """Everything that is logged, as both kinds of lines, down to the last detail."""
    settings.LOG_REQUESTS = True
    stream = io.StringIO()
    root, level = logging.getLogger(), logging.getLogger().level
    quiet = logging.getLogger("django.request")
    handlers = [logging.StreamHandler(stream) for _ in range(2)]
    handlers[0].setFormatter(Line())
    handlers[1].setFormatter(JsonLine())
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(logging.INFO)
    quiet.setLevel(logging.INFO)
    yield stream
    root.setLevel(level)
    quiet.setLevel(logging.ERROR)
    for handler in handlers:
        root.removeHandler(handler)


@pytest.fixture
def named(world: Any) -> Any:
    """The world with people, an alliance and addresses that must not be met again."""
    Account.objects.filter(pk=world.ada.pk).update(username="canary-ada", name="张三丰", email="canary@example.org")
    Alliance.objects.filter(code="A001").update(name="金丝雀联盟")
    world.ada.refresh_from_db()
    return world


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines() if line.startswith("{")]


def requests(log: io.StringIO) -> list[dict[str, Any]]:
    return [line for line in lines(log) if line["logger"] == "huoyue.requests"]


def test_a_request_is_one_line_with_its_route_status_time_role_and_round(named: Any, log: io.StringIO) -> None:
    client = Client()
    client.force_login(named.ada)
    client.get("/rounds/r1/filing/A001/?q=canary")
    (line,) = requests(log)
    assert {name: line[name] for name in ("route", "method", "status", "role", "round")} == {
        "route": "filing", "method": "GET", "status": 200, "role": "filer", "round": "r1",
    }  # fmt: skip
    assert 0 <= line["ms"] < 60_000
    assert "address" not in line
    text = next(one for one in log.getvalue().splitlines() if not one.startswith("{"))
    assert "INFO huoyue.requests route=filing method=GET status=200 ms=" in text
    assert text.endswith("role=filer round=r1")


def test_typical_requests_leave_no_name_address_code_or_token_in_the_log(
    named: Any, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = invite(named.acting("sun"), named.nil, by_letter=False).token
    Duty.objects.create(account=named.nil, role="observer")
    client = Client(raise_request_exception=False, headers={"User-Agent": "canary"}, REMOTE_ADDR="203.0.113.77")
    client.get(f"/invitation/{token}/")
    client.post("/sign-in/login/", {"login": "canary@example.org", "password": "canary-password"})
    client.get("/rounds/r1/filing/A001/")
    client.get("/canary/A001/金丝雀/?canary=1")
    client.force_login(named.ada)
    for address in ("/", "/rounds/r1/filing/A001/", "/rounds/r1/filing/A002/", "/account/", "/accounts/canary-ada/",
                    "/rounds/r1/filing/A001/history/?canary=张三丰", "/journal/", "/help/?q=canary"):  # fmt: skip
        client.get(address)
    body = {"uid": "a" * 24, "revision": 0, "cells": {"title": "canary 金丝雀", "held_on": "2016-05-03"}}
    client.post("/rounds/r1/filing/A001/records/meeting/save/", json.dumps(body), content_type="application/json")
    client.post("/rounds/r1/filing/A001/records/meeting/save/", "canary{", content_type="application/json")
    client.post("/language/", {"next": "/canary/"})
    client.force_login(named.people["sun"])
    client.get("/register/?q=金丝雀")
    client.get("/accounts/canary-ada/")

    def broken(*_: object) -> None:
        try:
            raise ValueError(TYPED)
        except ValueError as error:
            raise IntegrityError(TYPED) from error

    monkeypatch.setattr(home, "tasks_of", broken)
    assert client.get("/?canary=1").status_code == 500
    said = log.getvalue()
    assert len(requests(log)) >= 17
    assert [name for name in (*CANARIES, token) if name in said] == []
    assert "django.db.utils.IntegrityError" in said
    assert "in broken" in said
    assert {line["status"] for line in requests(log)} >= {200, 302, 403, 404, 500}


def test_addresses_are_logged_only_where_the_settings_ask_for_them(named: Any, log: io.StringIO, settings: Any) -> None:
    settings.LOG_ADDRESSES = True
    Client(REMOTE_ADDR="203.0.113.77").get("/healthy/")
    assert requests(log)[0]["address"] == "203.0.113.77"
    settings.LOG_REQUESTS = False
    Client().get("/healthy/")
    assert len(requests(log)) == 1


def test_files_of_ours_are_not_logged(db: None, log: io.StringIO) -> None:
    answer = Client().get("/static/huoyue/huoyue.css")
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    for close in answer._resource_closers:  # type: ignore[attr-defined]
        close()
    assert requests(log) == []


@pytest.mark.once
def test_the_words_of_exceptions_are_logged_only_where_the_settings_ask_for_them(settings: Any) -> None:
    def line() -> str:
        try:
            raise ValueError(TYPED)
        except ValueError:
            info = sys.exc_info()
        return Line().format(logging.LogRecord("x", logging.ERROR, "", 1, "to %s", ("canary@example.org",), info))

    assert "canary" not in line()
    assert "to [address]" in line()
    assert "builtins.ValueError" in line()
    settings.LOG_WORDS = True
    assert "ValueError: duplicate key" in line()


@pytest.mark.once
def test_the_settings_choose_the_form(settings: Any) -> None:
    assert configured.LOGGING["handlers"]["console"]["formatter"] == "line"  # type: ignore[index]
    request = RequestFactory().get("/canary/")
    record = logging.LogRecord("django.request", logging.ERROR, "", 1, "%s: %s", ("Not Found", "/canary/"), None)
    record.request, record.status_code = request, 404
    assert json.loads(JsonLine().format(record))["message"] == "404 unknown"
