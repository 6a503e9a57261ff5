"""How people sign in: by invitation, printed code, password, second factor; and how those are kept out who may not."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.server.living import Place
from tests.server.signing import LOGIN, one_time_code, set_up_app, sign_in, who, words
from tests.server.world import PASSWORD, make_account

from huoyue.server.models import Duty, Event, Mail, Role
from huoyue.server.operations.accounts import change_account, erase_account, resume_account, stop_account
from huoyue.server.operations.accounts import make_account as made_account
from huoyue.server.operations.audit import verified
from huoyue.server.operations.invitations import invite, withdraw_invitation

NEW = "a-much-longer-secret-9"
ENTER = {"name": "Ben Neu", "password": NEW, "again": NEW}


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    cache.clear()


@pytest.fixture
def invited(world):
    return invite(world.acting("sun"), world.ben, by_letter=False)


def test_a_link_works_once_and_signs_in(world, invited):
    client = Client()
    address = f"/invitation/{invited.token}/"
    assert client.get(address).status_code == 200
    answer = client.post(address, ENTER)
    assert (answer.status_code, answer["Location"]) == (303, "/")
    assert who(client) == "ben"
    assert who(sign_in("ben", NEW)) == "ben"
    for again in (Client().get(address), Client().post(address, ENTER | {"password": "x" * 20, "again": "x" * 20})):
        assert again.status_code == 409
        assert "已经使用或已过期" in words(again)
    assert who(sign_in("ben", NEW)) == "ben"


@pytest.mark.parametrize("how", ["old", "withdrawn", "newer", "stopped"])
@pytest.mark.parametrize("by", ["link", "code"])
def test_an_invitation_that_ended_lets_nobody_in(world, invited, how, by):
    begun = Client()  # somebody who stands on the page for the password already
    begun.post("/code/", {"code": invited.code})
    assert "password" in begun.get("/code/").content.decode()
    later = timezone.now()
    if how == "old":
        later += timedelta(days=31)
    elif how == "withdrawn":
        withdraw_invitation(world.acting("sun"), world.ben)
    elif how == "newer":
        invite(world.acting("sun"), world.ben, by_letter=False)
    else:
        stop_account(world.acting("sun"), world.ben)
    with time_machine.travel(later, tick=True):
        client = Client()
        if by == "link":
            assert client.get(f"/invitation/{invited.token}/").status_code == 409
            assert client.post(f"/invitation/{invited.token}/", ENTER).status_code == 409
        else:
            assert client.post("/code/", {"code": invited.code}).status_code == 422
        begun.post("/code/", ENTER)
        assert who(begun) == ""
    world.ben.refresh_from_db()
    assert world.ben.check_password(PASSWORD)


@pytest.mark.parametrize("written", [str, str.lower, lambda code: code.replace("-", " "), lambda c: c.replace("-", "")])
def test_a_printed_code_works_once_however_it_is_typed(world, invited, written):
    client = Client()
    assert client.post("/code/", {"code": written(invited.code)}).status_code == 303
    assert "Ben" in client.get("/code/").content.decode()
    assert client.post("/code/", ENTER).status_code == 303
    assert who(client) == "ben"
    assert Client().post("/code/", {"code": invited.code}).status_code == 422


def test_a_wrong_code_comes_back_with_words_and_what_was_typed(world, invited):
    answer = Client().post("/code/", {"code": "ABCD-EFGH"})
    assert answer.status_code == 422
    assert 'value="ABCD-EFGH"' in answer.content.decode()
    assert "邀请" in words(answer)


@pytest.mark.parametrize("typed", [{}, {"code": ""}, {"code": "x" * 5000}, {"code": "甲乙\x00"}])
def test_what_is_no_code_at_all_is_told_at_the_field(world, typed):
    answer = Client().post("/code/", typed)
    assert answer.status_code == 422
    assert answer.content.decode().count('class="error"') == 1


def test_wrong_codes_are_throttled_by_address_with_words(world, invited):
    for n in range(20):
        assert Client().post("/code/", {"code": f"WRONG-{n}"}).status_code == 422
    for body in ({"code": "WRONG"}, {"code": invited.code}):
        answer = Client().post("/code/", body)
        assert answer.status_code == 429
        assert "15" in words(answer)
    assert Client().post("/code/", {"code": invited.code}, REMOTE_ADDR="10.0.0.9").status_code == 303
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=True):
        assert Client().post("/code/", {"code": invited.code}).status_code == 303


def test_a_training_room_behind_one_address_comes_in_as_a_whole(world):
    for n in range(25):
        sent = invite(world.acting("sun"), make_account(f"trainee{n}", Role.OBSERVER), by_letter=False)
        client = Client()
        assert client.post("/code/", {"code": sent.code}).status_code == 303
        assert client.post("/code/", ENTER).status_code == 303


@pytest.mark.parametrize("password", ["short-1", "password123", "12345678901234", "ben@example.org", ""])
def test_a_weak_password_is_refused_with_words_and_nothing_is_lost(world, invited, password):
    client = Client()
    answer = client.post(f"/invitation/{invited.token}/", ENTER | {"password": password, "again": password})
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert 'value="Ben Neu"' in answer.content.decode()
    assert client.post(f"/invitation/{invited.token}/", ENTER).status_code == 303


def test_two_passwords_that_differ_are_said(world, invited):
    answer = Client().post(f"/invitation/{invited.token}/", ENTER | {"again": "another-secret-8"})
    assert answer.status_code == 422
    assert "两次" in words(answer)


def test_an_invitation_does_not_replace_the_second_factor(world, invited):
    Authenticator.objects.create(user=world.ben, type="totp", data={"secret": "x"})
    client = Client()
    answer = client.post(f"/invitation/{invited.token}/", ENTER)
    assert answer["Location"].startswith(LOGIN)
    assert who(client) == ""


# Passwords.


@pytest.mark.parametrize("name", ["ada", "ADA", "ada@example.org", "Ada@Example.ORG", " ada "])
def test_people_sign_in_by_name_or_address(world, name):
    assert who(sign_in(name)) == "ada"


def test_an_address_written_with_capitals_is_found_however_it_is_typed(world):
    account = made_account(world.acting("sun"), username="fay", name="Fay", email="Fay.X@Example.org")
    change_account(world.acting("sun"), world.eva, {"email": "Eva.Y@Example.org"})
    account.set_password(PASSWORD)
    account.save()
    for name, typed in (("fay", "fay.x@example.org"), ("fay", "Fay.X@Example.org"), ("eva", "eva.y@example.org")):
        assert who(sign_in(typed)) == name


def test_a_wrong_password_and_an_unknown_name_look_alike(world):
    for known, unknown in (("ada", "nobody"), ("ada@example.org", "nobody@example.org")):
        answers = [sign_in(name, "wrong-password").last for name in (known, unknown)]
        told = {(answer.status_code, words(answer)) for answer in answers}
        assert len(told) == 1, told
        assert "密码不正确" in told.pop()[1]


def test_wrong_tries_slow_the_account_down_and_nobody_else(world):
    for n in range(10):
        tried = sign_in("ada" if n % 2 else "ada@example.org", "wrong-password", REMOTE_ADDR=f"10.0.0.{n}")
        assert who(tried) == ""
    assert who(sign_in("ada", REMOTE_ADDR="10.0.1.1")) == ""
    assert who(sign_in("ADA@example.org", REMOTE_ADDR="10.0.1.2")) == ""
    assert who(sign_in("ada", REMOTE_ADDR="10.0.1.3", HTTP_HOST="localhost:1234")) == ""
    assert "失败次数过多" in words(sign_in("ada").last) or "稍后" in words(sign_in("ada").last)
    assert who(sign_in("ben")) == "ben"
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=True):
        assert who(sign_in("ada")) == "ada"


def test_right_passwords_do_not_count_as_tries(world):
    for _ in range(15):
        assert who(sign_in("ada")) == "ada"


def test_unknown_names_are_throttled_as_known_ones_are(world):
    known, unknown = ([sign_in(name, "wrong-password").last for _ in range(12)] for name in ("ada", "nobody"))
    assert [(a.status_code, words(a)) for a in known] == [(a.status_code, words(a)) for a in unknown]


def test_one_address_that_tries_many_names_is_slowed_down_and_a_forged_header_changes_nothing(world):
    for n in range(60):
        sign_in(f"name{n}", "wrong-password", HTTP_X_FORWARDED_FOR=f"10.9.0.{n}")
    assert who(sign_in("ada", HTTP_X_FORWARDED_FOR="10.9.1.1")) == ""
    assert who(sign_in("ada", REMOTE_ADDR="10.0.0.5")) == "ada"


def test_an_address_is_taken_from_the_proxy_that_is_named_and_from_nobody_else():
    """What wsgi.py puts around the application where HUOYUE_BEHIND_PROXY names a proxy."""
    from granian.utils.proxies import wrap_wsgi_with_proxy_headers

    seen = []
    wrapped = wrap_wsgi_with_proxy_headers(lambda env, start: seen.append(env["REMOTE_ADDR"]), ["10.0.0.1"])
    forged = {"HTTP_X_FORWARDED_FOR": "6.6.6.6, 7.7.7.7", "HTTP_X_FORWARDED_PROTO": "https", "wsgi.url_scheme": "http"}
    for peer in ("10.0.0.1", "10.0.0.2"):
        wrapped(forged | {"REMOTE_ADDR": peer}, lambda *_: None)
    assert seen == ["7.7.7.7", "10.0.0.2"]


def test_tries_are_counted_over_all_processes(settings):
    cache.set("tried", [1.0], 60)
    code = (
        "import sys\n"
        "from django.core.cache.backends.filebased import FileBasedCache\n"
        "print(FileBasedCache(sys.argv[1], {}).get('tried'))"
    )
    place = str(settings.CACHES["default"]["LOCATION"])
    assert settings.CACHES["default"]["OPTIONS"]["MAX_ENTRIES"] > 1000  # or a flood of names forgets the tries
    done = subprocess.run([sys.executable, "-c", f"from tests.server import settings\n{code}", place],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.strip() == "[1.0]"


# Stopping, sessions, changing the password.


def test_a_stopped_account_is_out_at_once_and_stays_out(world):
    client = sign_in("ada")
    assert who(client) == "ada"
    stop_account(world.acting("sun"), world.ada)
    assert who(client) == ""
    answer = sign_in("ada")
    assert who(answer) == ""
    assert "停用" in words(answer.get(answer.last["Location"]))
    resume_account(world.acting("sun"), world.ada)
    assert who(client) == ""
    assert who(sign_in("ada")) == "ada"


def test_with_an_account_go_its_devices_addresses_and_second_factors(world):
    client = sign_in("eva", HTTP_USER_AGENT="Kept/1")
    Authenticator.objects.create(user=world.eva, type="totp", data={"secret": "x"})
    SocialAccount.objects.create(user=world.eva, provider="oidc", uid="1", extra_data={"name": "Eva"})
    erase_account(world.acting("sun"), world.eva)
    assert who(client) == ""
    for kept in (UserSession, Authenticator, SocialAccount):
        assert not kept.objects.filter(user=world.eva).exists()


def test_sessions_are_listed_and_a_revoked_one_ends_at_its_next_request(world):
    here, there = sign_in("ada", HTTP_USER_AGENT="Here/1"), sign_in("ada", HTTP_USER_AGENT="There/1")
    other = sign_in("ben", HTTP_USER_AGENT="Elsewhere/1")
    page = here.get("/sign-in/sessions/").content.decode()
    assert "Here/1" in page
    assert "There/1" in page
    assert "Elsewhere/1" not in page
    assert here.post("/sign-in/sessions/").status_code == 302
    assert (who(here), who(there), who(other)) == ("ada", "", "ben")
    assert list(UserSession.objects.filter(user=world.ada).values_list("user_agent", flat=True)) == ["Here/1"]


def test_sessions_by_invitation_are_listed_and_stay_so_when_the_role_changes(world, invited):
    client = Client(HTTP_USER_AGENT="Invited/1")
    client.post(f"/invitation/{invited.token}/", ENTER)
    Duty.objects.create(account=world.ben, role=Role.OBSERVER)
    client.post("/role/", {"role": "observer"})
    page = client.get("/sign-in/sessions/").content.decode()
    assert page.count('title="Invited/1"') == 1
    elsewhere = sign_in("ben", NEW)
    elsewhere.post("/sign-in/sessions/")
    assert who(client) == ""


def test_changing_the_password_ends_other_sessions_and_is_in_the_journal(world):
    here, there = sign_in("ada"), sign_in("ada")
    old = here.session.session_key
    typed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert here.post("/sign-in/password/change/", typed).status_code == 302
    assert (who(here), who(there)) == ("ada", "")
    assert here.session.session_key != old
    assert who(sign_in("ada")) == ""
    assert who(sign_in("ada", NEW)) == "ada"
    event = Event.objects.get(kind="account.password_set")
    assert (event.actor, event.subject) == (world.ada, str(world.ada.pk))
    assert NEW not in str(event.detail)
    assert not verified().faults


@pytest.mark.parametrize("typed", [
    {"oldpassword": "wrong-password", "password1": NEW, "password2": NEW},
    {"oldpassword": PASSWORD, "password1": "short", "password2": "short"},
    {"oldpassword": PASSWORD, "password1": "password123", "password2": "password123"},
    {"oldpassword": PASSWORD, "password1": NEW, "password2": "other-secret-77"},
])  # fmt: skip
def test_a_change_of_password_that_does_not_fit_is_refused_with_words(world, typed):
    client = sign_in("ada")
    answer = client.post("/sign-in/password/change/", typed)
    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()
    assert who(sign_in("ada")) == "ada"


def test_a_new_invitation_taken_up_ends_the_sessions_of_the_old_password(world, invited):
    old = sign_in("ben")
    Client().post(f"/invitation/{invited.token}/", ENTER)
    assert who(old) == ""


# Recovery.


def asked_for(address: str, client: Client | None = None):
    answer = (client or Client()).post("/sign-in/password/reset/", {"email": address}, follow=True)
    return answer.status_code, answer.redirect_chain, words(answer)


def link_in(letter: Mail) -> str:
    found = re.search(r"http\S+/password/reset/key/\S+", letter.body)
    assert found is not None, letter.body
    return urlsplit(found[0]).path


def test_a_password_is_recovered_by_a_letter_of_our_outbox(world):
    old = sign_in("ada")
    asked_for("Ada@example.org")
    letter = Mail.objects.get()
    assert (letter.to, letter.kind, letter.address) == (world.ada, "recovery", "ada@example.org")
    assert "ada" in letter.body
    client = Client()
    place = client.get(link_in(letter))["Location"]
    weak = client.post(place, {"password1": "short", "password2": "short"})
    assert 'class="error"' in weak.content.decode()
    assert client.post(place, {"password1": NEW, "password2": NEW}).status_code == 302
    assert who(client) == ""
    assert (who(old), who(sign_in("ada")), who(sign_in("ada", NEW))) == ("", "", "ada")
    again = Client().get(link_in(letter), follow=True)
    assert "password1" not in again.content.decode()
    assert list(Event.objects.values_list("kind", flat=True).order_by("seq")) == [
        "account.recovery_asked", "account.password_set",
    ]  # fmt: skip


def test_recovery_says_the_same_of_unknown_addresses_and_writes_to_nobody(world):
    known = asked_for("ada@example.org")
    letters = Mail.objects.count()
    stop_account(world.acting("sun"), world.ben)
    assert asked_for("nobody@example.org") == known
    assert asked_for("ben@example.org") == known
    assert letters == Mail.objects.count() == 1


def test_the_link_of_a_letter_does_not_come_from_a_forged_host(world, settings):
    settings.SITE_ADDRESS = "https://real.example.org"
    Client().post("/sign-in/password/reset/", {"email": "ada@example.org"}, HTTP_HOST="localhost:6666")
    assert "https://real.example.org/sign-in/password/reset/key/" in Mail.objects.get().body
    assert "6666" not in Mail.objects.get().body


def test_nobody_is_flooded_with_letters(world):
    for _ in range(12):
        asked_for("ada@example.org")
    assert Mail.objects.count() == 5


# The second factor, roles.


@pytest.fixture
def _strict(settings):
    settings.REQUIRE_SECOND_FACTOR = frozenset({"secretariat", "chair"})


@pytest.mark.usefixtures("_strict")
@pytest.mark.parametrize(("name", "own"), [("sun", "/accounts/"), ("cho", "/rounds/r1/about/")])
def test_a_role_that_needs_a_second_factor_is_reached_with_one_only(world, name, own):
    client = sign_in(name)
    first = client.get("/")
    assert "/sign-in/2fa/" in first.content.decode()
    assert "此身份须使用双因素身份认证" in words(first)
    for address in ("/accounts/", "/journal/", "/register/", "/rounds/r1/", "/rounds/r1/screening/"):
        assert client.get(address).status_code in (403, 404), address
    assert client.post("/accounts/of/ada/act/", {"step": "stop"}).status_code == 403
    assert client.get("/account/").status_code == 200
    secret = set_up_app(client)
    after = words(client.get("/"))
    assert "已设置双因素身份认证" in after and "此身份须使用" not in after
    cache.clear()  # a code is good once; a minute of waiting would do as well
    fresh = sign_in(name)
    assert "/2fa/authenticate/" in fresh.last["Location"]
    assert who(fresh) == ""
    assert fresh.get(own).status_code != 200
    wrong = fresh.post("/sign-in/2fa/authenticate/", {"code": "000000"})
    assert 'class="error"' in wrong.content.decode()
    assert fresh.post("/sign-in/2fa/authenticate/", {"code": one_time_code(secret)}).status_code == 302
    assert who(fresh) == name
    assert fresh.get(own).status_code == 200


@pytest.mark.usefixtures("_strict")
def test_a_one_time_code_is_good_once_and_guessing_is_slowed_down(world):
    secret = set_up_app(sign_in("sun"))
    cache.clear()
    code = one_time_code(secret)
    assert sign_in("sun").post("/sign-in/2fa/authenticate/", {"code": code}).status_code == 302
    assert sign_in("sun").post("/sign-in/2fa/authenticate/", {"code": code}).status_code == 200
    guessing = sign_in("sun")
    for _ in range(12):
        guessing.post("/sign-in/2fa/authenticate/", {"code": "000000"})
    guessing.post("/sign-in/2fa/authenticate/", {"code": one_time_code(secret, steps=1)})
    assert who(guessing) == ""


@pytest.mark.usefixtures("_strict")
def test_one_person_with_several_roles_switches_and_a_locked_role_stays_locked(world):
    Duty.objects.create(account=world.sun, role=Role.FILER, alliance=world.alliances[2])
    client = sign_in("sun")
    assert client.get("/accounts/").status_code == 403
    client.post("/role/", {"role": "filer"})
    assert client.get("/rounds/r1/filing/A003/").status_code == 200
    client.post("/role/", {"role": "chair"})  # not hers: nothing changes
    assert client.get("/rounds/r1/filing/A003/").status_code == 200
    client.post("/role/", {"role": "secretariat"})
    assert client.get("/accounts/").status_code == 403


def test_roles_are_switched_without_a_second_factor_where_none_is_asked(world):
    Duty.objects.create(account=world.sun, role=Role.FILER, alliance=world.alliances[2])
    client = sign_in("sun")
    assert client.get("/accounts/").status_code == 200
    key = client.session.session_key
    client.post("/role/", {"role": "filer"})
    assert client.get("/accounts/").status_code == 403
    assert client.session.session_key != key
    client.post("/role/", {"role": "secretariat"})
    assert client.get("/accounts/").status_code == 200


# What is closed.


def test_nobody_signs_up_and_nobody_changes_an_own_address(world):
    answer = Client().post("/sign-in/signup/", {"username": "eve", "password1": NEW, "password2": NEW})
    assert answer.status_code in (200, 403)
    assert not type(world.ada).objects.filter(username="eve").exists()
    client = sign_in("ada")
    assert client.get("/sign-in/email/").status_code == 404
    assert client.post("/sign-in/email/", {"action_add": "", "email": "sun@example.org"}).status_code == 404
    client.post("/account/", {"name": "Ada", "language": "zh", "email": "x@example.org", "username": "sun"})
    world.ada.refresh_from_db()
    assert (world.ada.username, world.ada.email) == ("ada", "ada@example.org")
    assert not EmailAddress.objects.exists()


@pytest.mark.parametrize("place", [
    "https://evil.example/", "//evil.example/", "https:evil.example", "/\\evil.example", "\\\\evil.example",
    "javascript:alert(1)", "https://localhost@evil.example/", "http:///evil.example", "\thttps://evil.example",
])  # fmt: skip
def test_nobody_is_sent_on_to_another_site(world, place):
    def harmless(answer) -> bool:
        return answer.status_code == 200 or re.match(r"/(?![/\\])", answer["Location"]) is not None

    client = Client()
    assert harmless(client.post(LOGIN, {"login": "ada", "password": PASSWORD, "next": place}))
    assert who(client) == "ada"
    assert harmless(client.get(LOGIN, {"next": place}))
    assert harmless(client.post("/language/", {"lang": "en", "next": place}))
    assert harmless(client.post("/sign-in/logout/", {"next": place}))


def test_people_land_where_they_wanted_to_go(world):
    answer = Client().get("/account/")
    assert answer["Location"] == f"{LOGIN}?next=%2Faccount%2F"
    answer = Client().post(LOGIN, {"login": "ada", "password": PASSWORD, "next": "/account/"})
    assert answer["Location"] == "/account/"


def test_signing_in_gives_the_session_a_new_key_and_out_ends_it(world):
    client = Client()
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    sign_in("ada", client=client)
    after = client.session.session_key
    assert after != before
    client.post("/sign-in/logout/")
    assert not Session.objects.filter(session_key__in=[before, after]).exists()


REAL = {
    "HUOYUE_HOSTS": "huoyue.example.org", "HUOYUE_ADDRESS": "https://huoyue.example.org", "HUOYUE_PLAIN_HTTP": "0",
    "HUOYUE_SECRET_KEY": "Zk3v9-Qw7pLx2Rt8Ny5Bc1Hd6Gf4Js0Um_Va-Ie+Oo=Tt~Yy^Kk", "HUOYUE_BEHIND_PROXY": "127.0.0.1",
}  # fmt: skip


@pytest.mark.once
def test_settings_of_a_real_round_have_no_issues_for_deployment(tmp_path):
    place = Place(tmp_path)
    done = subprocess.run([sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
                          env=place.environment | REAL, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


@pytest.mark.once
def test_cookies_of_a_real_round_are_for_https_for_this_host_and_not_for_scripts(tmp_path):
    place = Place(tmp_path)
    code = (
        "from django.core.management import call_command\ncall_command('migrate', verbosity=0)\n"
        "from django.test import Client\nfrom tests.server.world import make_world, PASSWORD\nmake_world()\n"
        "c = Client(SERVER_NAME='huoyue.example.org')\n"
        "print(c.get('/sign-in/login/').status_code)\n"
        "c.get('/sign-in/login/', secure=True)\n"
        "c.post('/sign-in/login/', {'login': 'ada', 'password': PASSWORD}, secure=True)\n"
        "print(c.get('/account/', secure=True).status_code)\n"
        "print(c.get('/account/', secure=True)['Strict-Transport-Security'])\n"
        "for m in c.cookies.values(): print(m.OutputString())\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", f"import django; django.setup()\n{code}"],
                          env=place.environment | REAL, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    plain, page, strict, *cookies = done.stdout.splitlines()
    assert (plain, page) == ("301", "200")
    assert "max-age=31536000" in strict
    named = {line.split("=")[0]: line for line in cookies}
    assert set(named) == {"__Host-huoyue", "__Host-huoyue-csrf"}
    for line in named.values():
        assert all(flag in line for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
        assert "Domain" not in line
