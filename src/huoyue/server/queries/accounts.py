"""Doors to accounts, and why a page may or may not be seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve

from huoyue.core.message import M, Message
from huoyue.core.refusal import Refusal
from huoyue.server.models import Account, Alliance, Duty, Role
from huoyue.server.queries.doors import ABSENT, alliance_door
from huoyue.server.queries.people import Person
from huoyue.server.wording import ROLES, refusal_words


def account_door(person: Person, *, name: str) -> Account | Refusal:
    """An account, for the secretariat."""
    if not person.is_secretariat:
        return ABSENT
    return Account.objects.filter(username=name, erased_at=None).first() or ABSENT


def people_door(person: Person, *, unit: str) -> Alliance | Refusal:
    """An alliance whose people somebody looks after: the responsible filer's own, any for the secretariat."""
    alliance = alliance_door(person, unit=unit)
    if isinstance(alliance, Refusal) or person.is_secretariat:
        return alliance
    return alliance if person.role == Role.FILER and alliance.pk in person.answers_for else ABSENT


def listed(query: str, role: str, state: str) -> QuerySet[Account]:
    """Accounts by name, role and state, for the secretariat's list."""
    found = Account.objects.filter(erased_at=None).order_by("name", "username")
    if query:
        words = Q(name__icontains=query) | Q(username__icontains=query) | Q(email__icontains=query)
        held = Q(duties__alliance__name__icontains=query) | Q(duties__alliance__code__iexact=query)
        found = found.filter(words | held | Q(organisation__icontains=query))
    if role:
        found = found.filter(duties__role=role, duties__ended_at=None)
    unset = Q(password__startswith="!", last_login=None)  # noqa: S106 - how Django marks an account without one
    states = {"stopped": Q(is_active=False), "waiting": unset & Q(is_active=True), "active": Q(is_active=True) & ~unset}
    return found.filter(states.get(state, Q())).distinct()


def filers_of(alliance: Alliance) -> QuerySet[Duty]:
    """Who files for an alliance now, the responsible one first."""
    duties = Duty.objects.filter(alliance=alliance, role=Role.FILER, ended_at=None)
    return duties.select_related("account").order_by("-responsible", "pk")


@dataclass(frozen=True)
class Step:
    """One step of the explanation: what is asked, and whether it holds."""

    text: Message
    holds: bool


@dataclass(frozen=True)
class Explained:
    """Why a page may or may not be seen by a person."""

    steps: list[Step]
    allowed: bool
    mend: Message | None = None


def explained(person: Person, address: str) -> Explained:
    """Walk through the checks that a page makes before it is shown, by the same table that makes them."""
    path = address.strip()
    try:
        path = urlsplit(path).path or "/"
        found = resolve(path)
    except (ValueError, Resolver404):  # no address at all, or none of ours
        return Explained([Step(M("{path} is an address of this application.", path=path), False)], False)
    steps = [Step(M("{path} is an address of this application.", path=path), True)]
    route = getattr(found.func, "route", None)
    if route is None:
        steps.append(Step(M("It belongs to signing in and is everybody's own."), True))
        return Explained(steps, True)
    return _walked(person, route, found.kwargs, steps)


def _walked(person: Person, route: Any, named: dict[str, object], steps: list[Step]) -> Explained:
    roles = tuple(ROLES[role] for role in sorted(route.roles) if role in ROLES)
    if "anyone" in route.roles:
        steps.append(Step(M("It is open to everybody."), True))
    elif "signed-in" in route.roles:
        steps.append(Step(M("It is open to everybody who is signed in."), person.account is not None))
    else:
        steps.append(Step(M("Signed in."), person.account is not None))
        steps.append(Step(M("The role is one of: {roles}. Acting as: {role}.", roles=roles, role=ROLES[person.role]),
                          person.role in route.roles))  # fmt: skip
    refusal = route.role_refusal(person)
    if refusal is None and route.door is not None:
        refusal = route.why_not(person, **named)
        names = ", ".join(map(str, named.values()))
        what = M("What the address names ({named}) is within reach of the role.", named=names)
        steps.append(Step(what, refusal is None))
    mend = None if refusal is None else refusal_words(refusal)[1]
    if refusal is not None and person.account is None:
        mend = M("Sign in first.")
    return Explained(steps, refusal is None, mend)
