"""Addresses of accounts, invitations, second factors, and why a page may be seen."""

from __future__ import annotations

from huoyue.server.routes import ANYONE, page
from huoyue.server.views import accounts

PAGES = [
    page("account/", accounts.account_page, "account"),
    page("why/", accounts.why_page, "why", ANYONE),
    page("accounts/", accounts.accounts_page, "accounts"),
]
