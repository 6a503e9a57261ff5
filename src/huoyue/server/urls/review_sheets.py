"""Addresses of experts: the own seat with its list, and the score sheets."""

from __future__ import annotations

from huoyue.server.queries.review import seat_door
from huoyue.server.routes import page
from huoyue.server.views import review_seat

EXPERT = ("expert",)
AT = "rounds/<slug:round>/seat/"

PAGES = [
    page(AT, review_seat.seat_page, "seat", EXPERT, door=seat_door),
]
