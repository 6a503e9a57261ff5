"""Addresses of filing."""

from __future__ import annotations

from huoyue.server.routes import page
from huoyue.server.views import filing

PAGES = [
]
