"""Pages of help pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def help_page(request: HttpRequest) -> HttpResponse:
    del request
    return HttpResponse("")
