"""Pages of the register of alliances."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def register_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
