"""First pages, help, language and role."""

from __future__ import annotations

from huoyue.server.routes import ANYONE, page
from huoyue.server.views import health, home

PAGES = [
    page("", home.first_page, "home", ANYONE),
    page("language/", home.switch_language, "switch_language", ANYONE, methods="POST"),
    page("role/", home.switch_role, "switch_role", methods="POST"),
    page("healthy/", home.healthy, "healthy", ANYONE),
    page("ready/", health.ready, "ready", ANYONE),
    page("metrics/", health.metrics, "metrics", ANYONE),
]
