"""Addresses of liaison officers, letters, reminders and notices."""

from __future__ import annotations

from huoyue.server.queries.chasing import entry_door
from huoyue.server.queries.chasing_letters import letter_door, mailbox_door, sent_door
from huoyue.server.queries.chasing_notices import notice_door
from huoyue.server.queries.doors import filing_door, round_door
from huoyue.server.routes import page
from huoyue.server.views import chasing, chasing_letters, chasing_notices, chasing_remind

AT = "rounds/<slug:round>/"
CHASERS = ("liaison", "secretariat")
SECRETARIAT = ("secretariat",)
BOTH = "GET POST"

PAGES = [
    page(f"{AT}chase/", chasing.chase_page, "chase", CHASERS, door=round_door),
    page(f"{AT}chase/<str:unit>/", chasing.unit_page, "chase_unit", CHASERS, door=filing_door, methods=BOTH),
    page(
        f"{AT}chase/<str:unit>/<str:entry>/withdraw/",
        chasing.withdraw_page,
        "observation_withdraw",
        CHASERS,
        door=entry_door,
        methods=BOTH,
    ),
    page(
        f"{AT}observations/<str:unit>/",
        chasing.observations_page,
        "observations",
        SECRETARIAT,
        door=filing_door,
        methods=BOTH,
    ),
    page(f"{AT}remind/", chasing_remind.remind_page, "chase_remind", CHASERS, door=round_door, methods=BOTH),
    page(f"{AT}remind/<int:event>/", chasing_remind.sent_page, "chase_sent", CHASERS, door=sent_door),
    page(f"{AT}reminders/", chasing_remind.reminders_page, "reminders", SECRETARIAT, door=round_door),
    page(f"{AT}notices/", chasing_notices.notices_page, "notices", SECRETARIAT, door=round_door, methods=BOTH),
    page(
        f"{AT}notices/<int:notice>/withdraw/",
        chasing_notices.withdraw_act,
        "notice_withdraw",
        SECRETARIAT,
        door=notice_door,
        methods=BOTH,
    ),
    page("letters/", chasing_letters.mailbox_page, "mailbox", door=mailbox_door),
    page("letters/<int:letter>/", chasing_letters.letter_page, "letter", door=letter_door),
    page(
        "letters/<int:letter>/again/", chasing_letters.again_act, "letter_again", SECRETARIAT, door=letter_door,
        methods="POST",
    ),
]  # fmt: skip
