"""People at the pages for signing in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time

from django.test import Client
from tests.server.world import PASSWORD

LOGIN = "/sign-in/login/"
STEP, SOON = 30, 4
"""Seconds for which a one-time code is good, and how many of them a test may need."""


def who(client: Client) -> str:
    """The sign-in name under which a browser is signed in; empty if it is not."""
    answer = client.get("/account/data.json")
    return answer.json()["account"]["username"] if answer.status_code == 200 else ""


def sign_in(name: str, password: str = PASSWORD, client: Client | None = None, **more: str) -> Client:
    client = client or Client()
    client.last = client.post(LOGIN, {"login": name, "password": password}, **more)
    return client


def words(answer) -> str:
    body = answer.content.decode()
    body = re.sub(r"<script.*?</script>", "", body[body.index("<body") :], flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def one_time_code(secret: str, *, steps: int = 0) -> str:
    """The code of an authenticator app now (RFC 6238); one that is about to run out is waited for."""
    if (left := STEP - time.time() % STEP) < SOON:
        time.sleep(left)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // STEP + steps), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


# Invitations.


def set_up_app(client: Client, password: str = PASSWORD) -> str:
    """Set up an authenticator app; its secret."""
    page = client.get("/sign-in/2fa/totp/activate/", follow=True)
    if "reauthenticate" in page.request["PATH_INFO"]:
        client.post(page.request["PATH_INFO"], {"password": password})
        page = client.get("/sign-in/2fa/totp/activate/", follow=True)
    secret = page.context["form"].secret
    answer = client.post("/sign-in/2fa/totp/activate/", {"code": one_time_code(secret)})
    assert answer.status_code == 302, words(answer)
    return secret
