"""Pages of rounds, the cockpit, exports, notices."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def rounds_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
