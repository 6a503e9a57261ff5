"""PostgreSQL appends an event in one step, so that the end of the chain is held for as short as can be.

Whoever appends holds the head of the chain until its transaction ends, and everybody else waits. From Python that is
three trips to the server; while the machine is busy, each of them waits for its turn. SQLite runs inside our process
and needs none of this.

An event of a round first waits for whoever freezes it (`sealing.hold_still`), as a change of its rows does: who had
taken the head of the chain and then waited would hold up the freeze that it waits for.
"""

from __future__ import annotations

from typing import Any

from huoyue.server.models.sealing import SPACE

FUNCTION = f"""
CREATE OR REPLACE FUNCTION append_event(
    middle text, happened timestamptz, actor bigint, as_role text, of_kind text, in_round bigint, about bigint,
    of_subject text, what jsonb, salted text, digested text, called text,
    OUT made bigint, OUT before text, OUT sealed text
) LANGUAGE plpgsql AS $$
BEGIN
    IF in_round IS NOT NULL THEN
        PERFORM pg_advisory_xact_lock_shared({SPACE}, in_round::int);
    END IF;
    SELECT seq + 1, digest INTO made, before FROM server_head WHERE id = 1 FOR UPDATE;
    IF made IS NULL THEN
        INSERT INTO server_head (id, seq, digest) VALUES (1, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
        SELECT seq + 1, digest INTO made, before FROM server_head WHERE id = 1 FOR UPDATE;
    END IF;
    sealed := encode(sha256(convert_to('[' || made || ',' || middle || ',"' || before || '"]', 'UTF8')), 'hex');
    INSERT INTO server_event (seq, at, actor_id, role, kind, round_id, alliance_id, subject, detail, salt,
                              detail_digest, previous, digest, token)
    VALUES (made, happened, actor, as_role, of_kind, in_round, about, of_subject, what, salted, digested, before,
            sealed, called);
    UPDATE server_head SET seq = made, digest = sealed WHERE id = 1;
END $$
"""  # noqa: S608 - a number of ours
CALL = "SELECT made, before, sealed FROM append_event(%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s)"


def install(connection: Any) -> None:
    """Make the function, where the database is PostgreSQL."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(FUNCTION)


def remove(connection: Any) -> None:
    """Take it away."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION IF EXISTS append_event")
