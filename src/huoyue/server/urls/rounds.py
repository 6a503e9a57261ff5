"""Addresses of rounds, the cockpit, exports, notices."""

from __future__ import annotations

from huoyue.server.routes import page
from huoyue.server.views import rounds

PAGES = [
    page("rounds/", rounds.rounds_page, "rounds"),
]
