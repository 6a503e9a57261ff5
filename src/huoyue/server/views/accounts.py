"""Pages of accounts, invitations, second factors, and why a page may be seen."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def account_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def why_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")


def accounts_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
