"""Who is asking: an account in one of its roles, with what that role reaches."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.conf import settings
from django.db.models import Q, QuerySet

from huoyue.server.models import Account, Duty, Role
from huoyue.server.queries.prepared import Prepared

ORDER = [role.value for role in Role]
"""Roles as they are offered: the widest first."""


@dataclass
class Person:
    """An account acting in `role`, one of its `roles`; a stranger has neither account nor role."""

    account: Account | None
    role: str = ""
    roles: tuple[str, ...] = ()
    duties: list[Duty] = field(default_factory=list)
    """The duties of the role acted in."""
    locked: str = ""
    """The role that cannot be acted in because the session used no second factor."""
    scopes: frozenset[str] | None = None
    """What the key of a program lets it read; None for people, whom nothing but their role limits."""

    @property
    def is_secretariat(self) -> bool:
        return self.role == Role.SECRETARIAT

    def serves(self, round_id: int | None) -> bool:
        """Whether the role holds in that round."""
        return any(duty.round_id in (None, round_id) for duty in self.duties)

    def alliances_in(self, round_id: int | None) -> set[int]:
        """Ids of the alliances that the role is given for, in that round."""
        return {d.alliance_id for d in self.duties if d.alliance_id and d.round_id in (None, round_id)}

    @cached_property
    def answers_for(self) -> set[int]:
        """Ids of the alliances whose filing this person is responsible for."""
        return {duty.alliance_id for duty in self.duties if duty.responsible and duty.alliance_id}


NOBODY = Person(None)


def duties_of(account: Account) -> QuerySet[Duty]:
    """What an account may do now."""
    return duties_by_number(account.pk)


def duties_by_number(account: int) -> QuerySet[Duty]:
    """The same by the account's number."""
    return Duty.objects.filter(account_id=account, ended_at=None).filter(Q(alliance=None) | Q(alliance__left_on=None))


def duties_with_account(account: int) -> QuerySet[Duty]:
    """The same, with the account."""
    return duties_by_number(account).select_related("account")


held_by: Prepared[Duty] = Prepared(duties_by_number)
held_with_account: Prepared[Duty] = Prepared(duties_with_account)


def account_with_duties(number: int) -> Account | None:
    """The account with that number, its duties read along if it has any: `person` takes them once."""
    held = held_with_account(account=number)
    if not held:
        return Account.objects.filter(pk=number).first()
    account: Account = held[0].account
    account.__dict__["held"] = held
    return account


def taken(account: Account) -> list[Duty]:
    """The duties that were read along with the account, once: who asks again is told what holds then."""
    found: list[Duty] = getattr(account, "held", [])  # not of __dict__: a request's user is a proxy with its own
    if found:
        delattr(account, "held")
    return found


def person(account: Account | None, role: str = "", *, second_factor: bool = False) -> Person:
    """The account in `role` if it has it, else in its first role."""
    if account is None or not account.is_active:
        return NOBODY
    held = taken(account) or held_by(account=account.pk)
    roles = tuple(sorted({duty.role for duty in held}, key=ORDER.index))
    acted = role if role in roles else (roles[0] if roles else "")
    if acted in settings.REQUIRE_SECOND_FACTOR and not second_factor:
        return Person(account, "", roles, locked=acted)
    return Person(account, acted, roles, [duty for duty in held if duty.role == acted])


def nobody_yet() -> bool:
    """Whether no account of the secretariat could let anybody in."""
    return not Duty.objects.filter(role=Role.SECRETARIAT, ended_at=None, account__is_active=True).exists()
