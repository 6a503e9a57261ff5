"""Pages of liaison officers, letters and reminders."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def mailbox_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
