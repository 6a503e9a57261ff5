"""Addresses of the register of alliances."""

from __future__ import annotations

from huoyue.server.queries.register import contact_door, register_door
from huoyue.server.routes import page
from huoyue.server.views import register, register_import

READERS = ("secretariat", "observer", "liaison", "filer")
SECRETARIAT = ("secretariat",)

PAGES = [
    page("register/", register.register_page, "register", ("secretariat", "observer", "liaison")),
    page("register/new/", register.new_page, "alliance_new", SECRETARIAT, methods="GET POST"),
    page("register/export.xlsx", register.export, "register_export", ("secretariat", "observer", "liaison")),
    page("register/import/", register_import.import_page, "register_import", SECRETARIAT, methods="GET POST"),
    page("register/import/<int:number>/", register_import.preview_page, "register_preview", SECRETARIAT,
         methods="GET POST"),
    page("register/duplicates/", register.duplicates_page, "duplicates", SECRETARIAT),
    page("register/merge/", register.merge_page, "alliance_merge", SECRETARIAT, methods="GET POST"),
    page("register/of/<str:unit>/", register.alliance_page, "alliance", READERS, door=register_door),
    page("register/of/<str:unit>/change/", register.change_page, "alliance_change", SECRETARIAT, door=register_door,
         methods="GET POST"),
    page("register/of/<str:unit>/contacts/new/", register.contact_new_page, "contact_new", ("secretariat", "filer"),
         door=register_door, methods="GET POST"),
    page("register/of/<str:unit>/contacts/<int:contact>/", register.contact_page, "contact", ("secretariat", "filer"),
         door=contact_door, methods="GET POST"),
]  # fmt: skip
