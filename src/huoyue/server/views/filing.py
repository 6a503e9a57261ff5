"""Pages of filing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
