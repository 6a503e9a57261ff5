"""What every page shows: who is signed in, in which role, where they can go, and whether this is practice."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from huoyue.core.message import Message
from huoyue.server.queries.people import NOBODY
from huoyue.server.saying import organisation, said
from huoyue.server.wording import PLACES, ROLES


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of every page."""
    person = getattr(request, "person", NOBODY)
    lang = "en" if getattr(request, "LANGUAGE_CODE", "") == "en" else "zh"
    return {
        "person": person,
        "roles": [(role, ROLES[role]) for role in person.roles],
        "role_title": ROLES.get(person.role),
        "lang": lang,
        "organisation": said(organisation(), lang),
        "address": settings.SITE_ADDRESS,
        "help_contact": settings.HELP_CONTACT,
        "demonstration": settings.DEMONSTRATION,
        "places": places(person.role, request.path),
    }


ELSEWHERE = {
    "carried": "rounds",
    "earlier": "years",
    **dict.fromkeys(("account", "account_logout", "account_change_password", "account_reauthenticate"), ""),
    **dict.fromkeys(("mfa_index", "usersessions_list"), ""),
}
"""Pages whose address lies below another place of the menu than the one they belong to, if to any."""


def places(role: str, path: str) -> list[dict[str, Any]]:
    """The main menu of a role."""
    open_to_all = {"mailbox"} if settings.DEMONSTRATION and role else set()
    shown: list[tuple[str, Message]] = [
        (name, title) for name, title, roles in PLACES if role in roles or name in open_to_all
    ]
    belonging = {reverse(name): place for name, place in [*((name, name) for name, _ in shown), *ELSEWHERE.items()]}
    here = belonging.get(max((a for a in belonging if path.startswith(a)), key=len, default=""))
    return [{"address": reverse(name), "title": title, "here": name == here} for name, title in shown]
