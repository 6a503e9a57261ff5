"""Pages of the journal of events."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def journal_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
