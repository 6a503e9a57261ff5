"""Addresses of the journal of events."""

from __future__ import annotations

from huoyue.server.routes import page
from huoyue.server.views import journal

PAGES = [
    page("journal/", journal.journal_page, "journal"),
]
