"""What is checked before the application starts: the SQLite that runs, and how it writes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.db import connection

from huoyue.server.sqlite import SOUND


@checks.register(checks.Tags.database)
def sqlite_is_sound(app_configs: Any, **named: Any) -> list[checks.CheckMessage]:
    """Warn of a SQLite that can corrupt a database, and refuse one that loses answered saves."""
    del app_configs, named
    if connection.vendor != "sqlite":
        return []
    found: list[checks.CheckMessage] = []
    if settings.SQLITE_VERSION < SOUND:
        version = ".".join(map(str, settings.SQLITE_VERSION))
        hint = "Install the package pysqlite3 0.6.1 or later, or use PostgreSQL."
        found.append(checks.Warning(f"SQLite {version} can corrupt a database.", hint=hint, id="huoyue.W001"))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous")
        level = cursor.fetchone()[0]
    if level < 2:
        found.append(checks.Error("SQLite does not write to the disk before it answers.", id="huoyue.E001"))
    return found
