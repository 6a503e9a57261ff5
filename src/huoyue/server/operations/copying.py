"""Copies of a running database, and their return: SQLite by its online backup, PostgreSQL by pg_dump."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db import connection, connections

from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
"""What the copy of a database is called in a backup."""
NAMED = "SELECT digest FROM server_evidence"


def copy_database(out: Path) -> None:
    """Copy the database as it stands at one moment to the file `out`, while others write."""
    if connection.vendor == "sqlite":
        # One step takes one view of the database; in several it would begin anew at every write of others.
        place = connection.settings_dict["NAME"]
        with closing(sqlite3.connect(place, timeout=60)) as source, closing(sqlite3.connect(out)) as copy:
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        moment = cursor.fetchone()[0]
    called("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={moment}", f"--file={out}")


def look_into(copy: Path) -> tuple[int, str, set[str]]:
    """The end of the chain in a copy of an SQLite database, and the files that it names. Refused if it is damaged."""
    with closing(sqlite3.connect(copy)) as database:
        sound = database.execute("PRAGMA quick_check").fetchone()[0]
        if sound != "ok":
            what = M("The database is damaged: {why}", why=str(sound).splitlines()[0])
            raise Refused([Problem("damaged", what, M("Restore the last sound backup."))])
        seq, digest = database.execute("SELECT seq, digest FROM server_head").fetchone()
        return seq, digest, {row[0] for row in database.execute(NAMED)}


def bring_database(copy: Path) -> None:
    """Put a copy in place of an empty database."""
    if connection.vendor == "sqlite":
        place = Path(connection.settings_dict["NAME"])
        connections.close_all()
        place.parent.mkdir(parents=True, exist_ok=True)
        for ending in ("", "-wal", "-shm"):
            Path(f"{place}{ending}").unlink(missing_ok=True)
        copy.chmod(0o600)
        shutil.move(copy, place)
        return
    called("pg_restore", "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", str(copy))


def called(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL against our database. Refused if it is not there, or with what it says."""
    path = program_of(program)
    if path is None:
        what = M("The program {program} is not installed.", program=program)
        raise Refused([Problem("no_program", what, M("Install the client of PostgreSQL (Debian: postgresql-client)."))])
    environment, name = connected(connection.settings_dict)
    command, whole = [path, f"--dbname={name}", *arguments], os.environ | environment
    done = subprocess.run(command, env=whole, capture_output=True, text=True, check=False)  # noqa: S603 - of PostgreSQL
    if done.returncode != 0:
        what = M("{program} failed: {why}", program=program, why=done.stderr.strip()[-600:])
        raise Refused([Problem("program_failed", what)])


def connected(to: dict[str, Any]) -> tuple[dict[str, str], str]:
    """How PostgreSQL's own programs reach a database: the password in the environment, where nobody lists it."""
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
    return {variable: str(to[name]) for name, variable in names.items() if to.get(name)}, str(to["NAME"])


def program_of(name: str) -> str | None:
    """Where a program of PostgreSQL is: on the path, or where Debian keeps the newest."""
    if found := shutil.which(name):
        return found
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4].split(".")[0]))
    return str(kept[-1]) if kept else None
