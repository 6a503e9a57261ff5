"""Whatever is typed into whatever form of whatever page: an answer in words, and never a stack trace."""

from __future__ import annotations

import io
import json
import time
from contextlib import redirect_stdout
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from lxml import html
from tests.journeys.pages import FURNISH, Look, looks
from tests.server.nonsense import WORDS, fields_of, filled

from huoyue.server.models import Account
from huoyue.server.operations.audit import verified

HEAD = "from django.utils import timezone\nfrom huoyue.server.models import *\n"
ASKED = [
    "page", "before", "sort", "q", "unit", "indicator", "by", "tier", "batch", "state", "study", "round", "kind", "day",
    "person", "left", "right", "account", "alliance", "officer", "add", "next",
]  # fmt: skip
"""What addresses are asked with."""


@pytest.fixture
def pages(demonstrated, settings) -> list[Look]:
    """Every page of the demonstration with one of everything in it."""
    settings.ALLOWED_HOSTS = ["*"]
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(HEAD + FURNISH, {})  # noqa: S102 - our own; the browser's tests run it in a process
    return looks(json.loads(printed.getvalue().strip().splitlines()[-1]))


def browser(who: str) -> Client:
    """A browser in which somebody has signed in with a password and a code a moment ago."""
    client = Client()
    if who:
        account = Account.objects.get(username=who)
        client.force_login(account)
        session = client.session
        session["role"] = account.duties.filter(ended_at=None).first().role
        ways = [{"method": "password"}, {"method": "mfa", "type": "totp"}]
        session["account_authentication_methods"] = [way | {"at": time.time()} for way in ways]
        session.save()
    return client


def answered(client: Client, method: str, address: str, sent: dict[str, Any]) -> str:
    """What is wrong with the answer, which is undone afterwards; nothing if it is one."""
    with transaction.atomic():
        try:
            answer = (client.post if method == "post" else client.get)(address, sent)
            if answer.streaming:
                b"".join(answer.streaming_content)
            told = f"answered {answer.status_code}" if answer.status_code >= 500 else ""
        except Exception as error:
            told = f"{type(error).__name__}: {error}"[:200]
        transaction.set_rollback(True)
    return told


@pytest.mark.slow
def test_no_page_and_no_form_answers_nonsense_with_a_stack_trace(pages):
    chance = Random(2016)
    found, seen = [], set()
    for look in pages:
        client, base = browser(look.who), look.path.split("?")[0]
        page = client.get(look.path)
        sent = {name: chance.choice(WORDS) for name in chance.sample(ASKED, 3)}
        found.append((look, base, sent, answered(client, "get", base, sent)))
        if page.status_code != 200 or "html" not in page["Content-Type"]:
            continue
        for form in html.fromstring(page.content.decode()).iter("form"):
            action = (form.get("action") or look.path).split("#")[0]
            action = base + action if action.startswith("?") else action
            buttons = [button.get("value", "") for button in form.iter("button")]
            kind = (action, *(field.get("name") for field in fields_of(form)), *buttons)
            if kind in seen or action == "/sign-in/logout/":
                continue
            seen.add(kind)
            sent = filled(form, chance)
            found.append(
                (look, action, sent, answered(browser(look.who), form.get("method", "get").lower(), action, sent))
            )
    assert len(seen) > 130
    assert [f"{look.who} {look.path} → {to} {sent}: {told}" for look, to, sent, told in found if told] == []
    assert not verified().faults
