"""Who calls: the person a key stands for. Calls are counted by key, strangers and wrong keys by address."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from huoyue.core.refusal import Refusal
from huoyue.server.operations.api_calls import FAILURES, Calls, counted
from huoyue.server.operations.api_keys import digest_of_key, note_use
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.api_keys import key_by_digest, reader_of
from huoyue.server.queries.people import NOBODY, Person

LONGEST_KEY = 200


def caller(request: HttpRequest) -> Person:
    """As whom a call reads; nobody if it brings no key. Refuse a key that does not work, and too many calls."""
    now, address = timezone.now(), request.META.get("REMOTE_ADDR", "")
    header = request.headers.get("Authorization", "")
    if not header:
        count(request, f"address:{address}")
        return NOBODY
    if counted(f"wrong:{address}", FAILURES, now, more=0).left <= 0:
        refuse_more(request, counted(f"wrong:{address}", FAILURES, now))
    word, _, token = header.partition(" ")
    key = key_by_digest(digest_of_key(token.strip()[:LONGEST_KEY]), now) if word.lower() == "bearer" else None
    if key is None:
        counted(f"wrong:{address}", FAILURES, now)
        raise Refuse("key")
    count(request, f"key:{key.pk}")
    found = reader_of(key)
    if isinstance(found, Refusal):
        raise Refuse(found.code)
    note_use(key, timezone.localdate(now))
    request.api_key = key  # type: ignore[attr-defined]
    return found


def count(request: HttpRequest, who: str) -> None:
    """Count a call; the answer says what is left."""
    calls = counted(who, settings.API_PER_MINUTE, timezone.now())
    request.calls = calls  # type: ignore[attr-defined]
    if calls.is_over:
        refuse_more(request, calls)


def refuse_more(request: HttpRequest, calls: Calls) -> None:
    request.calls = calls  # type: ignore[attr-defined]
    raise Refuse("calls_too_many", seconds=str(calls.resets_in))


def finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The headers of an answer of the API: what is left of the calls, and that the answer is the caller's own."""
    calls: Calls | None = getattr(request, "calls", None)
    if calls is not None:
        response.headers["RateLimit-Limit"] = str(calls.limit)
        response.headers["RateLimit-Remaining"] = str(max(0, calls.left))
        response.headers["RateLimit-Reset"] = str(calls.resets_in)
        if response.status_code == 429:
            response.headers["Retry-After"] = str(calls.resets_in)
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Huoyue"'
    response.headers.setdefault("Cache-Control", "private, no-cache")
    patch_vary_headers(response, ("Authorization", "Accept-Language"))
    return response
