"""A live system is backed up into one file while people write, and comes back row by row and file by file."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from tests.server.living import ROOT, Place, own_database

from huoyue.core.problem import Refused
from huoyue.server.operations.backup import proper, read_manifest
from huoyue.server.operations.copying import called

WRITER = """
import os, sys, hashlib
from django.utils import timezone
from huoyue.server.models import *
from huoyue.server.operations.evidence import attach
from huoyue.server.operations.filing import Typed, kind_of, save_record
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.storage import append, upload_path
filing = Filing.objects.select_related("round", "alliance").get(alliance__code="A001")
ada, kind = Account.objects.get(username="ada"), kind_of(filing, "meeting")
print("begun", flush=True)
for n in range(int(sys.argv[1]), 10**9):
    acting, uid = Acting(ada, "filer", timezone.now(), "10.0.0.1"), f"{n:024x}"
    save_record(acting, filing, kind, Typed(uid, {"title": f"第{n}次会议", "held_on": "2016-05-03"}))
    content = os.urandom(3000)
    part = upload_path(f"w{n}")
    append(part, [content], 0, 10**6)
    found = (hashlib.sha256(content).hexdigest(), "application/pdf", "unscanned", len(content))
    attach(Acting(ada, "filer", timezone.now(), "10.0.0.1"), filing, uid, f"{n}.pdf", part, found)
    upload_path(f"half{n % 7}").write_bytes(os.urandom(n % 5000))
"""
ROWS = """
import json, hashlib
from django.db import connection
found = {}
with connection.cursor() as cursor:
    for table in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
        found[table] = [hashlib.sha256(repr(row).encode()).hexdigest() for row in cursor.fetchall()]
print(json.dumps(found))
"""
CHANGING = {"server_head", "server_filing"}
"""Tables of which a row changes with every save; all others only grow while the writer writes."""


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Any]:
    """Makes a place for a server; the first is seeded with the small world."""
    with ExitStack() as stack:
        made: list[Place] = []

        def another() -> Place:
            place = Place(tmp_path / f"data{len(made)}", stack.enter_context(own_database()))
            if not made:
                place.seed()
            made.append(place)
            return place

        yield another


@contextmanager
def writing(place: Place, start: int) -> Iterator[None]:
    """Somebody writes records and attaches files as fast as they can."""
    head = "import django; django.setup()\n"
    process = subprocess.Popen(
        [sys.executable, "-c", head + WRITER, str(start)],
        cwd=ROOT, env=place.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    yield
    failed = process.poll()
    process.kill()
    _, said = process.communicate()
    assert failed is None, said[-2000:]


def rows(place: Place) -> dict[str, list[str]]:
    return json.loads(place.python(ROWS))


def files(place: Place) -> dict[str, bytes]:
    kept = place.data / "files" / "evidence"
    return {path.name: path.read_bytes() for path in kept.rglob("*") if path.is_file()}


def backed_up(place: Place, out: Path) -> dict[str, Any]:
    done = place.command("backup", "--out", str(out), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def restored(place: Place, file: Path) -> dict[str, Any]:
    done = place.command("restore", str(file), "--into", str(place.data), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_a_backup_under_writing_load_holds_one_moment_whole(places: Any, tmp_path: Path) -> None:
    live = places()
    made = []
    for turn in range(3):
        with writing(live, turn * 10**6):
            time.sleep(0.6)
            made.append(backed_up(live, tmp_path / f"{turn}.tar"))
    whole = {table: set(digests) for table, digests in rows(live).items()}
    assert all(one["seq"] > 10 and one["missing"] == [] for one in made)
    for turn, one in enumerate(made):
        back = places()
        assert restored(back, tmp_path / f"{turn}.tar")["head"] == one["head"]
        assert live.command("audit", "verify", "--head", one["head"]).returncode == 0
        found = rows(back)
        assert set(found) == set(whole)
        assert [table for table in found if table not in CHANGING and not set(found[table]) <= whole[table]] == []
        counts = back.query(
            "[Event.objects.count(), Event.objects.filter(kind='filing.record_saved').count(), Record.objects.count(),"
            " Event.objects.filter(kind='evidence.attached').count(), Evidence.objects.count()]"
        )
        assert counts[0] == one["seq"]
        assert counts[1] == counts[2] >= counts[3] == counts[4] > 0
        kept = files(back)
        assert set(back.query("list(Evidence.objects.values_list('digest', flat=True))")) <= set(kept)
        assert {name: content for name, content in files(live).items() if name in kept} == kept


def test_a_restored_system_has_every_row_and_every_file_and_goes_on(places: Any, tmp_path: Path) -> None:
    live = places()
    with writing(live, 0):
        time.sleep(0.8)
    backed_up(live, tmp_path / "whole.tar")
    back = places()
    restored(back, tmp_path / "whole.tar")
    assert rows(back) == rows(live)
    assert files(back) == files(live)
    assert (tmp_path / "whole.tar").stat().st_mode & 0o077 == 0
    with writing(back, 10**6):
        time.sleep(0.5)
    assert back.command("audit", "verify").returncode == 0
    assert back.command("backup", "--out", str(tmp_path / "again.tar")).returncode == 0


def test_nothing_is_overwritten_and_what_is_damaged_is_refused(places: Any, tmp_path: Path) -> None:
    live, whole = places(), tmp_path / "whole.tar"
    backed_up(live, whole)
    content = whole.read_bytes()

    again = live.command("backup", "--out", str(whole))
    assert (again.returncode, "is there already" in " ".join(again.stderr.split())) == (1, True)
    assert whole.read_bytes() == content
    into = live.command("restore", str(whole), "--into", str(live.data))
    assert (into.returncode, "is not empty" in " ".join(into.stderr.split())) == (1, True)

    back = places()
    for name, bad in {
        "changed": content[:20_000] + bytes([content[20_000] ^ 1]) + content[20_001:],
        "cut": content[: len(content) // 2],
        "nothing": b"",
        "text": b"not a backup " * 1000,
    }.items():
        broken = tmp_path / f"{name}.tar"
        broken.write_bytes(bad)
        refused = back.command("restore", str(broken), "--into", str(back.data))
        assert refused.returncode == 1, refused.stderr
        assert not list(back.data.glob("*.sqlite3"))
    assert restored(back, whole)["problems"] == []


def test_a_backup_of_another_kind_of_database_is_refused(places: Any, tmp_path: Path) -> None:
    live, whole = places(), tmp_path / "whole.tar"
    backed_up(live, whole)
    other = "sqlite:////nowhere/x.sqlite3" if live.database else "postgresql://nobody@/nothing?host=/nowhere"
    back = Place(tmp_path / "other", other)
    back.data.mkdir()
    refused = back.command("restore", str(whole), "--into", str(back.data))
    assert (refused.returncode, "the settings name a" in " ".join(refused.stderr.split())) == (1, True)


def test_a_missing_file_is_said_and_does_not_stop_a_backup(places: Any, tmp_path: Path) -> None:
    live = places()
    with writing(live, 0):
        time.sleep(0.5)
    victim = next(path for path in (live.data / "files" / "evidence").rglob("*") if path.is_file())
    victim.unlink()
    assert victim.name in backed_up(live, tmp_path / "some.tar")["missing"] or not live.query(
        f"Evidence.objects.filter(digest='{victim.name}').count()"
    )


def archive(place: Path, members: dict[str, bytes]) -> Path:
    with tarfile.open(place, "w") as tar:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return place


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "files/../../evil", "other", "files//x", "files", "./manifest.json"]
)
def test_a_member_that_would_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    assert not proper(name)
    with pytest.raises(Refused):
        read_manifest(archive(tmp_path / "bad.tar", {name: b"x"}))


def test_a_link_in_a_backup_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "link.tar", "w") as tar:
        entry = tarfile.TarInfo("files/link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry)
    with pytest.raises(Refused):
        read_manifest(tmp_path / "link.tar")


def test_what_a_manifest_does_not_name_or_names_in_vain_is_refused(tmp_path: Path) -> None:
    head = {"made_at": "", "version": "", "database": "sqlite", "seq": 0, "head": "", "missing": [], "format": 1}
    for members in ({}, {"files/b": [1, "0" * 64]}):
        body = json.dumps(head | {"members": members}).encode()
        with pytest.raises(Refused) as refused:
            read_manifest(archive(tmp_path / "odd.tar", {"files/a": b"x", "manifest.json": body}))
        assert refused.value.problems[0].code == "damaged"
    body = json.dumps(head | {"members": {}, "format": 2}).encode()
    with pytest.raises(Refused):
        read_manifest(archive(tmp_path / "later.tar", {"manifest.json": body}))


def test_a_program_that_is_not_installed_is_named() -> None:
    with pytest.raises(Refused) as refused:
        called("pg_nothing")
    assert refused.value.problems[0].what.values == {"program": "pg_nothing"}
