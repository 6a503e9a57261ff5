"""The server is killed at any moment, under load: what was answered "saved" is there, and no half of anything."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from tests.server.living import Client, Forge, Place, Serving, answers, own_database

KILLS = 100
HANDS = (("ada", "A001"), ("ben", "A001"), ("ada", "A001"), ("dov", "A002"), ("dov", "A002"))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with own_database() as database:
        made = Place(tmp_path / "data", database)
        made.seed()
        yield made


@dataclass
class Saved:
    """A save that the server answered "saved"."""

    uid: str
    revision: int
    title: str
    token: str


@dataclass
class Hand:
    """Somebody typing: saves one change after another, sends each again until it is answered, notes every answer."""

    place: Place
    who: str
    unit: str
    number: int
    over: threading.Event
    saved: list[Saved] = field(default_factory=list)
    again: int = 0
    """Answers that came only when the same change was sent again."""
    clashes: int = 0
    """Saves refused because a colleague changed the shared record first."""
    odd: list[tuple[int, Any]] = field(default_factory=list)

    def work(self) -> None:
        with closing(self.place.client(self.who)) as client:
            self.type(client)

    def type(self, client: Client) -> None:
        rng, known = random.Random(self.number), Counter[str]()
        turn = 0
        while not self.over.is_set():
            turn += 1
            uid = (
                f"{self.unit}shared".lower().ljust(24, "0")
                if rng.random() < 0.2
                else f"{self.number:012x}{rng.randrange(40):012x}"
            )
            title, token = f"第{turn}次 {self.number} " + "长" * rng.randrange(300), f"{self.number}-{turn}"
            self.save(client, known, uid, title, token)

    def save(self, client: Client, known: Counter[str], uid: str, title: str, token: str) -> None:
        address = f"/rounds/r1/filing/{self.unit}/records/meeting/save/"
        body = {"uid": uid, "revision": known[uid], "cells": {"title": title, "held_on": "2016-05-03"}}
        tries = 0
        while not self.over.is_set():
            try:
                status, answer = client.post(address, body, token)
            except (OSError, HTTPException):
                tries += 1
                time.sleep(0.01)
                continue
            if status == 200 and answer["saved"]:
                self.saved.append(Saved(uid, answer["revision"], title, token))
                known[uid] = answer["revision"]
                self.again += tries > 0
            elif status == 409 and answer["code"] == "stale" and "shared" in uid:
                known[uid] = answer["current"]["revision"]
                self.clashes += 1
            else:
                self.odd.append((status, answer))
            return


def hammered(place: Place, begin: Any, kill: Any, kills: int) -> list[Hand]:
    """Kill and begin again so many times, each at another moment, while people save."""
    rng, over = random.Random(kills), threading.Event()
    hands = [Hand(place, who, unit, number, over) for number, (who, unit) in enumerate(HANDS, 1)]
    threads = [threading.Thread(target=hand.work, daemon=True) for hand in hands]
    begin()
    for thread in threads:
        thread.start()
    for _ in range(kills):
        assert answers(place.port)
        time.sleep(rng.uniform(0.02, 0.3))
        kill()
        begin()
    assert answers(place.port)
    time.sleep(0.5)
    over.set()
    for thread in threads:
        thread.join(30)
    kill()
    return hands


def check(place: Place, hands: list[Hand]) -> None:
    """What was answered is there; rows and events tell the same; the chain holds."""
    records = {
        uid: (revision, cells)
        for uid, revision, cells in place.query("list(Record.objects.values_list('uid', 'revision', 'cells'))")
    }
    saves = "Event.objects.filter(kind='filing.record_saved').order_by('seq')"
    events = place.query(f"[(e.subject, e.detail['after'], e.token) for e in {saves}]")
    by_token = {token.partition(":")[2]: (subject, after) for subject, after, token in events}
    assert len(by_token) == len(events)
    assert [hand.odd for hand in hands if hand.odd] == []
    lost = [one for hand in hands for one in hand.saved if (
        one.token not in by_token
        or by_token[one.token][0] != one.uid
        or by_token[one.token][1]["revision"] != one.revision
        or by_token[one.token][1]["cells"]["title"] != one.title
    )]  # fmt: skip
    assert lost == []
    told: dict[str, list[Any]] = {}
    for subject, after, _token in events:
        told.setdefault(subject, []).append((after["revision"], after["cells"]))
    assert {uid: list(range(1, len(saves) + 1)) for uid, saves in told.items()} == {
        uid: [revision for revision, _ in saves] for uid, saves in told.items()
    }
    assert {uid: saves[-1] for uid, saves in told.items()} == records
    verified = place.command("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    if not place.database:
        assert place.python(INTEGRITY).strip() == "ok"


INTEGRITY = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("PRAGMA integrity_check")
    print(cursor.fetchone()[0])
"""


@pytest.mark.slow
def test_killed_at_any_moment_under_load_every_answered_save_is_there_and_no_half_of_one(place: Place) -> None:
    forge = Forge(place, workers=2)
    try:
        hands = hammered(place, forge.begin, forge.kill, KILLS)
    finally:
        forge.close()
    check(place, hands)
    assert sum(len(hand.saved) for hand in hands) > KILLS  # there was something to lose each time
    assert sum(hand.clashes for hand in hands) > 0


@pytest.mark.slow
def test_the_command_itself_is_killed_and_comes_back_with_everything(place: Place) -> None:
    """`huoyue serve` killed with SIGKILL takes its workers with it, and the next one begins at once."""
    serving: list[Serving] = []

    def kill() -> None:
        serving[-1].process.kill()
        serving[-1].process.communicate()

    hands = hammered(place, lambda: serving.append(Serving(place, "--workers", "2")), kill, 3)
    check(place, hands)
    assert sum(hand.again for hand in hands) > 0
