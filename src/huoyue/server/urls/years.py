"""Addresses of results of earlier years, and studies of other schemes."""

from __future__ import annotations

from huoyue.server.queries.earlier import earlier_door
from huoyue.server.queries.trying import study_door, trying_door
from huoyue.server.queries.years import alliance_years_door
from huoyue.server.routes import page
from huoyue.server.views import earlier, studies, years

SECRETARIAT = ("secretariat",)
READERS = ("secretariat", "chair", "observer")
FILES = "register/earlier/"
TRY = "rounds/<slug:round>/results/what-if/"

PAGES = [
    page("years/", years.years_page, "years", READERS),
    page("years/export.xlsx", years.export, "years_export", READERS),
    page("years/of/<str:unit>/", years.alliance_years_page, "alliance_years", READERS, door=alliance_years_door),
    page(FILES, earlier.earlier_page, "earlier", READERS),
    page(f"{FILES}import/", earlier.import_page, "earlier_import", SECRETARIAT, methods="GET POST"),
    page(f"{FILES}import/<int:number>/", earlier.preview_page, "earlier_preview", SECRETARIAT, methods="GET POST"),
    page(f"{FILES}<int:result>/", earlier.one_page, "earlier_one", SECRETARIAT, door=earlier_door, methods="GET POST"),
    page(TRY, studies.what_if_page, "what_if", SECRETARIAT, door=trying_door, methods="GET POST"),
    page(f"{TRY}compare/", studies.compare_page, "studies", SECRETARIAT, door=trying_door),
    page(f"{TRY}<int:study>/", studies.study_page, "study", SECRETARIAT, door=study_door),
    page(f"{TRY}<int:study>/scheme/", studies.scheme_file, "study_scheme", SECRETARIAT, door=study_door),
    page(f"{TRY}<int:study>/delete/", studies.delete_act, "study_delete", SECRETARIAT, door=study_door, methods="POST"),
]
