"""Addresses of the register of alliances."""

from __future__ import annotations

from huoyue.server.routes import page
from huoyue.server.views import register

PAGES = [
    page("register/", register.register_page, "register"),
]
