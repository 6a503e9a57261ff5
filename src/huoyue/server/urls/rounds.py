"""Addresses of rounds: the list, making one, its cockpit, its steps, its tables."""

from __future__ import annotations

from huoyue.server.queries.doors import filing_door, round_door
from huoyue.server.routes import page
from huoyue.server.views import cockpit, exports, rounds

SECRETARIAT = ("secretariat",)
EVERYBODY = ("secretariat", "observer", "liaison", "filer", "expert", "chair")
READERS = ("secretariat", "observer", "liaison")
AT = "rounds/<slug:round>/"

PAGES = [
    page("rounds/", rounds.rounds_page, "rounds", ("secretariat", "observer")),
    page("rounds/new/", rounds.new_page, "round_new", SECRETARIAT, methods="GET POST"),
    page(AT, cockpit.cockpit_page, "round", EVERYBODY, door=round_door),
    page(f"{AT}about/", rounds.about_page, "round_about", EVERYBODY, door=round_door),
    page(f"{AT}scheme.yaml", rounds.scheme_file, "round_scheme", EVERYBODY, door=round_door),
    page(f"{AT}change/", rounds.change_page, "round_change", SECRETARIAT, door=round_door, methods="GET POST"),
    page(f"{AT}copy/", rounds.copy_page, "round_copy", SECRETARIAT, door=round_door, methods="GET POST"),
    page(f"{AT}step/<slug:step>/", rounds.step_page, "round_step", SECRETARIAT, door=round_door, methods="GET POST"),
    page(f"{AT}alliances/", cockpit.alliances_page, "round_alliances", READERS, door=round_door),
    page(f"{AT}alliances/enrol/", rounds.enrol_page, "round_enrol", SECRETARIAT, door=round_door, methods="GET POST"),
    page(f"{AT}filing/<str:unit>/extend/", rounds.extend_page, "filing_extend", SECRETARIAT, door=filing_door,
         methods="GET POST"),
    page(f"{AT}filing/<str:unit>/drop/", rounds.drop_act, "filing_drop", SECRETARIAT, door=filing_door, methods="POST"),
    page(f"{AT}export/<slug:table>.<str:form>", exports.export, "round_export", READERS, door=round_door),
]  # fmt: skip
