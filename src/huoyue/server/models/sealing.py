"""Once a round is frozen, the database itself refuses to change what led to its results.

Triggers stand on every table whose rows a snapshot is cut from, so that no form, command, import or slip at the prompt
changes what was filed, screened, marked or decided. Personal data live in other tables and can still be erased.
"""

from __future__ import annotations

from typing import Any

from huoyue.server.models.rounds import Stage

KEPT = "this round is frozen: what led to its results is not changed any more"
PATHS = {
    "round": "SELECT {row}.round_id",
    "filing": "SELECT round_id FROM server_filing WHERE id = {row}.filing_id",
    "stage": "SELECT round_id FROM server_reviewstage WHERE id = {row}.stage_id",
    "panellist": "SELECT round_id FROM server_panellist WHERE id = {row}.panellist_id",
    "sheet": "SELECT s.round_id FROM server_sheet t JOIN server_reviewstage s ON s.id = t.stage_id "
    "WHERE t.id = {row}.sheet_id",
    "case": "SELECT s.round_id FROM server_case t JOIN server_reviewstage s ON s.id = t.stage_id "
    "WHERE t.id = {row}.case_id",
}
"""How a row's round is found."""
TABLES = {
    "filing": "round", "version": "filing", "record": "filing", "selfscore": "filing", "observation": "filing",
    "remark": "filing", "evidence": "filing", "verdict": "filing", "suggestion": "filing", "reviewstage": "round",
    "sheet": "stage", "mark": "sheet", "conflict": "panellist", "case": "stage", "attendance": "case",
    "decision": "case",
}  # fmt: skip
"""Tables from which a snapshot is cut, or which its decisions rest on, and the path to their round."""
ROUND = ("stage", "scheme_text", "scheme_digest", "opens_at", "deadline", "practice", "time_zone", "key")
"""Columns of a frozen round that stay as they are."""
FROZEN = Stage.FROZEN.value
SPACE = 1_463
"""Which of PostgreSQL's advisory locks are those of rounds; the round's number is the other half."""


def seal(connection: Any) -> None:
    """Make the triggers anew."""
    unseal(connection)
    with connection.cursor() as cursor:
        for statement in statements(connection.vendor):
            cursor.execute(statement)


def unseal(connection: Any) -> None:
    """Take the triggers away, as a test does that empties its database."""
    with connection.cursor() as cursor:
        for name, table in names(connection.vendor):
            place = "" if connection.vendor == "sqlite" else f" ON server_{table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{place}")


def is_sealed(connection: Any) -> bool:
    """Whether every trigger is there. SQLite drops those of a table that a migration builds anew."""
    place = "sqlite_master WHERE type = 'trigger'" if connection.vendor == "sqlite" else "pg_trigger WHERE true"
    column = "name" if connection.vendor == "sqlite" else "tgname"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {place}")  # noqa: S608 - names of ours
        there = {row[0] for row in cursor.fetchall()}
    return {name for name, _ in names(connection.vendor)} <= there


def hold_still(connection: Any, round_id: int) -> None:
    """Wait until nobody is half-way through a change of what a round rests on; until we end, nobody begins one.

    On PostgreSQL a change that began before a freeze would otherwise be finished after it, and be in no snapshot. The
    triggers take the other side of this lock. SQLite has one writer at a time.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SPACE, round_id])


def is_kept(error: Exception) -> bool:
    """Whether the database refused a change because the round is frozen."""
    return KEPT in str(error)


def names(vendor: str) -> list[tuple[str, str]]:
    """Every trigger with its table."""
    acts = ("insert", "update", "delete") if vendor == "sqlite" else ("change",)
    found = [(f"kept_{table}_{act}", table) for table in TABLES for act in acts]
    return [*found, ("kept_round_update", "round"), ("kept_round_delete", "round")]


def statements(vendor: str) -> list[str]:
    """What makes the triggers of a database."""
    return list(for_sqlite()) if vendor == "sqlite" else list(for_postgresql())


def moved() -> str:
    """Whether a frozen round's update touches what stays."""
    return " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in ROUND)


def for_sqlite() -> Any:
    refused = f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    for table, path in TABLES.items():
        for act, row in (("insert", "NEW"), ("update", "OLD"), ("delete", "OLD")):
            found = PATHS[path].format(row=row)
            frozen = f"(SELECT stage FROM server_round WHERE id = ({found})) = '{FROZEN}'"  # noqa: S608 - names of ours
            yield f"CREATE TRIGGER kept_{table}_{act} BEFORE {act} ON server_{table} WHEN {frozen} {refused}"
    held = f"OLD.stage = '{FROZEN}'"
    yield f"CREATE TRIGGER kept_round_update BEFORE UPDATE ON server_round WHEN {held} AND ({moved()}) {refused}"
    yield f"CREATE TRIGGER kept_round_delete BEFORE DELETE ON server_round WHEN {held} {refused}"


def for_postgresql() -> Any:
    refused = f"RAISE EXCEPTION '{KEPT}' USING ERRCODE = 'integrity_constraint_violation'"
    for path, found in PATHS.items():
        yield (
            f"CREATE OR REPLACE FUNCTION kept_by_{path}() "  # noqa: S608 - names of ours
            "RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE one record; of bigint; "
            "BEGIN IF TG_OP = 'INSERT' THEN one := NEW; ELSE one := OLD; END IF; "
            f"of := ({found.format(row='one')}); PERFORM pg_advisory_xact_lock_shared({SPACE}, of::int); "
            f"IF (SELECT stage FROM server_round WHERE id = of) = '{FROZEN}' "
            f"THEN {refused}; END IF; IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
    for table, path in TABLES.items():
        yield (
            f"CREATE TRIGGER kept_{table}_change BEFORE INSERT OR UPDATE OR DELETE ON server_{table} "
            f"FOR EACH ROW EXECUTE FUNCTION kept_by_{path}()"
        )
    yield f"CREATE OR REPLACE FUNCTION kept_round() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refused}; END $$"
    held = f"OLD.stage = '{FROZEN}'"
    yield (
        "CREATE TRIGGER kept_round_update BEFORE UPDATE ON server_round FOR EACH ROW "
        f"WHEN ({held} AND ({moved()})) EXECUTE FUNCTION kept_round()"
    )
    yield (
        "CREATE TRIGGER kept_round_delete BEFORE DELETE ON server_round FOR EACH ROW "
        f"WHEN ({held}) EXECUTE FUNCTION kept_round()"
    )
