"""A passkey in the browser: set up, signed in with alone, taken away again."""

from __future__ import annotations

import re

import pytest
from tests.journeys.conftest import PASSWORD, give_account, sign_in


@pytest.fixture
def with_key(browse):
    """A window whose device holds passkeys and knows its owner."""

    def window(**more):
        page = browse(**more)
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                   "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
        device = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        return page, lambda: devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]

    return window


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_passkey_is_added_and_then_signs_in_alone(site, with_key, lang):
    name = f"passkey-{lang}"
    give_account(site, name, "A001")
    page, held = with_key(lang=lang)
    local = site.address.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, never to a number
    page.context.add_cookies([{"name": "lang", "value": lang, "url": local}])
    page.goto(f"{local}/sign-in/login/")
    page.fill("[name=login]", name)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(re.compile(r"^(?!.*/login/$)"))

    page.goto(f"{local}/sign-in/2fa/webauthn/add/")
    if "reauthenticate" in page.url:
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/webauthn/add/**")
    page.fill("[name=name]", "Laptop")
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda address: not address.endswith("/add/"))
    assert len(held()) == 1
    page.goto(f"{local}/sign-in/2fa/webauthn/")
    assert "Laptop" in page.locator("main").inner_text()

    page.get_by_role("button", name="退出" if lang == "zh" else "Sign out").first.click()
    page.goto(f"{local}/account/")
    assert "/sign-in/login/" in page.url
    page.goto(f"{local}/sign-in/login/")
    page.click("#passkey_login")
    page.wait_for_url(lambda address: "/login/" not in address)
    page.goto(f"{local}/account/")
    assert name in page.locator("main").inner_text()
    assert (
        site.run(
            f"from allauth.mfa.models import Authenticator\n"
            f"print(Authenticator.objects.filter(user__username='{name}', type='webauthn', last_used_at=None).count())"
        )
        == "0"
    )


def test_a_device_without_a_passkey_signs_nobody_in_and_the_password_still_does(site, with_key):
    give_account(site, "keyless", "A002")
    page, _ = with_key(expect_errors=True)
    local = site.address.replace("127.0.0.1", "localhost")
    page.goto(f"{local}/sign-in/login/")
    page.click("#passkey_login")
    page.wait_for_timeout(1500)
    assert "/sign-in/login/" in page.url
    sign_in(page, "keyless")
    assert "/sign-in/" not in page.url
