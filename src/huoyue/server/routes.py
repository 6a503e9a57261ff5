"""The table of addresses: each line says what it shows, to which roles, and through which door its row is fetched.

There is no other way to declare a page, so what is not in the table cannot be reached, and the permission matrix and
the page that explains access are made from the same lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from inspect import signature
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, URLPattern, path, resolve, reverse
from django.utils import timezone

from huoyue.core.refusal import Refusal
from huoyue.server.asking import reader
from huoyue.server.models import Round
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.people import Person

ANYONE: frozenset[str] = frozenset({"anyone"})
SIGNED_IN: frozenset[str] = frozenset({"signed-in"})
View = Callable[..., HttpResponseBase]
API = "/api/v1/"
"""Where addresses for programs begin: there a key says who asks, and never a session."""


@dataclass(frozen=True)
class Route:
    """A page or an act: its name, address, the roles that may use it, the door, and the methods it answers."""

    name: str
    address: str
    view: View
    roles: frozenset[str]
    door: Callable[..., Any] | None = None
    methods: tuple[str, ...] = ("GET",)
    scope: str = ""
    """What a key has to be good for."""

    def why_not(self, person: Person, **named: object) -> Refusal | None:
        """Why `person` may not use it with what the address names; None if nothing stands against it."""
        if refusal := self.role_refusal(person):
            return refusal
        found = self.door(person, **self.taken(named)) if self.door else None
        return found if isinstance(found, Refusal) else None

    def taken(self, named: Mapping[str, object]) -> dict[str, object]:
        """What of the address the door asks for; the rest is the view's."""
        asked = signature(self.door).parameters if self.door else {}
        return {name: value for name, value in named.items() if name in asked}

    def role_refusal(self, person: Person) -> Refusal | None:
        """Why role and key alone do not do: no account, another role, or a key for something else."""
        if self.roles == ANYONE and not self.is_for_programs:
            return None
        is_stranger = person.account is None  # asked of everybody at the API, where calls are counted meanwhile
        if self.roles == ANYONE:
            return None
        if is_stranger:
            return Refusal("key_missing" if self.is_for_programs else "sign_in")
        if self.roles != SIGNED_IN and person.role not in self.roles:
            return Refusal("role", {"role": person.role, "wanted": " ".join(sorted(self.roles))})
        if self.scope and person.scopes is not None and self.scope not in person.scopes:
            return Refusal("scope", {"scope": self.scope})
        return None

    @property
    def is_for_programs(self) -> bool:
        """Whether it belongs to the API, where nobody signs in."""
        return self.address.startswith(API.lstrip("/"))


ROUTES: dict[str, Route] = {}


def page(
    address: str,
    view: View,
    name: str,
    roles: Iterable[str] = SIGNED_IN,
    *,
    door: Callable[..., Any] | None = None,
    methods: str = "GET",
    scope: str = "",
) -> URLPattern:
    """Declare a page. The view gets (request, row, **the rest of what the address names); without a door, no row."""
    route = Route(name, address, view, frozenset(roles), door, tuple(methods.split()), scope)
    if ROUTES.setdefault(name, route).address != address:
        raise ValueError(f"two pages are called {name}")
    return path(address, guarded(route), name=name)


def guarded(route: Route) -> View:
    """The view behind its checks: method, role, then door."""

    @wraps(route.view)
    def answer(request: HttpRequest, **named: Any) -> HttpResponseBase:
        allowed = ("OPTIONS", *route.methods, *(("HEAD",) if "GET" in route.methods else ()))
        if request.method == "GET" and "GET" not in route.methods and "text/html" in request.headers.get("Accept", ""):
            return HttpResponseRedirect(nearest(request.path), status=303)
        if request.method not in allowed or request.method == "OPTIONS":
            return HttpResponse(
                status=204 if request.method == "OPTIONS" else 405, headers={"Allow": ", ".join(allowed)}
            )
        person = reader(request)
        if refusal := route.role_refusal(person):
            if refusal.code == "sign_in":
                return to_sign_in(request)
            raise Refuse(refusal.code, **refusal.detail)
        if any("\x00" in str(value) for value in named.values()):
            raise Refuse("absent")  # nothing is called so, and PostgreSQL takes no such text
        if route.door is None:
            return route.view(request, **named)
        taken = route.taken(named)
        row = route.door(person, **taken)
        if isinstance(row, Refusal):
            raise Refuse(row.code, **row.detail)
        with timezone.override(zone_of(row)):
            return route.view(request, row, **{name: value for name, value in named.items() if name not in taken})

    answer.route = route  # type: ignore[attr-defined]
    return answer


def nearest(place: str) -> str:
    """The page above an address that only takes what a form sends: where somebody means to go who opens it."""
    while len(place) > 1:
        place = place.rstrip("/").rpartition("/")[0] + "/"
        try:
            above: Route | None = getattr(resolve(place).func, "route", None)
        except Resolver404:
            continue
        if above is not None and "GET" in above.methods:
            return place
    return "/"


def zone_of(row: object) -> ZoneInfo:
    """The time zone of the round that a row belongs to, in which its page tells times."""
    round_ = row if isinstance(row, Round) else getattr(getattr(row, "filing", row), "round", None)
    return ZoneInfo(round_.time_zone if isinstance(round_, Round) else settings.TIME_ZONE)


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; a request of a script is told so instead."""
    if request.headers.get("Accept", "").startswith("application/json"):
        raise Refuse("sign_in")
    back = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "/")
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': back})}")
