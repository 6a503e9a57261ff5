"""Keys with which programs read: made by a person for the role acted in, shown once, kept as a digest, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256

from django.db.models import Q

from huoyue.server.models import ApiKey
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.wording.interfaces import SCOPES

MARK = "hyk_"
"""How keys begin, so that people and scanners of code know one when they see it."""
SHOWN = 12
MOST = 20
"""Keys of one account that work at a time."""
LONGEST_DAYS = 366


def digest_of_key(token: str) -> str:
    """What is kept of a key. It is random enough that no slow hash has to guard it."""
    return sha256(token.encode()).hexdigest()


@operation("key.made")
def make_key(acting: Acting, *, name: str, scopes: Iterable[str], days: int) -> tuple[ApiKey, str]:
    """A key for the role acted in, and its text, which nobody can read again."""
    if not acting.role:
        raise Refuse("role", role="")
    wanted = sorted(set(scopes) & set(SCOPES))
    if not name.strip() or not wanted or not 0 < days < LONGEST_DAYS:
        raise Refuse("key_incomplete")
    live = ApiKey.objects.filter(account=acting.doer, revoked_at=None, expires_at__gt=acting.at)
    if live.count() >= MOST:
        raise Refuse("keys_too_many", most=str(MOST))
    token = MARK + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        account=acting.doer, role=acting.role, name=name.strip()[:80], prefix=token[:SHOWN],
        digest=digest_of_key(token), scopes=wanted, at=acting.at, expires_at=acting.at + timedelta(days=days),
    )  # fmt: skip
    record(acting, "key.made", subject=str(key.pk), after=shown(key))
    return key, token


@operation("key.revoked")
def revoke_key(acting: Acting, key: ApiKey) -> None:
    """Let a key open nothing any more."""
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=acting.at) != 1:
        raise Refuse("stale")
    record(acting, "key.revoked", subject=str(key.pk), before=shown(key))


def shown(key: ApiKey) -> dict[str, object]:
    """What events keep of a key."""
    until = key.expires_at.isoformat() if key.expires_at else ""
    return {"prefix": key.prefix, "role": key.role, "scopes": key.scopes, "until": until}


def note_use(key: ApiKey, today: date) -> None:
    """Write down the day of use: once a day, not at every request."""
    if key.used_on != today:
        ApiKey.objects.filter(Q(used_on=None) | Q(used_on__lt=today), pk=key.pk).update(used_on=today)
