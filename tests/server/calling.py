"""Calling the API in tests: a key of somebody, and what an answer holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.test import Client
from django.utils import timezone

from huoyue.server.models import Account
from huoyue.server.operations.api_keys import make_key
from huoyue.server.operations.journal import Acting
from huoyue.server.wording.interfaces import SCOPES

BASE = "/api/v1/"


def key_of(account: Account, role: str, scopes: Iterable[str] = SCOPES) -> str:
    """A key for everything, of an account in a role."""
    doer = Acting(account, role, timezone.now(), "127.0.0.1")
    return make_key(doer, name="test", scopes=scopes, days=30)[1]


def call(token: str, address: str, **headers: str) -> Any:
    """What the API answers; with no token a stranger asks."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    own = {"Authorization": f"Bearer {token}"} if token else {}
    return Client(raise_request_exception=False).get(f"{BASE}{address}", headers=own | named)
