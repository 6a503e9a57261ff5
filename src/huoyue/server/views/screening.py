"""Pages of screening."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
