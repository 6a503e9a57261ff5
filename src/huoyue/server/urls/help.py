"""Addresses of help pages."""

from __future__ import annotations

from huoyue.server.routes import ANYONE, page
from huoyue.server.views import help as views

PAGES = [
    page("help/", views.help_page, "help", ANYONE),
]
