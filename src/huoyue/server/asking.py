"""Who is asking: the person behind a request, and the same as the doer of a change."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from huoyue.server.models import Account
from huoyue.server.operations.journal import Acting, Refuse
from huoyue.server.queries.people import Person

NOT_OURS = (ValueError, KeyError, TypeError, OverflowError, RecursionError)
"""What reading JSON raises that no script of ours sent: none at all, other fields, Infinity, nesting without end."""


def reader(request: HttpRequest) -> Person:
    """Who is asking, in which role."""
    person: Person = request.person  # type: ignore[attr-defined]  # set by the middleware
    return person


def own_account(request: HttpRequest) -> Account:
    """The account of whoever asks, for pages that only a person opens."""
    account = reader(request).account
    if account is None:
        raise Refuse("sign_in")
    return account


def acting(request: HttpRequest) -> Acting:
    """The doer of a change: who, in which role, now, from which address; the browser names the change by a token."""
    someone = reader(request)
    token = (request.headers.get("Idempotency-Key") or request.POST.get("token") or "")[:40]
    if token and someone.account is not None:
        token = f"{someone.account.pk}:{token}"
    return Acting(someone.account, someone.role, timezone.now(), request.META.get("REMOTE_ADDR", ""), token)
