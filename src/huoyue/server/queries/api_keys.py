"""Keys of programs: whose they are, and as whom they read now."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from huoyue.core.refusal import Refusal
from huoyue.server.models import ApiKey
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person
from huoyue.server.queries.people import person as person_of


def own_keys(person: Person) -> QuerySet[ApiKey]:
    """The keys that somebody made."""
    return ApiKey.objects.filter(account=person.account).select_related("account")


def all_keys() -> QuerySet[ApiKey]:
    """Every key, for the secretariat; those that work first."""
    return ApiKey.objects.select_related("account").order_by("revoked_at", "-at")


def key_door(person: Person, *, key: int) -> ApiKey | Refusal:
    """A key of one's own, any for the secretariat."""
    found = all_keys() if person.is_secretariat else own_keys(person)
    return found.filter(pk=key).first() or ABSENT


def key_by_digest(digest: str, now: datetime) -> ApiKey | None:
    """The key with that digest, if it still works."""
    found = ApiKey.objects.filter(digest=digest, revoked_at=None).select_related("account").first()
    return None if found is None or (found.expires_at is not None and found.expires_at <= now) else found


def reader_of(key: ApiKey) -> Person | Refusal:
    """As whom a key reads: its owner in the key's role, with the duties of now and never more.

    The second factor was asked for when the key was made, of roles that need one.
    """
    found = person_of(key.account, key.role, second_factor=True)
    if found.account is None or not found.role or found.role != key.role:
        return Refusal("key_role")
    found.scopes = frozenset(key.scopes)
    return found
