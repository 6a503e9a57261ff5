"""Addresses of editions and the public site."""

from __future__ import annotations

from huoyue.server.queries.doors import round_door
from huoyue.server.queries.published import edition_door, public_edition_door, public_round_door
from huoyue.server.routes import ANYONE, page
from huoyue.server.views import editions

SECRETARIAT = ("secretariat",)
READERS = ("secretariat", "chair", "observer")
AT = "rounds/<slug:round>/results/"
ONE = f"{AT}edition/<int:number>/"
SITE = "public/<slug:round>/<int:number>/"

PAGES = [
    page(f"{AT}publish/", editions.publish_page, "edition_publish", SECRETARIAT, door=round_door, methods="GET POST"),
    page(f"{ONE}withdraw/", editions.withdraw_page, "edition_withdraw", SECRETARIAT, door=edition_door,
         methods="GET POST"),
    page(f"{ONE}file/", editions.edition_file, "edition_file", READERS, door=edition_door),
    page("public/", editions.public_list, "public", ANYONE),
    page("public/<slug:round>/", editions.public_round, "public_round", ANYONE, door=public_round_door),
    page(SITE, editions.public_start, "public_start", ANYONE, door=public_edition_door),
    page(f"{SITE}<path:inside>", editions.served, "public_file", ANYONE, door=public_edition_door),
]  # fmt: skip
