"""Addresses of the journal of events."""

from __future__ import annotations

from huoyue.server.queries.doors import filing_door
from huoyue.server.routes import page
from huoyue.server.views import journal

READERS = ("filer", "liaison", "secretariat", "observer")

PAGES = [
    page("journal/", journal.journal_page, "journal", ("secretariat",)),
    page(
        "rounds/<slug:round>/filing/<str:unit>/history/",
        journal.history_page,
        "filing_history",
        READERS,
        door=filing_door,
    ),
]
