"""Addresses of liaison officers, letters and reminders."""

from __future__ import annotations

from huoyue.server.routes import page
from huoyue.server.views import chasing

PAGES = [
    page("letters/", chasing.mailbox_page, "mailbox"),
]
