"""The last ten minutes before a deadline: 10,000 filers save, on the cores of this machine.

    python bench/saves.py [--people 10000] [--lines 64] [--only sqlite|postgresql]

Our save path against a bare Django view that writes one row the same way (bench/saves_bare.py), each behind the same
server with the same settings of the database, in the same run, turn by turn. The load comes from a process of its own
that keeps `--lines` connections busy; each filer begins a record, and every fifth changes it. Printed: saves a second,
the time of an answer (median, 95 and 99 of 100), the ratio (aim: at least 0.5), and saves lost or made twice (none).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.server.living import CSRF, Place, own_database  # noqa: E402

EACH = 10
"""Filers of one alliance."""
TURNS = 11
"""The first one warms both sides up: its saves count, its time does not."""
CELLS = {
    "kind": "council",
    "title": "第三次理事会议",
    "held_on": "2016-05-03",
    "attendees": "35",
    "evidence": "纪要2016-3号",
}
SEED = """
from datetime import timedelta
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from huoyue.server.models import *
call_command("migrate", verbosity=0)
from tests.server.world import make_round
round_ = make_round()
batch = {"batch": "first", "industry": "materials", "status": "pilot"}
alliances = Alliance.objects.bulk_create(
    [Alliance(code=f"B{n}", name=f"第{n}产业技术创新战略联盟", position=n, **batch) for n in range(PEOPLE // EACH)]
)
Filing.objects.bulk_create([Filing(round=round_, alliance=alliance) for alliance in alliances])
people = Account.objects.bulk_create(
    [Account(username=f"f{n}", name=f"填报人{n}", password="!") for n in range(PEOPLE)]
)
Duty.objects.bulk_create(
    [Duty(account=one, role="filer", alliance=alliances[n // EACH]) for n, one in enumerate(people)]
)
end, store, sessions = timezone.now() + timedelta(days=1), SessionStore(), []
for n, one in enumerate(people):
    held = {
        "_auth_user_id": str(one.pk),
        "_auth_user_backend": "huoyue.server.sessions.AccountBackend",
        "_auth_user_hash": one.get_session_auth_hash(),
    }
    sessions.append(Session(session_key=f"bench{n:027d}", session_data=store.encode(held), expire_date=end))
Session.objects.bulk_create(sessions)
"""

SEED_BARE = """
import json
from datetime import timedelta
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from saves_bare import row_model
call_command("migrate", verbosity=0)
with connection.schema_editor() as editor:
    editor.create_model(row_model())
users = User.objects.bulk_create([User(username=f"f{n}", password="!") for n in range(PEOPLE)])
end, store, sessions = timezone.now() + timedelta(days=1), SessionStore(), []
for n, user in enumerate(users):
    held = {
        "_auth_user_id": str(user.pk),
        "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
        "_auth_user_hash": user.get_session_auth_hash(),
    }
    sessions.append(Session(session_key=f"bare{n:028d}", session_data=store.encode(held), expire_date=end))
Session.objects.bulk_create(sessions)
"""


class Side(NamedTuple):
    """One of the two applications: where it lives, what serves it, and how its requests begin."""

    name: str
    place: Place
    target: str
    cookie: str
    session: str
    address: str

    def environment(self) -> dict[str, str]:
        module = {"ours": "huoyue.server.settings", "bare": "saves_bare"}[self.name]
        path = os.pathsep.join((str(ROOT / "src"), str(ROOT), str(ROOT / "bench")))
        return self.place.environment | {"DJANGO_SETTINGS_MODULE": module, "PYTHONPATH": path}

    def run(self, code: str) -> str:
        command = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
        return subprocess.run(command, env=self.environment(), check=True, capture_output=True, text=True).stdout

    def serve(self) -> subprocess.Popen[bytes]:
        code = (
            "import multiprocessing; multiprocessing.set_start_method('spawn')\n"
            "from huoyue.server.processes import server\n"
            f"server('127.0.0.1', {self.place.port}, 2, '{self.target}').serve()"
        )
        return subprocess.Popen([sys.executable, "-c", code], env=self.environment())

    def request(self, person: int, revision: int) -> bytes:
        """A save as the page's script sends it."""
        key = f"{self.session}{person:0{32 - len(self.session)}d}"
        body = json.dumps({"uid": f"{person:024x}", "revision": revision, "cells": CELLS}, ensure_ascii=False).encode()
        return (
            f"POST {self.address.format(unit=person // EACH)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
            f"Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {len(body)}\r\n"
            f"Idempotency-Key: {person}-{revision}\r\nX-CSRFToken: {CSRF}\r\n"
            f"Cookie: {self.cookie}={key}; csrftoken={CSRF}; huoyue-csrf={CSRF}\r\n\r\n"
        ).encode() + body


def sides(stack: ExitStack, folder: Path, database: str) -> list[Side]:
    """Both applications, each with a database of its own, seeded with the same number of people."""
    ours = Place(folder / "ours", stack.enter_context(own_database(database)))
    bare = Place(folder / "bare", stack.enter_context(own_database(database)))
    address = "/rounds/r1/filing/B{unit}/records/meeting/save/"
    return [
        Side("ours", ours, "huoyue.server.worker:application", "huoyue", "bench", address),
        Side("bare", bare, "saves_bare:application", "sessionid", "bare", "/save/"),
    ]


async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[float, bool]:
    """Send one request: the seconds until the whole answer is here, and whether it says "saved"."""
    begun = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    body = await reader.readexactly(int(length.split(b":")[1]))
    return time.perf_counter() - begun, head.startswith(b"HTTP/1.1 200") and json.loads(body)["saved"]


async def load(side: Side, people: range, lines: int) -> list[tuple[int, int, float, bool]]:
    """All saves of these people over so many connections: who, which revision, how long, and whether saved."""
    queue, done = iter(people), list[tuple[int, int, float, bool]]()

    async def line() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", side.place.port)
        for person in queue:
            for revision in range(2 if person % 5 == 0 else 1):
                done.append((person, revision, *await answered(reader, writer, side.request(person, revision))))
        writer.close()

    await asyncio.gather(*(line() for _ in range(lines)))
    return done


def ready(side: Side) -> None:
    """Wait until the server takes connections, and let every process of it read what it reads once."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with suppress(OSError):
            asyncio.run(load(side, range(10**6, 10**6), 8))
            break
        time.sleep(0.05)


def turns(people: int) -> Iterator[range]:
    """The people of each turn."""
    for turn in range(TURNS):
        yield range(people * turn // TURNS, people * (turn + 1) // TURNS)


def kept(side: Side) -> tuple[int, int, str]:
    """Saves that are in the database, rows, and whether they fit each other and the chain holds."""
    if side.name == "bare":
        code = (
            "from saves_bare import row_model\nr = list(row_model().objects.values_list('revision', flat=True))\n"
            "print(sum(r), len(r), 'ok')"
        )
    else:
        code = (
            "from huoyue.server.models import *\nfrom huoyue.server.operations.audit import verified\n"
            "e, r = Event.objects.filter(kind='filing.record_saved'), Record.objects\n"
            "same = sum(r.values_list('revision', flat=True)) == e.count() == e.values('token').distinct().count()\n"
            "print(e.count(), r.count(), 'ok' if same and not verified().faults else 'BROKEN')"
        )
    saves, rows, word = side.run(code).split()
    return int(saves), int(rows), word


def compare(kind: str, database: str, people: int, lines: int) -> None:
    """Both sides on one kind of database, turn by turn."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="huoyue-saves-")))
        both = sides(stack, folder, database)
        for side in both:
            side.place.data.mkdir(parents=True)
            seed = SEED if side.name == "ours" else SEED_BARE
            side.run(f"PEOPLE, EACH = {people}, {EACH}\n{seed}")
        servers = [side.serve() for side in both]
        try:
            measured = run(both, people, lines)
        finally:
            for server in servers:
                server.terminate()
                server.wait(30)
        report(kind, both, measured)


def run(both: list[Side], people: int, lines: int) -> dict[str, list[tuple[float, list[tuple[int, int, float, bool]]]]]:
    """The seconds and the answers of every turn, by side."""
    for side in both:
        ready(side)
    measured: dict[str, list[tuple[float, list[tuple[int, int, float, bool]]]]] = {side.name: [] for side in both}
    for who in turns(people):
        for side in both:
            begun = time.perf_counter()
            answers = asyncio.run(load(side, who, lines))
            measured[side.name].append((time.perf_counter() - begun, answers))
    return measured


def report(
    kind: str, both: list[Side], measured: dict[str, list[tuple[float, list[tuple[int, int, float, bool]]]]]
) -> None:
    speeds: dict[str, list[float]] = {}
    for side in both:
        answers = [answer for _, turn in measured[side.name] for answer in turn]
        timed = measured[side.name][1:]
        speeds[side.name] = [len(turn) / elapsed for elapsed, turn in timed]
        times = sorted(answer[2] * 1000 for _, turn in timed for answer in turn)
        middle, late, last = (times[int(len(times) * part)] for part in (0.5, 0.95, 0.99))
        saves, rows, word = kept(side)
        said = sum(answer[3] for answer in answers)
        speed, lost, twice = statistics.median(speeds[side.name]), max(said - saves, 0), max(saves - said, 0)
        print(
            f"{kind:<11}{side.name:<5}{speed:7.0f} saves/s   answers in {middle:.0f} / {late:.0f} / {last:.0f} ms   "
            f"{said} of {len(answers)} saved, {saves} kept, {lost} lost, {twice} twice, {rows} rows, {word}"
        )
    ratios = [ours / bare for ours, bare in zip(speeds["ours"], speeds["bare"], strict=True)]
    whole = statistics.median(ratios)
    print(f"{kind:<11}ratio {whole:.2f} (turns {min(ratios):.2f}–{max(ratios):.2f}; aim at least 0.5)")


def postgres(action: str) -> subprocess.CompletedProcess[str]:
    """Begin or end a PostgreSQL of its own that writes to the disk before it answers, as one in earnest does."""
    return subprocess.run(
        [ROOT / "tools/postgres.sh", action], env=os.environ | {"DURABLE": "1"}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=64)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    asked = parser.parse_args()
    kinds = [asked.only] if asked.only else ["sqlite", "postgresql"]
    for kind in kinds:
        address = ""
        if kind == "postgresql":
            found = postgres("start")
            address = found.stdout.strip()
            if not address:
                print(f"postgresql  not measured: {found.stderr.strip()}")
                continue
        try:
            compare(kind, address, asked.people, asked.lines)
        finally:
            if address:
                postgres("stop")
    return 0


if __name__ == "__main__":
    sys.exit(main())
