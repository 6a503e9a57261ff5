"""Addresses of the chair's board, the meeting and its room, and of what is settled."""

from __future__ import annotations

from huoyue.server.queries.review_meeting import room_door
from huoyue.server.routes import page
from huoyue.server.views import review_meeting

EXPERT = ("expert",)

PAGES = [
    page("rounds/<slug:round>/room/<slug:stage>/", review_meeting.room_page, "room", EXPERT, door=room_door),
]
