"""Every request is counted, and written to the log by its route: no names, no paths, no query."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import empty

from huoyue.server.counting import count
from huoyue.server.loglines import route_of

log = logging.getLogger("huoyue.requests")


def logged(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Outermost, so that what other layers refuse is counted, too."""

    def answered(request: HttpRequest) -> HttpResponse:
        begun = time.perf_counter()
        response = answer(request)
        seconds = time.perf_counter() - begun
        route = route_of(request)
        count(route, method_of(request), response.status_code, seconds)
        if settings.LOG_REQUESTS and route != "static":
            fields = fields_of(request, route, response.status_code, seconds)
            log.info(" ".join(f"{name}={value}" for name, value in fields.items()), extra={"fields": fields})
        return response

    return answered


def method_of(request: HttpRequest) -> str:
    """The method, one of those that we know: a stranger may send any word."""
    return request.method if request.method in ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE") else "other"


def fields_of(request: HttpRequest, route: str, status: int, seconds: float) -> dict[str, Any]:
    """What the log says of a request."""
    fields: dict[str, Any] = {
        "route": route, "method": method_of(request), "status": status, "ms": round(seconds * 1000),
        "role": role_of(request), "round": round_of(request),
    }  # fmt: skip
    if settings.LOG_ADDRESSES:
        fields["address"] = request.META.get("REMOTE_ADDR", "")
    return fields


def role_of(request: HttpRequest) -> str:
    """The role in which was asked, if the answer needed to know it."""
    person = getattr(request, "person", None)
    if person is None or getattr(person, "_wrapped", None) is empty:
        return "-"
    return str(person.role or "-")


def round_of(request: HttpRequest) -> str:
    """The key of the round that the address names, where there was such a page."""
    match = request.resolver_match
    return str(match.kwargs.get("round", "-")) if match is not None else "-"
