"""The server is killed at any moment while experts mark: what was answered "saved" is there, as it was answered."""

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
from tests.server.living import Client, Forge, Place, answers, own_database

KILLS = 25
EXPERTS = ("eva", "fox", "gil")
UNITS = ("A001", "A002", "A003")
INDICATORS = ("council", "expert_committee", "assembly", "website", "media")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with own_database() as database:
        made = Place(tmp_path / "data", database)
        made.seed(review=True)
        yield made


@dataclass
class Marking:
    """An expert marking: one mark after another, each sent again until it is answered; every answer is noted."""

    place: Place
    who: str
    over: threading.Event
    saved: list[tuple[str, str, int, int, str]] = field(default_factory=list)
    """Alliance, indicator, revision, points, token, as the server answered."""
    odd: list[tuple[int, Any]] = field(default_factory=list)

    def work(self) -> None:
        rng, known, turn = random.Random(self.who), Counter[tuple[str, str]](), 0
        with closing(self.place.client(self.who)) as client:
            while not self.over.is_set():
                turn += 1
                self.mark(client, known, (rng.choice(UNITS), rng.choice(INDICATORS)), rng.randrange(21) * 25, turn)

    def mark(
        self, client: Client, known: Counter[tuple[str, str]], what: tuple[str, str], points: int, turn: int
    ) -> None:
        unit, indicator = what
        address = f"/rounds/r1/seat/stage/preliminary/sheet/{unit}/save/"
        body = {"indicator": indicator, "points": f"{points / 100:g}", "reason": f"第{turn}次", "revision": known[what]}
        token = f"{self.who}-{turn}"
        while not self.over.is_set():
            try:
                status, answer = client.post(address, body, token)
            except (OSError, HTTPException):
                time.sleep(0.01)
                continue
            if status == 200:
                known[what] = answer["revision"]
                self.saved.append((unit, indicator, answer["revision"], points, token))
            else:
                self.odd.append((status, answer))
            return


def until_somebody_saved(experts: list[Marking], seconds: float = 20) -> None:
    """Wait until one more mark was answered, however slow the machine is: there is something to lose at each kill."""
    before, until = sum(len(one.saved) for one in experts), time.monotonic() + seconds
    while sum(len(one.saved) for one in experts) == before and time.monotonic() < until:
        time.sleep(0.005)


@pytest.mark.slow
def test_killed_while_experts_mark_every_answered_mark_is_there_once(place: Place) -> None:
    over = threading.Event()
    experts = [Marking(place, who, over) for who in EXPERTS]
    threads = [threading.Thread(target=one.work, daemon=True) for one in experts]
    forge, rng = Forge(place, workers=2), random.Random(KILLS)
    try:
        forge.begin()
        for thread in threads:
            thread.start()
        for _ in range(KILLS):
            assert answers(place.port)
            until_somebody_saved(experts)
            time.sleep(rng.uniform(0, 0.3))
            forge.kill()
            forge.begin()
        assert answers(place.port)
        time.sleep(0.5)
        over.set()
        for thread in threads:
            thread.join(30)
    finally:
        forge.close()
    assert [one.odd for one in experts if one.odd] == []
    saves = "Event.objects.filter(kind='review.marked').order_by('seq')"
    events = place.query(f"[(e.alliance.code, e.detail['after'], e.token) for e in {saves}]")
    told = {token.partition(":")[2]: (code, after) for code, after, token in events}
    assert len(told) == len(events)
    lost = [
        one
        for expert in experts
        for one in expert.saved
        if (one[4] not in told)
        or (told[one[4]][0], told[one[4]][1]["indicator"], told[one[4]][1]["revision"], told[one[4]][1]["points"])
        != one[:4]
    ]
    assert lost == []
    rows = place.query(
        "list(Mark.objects.values_list('sheet__panellist__account__username', 'sheet__filing__alliance__code',"
        " 'indicator', 'revision', 'points'))"
    )
    last: dict[tuple[str, str, str], list[Any]] = {}
    for code, after, token in events:
        who = token.partition(":")[2].partition("-")[0]
        assert after["revision"] == len(last.setdefault((who, code, after["indicator"]), [])) + 1
        last[who, code, after["indicator"]].append(after["points"])
    assert {(who, code, name): (rev, pts) for who, code, name, rev, pts in rows} == {
        key: (len(points), points[-1]) for key, points in last.items()
    }
    verified = place.command("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert sum(len(one.saved) for one in experts) >= KILLS
