"""Who objected is known to those who handle it: two worlds that differ only in that give everybody else the same bytes.

In the one world somebody of one organisation objects on paper to the result of the second alliance, in the other
somebody else does, with other files. The alliance concerned, other filers, liaison officers, observers, chairs, experts
(those who marked and those who did not), and the public fetch everything they can reach, down to exports, letters and
refusals.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.server.noticed import REASONS, entered, fresh, kept_file, looked_into, on_notice, signed_in
from tests.server.settled import Settled

from huoyue.server.models import Duty, Mail, Objection, ObjectionFile
from huoyue.server.operations.freezing import cut_again, freeze_again
from huoyue.server.operations.objection_handling import Ruling, decide_objection
from huoyue.server.operations.objection_reminders import remind_objections
from huoyue.server.operations.objections import withdraw_objection
from huoyue.server.queries.shelf import snapshot_of
from huoyue.server.routes import ANYONE, ROUTES, SIGNED_IN

NOISE = re.compile(
    rb'(name="csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]*|nonce-[\w-]+|name="token" value="[^"]*'
    rb"|(?<=/letters/)\d+"
)
WHO = {
    "one": {"name": "张某甲", "organisation": "甲研究院", "telephone": "010-11111111", "signed_as": "张某甲"},
    "other": {"name": "李某乙", "organisation": "乙大学", "telephone": "020-22222222", "signed_as": "李某乙"},
}
READERS = {
    "public": ("", ""), "concerned": ("dov", "filer"), "other filer": ("ada", "filer"),
    "liaison": ("lin", "liaison"), "observer": ("obi", "observer"), "chair": ("cho", "chair"),
    "marked": ("eva", "expert"), "not marked": ("mia", "expert"), "no role": ("nil", ""),
}  # fmt: skip
NEVER = {"account_data", "switch_role", "switch_language", "healthy"}
APART = ("help", "account", "why", "code", "invitation", "scheme", "round_new")
"""Pages that show nothing of a round."""
SLOW = ("receipt.pdf", "filing.pdf", "workbook.xlsx", "points/")
"""Papers of the filing alone, slow to make: made of versions, which an objection does not touch."""


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Clock:
    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(monkeypatch) -> Clock:
    found = Clock()
    monkeypatch.setattr(timezone, "now", found)
    return found


def whole(answer) -> bytes:
    """The body of an answer, the file that it may hold open closed."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    for close in answer._resource_closers:
        close()
    return body


def status(client: Client, at: str) -> int:
    answer = client.get(at)
    whole(answer)
    return answer.status_code


def plain(answer) -> bytes:
    """What somebody gets, without what differs at every request; archives as the names and bytes of their parts."""
    body = whole(answer)
    if body[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            body = b"\n".join(
                re.sub(rb"<dcterms:\w+[^<]*<", b"<", name.encode() + archive.read(name)) for name in archive.namelist()
            )
    return NOISE.sub(b"", f"{answer.status_code} ".encode() + answer.get("Location", "").encode() + body)


def addresses(found: Settled, objection: Objection, file: str, role: str) -> Iterator[str]:
    """Every address open to a role that can be made of the round, its alliances, the objection and the letters.

    What a role does not open is refused before anything is looked at (`routes.guarded`).
    """
    named = {"round": found.round.key, "number": objection.number, "file": file, "stage": "meeting", "expert": "E01",
             "kind": "meeting", "table": "states", "form": "csv", "guide": "public", "step": "close"}  # fmt: skip
    letters = list(Mail.objects.filter(kind="objection").order_by("pk").values_list("pk", flat=True))
    for name, route in ROUTES.items():
        if name in NEVER or name.startswith(APART) or "GET" not in route.methods or route.address.endswith(SLOW):
            continue
        if route.roles != ANYONE and role not in route.roles and (route.roles != SIGNED_IN or not role):
            continue
        parts = [part.split(">")[0] for part in route.address.split("<")[1:]]
        kinds = dict(part.split(":")[::-1] if ":" in part else (part, "str") for part in parts)
        for unit in ("A001", "A002") if "unit" in kinds else ("",):
            for letter in letters if "letter" in kinds else (0,):
                values = {part: (1 if kind == "int" else "none") for part, kind in kinds.items()}
                values |= {part: named[part] for part in kinds if part in named and kinds[part] != "int"}
                values |= {"unit": unit} if unit else {}
                values |= {"letter": letter} if letter else {}
                values |= {"table": "letters"} if name == "export" else {}
                yield reverse(name, kwargs=values)


def seen(found: Settled, objection: Objection, file: str) -> dict[tuple[str, str], bytes]:
    """Everything that everybody gets."""
    told = {}
    for title, (who, role) in READERS.items():
        client = signed_in(found, who, role)
        client.raise_request_exception = False
        for at in addresses(found, objection, file, role):
            told[title, at] = plain(client.get(at))
    return told


def hidden_everywhere(told: dict[tuple[str, str], bytes], who: dict[str, str]) -> list[tuple[str, str]]:
    return [key for key, body in told.items() for marker in who.values() if marker.encode() in body]


def world_of(found: Settled, who: dict[str, str]) -> tuple[Objection, str]:
    """The objection made, looked into and decided, its snapshot made, reminders written."""
    objection = entered(found, "A002", files=(kept_file(who["name"]),), **who)
    looked_into(found, objection)
    remind_objections(timezone.now())
    most = snapshot_of(found.snapshot).results["settled"].filter(unit="A002", indicator="council")["maximum"][0]
    decide_objection(found.acting("sun"), fresh(objection), Ruling("upheld", REASONS, {"council": most}))
    file = objection.files.get()
    ObjectionFile.objects.filter(pk=file.pk).update(uid="f" * 32)
    freeze_again(found.world.acting("sun"), found.snapshot, cut_again(found.snapshot), "异议成立，更正得分")
    return fresh(objection), "f" * 32


@pytest.mark.slow
@pytest.mark.once
def test_nobody_but_those_who_handle_it_can_tell_who_objected(frozen, clock):
    from tests.server.world import make_account

    frozen.world.people["mia"] = make_account("mia", "expert")
    on_notice(frozen)
    worlds = {}
    for name, who in WHO.items():
        cache.clear()  # calls without a key are counted
        with undone():
            objection, file = world_of(frozen, who)
            worlds[name] = seen(frozen, objection, file)
            assert hidden_everywhere(worlds[name], who) == []
    assert worlds["one"].keys() == worlds["other"].keys()
    assert len({at for _, at in worlds["one"]}) > 80
    assert [key for key, body in worlds["one"].items() if body != worlds["other"][key]] == []


def test_the_control_those_who_handle_it_do_see_it(frozen, clock):
    """The same comparison finds the difference where somebody may see it: secretariat and handler."""
    on_notice(frozen)
    objection = entered(frozen, "A002", **WHO["one"])
    looked_into(frozen, objection)
    round_ = frozen.round.key
    for who, at in (("sun", f"/rounds/{round_}/objections/{objection.number}/"),
                    ("kim", f"/rounds/{round_}/handling/{objection.number}/")):  # fmt: skip
        page = signed_in(frozen, who).get(at).text
        assert WHO["one"]["name"] in page
        assert WHO["one"]["telephone"] in page


def test_an_alliances_own_objection_is_told_to_its_own_filers_and_named_to_no_other(frozen, clock):
    from tests.server.test_objections import object_at, typed

    on_notice(frozen)
    answer = signed_in(frozen, "dov").post(object_at(frozen), typed())
    made = Objection.objects.get()
    assert answer.status_code == 303
    place, file = answer["Location"], made.files.get().uid
    Duty.objects.create(account=frozen.world.nil, role="filer", alliance=frozen.world.alliances[1])
    reach = {who: signed_in(frozen, who, role).get(place).status_code
             for who, role in (("dov", ""), ("nil", "filer"), ("ada", "filer"), ("lin", ""), ("obi", ""), ("sun", ""),
                               ("eva", ""), ("cho", ""))}  # fmt: skip
    assert reach == {"dov": 200, "nil": 200, "ada": 404, "lin": 403, "obi": 403, "sun": 403, "eva": 403, "cho": 403}
    load = f"/rounds/{frozen.round.key}/objections/{made.number}/file/{file}/"
    people = (("dov", ""), ("ada", "filer"), ("sun", ""), ("eva", ""), ("cho", ""), ("obi", ""))
    files = {who: status(signed_in(frozen, who, role), load) for who, role in people}
    assert files == {"dov": 200, "ada": 404, "sun": 200, "eva": 404, "cho": 403, "obi": 403}
    assert Client().get(load).status_code == 302
    page = signed_in(frozen, "nil", "filer").post(place)
    assert page.status_code == 409  # only who made it takes it back
    withdraw_objection(frozen.acting("dov"), fresh(made))
