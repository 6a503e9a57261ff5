"""Addresses of Word files handed back."""

from __future__ import annotations

from huoyue.server.queries.returned import returned_door, returned_one_door
from huoyue.server.routes import page
from huoyue.server.urls.results import AT, READERS, SECRETARIAT
from huoyue.server.views import returned as views

BACK = f"{AT}returned/"
ONE = f"{BACK}<int:number>/"

PAGES = [
    page(BACK, views.returned_page, "returned", READERS, door=returned_door),
    page(f"{BACK}send/", views.send_act, "returned_send", SECRETARIAT, door=returned_door, methods="POST"),
    page(ONE, views.one_page, "returned_one", READERS, door=returned_one_door),
    page(f"{ONE}passages/", views.passage_act, "returned_passage", SECRETARIAT, door=returned_one_door, methods="POST"),
    page(f"{ONE}file/", views.file, "returned_file", READERS, door=returned_one_door),
    page(f"{ONE}marked/", views.marked_file, "returned_marked", READERS, door=returned_one_door),
]
