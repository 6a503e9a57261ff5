"""Second factors, passkeys, recovery codes, sessions, identities elsewhere: what changes of them is in the journal."""

from __future__ import annotations

import json
import re
from unittest.mock import patch

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from tests.server.signing import set_up_app, sign_in

from huoyue.server import middleware
from huoyue.server.models import Event
from huoyue.server.operations.accounts import erase_account
from huoyue.server.operations.audit import verified

PROVIDER = "openid_connect"


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


def kinds() -> list[str]:
    return [kind.removeprefix("account.") for kind in Event.objects.order_by("seq").values_list("kind", flat=True)]


def test_an_app_its_codes_and_their_end_are_recorded(world):
    client = sign_in("ada")
    set_up_app(client)
    assert kinds() == ["factor_added", "codes_made"]
    codes = client.get("/sign-in/2fa/recovery-codes/").content.decode()
    shown = re.search(r"<textarea[^>]* readonly>([^<]*)</textarea>", codes)
    assert shown is not None and len(shown[1].split()) == 10
    first = Event.objects.get(kind="account.factor_added")
    assert (first.actor, first.role, first.subject) == (world.ada, "filer", str(world.ada.pk))
    assert first.after["factor"] == "totp"
    assert first.detail["from"] == "127.0.0.1"
    assert client.post("/sign-in/2fa/recovery-codes/generate/").status_code == 302
    assert kinds() == ["factor_added", "codes_made", "codes_made"]
    assert client.post("/sign-in/2fa/totp/deactivate/").status_code == 302
    assert kinds()[3:] == ["factor_removed"]
    kept = json.dumps(list(Event.objects.values_list("detail", flat=True)))
    assert "secret" not in kept and "seed" not in kept
    assert list(verified().faults) == []


def test_a_wrong_code_changes_nothing_and_records_nothing(world):
    client = sign_in("ada")
    client.get("/sign-in/2fa/totp/activate/", follow=True)
    client.post("/sign-in/2fa/totp/activate/", {"code": "000000"})
    assert kinds() == []


def test_a_passkey_is_recorded_when_it_goes_by_the_name_it_was_given(world):
    client = sign_in("ada")
    set_up_app(client)
    key = Authenticator.objects.create(user=world.ada, type="webauthn", data={"name": "办公室的钥匙", "credential": {}})
    assert client.post(f"/sign-in/2fa/webauthn/keys/{key.pk}/remove/").status_code == 302
    event = Event.objects.get(kind="account.passkey_removed")
    assert event.detail["before"] == {"factor": "webauthn", "name": "办公室的钥匙"}
    erase_account(world.acting("sun"), world.ada)
    event.refresh_from_db()
    assert event.detail is None
    assert list(verified().faults) == []


def test_ending_own_sessions_elsewhere_is_recorded_with_their_number(world):
    here = sign_in("ada")
    sign_in("ada")
    sign_in("ada")
    gone = UserSession.objects.filter(user=world.ada).latest("pk")
    Session.objects.filter(session_key=gone.session_key).delete()  # this one had run out
    sign_in("ben")
    assert here.post("/sign-in/sessions/").status_code == 302
    event = Event.objects.get(kind="account.sessions_ended")
    assert event.detail["before"] == {"sessions": 1}
    assert here.post("/sign-in/sessions/").status_code == 302
    assert kinds() == ["sessions_ended"]


def test_what_cannot_be_recorded_is_not_done(world, monkeypatch):
    client = sign_in("ada")
    sign_in("ada")

    def broken(*_: object) -> None:
        raise OSError("the journal is away")

    monkeypatch.setattr(middleware, "record_ways", broken)
    client.raise_request_exception = False
    assert client.post("/sign-in/sessions/").status_code == 500
    assert UserSession.objects.filter(user=world.ada).count() == 2
    page = client.get("/sign-in/2fa/totp/activate/", follow=True)
    assert page.status_code == 200
    with patch("tests.server.signing.words", str), pytest.raises(AssertionError):
        set_up_app(client)
    assert not Authenticator.objects.exists()


def test_a_page_that_breaks_leaves_nothing_changed(world):
    client = Client(raise_request_exception=False)
    sign_in("ada", client=client)
    sign_in("ada")
    with patch("allauth.usersessions.views.ListUserSessionsView.get_success_url", side_effect=ValueError):
        assert client.post("/sign-in/sessions/").status_code == 500
    assert UserSession.objects.filter(user=world.ada).count() == 2
    assert kinds() == []


def test_journal_and_history_say_it_in_both_languages(world, as_):
    set_up_app(sign_in("ada"))
    page = as_("sun").get("/journal/").content.decode()
    assert "增加双因素身份认证" in page and "身份验证器应用" in page and "生成恢复代码" in page
    client = as_("sun")
    client.cookies["lang"] = "en"
    page = client.get("/journal/").content.decode()
    assert "Second factor added" in page and "Authenticator app" in page and "Recovery codes made" in page


def test_an_identity_that_is_unlinked_is_recorded(world):
    """Linking is tested with a provider, beside signing in through it."""
    SocialAccount.objects.create(user=world.ada, provider="oidc", uid="1")
    before = middleware.ways_in(world.ada)
    SocialAccount.objects.all().delete()
    middleware.record_ways(world.acting("ada"), world.ada, before, middleware.ways_in(world.ada))
    event = Event.objects.get(kind="account.identity_unlinked")
    assert event.detail["before"] == {"provider": "oidc", "name": "1"}
