"""Who may use which address: a table owned by people (access.csv), asked of the running application line by line.

Each line is an address: its methods, and for every way of standing to the row what happens. `ok`: answered (pages,
redirects inside the application, and refusals of the content such as 409 or 422); `in`: sent to sign in; `no`: 403;
`-`: 404, as if it did not exist. Where methods differ, `GET/POST`. allauth's pages for signing in have lines too.
"""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from PIL import Image
from tests.server.reviewing import furnish_meeting

import huoyue.server.urls  # noqa: F401 - fills the table of routes
from huoyue.server.models import (
    Account,
    ApiKey,
    Conflict,
    Contact,
    EarlierImport,
    EarlierResult,
    Event,
    Evidence,
    Filing,
    Notice,
    Observation,
    Panellist,
    RegisterImport,
    ReviewStage,
    Round,
    Sheet,
    Suggestion,
    Upload,
    Webhook,
)
from huoyue.server.operations.api_keys import digest_of_key
from huoyue.server.operations.chasing import remind
from huoyue.server.operations.filing import Typed, kind_of, save_record
from huoyue.server.operations.invitations import invite
from huoyue.server.operations.outbox import write
from huoyue.server.operations.samples import draw_sample
from huoyue.server.operations.screening import screen_round
from huoyue.server.operations.storage import evidence_path
from huoyue.server.operations.submission import submit
from huoyue.server.routes import ROUTES
from huoyue.server.wording.interfaces import SCOPES

TABLE = Path(__file__).with_name("access.csv")
PEOPLE = {
    "anonymous": "", "nil": "nil", "filer_own": "ada", "filer_colleague": "ben", "filer_stranger": "dov",
    "liaison_own": "lin", "liaison_stranger": "lou", "secretariat": "sun", "observer": "obi", "expert": "eva",
    "chair": "cho", "stopped": "off",
}  # fmt: skip
"""Columns of the table: how somebody stands to the first alliance, and who of the world that is."""


def allauths() -> dict[str, str]:
    """allauth's pages by name; those without one are its old addresses, which lead to the named ones."""

    def walked(patterns, before=""):
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                yield from walked(pattern.url_patterns, before + str(pattern.pattern))
            elif isinstance(pattern, URLPattern) and pattern.name:
                yield pattern.name, before + str(pattern.pattern)

    return {name: address for name, address in walked(get_resolver().url_patterns) if name not in ROUTES}


METHODS = {name: " ".join(route.methods) for name, route in ROUTES.items()} | dict.fromkeys(allauths(), "GET")
"""Every address of the application by its name."""
OF_ALLAUTH = {
    "account_confirm_email": {"key": "none"}, "account_reset_password_from_key": {"uidb36": "1", "key": "none"},
    "mfa_remove_webauthn": {"pk": 1}, "mfa_edit_webauthn": {"pk": 1},
}  # fmt: skip


def lines() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def furnished(world):
    """The world with one of everything that an address can name, all of the first alliance."""
    filing = Filing.objects.select_related("round", "alliance").get(pk=world.filings[0].pk)
    reminded = remind(world.acting("lin"), world.round, [filing])
    filing = Filing.objects.select_related("round", "alliance").get(pk=world.filings[0].pk)
    cells = {"kind": "council", "title": "会", "held_on": "2016-05-03", "evidence": "纪要"}
    save_record(world.acting("ada"), filing, kind_of(filing, "meeting"), Typed("a" * 24, cells))
    place = evidence_path("0" * 64)
    place.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (9, 9)).save(place, "PNG")
    Evidence.objects.create(filing=filing, uid="f" * 32, record="a" * 24, name="a.png", size=1, kind="image/png",
                            digest="0" * 64, by=world.ada, at=filing.round.opens_at)  # fmt: skip
    Upload.objects.create(filing=filing, uid="u" * 32, record="a" * 24, name="b.pdf", size=9, by=world.ada,
                          begun_at=filing.round.opens_at)  # fmt: skip
    submit(world.acting("ada"), filing, signed_as="某某", agreed=True)
    screen_round(world.acting("sun"), world.round)
    sample = draw_sample(world.acting("sun"), world.round, 1, 7)
    letter = write(
        world.acting("sun"), to=world.ada, kind="reminder", subject="s", body="b", round=world.round, filing=filing
    )
    observation = Observation.objects.create(filing=filing, uid="o" * 24, kind="contact_attempt", cells={},
                                             author=world.lin, at=filing.round.opens_at)  # fmt: skip
    notice = Notice.objects.create(round=world.round, title="t", text="t", audience="all", by=world.sun,
                                   at=filing.round.opens_at)  # fmt: skip
    sent = invite(world.acting("sun"), world.nil, by_letter=False)
    off = Account.objects.create_user("off", "x", name="Off", is_active=False)
    world.people["off"] = off
    now = timezone.now()
    RegisterImport.objects.create(
        pk=1, by=world.sun, at=now, file_name="r.csv", rows={"mark": "", "rows": [], "problems": []}
    )
    EarlierImport.objects.create(pk=1, by=world.sun, at=now, file_name="e.csv", period="2015",
                                 rows={"mark": "", "rows": [], "problems": []})  # fmt: skip
    earlier = EarlierResult.objects.create(alliance=filing.alliance, period="2015", score=8600, name="x", by=world.sun,
                                           at=now)  # fmt: skip
    furnish_seat(world, filing)
    furnish_meeting(world)
    conflict = furnish_conflict(world)
    hook = furnish_interfaces(world)
    names = {
        "hook": hook.uid, "key": 1,
        "expert": "E01", "conflict": conflict.pk, "stage": "preliminary",
        "round": "r1", "unit": "A001", "kind": "meeting", "file": "f" * 32, "upload": "u" * 32, "number": 1,
        "sample": sample.pk, "step": "close", "table": "states", "form": "csv", "token": sent.token, "name": "ada",
        "job": "j" * 32, "lang": "zh", "section": "summary", "chart_name": "tiers-all",
        "contact": Contact.objects.get(alliance__code="A001").pk, "letter": letter.pk if letter else 0,
        "result": earlier.pk, "study": 1,
        "entry": observation.uid, "notice": notice.pk, "guide": "filer", "event": reminded.seq,
        "inside": "zh/index.html",
    }  # fmt: skip
    return world, names


def furnish_interfaces(world) -> Webhook:
    """A webhook, and a key of everybody for everything in the role they have; the filer's own is the first."""
    now = timezone.now()
    for number, (who, account) in enumerate(sorted(world.people.items(), key=lambda one: one[0] != "ada"), 1):
        duty = account.duties.first()
        ApiKey.objects.create(pk=number, account=account, role=duty.role if duty else "", name=who, prefix="hyk_",
                              digest=digest_of_key(who), scopes=list(SCOPES), at=now)  # fmt: skip
    return Webhook.objects.create(uid="h" * 16, address="https://example.org/", kinds=["round.opened"], by=world.sun,
                                  at=now)  # fmt: skip


def by_key(name: str, who: str) -> dict[str, str]:
    """What a request of the API says of who asks; there a session counts for nothing."""
    return {"Authorization": f"Bearer {who}"} if ROUTES.get(name) and ROUTES[name].is_for_programs and who else {}


def furnish_conflict(world) -> Conflict:
    """A conflict of the expert with another alliance."""
    return Conflict.objects.create(
        panellist=Panellist.objects.get(round=world.round, account=world.eva), alliance=world.alliances[2],
        kind="recorded", because="亲属任职", found_at=timezone.now(), found_by=world.sun,
    )  # fmt: skip


def furnish_seat(world, filing) -> None:
    """The expert on the panel, with a sheet of the first alliance in a stage that is closed."""
    now = timezone.now()
    seat = Panellist.objects.create(round=world.round, account=world.eva, code="E01", state="accepted", signed_at=now,
                                    answered_at=now, declared_at=now)  # fmt: skip
    ReviewStage.objects.create(round=world.round, key="calibration", kind="calibration", position=0, state="closed",
                               closed_at=now)  # fmt: skip
    stage = ReviewStage.objects.create(round=world.round, key="preliminary", kind="marks", position=1, state="closed",
                                       opened_at=now, due_at=now + timedelta(days=3))  # fmt: skip
    Sheet.objects.create(stage=stage, panellist=seat, filing=filing, assigned_at=now)
    Suggestion.objects.create(filing=filing, indicator="council", outcome="scored", points=100, maximum=500)


OF_MEETING = ("board", "board_add", "case", "case_act", "case_evidence", "minutes", "room")
"""Addresses that name a meeting as their stage."""


def address_of(name: str, names: dict[str, object]) -> str:
    names = names | {"stage": "meeting"} if name in OF_MEETING else names
    if name not in ROUTES:
        return reverse(name, kwargs=OF_ALLAUTH.get(name))
    wanted = [part.split(":")[-1].rstrip(">") for part in ROUTES[name].address.split("<")[1:]]
    wanted = [part.split(">")[0] for part in wanted]
    return reverse(name, kwargs={part: names[part] for part in wanted})


def outcome(response) -> str:
    if response.status_code in (301, 302, 303) and response["Location"].startswith("/sign-in/login"):
        return "in"
    return {401: "in", 403: "no", 404: "-"}.get(response.status_code, "ok" if response.status_code < 500 else "5xx")


def test_every_address_has_a_line_and_every_line_an_address():
    known = {line["route"]: line["methods"] for line in lines()}
    missing = [f"{name},{methods}" for name, methods in METHODS.items() if name not in known]
    assert missing == [], "add to access.csv: " + "\n".join(missing)
    assert known == METHODS


def closed(answer) -> None:
    """Close the file that a download holds open. (Closing the answer would close the connection to PostgreSQL too.)"""
    for close in answer._resource_closers:
        close()


def rolled_back(ask):
    """Ask without leaving a trace, so that each question meets the same world."""
    from django.db import transaction

    with transaction.atomic():
        answer = ask()
        transaction.set_rollback(True)
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("column", PEOPLE)
def test_every_address_answers_as_the_table_says(furnished, column):
    world, names = furnished
    cache.clear()  # calls of the API are counted in it
    who, wrong = PEOPLE[column], []
    client = Client(raise_request_exception=False)
    if who:
        client.force_login(world.people[who])
    cookies = dict(client.cookies)
    for line in lines():
        expected = dict(zip(line["methods"].split(), line[column].split("/"), strict=False))
        for method in line["methods"].split():
            client.cookies.update(cookies)
            path = address_of(line["route"], names)
            ask = partial(client.generic, method, path, headers=by_key(line["route"], who))
            answer = rolled_back(ask)
            closed(answer)
            want = expected.get(method, line[column].split("/")[-1])
            if outcome(answer) != want:
                wrong.append(f"{line['route']} {method}: {outcome(answer)} ({answer.status_code}), table says {want}")
    assert wrong == []


@pytest.mark.slow
def test_looking_changes_nothing(furnished):
    """No GET leaves an event, whoever asks."""
    world, names = furnished
    before = Event.objects.count()
    for who in ("sun", "ada", "lin", "obi"):
        client = Client()
        client.force_login(world.people[who])
        for name, route in ROUTES.items():
            if "GET" in route.methods:
                closed(client.get(address_of(name, names), headers=by_key(name, who)))
    assert Event.objects.count() == before


def test_every_change_needs_the_secret_of_the_page(furnished):
    world, names = furnished
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people["sun"])
    for name, route in ROUTES.items():
        for method in set(route.methods) - {"GET"}:
            assert client.generic(method, address_of(name, names)).status_code == 403, name


def test_what_is_not_yours_and_what_does_not_exist_look_alike(furnished, as_):
    for who in ("dov", "lou"):
        client = as_(who)
        real, none = client.get("/rounds/r1/filing/A001/"), client.get("/rounds/r1/filing/X999/")
        assert real.status_code == none.status_code == 404
        assert unmarked(real).replace("A001", "X999") == unmarked(none)


def unmarked(response) -> str:
    """A page without the secret that each answer has anew."""
    return re.sub(r"[A-Za-z0-9]{64}", "", response.content.decode())


def test_a_role_that_ended_is_refused_at_the_next_request(furnished):
    world, _ = furnished
    client = Client()
    client.force_login(world.ada)
    assert client.get("/rounds/r1/filing/A001/").status_code == 200
    world.ada.duties.all().delete()
    assert client.get("/rounds/r1/filing/A001/").status_code in (403, 404)
    Account.objects.filter(pk=world.ada.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302


def test_a_round_being_prepared_is_the_secretariats_alone(furnished, as_):
    Round.objects.update(stage="preparing")
    for who, status in (("sun", 200), ("obi", 404), ("lin", 404), ("ada", 404)):
        assert as_(who).get("/rounds/r1/about/").status_code == status, who


def test_somebody_with_two_roles_reaches_only_what_the_present_one_reaches(furnished, as_):
    from huoyue.server.models import Duty

    world, _ = furnished
    Duty.objects.create(account=world.eva, role="filer", alliance=world.alliances[0])
    assert as_("eva", role="expert").get("/rounds/r1/filing/A001/").status_code == 403
    client = as_("eva", role="filer")
    assert client.get("/rounds/r1/filing/A001/").status_code == 200
    before = client.session.session_key
    client.post("/role/", {"role": "expert"})
    assert client.session.session_key != before
    assert client.get("/rounds/r1/filing/A001/").status_code == 403


@pytest.mark.parametrize("page", ["http://[::1", "%", "://", "字", "/rounds/%00/"])
def test_what_is_no_address_is_said_to_be_none(as_, page):
    answer = as_("sun").get("/why/", {"page": page})
    assert answer.status_code == 200
    assert "是本系统的网址" in answer.content.decode()


NO_NAMES = ["%00", "9" * 30, "-1", "%F0%9F%99%82", "%ED%A0%80", "%FF", "..", "a" * 300, "%27--"]
"""What stands in an address, escaped, where the name of something should."""


@pytest.mark.slow
@pytest.mark.parametrize("who", ["sun"])  # who may use most addresses
def test_what_has_no_such_name_is_not_found(furnished, who):
    world, names = furnished
    client = Client(raise_request_exception=False)
    client.force_login(world.people[who])
    cookies, wrong = dict(client.cookies), []
    for name, route in ROUTES.items():
        whole = names | {"stage": "meeting"} if name in OF_MEETING else names
        given = re.findall(r"<(?:\w+:)?(\w+)>", route.address)
        for number, part in enumerate(given):
            for odd in NO_NAMES[number::2] if len(given) > 1 else NO_NAMES:
                put = {key: odd if key == part else str(whole[key]) for key in given}
                path = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found, put=put: put[found[1]], route.address)
                client.cookies.update(cookies)
                ask = partial(client.generic, route.methods[-1], path, headers=by_key(name, who))
                answer = rolled_back(ask)
                closed(answer)
                if answer.status_code >= 500:
                    wrong.append(f"{name} {path}: {answer.status_code}")
    assert wrong == []
