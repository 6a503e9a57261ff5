"""Addresses of rounds that are carried from one installation to another."""

from __future__ import annotations

from huoyue.server.queries.doors import round_door
from huoyue.server.routes import page
from huoyue.server.views import carrying

SECRETARIAT = ("secretariat",)
OUT = "rounds/<slug:round>/results/carry/"

PAGES = [
    page(OUT, carrying.export_page, "round_carry", SECRETARIAT, door=round_door, methods="GET POST"),
    page("carried/", carrying.import_page, "carried", SECRETARIAT, methods="GET POST"),
    page("carried/<str:file>/", carrying.preview_page, "carried_preview", SECRETARIAT, methods="GET POST"),
]
