"""What happens to every request: headers, the reader's language, who is asking, ways in recorded, refusals as pages."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation.trans_real import parse_accept_lang_header
from requests import RequestException

from huoyue.core.problem import Refused
from huoyue.core.refusal import Refusal
from huoyue.server.api.calling import caller, finished
from huoyue.server.asking import acting, reader
from huoyue.server.loglines import route_of
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.ways_in import record_ways, ways_in
from huoyue.server.queries.people import NOBODY, Person
from huoyue.server.queries.people import person as person_of
from huoyue.server.routes import API
from huoyue.server.views import errors

Answer = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("huoyue.access")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def headers(answer: Answer) -> Answer:
    """Content policy and no storing of pages that somebody signed in for."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith(f"/{settings.STATIC_URL.lstrip('/')}"):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    return answered


def language(answer: Answer) -> Answer:
    """Chinese unless the reader chose English: by the switch on the page, or in the account."""

    def answered(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get("lang", "zh") if not request.path.startswith(API) else accepted(request)
        code = "en" if chosen == "en" else "zh-hans"
        request.LANGUAGE_CODE = code
        with translation.override(code):
            response = answer(request)
        patch_vary_headers(response, ("Cookie",))
        response.headers.setdefault("Content-Language", "en" if code == "en" else "zh-Hans")
        return response

    return answered


def accepted(request: HttpRequest) -> str:
    """The language that a program asks for in Accept-Language: the first of ours that it names."""
    named = (code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")))
    return next((code[:2] for code in named if code[:2] in ("zh", "en")), "zh")


def programs(answer: Answer) -> Answer:
    """What every answer of the API carries, refusals too."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        return finished(request, response) if request.path.startswith(API) else response

    return answered


def person(answer: Answer) -> Answer:
    """`request.person`: who is asking, in which role."""

    def answered(request: HttpRequest) -> HttpResponse:
        request.person = SimpleLazyObject(lambda: asking(request))  # type: ignore[attr-defined]
        return answer(request)

    return answered


def asking(request: HttpRequest) -> Person:
    """By the key where programs ask, by the session everywhere else."""
    if request.path.startswith(API):
        return caller(request)
    account = request.user
    if not account.is_authenticated:
        return NOBODY
    methods = request.session.get("account_authentication_methods", [])
    second = any(m.get("method") == "mfa" for m in methods)
    return person_of(account, request.session.get("role", ""), second_factor=second)


def ways_recorded(answer: Answer) -> Answer:
    """What allauth's pages change about second factors, passkeys, codes, sessions and identities is in the journal.

    The page and its events are one transaction: what cannot be recorded is not done. Linking an identity is recorded
    by our adapter, since the provider is asked meanwhile and a transaction would keep everybody else waiting.
    """

    def answered(request: HttpRequest) -> HttpResponse:
        changing = request.method == "POST" and request.path.startswith(changing_ways())
        account = reader(request).account if changing else None
        if account is None:
            return answer(request)
        doer = replace(acting(request), token="")  # the browser names no change on these pages
        with transaction.atomic():
            before = ways_in(account)
            response = answer(request)
            if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                transaction.set_rollback(True)
            else:
                record_ways(doer, account, before, ways_in(account))
        return response

    return answered


@cache
def changing_ways() -> tuple[str, ...]:
    """The addresses of allauth's pages on which people change how they come in."""
    return tuple(reverse(name) for name in ("mfa_index", "usersessions_list", "socialaccount_connections"))


def refusals(answer: Answer) -> Answer:
    """Refusals as pages or JSON, in the reader's language, with the status that fits."""

    def answered(request: HttpRequest) -> HttpResponse:
        return answer(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refuse):
            log.info("refused %s %s %s", error.refusal.code, request.method, route_of(request))
            return errors.refused(request, error.refusal)
        if isinstance(error, Refused):
            return errors.problems(request, error.problems)
        if isinstance(error, RequestException) and request.path.startswith(
            reverse("account_login").removesuffix("login/")
        ):
            log.warning("the identity provider cannot be reached: %s", error)
            return errors.refused(request, Refusal("provider_away"))
        return None

    answered.process_exception = process_exception  # type: ignore[attr-defined]
    return answered
