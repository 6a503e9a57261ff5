"""`huoyue serve` and `huoyue audit` as people run them."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.server.living import Place, Serving, own_database

from huoyue.server.operations import chain


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with own_database() as database:
        yield Place(tmp_path / "data", database)


def get(place: Place, address: str) -> tuple[int, dict[str, str], str]:
    with closing(http.client.HTTPConnection("127.0.0.1", place.port, timeout=20)) as line:
        line.request("GET", address, headers={"Host": "localhost"})
        answer = line.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """What a command said when it refused."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return " ".join(done.stderr.split())


@pytest.mark.once
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_begins_on_nothing_serves_and_ends_cleanly(place: Place, how: int) -> None:
    serving = Serving(place)
    assert serving.ready()
    status, headers, page = get(place, "/")
    assert (status, "<!doctype html>" in page) == (200, True)
    assert "default-src 'none'" in headers["content-security-policy"]
    assert get(place, "/static/huoyue/huoyue.css")[0] == 200
    assert get(place, "/nothing/")[0] == 404
    code, said = serving.end(how)
    assert code == 0, said
    assert "Serving at http://localhost:" in said
    assert said.rstrip().endswith("Stopped.")
    assert "Traceback" not in said
    with closing(socket.socket()) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        trial.bind(("127.0.0.1", place.port))


@pytest.mark.once
def test_a_worker_that_dies_is_replaced(place: Place) -> None:
    place.seed()
    serving = Serving(place, "--workers", "1")
    assert serving.ready()
    children = Path(f"/proc/{serving.process.pid}/task/{serving.process.pid}/children").read_text().split()
    workers = [pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert len(workers) == 1
    subprocess.run(["kill", "-9", workers[0]], check=True)
    assert serving.ready()
    serving.end()


@pytest.mark.once
def test_a_port_that_is_taken_is_said(place: Place) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", place.port))
        other.listen()
        said = refusal(place.command("serve", "--port", str(place.port)))
    assert f"Something else already listens on 127.0.0.1:{place.port}" in said


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"HUOYUE_SECRET_KEY": ""}, "Set HUOYUE_SECRET_KEY"),
        ({"HUOYUE_HOSTS": ""}, "Set HUOYUE_HOSTS"),
        ({"HUOYUE_DEMO": "perhaps"}, "HUOYUE_DEMO='perhaps': write 1 or 0"),
        ({"HUOYUE_DATABASE": "mysql://x/y"}, "HUOYUE_DATABASE: write postgresql://"),
        ({"HUOYUE_DATABASE": "postgresql://nobody@/nothing?host=/nowhere"}, "The database cannot be reached"),
        ({"HUOYUE_SMTP": "mail.example.org"}, "HUOYUE_SMTP: write smtp"),
        *(
            (
                {"HUOYUE_OIDC_SERVER": address, "HUOYUE_OIDC_SECRET": "s"},
                "write https://host (http:// for localhost alone)",
            )
            for address in ("http://id.example.org", "id.example.org", "http://localhost.example.org")
        ),
    ],
)
@pytest.mark.once
def test_settings_that_make_no_sense_stop_the_start_with_the_reason(
    place: Place, settings: dict[str, str], words: str
) -> None:
    assert words in refusal(place.command("serve", "--port", str(place.port), **settings))


@pytest.mark.slow
@pytest.mark.once
def test_a_real_round_is_never_served_with_the_accounts_of_the_demonstration(place: Place) -> None:
    place.data.mkdir()
    place.python(
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)\n"
        "from huoyue.server.operations.demonstration import mark\n"
        "mark()\nmark()\n"
    )
    assert place.query("Event.objects.filter(kind='demonstration.loaded').count()") == 1
    said = refusal(place.command("serve", "--port", str(place.port)))
    assert "holds the demonstration, whose passwords everybody knows" in said
    code = "import django; django.setup()\nimport huoyue.server.wsgi"
    by_hand = subprocess.run(
        [sys.executable, "-c", code], env=place.environment, capture_output=True, text=True, check=False
    )
    assert by_hand.returncode != 0
    assert "it is served with HUOYUE_DEMO=1 only" in by_hand.stderr


def test_the_demonstration_is_not_loaded_into_a_real_register(place: Place) -> None:
    place.seed()
    said = refusal(place.command("serve", "--demo", "--port", str(place.port)))
    assert "the demonstration is not loaded into it" in said
    assert place.query("Account.objects.count()") == 10


@pytest.mark.slow
@pytest.mark.once
def test_the_demonstration_prints_an_account_for_every_role_and_they_sign_in(place: Place) -> None:
    serving = Serving(place, "--demo")
    assert serving.ready() or serving.process.poll() is None
    assert serving.ready()
    assert "demonstration" in get(place, "/")[2] or "演示" in get(place, "/")[2]
    _, said = serving.end()
    accounts = dict(re.findall(r"^  (\w+) +(\S+)   ", said, re.MULTILINE))
    assert {"secretariat", "liaison", "filer", "expert", "chair", "observer"} <= set(accounts)
    check = "print(all(Account.objects.get(username=n).check_password(p) for n, p in json.loads(sys.argv[1]).items()))"
    code = f"import json, sys\nfrom huoyue.server.models import Account\n{check}"
    assert place.python(code, json.dumps(accounts)).strip() == "True"


def test_the_triggers_that_keep_events_are_made_anew_if_they_are_missing(place: Place) -> None:
    place.seed()
    kept = "from django.db import connection\nfrom huoyue.server.models.protection import *\n"
    place.python(f"{kept}release(connection)")
    serving = Serving(place)
    assert serving.ready()
    _, said = serving.end()
    assert "the triggers that keep events were missing" in said
    assert place.python(f"{kept}print(is_protected(connection))").strip() == "True"


def test_the_chain_is_verified_noted_and_exported(place: Place, tmp_path: Path) -> None:
    place.data.mkdir()
    assert "There is no database here yet" in refusal(place.command("audit", "verify"))
    place.seed()
    note = "from huoyue.server.operations.journal import *\nfrom django.utils import timezone\n" + (
        "for n in range(5): record(Acting(None, '', timezone.now()), 'personal.erased', subject=str(n))\n"
    )
    place.python(note)
    seq, noted = place.command("audit", "head").stdout.split()
    assert seq == "5"
    whole = place.command("audit", "verify", "--head", noted)
    assert whole.returncode == 0
    assert "The chain holds: 5 events" in whole.stdout
    assert noted in whole.stdout
    assert json.loads(place.command("audit", "verify", "--json").stdout)["head"] == noted

    file = tmp_path / "events.jsonl"
    file.write_text(place.command("audit", "export").stdout, encoding="utf-8")
    alone = subprocess.run(
        [sys.executable, "-I", "-S", chain.__file__, str(file), noted], capture_output=True, text=True, check=False
    )
    assert (alone.returncode, alone.stdout) == (0, f"5 events, 0 faults, head {noted}\n")

    forge = "from django.db import connection\nfrom huoyue.server.models import *\n" + (
        "from huoyue.server.models.protection import *\nrelease(connection)\n"
        "Event.objects.filter(seq=2).update(role='chair')\nEvent.objects.filter(seq=5).delete()\nprotect(connection)\n"
    )
    place.python(forge)
    said = refusal(place.command("audit", "verify", "--head", noted))
    assert "Event 2: its digest does not fit what it says" in said
    assert "does not end where its head says" in said
    assert "The digest that was noted is not in the chain" in said
    machine = place.command("audit", "verify", "--json")
    assert [p["code"] for p in json.loads(machine.stdout)["problems"]] == ["chain_digest", "chain_end"]
