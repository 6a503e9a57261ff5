"""Whether the installation is fit to serve: database, tables, triggers, disk, the work beside the requests."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader

import huoyue
from huoyue.server.models.protection import is_protected
from huoyue.server.models.sealing import is_sealed
from huoyue.server.operations.alive import seconds_since
from huoyue.server.operations.audit import head

BACKGROUND = "background"
LATE = 180.0
"""Seconds after which the work beside the requests counts as gone: it looks every twenty seconds for what is due."""
LEAST_FREE = 200 * 2**20
"""Bytes below which nothing more is taken in."""


@dataclass(frozen=True)
class Point:
    """One thing that was looked at. What is not `needed` is told, and does not take the server out of service."""

    name: str
    ok: bool
    detail: Any
    needed: bool = True


@dataclass(frozen=True)
class Migrations:
    """Migrations that this version has and the database has not, and the other way round."""

    missing: list[str]
    unknown: list[str]


def migrations() -> Migrations:
    """How this version and the database fit each other."""
    loader = MigrationLoader(connection)
    ours, applied = set(loader.graph.nodes), set(loader.applied_migrations)
    apps = {app for app, _ in ours}
    replaced = {old for one in loader.disk_migrations.values() for old in one.replaces}
    unknown = {key for key in applied - set(loader.disk_migrations) - replaced if key[0] in apps}
    missing = ours - applied
    return Migrations(*(sorted(".".join(key) for key in found) for found in (missing, unknown)))


def points() -> list[Point]:
    """Everything that is looked at; one that cannot be looked at is not well."""
    looked: tuple[tuple[str, Callable[[], Point]], ...] = (
        ("database", database), ("migrations", tables), ("triggers", triggers), ("disk", disk),
        (BACKGROUND, background),
    )  # fmt: skip
    return [found(name, look) for name, look in looked]


def found(name: str, look: Callable[[], Point]) -> Point:
    try:
        return look()
    except (Error, OSError) as error:
        return Point(name, False, type(error).__name__)


def database() -> Point:
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Point("database", True, {"kind": connection.vendor, "seconds": round(time.perf_counter() - begun, 4)})


def tables() -> Point:
    fit = migrations()
    return Point("migrations", not (fit.missing or fit.unknown), asdict(fit))


def triggers() -> Point:
    kept = {"events": is_protected(connection), "frozen": is_sealed(connection)}
    return Point("triggers", all(kept.values()), kept)


def disk() -> Point:
    free = free_bytes()
    return Point("disk", min(free.values()) > LEAST_FREE, free)


def free_bytes() -> dict[str, int]:
    """Free room where the data and where the files are kept."""
    return {name: shutil.disk_usage(nearest(place)).free for name, place in (("data", settings.DATA),
                                                                              ("files", settings.FILES))}  # fmt: skip


def nearest(place: Path) -> Path:
    """The folder, or the one above it that is there."""
    return place if place.exists() or place == place.parent else nearest(place.parent)


def background() -> Point:
    since = seconds_since(BACKGROUND)
    ok = since is not None and since < LATE
    return Point(BACKGROUND, ok, {"seconds_since": None if since is None else round(since)}, needed=False)


def database_bytes() -> int:
    """How large the database is."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            return int(cursor.fetchone()[0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def detail() -> dict[str, Any]:
    """All of it, for those who run the server."""
    looked = points()
    return {
        "ready": is_ready(looked), "version": huoyue.__version__, "events": head()[0] if looked[0].ok else None,
        "points": {one.name: {"ok": one.ok, "detail": one.detail} for one in looked},
    }  # fmt: skip


def is_ready(looked: list[Point]) -> bool:
    """Whether requests can be answered as they should."""
    return all(one.ok for one in looked if one.needed)
