"""Keys: shown once, kept as a digest, never good for more than their owner now, and not for ever."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from allauth.core.internal.ratelimit import consume
from django.core.cache import cache, caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from tests.server.calling import call, key_of

from huoyue.server.models import Account, ApiKey, Event
from huoyue.server.operations.accounts import end_duty, erase_account, kept_about, stop_account
from huoyue.server.operations.api_calls import FAILURES, counted
from huoyue.server.operations.api_keys import MOST, digest_of_key, make_key
from huoyue.server.operations.journal import Refuse
from huoyue.server.settings.environment import counts
from huoyue.server.tallies import TalliedFiles


@pytest.fixture(autouse=True)
def _nobody_called_before():
    """Calls are counted in the cache, over all tests."""
    cache.clear()


def made(client, **fields) -> str:
    """A key as somebody makes it on the page."""
    posted = {"name": "统计程序", "scopes": ["filings:read"], "days": "30"} | fields
    answer = client.post("/account/keys/", posted)
    found = re.search(r"hyk_[\w-]{43}", answer.content.decode())
    assert found is not None
    return found[0]


def test_a_key_made_on_the_page_is_shown_once_and_kept_as_a_digest(world, as_):
    client = as_("ada")
    token = made(client)
    assert call(token, "rounds/r1/filings").json()["items"][0]["alliance"] == "A001"
    page = client.get("/account/keys/").content.decode()
    assert token not in page
    assert token[:12] in page
    key = ApiKey.objects.get()
    assert key.digest == digest_of_key(token)
    assert token not in str(list(Event.objects.values_list("detail", flat=True)))
    assert key.used_on == timezone.localdate()
    assert timedelta(days=29) < key.expires_at - timezone.now() < timedelta(days=31)


def test_the_page_offers_what_the_role_reads_and_refuses_what_is_missing(world, as_):
    page = as_("eva").get("/account/keys/").content.decode()
    assert "review:read" in page
    assert "results:read" not in page
    assert "没有可供程序读取的内容" in as_("nil").get("/account/keys/").content.decode()
    answer = as_("ada").post("/account/keys/", {"name": "", "scopes": ["review:read"], "days": "9"})
    assert answer.status_code == 422
    assert answer.content.decode().count('class="error"') == 3
    assert ApiKey.objects.count() == 0


def test_a_key_reads_only_what_its_scopes_name(world):
    token = key_of(world.sun, "secretariat", ["register:read"])
    assert call(token, "register").status_code == 200
    answer = call(token, "rounds/r1/filings")
    assert (answer.status_code, answer.json()["code"]) == (403, "scope")
    assert call(token, "key").json()["scopes"] == ["register:read"]


def test_a_key_ends_with_the_role_the_account_and_its_day(world):
    token = key_of(world.ada, "filer")
    assert call(token, "key").json()["alliances"] == ["A001"]
    end_duty(world.acting("sun"), world.ada.duties.get())
    assert (call(token, "key").status_code, call(token, "key").json()["code"]) == (401, "key_role")
    other = key_of(world.dov, "filer")
    stop_account(world.acting("sun"), world.dov)
    assert call(other, "key").json()["code"] == "key_role"
    third = key_of(world.lin, "liaison")
    ApiKey.objects.filter(account=world.lin).update(expires_at=timezone.now())
    assert call(third, "key").json()["code"] == "key"


def test_a_key_of_one_role_never_reads_as_another_of_its_owner(world):
    world.eva.duties.create(role="secretariat")
    token = key_of(world.eva, "expert")
    assert call(token, "register").status_code == 403
    world.eva.duties.filter(role="expert").delete()
    assert call(token, "key").status_code == 401


def test_its_owner_and_the_secretariat_revoke_a_key_and_nobody_else(world, as_):
    token = made(as_("ada"))
    key = ApiKey.objects.get()
    address = f"/interfaces/keys/{key.pk}/revoke/"
    assert as_("ben").post(address).status_code == 404
    assert "统计程序" in as_("sun").get("/interfaces/keys/").content.decode()
    assert as_("sun").post(address, {"back": "all"})["Location"] == "/interfaces/keys/"
    assert call(token, "key").status_code == 401
    assert as_("ada").post(address).status_code == 409
    assert list(Event.objects.filter(kind__startswith="key.").values_list("kind", flat=True)) == [
        "key.made",
        "key.revoked",
    ]


def test_a_role_that_needs_a_second_factor_makes_no_key_without_it(world, as_, settings):
    settings.REQUIRE_SECOND_FACTOR = frozenset({"secretariat"})
    client = as_("sun")
    assert "双因素身份认证" in client.get("/account/keys/").content.decode()
    client.post("/account/keys/", {"name": "x", "scopes": ["register:read"], "days": "30"})
    assert ApiKey.objects.count() == 0


def test_an_account_has_only_so_many_keys_and_they_go_with_its_personal_data(world):
    for _ in range(MOST):
        token = key_of(world.ada, "filer")
    with pytest.raises(Refuse) as refused:
        key_of(world.ada, "filer")
    assert refused.value.refusal.code == "keys_too_many"
    assert len(kept_about(world.ada)["keys"]) == MOST
    with pytest.raises(Refuse):
        make_key(world.acting("nil"), name="x", scopes=["register:read"], days=30)
    erase_account(world.acting("sun"), Account.objects.get(pk=world.ada.pk))
    assert ApiKey.objects.count() == 0
    assert call(token, "key").status_code == 401


def test_a_key_makes_so_many_calls_a_minute_and_is_told_how_long_to_wait(world, settings):
    settings.API_PER_MINUTE = 3
    token, other = key_of(world.ada, "filer"), key_of(world.ben, "filer")
    left = [call(token, "rounds").headers["RateLimit-Remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    answer = call(token, "rounds", Accept_Language="en")
    assert (answer.status_code, answer.json()["code"]) == (429, "calls_too_many")
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.headers["Retry-After"] in answer.json()["mend"]
    assert call(other, "rounds").status_code == 200
    assert [call("", "editions").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_wrong_keys_from_one_address_are_counted_and_then_not_looked_at(world):
    token = key_of(world.ada, "filer")
    codes = [call(f"hyk_wrong{n}", "rounds").status_code for n in range(FAILURES + 1)]
    assert codes == [401] * FAILURES + [429]
    assert call(token, "rounds").status_code == 429


def test_only_a_whole_key_after_the_word_bearer_opens(world):
    token = key_of(world.ada, "filer")
    for header in (token, f"Basic {token}", "Bearer", "Bearer ", f"Bearer {token}x", "Bearer 密钥"):
        assert Client().get("/api/v1/rounds", headers={"Authorization": header}).status_code == 401, header


def test_calls_are_counted_in_the_database_that_several_machines_share(db, settings):
    """As with PostgreSQL; the table is made when the application starts."""
    settings.CACHES = {"default": counts("django.db.backends.postgresql", settings.DATA)}
    call_command("createcachetable", verbosity=0)
    call_command("createcachetable", verbosity=0)
    now = timezone.now()
    assert [counted("key:1", 2, now).left for _ in range(3)] == [1, 0, -1]
    assert counted("key:1", 2, now + timedelta(minutes=1)).left == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM server_counts")
        assert cursor.fetchone()[0] == 2


def at_once(ask: Callable[[int], Any], times: int = 60) -> list[Any]:
    """What eight threads are told that ask at the same moment."""
    begin = threading.Barrier(8)

    def one(n: int) -> Any:
        if n < 8:
            begin.wait()
        try:
            return ask(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(times)))


def every_call_counts_and_one_alone_begins(kept: Any) -> None:
    assert sorted(at_once(lambda n: kept.tally("calls:a", 1, 120))) == list(range(1, 61))
    assert (kept.tally("calls:a", 0, 120), kept.tally("calls:b", 0, 120)) == (60, 0)
    assert sum(at_once(lambda n: kept.add("lock", n, 60))) == 1
    kept.delete("lock")
    assert kept.add("lock", 1, 60)
    kept.clear()
    assert kept.tally("calls:a", 0, 120) == 0


@pytest.mark.once
def test_calls_and_tries_at_the_same_moment_all_count_in_files(tmp_path):
    kept = TalliedFiles(str(tmp_path / "tries"), {})
    every_call_counts_and_one_alone_begins(kept)
    kept.add("over", 1, -1)
    assert kept.add("over", 2, 60)
    assert kept.get("over") == 2
    kept.tally("calls:old", 1, 120)
    os.utime(next((tmp_path / "tries").glob("*.tally")), (0, 0))
    kept.tally("calls:new", 1, 120)
    assert (kept.tally("calls:old", 0, 120), kept.tally("calls:new", 0, 120)) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_calls_and_tries_at_the_same_moment_all_count_in_the_database(settings):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps them in files")
    settings.CACHES = {"default": counts("django.db.backends.postgresql", settings.DATA)}
    call_command("createcachetable", verbosity=0)
    every_call_counts_and_one_alone_begins(caches["default"])


@pytest.mark.once
def test_wrong_tries_at_the_same_moment_all_count(tmp_path, settings, rf):
    """allauth counts them under a lock that one alone holds."""
    settings.CACHES = {"default": {"BACKEND": "huoyue.server.tallies.TalliedFiles", "LOCATION": str(tmp_path)}}

    def wrong(n: int) -> bool:
        request = rf.post("/sign-in/login/", REMOTE_ADDR="10.0.0.9")
        config = {"login_failed": "10/15m/key"}
        return bool(consume(request, app="allauth.account", action="login_failed", config=config, key="ada"))

    assert sum(at_once(wrong, 40)) == 10
