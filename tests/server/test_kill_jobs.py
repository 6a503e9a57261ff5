"""A worker is killed while it builds: its child ends with it, another one finishes, and there is one set of files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.server.living import ROOT, Place, own_database

ASK = """
from huoyue.examples.synthesis import synthesise
from huoyue.exchange.scheme_file import read_scheme
from huoyue.server.models import *
from huoyue.server.operations.jobs import Asked, ask
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.storage import keep_bytes
from huoyue.snapshot.digests import zipped
from huoyue.snapshot.store import freeze
from django.utils import timezone
parsed = read_scheme("county_libraries")
snapshot, contents = freeze(parsed.scheme, parsed.text, synthesise(parsed.scheme, units=20, seed=3))
body = zipped(contents)
sun, now, round_ = Account.objects.get(username="sun"), timezone.now(), Round.objects.get(key="r1")
digest = keep_bytes("snapshots", body)
frozen = Frozen.objects.create(round=round_, number=1, digest=snapshot.digest, file_digest=digest, size=len(body),
                               by=sun, at=now)
print(ask(Acting(sun, "secretariat", now), frozen, Asked("cards", "zh", "", ())).uid)
"""
WORK = """
import sys, time
from datetime import timedelta
from huoyue.server.models import Job
from huoyue.server.operations import building
building.BEAT, building.SILENT = 0.05, timedelta(seconds=3)
print("ready", flush=True)
while Job.objects.filter(state__in=["waiting", "running"]).exists():
    building.build_next()
    time.sleep(0.1)
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with own_database() as database:
        made = Place(tmp_path / "data", database)
        made.seed()
        yield made


def worker(place: Place) -> subprocess.Popen[str]:
    head = "import django; django.setup()\n"
    return subprocess.Popen([sys.executable, "-c", head + WORK], cwd=ROOT, env=place.environment, text=True,
                            stdout=subprocess.PIPE)  # fmt: skip


def builders(place: Place) -> list[int]:
    """Processes that work in the folder where documents are built."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and os.readlink(entry / "cwd").startswith(str(place.data)):
                found.append(int(entry.name))
    return found


def until(what, seconds: float = 60) -> bool:
    """Whether it comes true within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_worker_killed_while_it_builds_leaves_no_half_and_another_finishes_once(place: Place) -> None:
    place.python(ASK)
    first = worker(place)
    assert until(lambda: builders(place) and any(place.data.rglob("building/*/out")))
    time.sleep(0.3)
    first.kill()
    first.communicate()
    assert until(lambda: not builders(place), 10)
    assert place.query("[Job.objects.get().state, Document.objects.count()]") == ["running", 0]
    others = [worker(place), worker(place)]
    for one in others:
        one.communicate(timeout=120)
        assert one.returncode == 0
    state, tries, names = place.query(
        "[Job.objects.get().state, Job.objects.get().tries, list(Document.objects.values_list('name', flat=True))]"
    )
    assert (state, tries, len(names)) == ("done", 2, len(set(names)))
    assert len(names) > 15
    assert place.query("Event.objects.filter(kind='document.built').count()") == 1
    assert list(place.data.rglob("building/*")) == []
    digests = place.query("list(Document.objects.values_list('digest', flat=True))")
    assert {path.name for path in place.data.rglob("documents/*/*")} == set(digests)
