"""Events are append-only in the database itself: no code of ours, and no slip at its prompt, changes or deletes one.

What may change is one thing: the detail of an event is erased, together with its salt.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

REFUSAL = "events are kept: they are neither changed nor deleted"
ERASABLE = frozenset({"detail", "salt"})
NAMES = {
    "sqlite": ("events_stay", "events_last", "events_once"),
    "postgresql": ("events_stay", "events_last", "events_all"),
}


def protect(connection: Any) -> None:
    """Make the triggers anew, over the columns that the table has now."""
    release(connection)
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, "server_event")
        for statement in statements(connection.vendor, [column.name for column in found]):
            cursor.execute(statement)


def release(connection: Any) -> None:
    """Take the triggers away, as a test does that empties its database."""
    place = "" if connection.vendor == "sqlite" else " ON server_event"
    with connection.cursor() as cursor:
        for name in NAMES[connection.vendor]:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{place}")


def is_protected(connection: Any) -> bool:
    """Whether the triggers are there. SQLite drops them when a migration rebuilds the table."""
    table = (
        "sqlite_master WHERE type = 'trigger' AND name" if connection.vendor == "sqlite" else "pg_trigger WHERE tgname"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} LIKE 'events%'")  # noqa: S608 - names of ours
        return bool(cursor.fetchone()[0] == len(NAMES[connection.vendor]))


def statements(vendor: str, columns: Iterable[str]) -> list[str]:
    """What makes the triggers of a database."""
    same = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in columns if name not in ERASABLE)
    erasure = f"NEW.detail IS NULL AND NEW.salt = '' AND {same}"
    if vendor == "sqlite":
        refused = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        taken = "EXISTS (SELECT 1 FROM server_event WHERE seq = NEW.seq)"
        return [
            f"CREATE TRIGGER events_stay BEFORE UPDATE ON server_event WHEN NOT ({erasure}) {refused}",
            f"CREATE TRIGGER events_last BEFORE DELETE ON server_event {refused}",
            # REPLACE deletes without asking the trigger above.
            f"CREATE TRIGGER events_once BEFORE INSERT ON server_event WHEN {taken} {refused}",
        ]
    called = "EXECUTE FUNCTION events_are_kept()"
    return [
        "CREATE OR REPLACE FUNCTION events_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE TRIGGER events_stay BEFORE UPDATE ON server_event FOR EACH ROW WHEN (NOT ({erasure})) {called}",
        f"CREATE TRIGGER events_last BEFORE DELETE ON server_event FOR EACH ROW {called}",
        f"CREATE TRIGGER events_all BEFORE TRUNCATE ON server_event FOR EACH STATEMENT {called}",
    ]
