"""The pages for signing in speak as our own pages do, in one language at a time."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.server.signing import set_up_app, sign_in
from tests.server.world import PASSWORD, World

from huoyue.server.adapters import AccountAdapter

pytestmark = pytest.mark.once
PAGES = (
    "/sign-in/login/",
    "/sign-in/password/reset/",
    "/sign-in/2fa/",
    "/sign-in/password/change/",
    "/sign-in/2fa/totp/activate/",
    "/sign-in/2fa/webauthn/add/",
    "/sign-in/sessions/",
    "/sign-in/logout/",
)
HAN = re.compile(r"[\u4e00-\u9fff]+")


def page(client: Client, address: str, lang: str) -> str:
    client.cookies["lang"] = lang
    answer = client.get(address, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def words(text: str) -> str:
    """What a page says: without its head, scripts, tags, and the switch to the other language."""
    body = text[text.index("<body") :]
    body = re.sub(r"<script.*?</script>|<button[^>]*name=.lang.*?</button>", "", body, flags=re.DOTALL)
    placeholders = " ".join(re.findall(r'placeholder="([^"]*)"', body))
    return re.sub(r"<[^>]+>", " ", body) + placeholders


def test_the_page_for_signing_in_asks_for_the_sign_in_name_and_sends_nobody_to_sign_up(world: World) -> None:
    text = words(page(Client(), "/sign-in/login/", "zh"))
    assert "登录名或邮箱" in text
    assert "用通行密钥登录" in text
    assert "注册" not in text
    assert "Sign-in name or e-mail" in words(page(Client(), "/sign-in/login/", "en"))


def test_a_fault_of_our_own_while_signing_in_is_not_laid_at_the_providers_door(world: World, monkeypatch) -> None:
    """A full disk is an OSError as much as a provider that is away."""

    def full(*arguments: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(AccountAdapter, "authenticate", full)
    client = Client(raise_request_exception=False)
    answer = client.post("/sign-in/login/", {"login": "ada", "password": PASSWORD})
    assert answer.status_code == 500
    assert "登录服务暂时无法连接" not in answer.content.decode()


def test_after_signing_in_no_message_says_so(world: World) -> None:
    answer = Client().post("/sign-in/login/", {"login": "ada", "password": PASSWORD}, follow=True)
    assert answer.status_code == 200
    assert "成功登录" not in answer.content.decode()
    assert not list(answer.context["messages"])


@pytest.mark.parametrize("address", PAGES)
def test_pages_for_signing_in_hold_one_language(as_, world: World, address: str) -> None:
    reader = "" if "login" in address or "reset" in address else "ada"
    assert HAN.findall(words(page(as_(reader), address, "en"))) == []
    english = re.findall(r"[A-Za-z]{3,}", words(page(as_(reader), address, "zh")))
    assert set(english) <= {"Ada", "PIN", "JavaScript"}


BEHIND_THE_PASSWORD = (
    "/sign-in/2fa/",
    "/sign-in/2fa/recovery-codes/",
    "/sign-in/2fa/recovery-codes/generate/",
    "/sign-in/2fa/totp/deactivate/",
    "/sign-in/2fa/webauthn/add/",
)


def test_pages_of_the_second_factor_hold_one_language_once_the_password_is_given(world: World) -> None:
    client = sign_in("ada")
    set_up_app(client)
    for address in BEHIND_THE_PASSWORD:
        chinese = page(client, address, "zh")
        assert "确认身份" not in chinese, f"{address} asks for the password again"
        assert set(re.findall(r"[A-Za-z]{3,}", words(chinese))) <= {"Ada", "PIN", "JavaScript"}, address
        assert HAN.findall(words(page(client, address, "en"))) == [], address


def test_sentences_about_new_recovery_codes_follow_without_a_blank_in_chinese(world: World) -> None:
    client = sign_in("ada")
    set_up_app(client)
    assert "失效。确定吗？" in page(client, "/sign-in/2fa/recovery-codes/generate/", "zh")
    assert "existing codes. Are you sure?" in page(client, "/sign-in/2fa/recovery-codes/generate/", "en")
