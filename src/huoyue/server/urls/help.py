"""Addresses of help: the page that leads to the guides, and each guide."""

from __future__ import annotations

from huoyue.server.routes import ANYONE, page
from huoyue.server.views import help as views

PAGES = [
    page("help/", views.help_page, "help", ANYONE),
    page("help/<slug:guide>/", views.guide_page, "help_guide", ANYONE),
]
