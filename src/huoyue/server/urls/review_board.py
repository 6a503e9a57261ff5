"""Addresses of the chair's board, the meeting and its room, of what is measured, and of what is settled."""

from __future__ import annotations

from huoyue.server.queries.review import marks_door
from huoyue.server.queries.review_board import board_door, case_evidence_door
from huoyue.server.queries.review_meeting import case_door, waiting_room_door
from huoyue.server.queries.review_settlement import settled_door, settlement_door
from huoyue.server.routes import page
from huoyue.server.views import review_board, review_measures, review_meeting, review_minutes, review_settlement

EXPERT = ("expert",)
LEADS = ("secretariat", "chair")
READERS = (*LEADS, "observer")
ROUND = "rounds/<slug:round>/"
AT = f"{ROUND}meeting/<slug:stage>/"

PAGES = [
    page(AT, review_board.board_page, "board", READERS, door=board_door),
    page(f"{AT}add/", review_board.add_act, "board_add", LEADS, door=board_door, methods="POST"),
    page(f"{AT}of/<str:unit>/", review_meeting.case_page, "case", READERS, door=case_door),
    page(f"{AT}of/<str:unit>/act/", review_meeting.case_act, "case_act", LEADS, door=case_door, methods="POST"),
    page(f"{AT}of/<str:unit>/evidence/<slug:file>/", review_meeting.evidence_file, "case_evidence", READERS,
         door=case_evidence_door),
    page(f"{AT}minutes/", review_minutes.minutes_file, "minutes", READERS, door=board_door),
    page(f"{ROUND}measures/<slug:stage>/", review_measures.measures_page, "measures", READERS, door=marks_door),
    page(f"{ROUND}settlement/", review_settlement.settlement_page, "settlement", READERS, door=settlement_door),
    page(f"{ROUND}settlement/marks.xlsx", review_settlement.marks_file, "marks_export", READERS, door=settlement_door),
    page(f"{ROUND}settlement/of/<str:unit>/", review_settlement.settled_page, "settlement_one", READERS,
         door=settled_door),
    page(f"{ROUND}room/<slug:stage>/", review_meeting.room_page, "room", EXPERT, door=waiting_room_door),
]  # fmt: skip
