"""Addresses of accounts: one's own, the secretariat's list, invitations, an alliance's people, why a page is seen."""

from __future__ import annotations

from huoyue.server.queries.accounts import account_door, people_door
from huoyue.server.routes import ANYONE, page
from huoyue.server.views import accounts, entering, own_account

SECRETARIAT = ("secretariat",)

PAGES = [
    page("account/", own_account.account_page, "account", methods="GET POST"),
    page("account/data.json", own_account.data, "account_data"),
    page("why/", own_account.why_page, "why", ANYONE),
    page("invitation/<str:token>/", entering.invitation_page, "invitation", ANYONE, methods="GET POST"),
    page("code/", entering.code_page, "code", ANYONE, methods="GET POST"),
    page("accounts/", accounts.accounts_page, "accounts", SECRETARIAT),
    page("accounts/new/", accounts.new_page, "account_new", SECRETARIAT, methods="GET POST"),
    page("accounts/contacts/", accounts.contacts_page, "accounts_contacts", SECRETARIAT, methods="GET POST"),
    page("accounts/sheets/", accounts.sheets_page, "account_sheets", SECRETARIAT, methods="POST"),
    page("accounts/of/<str:name>/", accounts.account_page, "account_one", SECRETARIAT, door=account_door,
         methods="GET POST"),
    page("accounts/of/<str:name>/act/", accounts.act, "account_act", SECRETARIAT, door=account_door, methods="POST"),
    page("alliances/<str:unit>/people/", accounts.people_page, "people", ("filer", "secretariat"), door=people_door,
         methods="GET POST"),
]  # fmt: skip
