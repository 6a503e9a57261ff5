"""A round travels from one installation to another and back, and is the same bytes after the trip."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import zipfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from tests.server.carried import elsewhere, members, nobody, resealed, written
from tests.server.living import DATABASE, ROOT, Place, own_database
from tests.server.random_rounds import random_round
from tests.server.settled import make_frozen
from typer.testing import CliRunner

import huoyue.server.models as models
from huoyue.cli.main import app
from huoyue.core.problem import Problem, Refused
from huoyue.server.models import (
    Account,
    Alliance,
    Carried,
    Correction,
    Duty,
    Event,
    Evidence,
    Frozen,
    Mark,
    Objection,
    ObjectionFile,
    Round,
)
from huoyue.server.models.sealing import is_sealed
from huoyue.server.operations.carrying import import_round, planned, write_round
from huoyue.server.operations.chain import canonical
from huoyue.server.operations.demonstration import mark
from huoyue.server.operations.journal import Refuse, record
from huoyue.server.operations.storage import keep_bytes
from huoyue.server.queries.carriage import BEHIND, TABLES
from huoyue.server.queries.shelf import shelf_path, snapshot_of
from huoyue.snapshot.archive import NotAnArchive, opened
from huoyue.snapshot.digests import MANIFEST, sha256

ALL = ("contacts", "objectors")
REGISTER = {table.name for table in TABLES if table.register}
"""Tables of which a random round may hold nothing: its alliances have no such rows."""


def refused(path: Path, **more: Any) -> Refuse:
    with pytest.raises(Refuse) as caught:
        import_round(nobody(), path, **more)
    return caught.value


@pytest.mark.once
def test_every_model_travels_or_stays_behind_for_a_reason() -> None:
    travelling = {table.model.__name__ for table in TABLES}
    known = {name for name in models.__all__ if hasattr(getattr(models, name), "_meta")}
    assert travelling | set(BEHIND) == known
    assert travelling & set(BEHIND) == set()


@pytest.mark.parametrize("chosen", [(), ALL])
@pytest.mark.parametrize("seed", range(4))
def test_a_random_round_is_the_same_bytes_after_the_trip(
    db: None, tmp_path: Path, seed: int, chosen: tuple[str, ...]
) -> None:
    first = elsewhere(lambda: random_round(seed), tmp_path / "a.zip", chosen)
    assert not Round.objects.exists()
    made = import_round(nobody(), tmp_path / "a.zip")
    assert made.stage in ("open", "screened", "frozen")
    assert written(made, tmp_path / "b.zip", chosen) == first
    with opened(tmp_path / "b.zip") as archive:
        filled = {table.name for table in TABLES if archive.text(f"tables/{table.name}.jsonl")}
    wanted = {table.name for table in TABLES if not table.needs or table.needs in chosen}
    assert filled >= {name for name in wanted if name not in REGISTER}
    assert filled <= wanted
    assert is_sealed(connection)


def test_an_archive_from_before_a_column_was_there_is_brought_in_with_it_empty(db: None, tmp_path: Path) -> None:
    elsewhere(lambda: random_round(1), tmp_path / "a.zip")
    contents = members(tmp_path / "a.zip")
    rows = [json.loads(line) for line in contents["tables/attendance.jsonl"].decode().split("\n") if line]
    older = [{name: value for name, value in row.items() if name != "chair"} for row in rows if row["panellist"]]
    assert older
    contents["tables/attendance.jsonl"] = "".join(f"{canonical(row)}\n" for row in older).encode()
    import_round(nobody(), resealed(contents, tmp_path / "b.zip"))
    assert models.Attendance.objects.filter(chair=None).count() == len(older)
    first = {name: value for name, value in older[0].items() if name != "present"}  # this one was there from the start
    contents["tables/attendance.jsonl"] = f"{canonical(first)}\n".encode()
    assert refused(resealed(contents, tmp_path / "c.zip")).refusal.code == "carried_damaged"


def test_a_frozen_round_comes_whole_and_stays_frozen(db: None, tmp_path: Path) -> None:
    def marks() -> list[tuple[object, ...]]:
        found = Mark.objects.order_by("sheet__panellist__code", "sheet__filing__alliance__code", "indicator")
        return list(found.values_list("points", "reason", "taken"))

    before: dict[str, Any] = {}

    def make() -> Round:
        made = make_frozen()
        before["marks"], before["digest"] = marks(), made.snapshot.digest
        before["events"] = Event.objects.filter(round=made.round).count()
        return made.round

    first = elsewhere(make, tmp_path / "a.zip", ALL)
    made = import_round(nobody(), tmp_path / "a.zip")
    assert (models.Member.objects.count(), models.Contact.objects.count()) == (6, 3)
    assert (made.stage, marks()) == ("frozen", before["marks"])
    assert len(before["marks"]) > 100
    assert snapshot_of(Frozen.objects.get(round=made)).digest == before["digest"]
    assert len(Carried.objects.get(round=made).journal.splitlines()) == before["events"] + 1
    with pytest.raises(IntegrityError, match="this round is frozen"), transaction.atomic():
        Mark.objects.update(reason="x")
    assert written(made, tmp_path / "b.zip", ALL) == first


def test_the_journal_is_carried_on_and_travels_with_the_round(db: None, tmp_path: Path) -> None:
    elsewhere(lambda: random_round(7), tmp_path / "a.zip")
    made = import_round(nobody(), tmp_path / "a.zip")
    carried = Carried.objects.get(round=made)
    assert carried.source == settings.SITE_ADDRESS
    assert Event.objects.get(round=made).kind == "round.imported"
    record(nobody(), "filing.submitted", round=made, alliance=Alliance.objects.first(), subject="here")
    written(made, tmp_path / "b.zip")
    with opened(tmp_path / "b.zip") as archive:
        journal = archive.text("journal.jsonl")
    assert journal.startswith(carried.journal)
    header, event = (json.loads(line) for line in journal[len(carried.journal) :].splitlines())
    assert header["units"] == {str(Alliance.objects.first().pk): Alliance.objects.first().code}  # type: ignore[union-attr]
    assert (event["kind"], event["subject"], event["detail"]) == ("filing.submitted", "here", None)
    assert "round.imported" not in journal


def test_personal_data_travel_only_where_they_are_asked_for(db: None, tmp_path: Path) -> None:
    def make() -> Round:
        round_ = random_round(11)
        for n, one in enumerate(Account.objects.all()):
            Account.objects.filter(pk=one.pk).update(email=f"canary{n}@example.org", phone=f"canary-tel-{n}")
        models.Contact.objects.update(name="canary contact")
        Objection.objects.update(name="canary objector", organisation="canary house", grounds="canary grounds",
                                 telephone="canary", email="canary@example.org", signed_as="canary")  # fmt: skip
        models.Handler.objects.update(opinion="canary opinion")
        return round_

    bare = elsewhere(make, tmp_path / "a.zip")
    assert b"canary" not in bare
    assert b"canary grounds" not in elsewhere(make, tmp_path / "b.zip", ["contacts"])
    assert b"canary contact" in (tmp_path / "b.zip").read_bytes()
    whole = elsewhere(make, tmp_path / "c.zip", ALL)
    assert b"canary grounds" in whole
    assert b"canary-tel-0" in whole
    import_round(nobody(), tmp_path / "a.zip")
    assert {one.by for one in Objection.objects.all()} == {None}
    assert not ObjectionFile.objects.exists()
    assert Correction.objects.exists()
    assert not any(one.has_usable_password() or one.duties.exists() for one in Account.objects.all())


def test_what_is_here_already_stays_and_what_differs_has_to_be_accepted(db: None, tmp_path: Path) -> None:
    names: list[str] = []

    def make() -> Round:
        round_ = random_round(3)
        names.extend([Account.objects.order_by("pk")[0].username, Alliance.objects.order_by("pk")[0].code])
        return round_

    elsewhere(make, tmp_path / "a.zip")
    account = Account.objects.create_user(names[0], "x", name="另一个人", email="other@example.org")
    alliance = Alliance.objects.create(code=names[1], name="另一联盟", batch="first", status="pilot")
    plan = planned(tmp_path / "a.zip")
    assert [(one.kind, one.key, one.here) for one in plan.differing] == [
        ("alliance", names[1], "另一联盟"), ("account", names[0], "另一个人"),
    ]  # fmt: skip
    assert names[0] not in plan.new_accounts
    assert refused(tmp_path / "a.zip").refusal.code == "carried_differing"
    assert not Round.objects.exists()
    made = import_round(nobody(), tmp_path / "a.zip", accept=True)
    account.refresh_from_db()
    alliance.refresh_from_db()
    assert (account.name, alliance.name, alliance.members.count()) == ("另一个人", "另一联盟", 0)
    assert account.check_password("x")
    assert refused(tmp_path / "a.zip").refusal.code == "carried_key"
    assert Round.objects.get() == made


def test_every_difference_from_what_stays_is_listed_before_and_after_and_can_be_kept(db: None, tmp_path: Path) -> None:
    def make() -> Round:
        round_ = random_round(3)
        first = Alliance.objects.order_by("code")[0]
        first.members.all().delete()
        first.members.create(organisation="甲单位", leads=True)
        first.members.create(organisation="乙单位")
        return round_

    elsewhere(make, tmp_path / "a.zip", ALL)
    with opened(tmp_path / "a.zip") as archive:
        rows = [json.loads(line) for line in archive.text("tables/alliance.jsonl").split("\n")[:-1]]
        people = [json.loads(line) for line in archive.text("tables/account.jsonl").split("\n")[:-1]]
    there, person = min(rows, key=lambda row: row["code"]), people[0]
    same = {name: there[name] for name in ("code", "name", "industry", "status", "basis", "fields", "position")}
    here = Alliance.objects.create(batch="another", **same)
    here.members.create(organisation="甲单位", leads=True)
    here.members.create(organisation="=丙单位")
    Account.objects.create_user(person["username"], "x", name=person["name"], organisation=person["organisation"],
                                email="other@example.org", phone=person["phone"])  # fmt: skip
    found = {(one.kind, one.key, one.what): (one.there, one.here) for one in planned(tmp_path / "a.zip").stays}
    assert found["alliance", here.code, "batch"] == (there["batch"], "another")
    assert found["alliance", here.code, "member"] == ("乙单位", "=丙单位")
    assert found["account", person["username"], "email"] == (person["email"], "other@example.org")
    assert {key for _, key, _ in found} == {here.code, person["username"]}
    kept = tmp_path / "kept.csv"
    stays = said("import", str(tmp_path / "a.zip"), "--report", str(kept))["stays"]
    assert len(stays) == len(found)
    with kept.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream))
    assert len(lines) == len(found) + 1
    assert ["alliance", here.code, "member", "乙单位", "'=丙单位"] in lines
    event = Event.objects.get(kind="round.imported")
    assert ["alliance", here.code, "batch"] in event.detail["after"]["stays"]
    assert said("verify", str(tmp_path / "a.zip"), "--here")["stays"] == stays
    Alliance.objects.filter(pk=here.pk).update(batch=there["batch"])
    left = said("verify", str(tmp_path / "a.zip"), "--here")["stays"]
    assert len(left) == len(stays) - 1
    assert "stays" not in said("verify", str(tmp_path / "a.zip"))


def test_an_archive_that_was_tampered_with_leaves_nothing(db: None, tmp_path: Path) -> None:
    elsewhere(lambda: random_round(5), tmp_path / "a.zip", ALL)
    good = tmp_path / "a.zip"
    contents = members(good)
    marks = contents["tables/mark.jsonl"]
    row = json.loads(marks.splitlines()[0])

    def with_mark(**changed: Any) -> bytes:
        return (json.dumps(row | changed, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n").encode()

    bad = {
        "points": with_mark(points=2**31), "text": with_mark(points="5"), "yes": with_mark(points=True),
        "long": with_mark(indicator="x" * 61), "null": with_mark(reason=None), "nul": with_mark(reason="a\x00b"),
        "time": with_mark(changed_at="yesterday"), "zone": with_mark(changed_at="2016-01-01T00:00:00.000000"),
        "more": with_mark(id=1), "nobody": with_mark(sheet=["x", "y", "z"]), "dict": with_mark(sheet={"a": 1}),
        "twice": marks.splitlines(keepends=True)[0] * 2, "open": marks.rstrip(b"\n"), "nothing": b"null\n",
        "deep": b"[" * 100_000 + b"\n", "blank": marks.replace(b'":', b'": ', 1), "latin": b'{"a":"\xff"}\n',
        "half": b'{"reason":"\\ud800"}\n',
    }  # fmt: skip
    for name, content in bad.items():
        found = refused(resealed(contents | {"tables/mark.jsonl": content}, tmp_path / f"{name}.zip"))
        assert found.refusal.code in ("carried_damaged", "carried_clash"), name
        assert not Round.objects.exists(), name
    assert import_round(nobody(), good).filings.exists()


def test_a_refused_import_takes_its_files_away_again_and_leaves_those_that_were_here(
    db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere(lambda: random_round(6), tmp_path / "a.zip", ALL)
    with opened(tmp_path / "a.zip") as archive:
        files = [name.split("/")[1:] for name in archive.names if name.startswith("files/")]
        kept_shelf, kept_digest = files[0]
        contents = {digest: b"".join(archive.blocks(f"files/{shelf}/{digest}")) for shelf, digest in files}
    assert len(files) > 1
    for shelf, digest in files[1:]:
        shelf_path(shelf, digest).unlink(missing_ok=True)
    assert keep_bytes(kept_shelf, contents[kept_digest]) == kept_digest

    def clash(*_: object) -> Round:
        assert all(shelf_path(shelf, digest).exists() for shelf, digest in files)
        raise IntegrityError

    with monkeypatch.context() as patch:
        patch.setattr("huoyue.server.operations.carrying.bring_rows", clash)
        assert refused(tmp_path / "a.zip").refusal.code == "carried_clash"
    assert [digest for shelf, digest in files if shelf_path(shelf, digest).exists()] == [kept_digest]
    import_round(nobody(), tmp_path / "a.zip")
    assert all(shelf_path(shelf, digest).exists() for shelf, digest in files)


def test_files_rows_and_manifest_have_to_fit_each_other(db: None, tmp_path: Path) -> None:
    elsewhere(lambda: random_round(5), tmp_path / "a.zip")
    contents = members(tmp_path / "a.zip")
    file = next(name for name in contents if name.startswith("files/evidence/"))
    snapshot = next(name for name in contents if name.startswith("files/snapshots/"))
    extra = {f"files/evidence/{sha256(b'x')}": b"x"}
    cases = {
        "gone": {name: content for name, content in contents.items() if name != file},
        "extra": contents | extra,
        "other file": contents | {file: b"other"},
        "scheme": contents | {"scheme.yaml": contents["scheme.yaml"] + b"\n"},
        "no scheme": contents | {"scheme.yaml": b""},
        "journal": contents | {"journal.jsonl": b""},
        "event": contents | {"journal.jsonl": contents["journal.jsonl"] + b'{"a'},
        "table": {name: content for name, content in contents.items() if name != "tables/remark.jsonl"},
        "no snapshot": contents | {snapshot: b"no zip"},
    }  # fmt: skip
    for name, changed in cases.items():
        found = refused(resealed(changed, tmp_path / "bad.zip"))
        assert found.refusal.code == "carried_damaged", name
    for more, code in (({"format": 2}, "carried_newer"), ({"kind": "x"}, "carried_other"),
                       ({"with": ["passwords"]}, "carried_damaged"), ({"round": "r2"}, "carried_damaged"),
                       ({"demonstration": True}, "carried_demonstration")):  # fmt: skip
        assert refused(resealed(contents, tmp_path / "bad.zip", **more)).refusal.code == code
    assert not Round.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "tables/../../x", "files/evidence/x", "tables/X.jsonl", "a"])
def test_a_member_that_would_leave_its_place_is_refused(tmp_path: Path, name: str) -> None:
    resealed({MANIFEST: b"{}", name: b"x"}, tmp_path / "a.zip", kind="huoyue-round", format=1)
    with pytest.raises(NotAnArchive), opened(tmp_path / "a.zip"):
        pass


@pytest.mark.once
def test_an_archive_is_what_it_says_or_refused(tmp_path: Path) -> None:
    whole = resealed(
        {MANIFEST: b"{}", "scheme.yaml": b"a: 1\n" * 99}, tmp_path / "a.zip", kind="huoyue-round", format=1
    )
    content = whole.read_bytes()
    with opened(whole) as archive:
        assert archive.names == ["scheme.yaml"]
    packed = tmp_path / "packed.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("scheme.yaml", b"0" * 10**7)
    bad = {"cut": content[:-40], "flipped": content.replace(b"a: 1", b"a: 2", 1), "empty": b"", "text": b"no zip " * 99,
           "packed": packed.read_bytes()}  # fmt: skip
    for name, changed in bad.items():
        (tmp_path / "b.zip").write_bytes(changed)
        with pytest.raises(NotAnArchive), opened(tmp_path / "b.zip"):
            pytest.fail(name)


def test_a_demonstrations_round_stays_among_demonstrations(db: None, tmp_path: Path) -> None:
    def make() -> Round:
        mark()
        return random_round(2)

    elsewhere(make, tmp_path / "a.zip")
    assert refused(tmp_path / "a.zip").refusal.code == "carried_demonstration"
    mark()
    assert import_round(nobody(), tmp_path / "a.zip").pk


def test_a_file_that_is_gone_or_changed_is_never_taken_along(db: None, tmp_path: Path) -> None:
    round_ = random_round(6)
    one = Evidence.objects.filter(filing__round=round_).first()
    assert one is not None
    place = shelf_path("evidence", one.digest)
    content = place.read_bytes()
    place.unlink()
    with pytest.raises(Refuse) as caught, (tmp_path / "a.zip").open("wb") as stream:
        write_round(round_, (), stream)
    assert caught.value.refusal.code == "carried_file_gone"
    place.write_bytes(content + b"x")
    with pytest.raises(Refuse) as caught, (tmp_path / "a.zip").open("wb") as stream:
        write_round(round_, (), stream)
    assert caught.value.refusal.code == "carried_damaged"
    place.unlink()
    place.write_bytes(content)


def test_the_secretariat_takes_a_round_along_by_the_browser(world: Any, tmp_path: Path) -> None:
    client = Client()
    client.force_login(world.sun)
    assert b'value="objectors"' in client.get("/rounds/r1/results/carry/").content
    answer = client.post("/rounds/r1/results/carry/", {"with": ["contacts", "passwords"]})
    (tmp_path / "a.zip").write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    for close in answer._resource_closers:  # type: ignore[attr-defined]
        close()
    event = Event.objects.get(kind="round.exported")
    assert event.after["with"] == ["contacts"]
    with opened(tmp_path / "a.zip") as archive:
        assert archive.digest == event.after["digest"]

    body = (tmp_path / "a.zip").read_bytes()
    sent = client.post("/carried/", {"file": SimpleUploadedFile("a.zip", body)})
    assert sent.status_code == 303
    page = client.get(sent["Location"]).content.decode()
    assert 'name="digest"' not in page  # the round is here already, so there is nothing to agree to
    assert client.post(sent["Location"], {"digest": event.after["digest"]}).status_code == 409
    other = Client()
    Duty.objects.create(account=world.nil, role="secretariat")
    other.force_login(world.nil)
    assert other.get(sent["Location"]).status_code == 404
    wrong = client.post("/carried/", {"file": SimpleUploadedFile("a.zip", b"no archive")})
    assert wrong.status_code == 422
    assert client.post("/carried/").status_code == 422


def test_an_upload_is_looked_at_and_brought_in(world: Any, tmp_path: Path) -> None:
    elsewhere(lambda: random_round(9), tmp_path / "a.zip")
    client = Client()
    client.force_login(world.sun)
    with opened(tmp_path / "a.zip") as archive:
        row = json.loads(archive.text("tables/alliance.jsonl").split("\n")[0])
    Alliance.objects.create(code=row["code"], name=row["name"], batch="first", status=row["status"])
    sent = client.post("/carried/", {"file": SimpleUploadedFile("a.zip", (tmp_path / "a.zip").read_bytes())})
    page = client.get(sent["Location"]).content.decode()
    with opened(tmp_path / "a.zip") as archive:
        digest = archive.digest
    assert digest in page
    assert "与本系统不一致之处" in page
    listed = client.get(f"{sent['Location']}?form=csv")
    assert listed.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert f"alliance,{row['code']},batch," in listed.content.decode("utf-8-sig")
    assert client.post(sent["Location"], {"digest": "0" * 64}).status_code == 409
    done = client.post(sent["Location"], {"digest": digest})
    assert done.status_code == 303
    made = Round.objects.exclude(key="r1").get()
    assert made.carried.by == world.sun
    assert "均以本系统为准" in client.get(done["Location"]).content.decode()
    assert client.get(sent["Location"]).status_code == 404
    assert settings.SITE_ADDRESS in client.get(f"/rounds/{made.key}/results/carry/").content.decode()


TRIP = """
import sys
from pathlib import Path
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
from huoyue.server.operations.audit import verified
from huoyue.server.operations.carrying import import_round, write_round
from huoyue.server.operations.journal import Acting
from tests.server.random_rounds import random_round
from tests.server.settled import make_frozen
from typer.testing import CliRunner
source, out = sys.argv[1:]
made = random_round(int(source)) if source.isdigit() else import_round(Acting(None, "", timezone.now()), Path(source))
with open(out, "wb") as stream:
    write_round(made, ("contacts", "objectors"), stream)
assert verified().faults == []
print(made.key)
"""
"""Brings a round in, or makes one, and writes it out again."""


def postgresql() -> str:
    """The address of a PostgreSQL for tests, started where it can be."""
    if DATABASE:
        return DATABASE
    done = subprocess.run([str(ROOT / "tools" / "postgres.sh")], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


@pytest.mark.slow
@pytest.mark.once
def test_from_sqlite_to_postgresql_and_back(tmp_path: Path) -> None:
    url = postgresql()
    if not url:
        pytest.skip("PostgreSQL cannot be started here")
    source, keys = "21", []
    with ExitStack() as stack:
        for n, kind in enumerate(("", url, "")):
            place = Place(tmp_path / f"data{n}", stack.enter_context(own_database(kind)) if kind else "")
            place.data.mkdir()
            keys.append(place.python(TRIP, source, str(tmp_path / f"{n}.zip")).strip())
            source = str(tmp_path / f"{n}.zip")
    archives = [(tmp_path / f"{n}.zip").read_bytes() for n in range(3)]
    assert archives[0] == archives[1] == archives[2]
    assert len(set(keys)) == 1


def test_the_commands_write_show_bring_in_and_check(db: None, tmp_path: Path) -> None:
    archive, out = tmp_path / "a.zip", tmp_path / "b.zip"
    with transaction.atomic():
        key = random_round(17).key
        digest = said("export", key, "--out", str(archive))["digest"]
        assert [one.code for one in refusals("export", key, "--out", str(archive))] == ["exists"]
        transaction.set_rollback(True)
    assert said("import", str(archive), "--preview")["round"] == key
    assert not Round.objects.exists()
    assert said("import", str(archive))["imported"] == key
    assert said("export", key, "--out", str(out))["digest"] == digest
    assert archive.read_bytes() == out.read_bytes()
    assert out.stat().st_mode & 0o077 == 0
    assert said("verify", str(out))["digest"] == digest
    assert [one.code for one in refusals("import", str(archive))] == ["carried_key"]
    assert [one.code for one in refusals("export", "none", "--out", str(tmp_path / "n.zip"))] == ["no_round"]
    out.write_bytes(out.read_bytes()[:-9])
    assert [one.code for one in refusals("verify", str(out))] == ["archive_damaged"]


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["--json", "--lang", "en", "round", *arguments])


def said(*arguments: str) -> dict[str, Any]:
    """What `huoyue round …` prints."""
    done = run(*arguments)
    assert done.exit_code == 0, (done.output, done.exception)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def refusals(*arguments: str) -> list[Problem]:
    """Why it does not do it."""
    error = run(*arguments).exception
    assert isinstance(error, Refused)
    return error.problems


def test_an_import_that_is_killed_leaves_nothing(db: None, tmp_path: Path) -> None:
    elsewhere(lambda: random_round(13), tmp_path / "a.zip")
    with own_database() as database:
        place = Place(tmp_path / "data", database)
        place.data.mkdir()
        process = subprocess.Popen(
            [sys.executable, "-c", "import django; django.setup()\n" + KILLED, str(tmp_path / "a.zip")],
            cwd=ROOT, env=place.environment, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "half\n"
        process.kill()
        process.communicate()
        counts = "[Round.objects.count(), Account.objects.count(), Alliance.objects.count(), Event.objects.count()]"
        assert place.query(counts) == [0, 0, 0, 0]


KILLED = """
import sys, time
from pathlib import Path
from django.core.management import call_command
from django.utils import timezone
call_command("migrate", verbosity=0)
from huoyue.server.operations import carrying
from huoyue.server.operations.journal import Acting
plain = carrying.Bringing.fill_later
def slow(self, *rest):
    print("half", flush=True)
    time.sleep(60)
carrying.Bringing.fill_later = slow
carrying.import_round(Acting(None, "", timezone.now()), Path(sys.argv[1]))
"""
