"""Addresses of screening."""

from __future__ import annotations

from huoyue.server.routes import page
from huoyue.server.views import screening

PAGES = [
]
