"""Addresses of those who run the review: its stages, the panel, conflicts, assignment."""

from __future__ import annotations

from huoyue.server.queries.review import review_door
from huoyue.server.routes import page
from huoyue.server.views import review

READERS = ("secretariat", "chair", "observer")
AT = "rounds/<slug:round>/review/"

PAGES = [
    page(AT, review.review_page, "review", READERS, door=review_door),
]
