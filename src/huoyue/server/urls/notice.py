"""Addresses of the notice period and objections."""

from __future__ import annotations

from huoyue.server.queries.doors import round_door
from huoyue.server.queries.notice import notice_door, public_notice_door
from huoyue.server.queries.objections import (
    handled_evidence_door,
    handling_door,
    objection_door,
    objection_file_door,
    own_objection_door,
    register_door,
)
from huoyue.server.queries.scorecard import scorecard_door
from huoyue.server.routes import ANYONE, page
from huoyue.server.views import handling, notice, notice_word, objecting, objections, scorecard

SECRETARIAT = ("secretariat",)
READERS = ("secretariat", "chair", "observer")
STEERS = ("secretariat", "chair")
HANDLES = ("expert", "secretariat")
TOLD = ("filer", "secretariat")
AT = "rounds/<slug:round>"
CARD = f"{AT}/scorecard/<str:unit>/"
ONE = f"{AT}/objections/<str:number>/"
HANDLED = f"{AT}/handling/<str:number>/"

PAGES = [
    page("notice/<slug:round>/", notice.public_page, "public_notice", ANYONE, door=public_notice_door),
    page(f"{AT}/notice/", notice.period_page, "notice_period", SECRETARIAT, door=round_door, methods="GET POST"),
    page(f"{AT}/notice/<int:number>/word/", notice_word.notice_file, "notice_word", READERS, door=notice_door),
    page(CARD, scorecard.scorecard_page, "scorecard", TOLD, door=scorecard_door),
    page(f"{CARD}card/", scorecard.card_file, "scorecard_card", TOLD, door=scorecard_door),
    page(f"{CARD}object/", objecting.object_page, "object", ("filer",), door=scorecard_door, methods="GET POST"),
    page(f"{CARD}objections/<str:number>/", objecting.own_page, "own_objection", ("filer",), door=own_objection_door,
         methods="GET POST"),
    page(f"{AT}/objections/", objections.register_page, "objections", READERS, door=register_door),
    page(f"{AT}/objections/export/", objections.register_file, "objections_export", READERS, door=register_door),
    page(f"{AT}/objections/new/", objecting.enter_page, "objection_new", SECRETARIAT, door=register_door,
         methods="GET POST"),
    page(f"{AT}/objections/correct/", objections.correct_page, "correct", SECRETARIAT, door=register_door,
         methods="GET POST"),
    page(ONE, objections.objection_page, "objection", STEERS, door=objection_door, methods="GET POST"),
    page(f"{ONE}file/<str:file>/", objections.file_page, "objection_file", (*HANDLES, "filer"),
         door=objection_file_door),
    page(HANDLED, handling.handling_page, "handling", HANDLES, door=handling_door, methods="GET POST"),
    page(f"{HANDLED}evidence/<str:file>/", handling.evidence_file, "handling_evidence", HANDLES,
         door=handled_evidence_door),
]  # fmt: skip
