"""Where tries and calls are counted by all processes together: Django's caches, with counts that miss nobody.

`tally` counts in one step, and `add` lets one alone begin: with files by what the file system does in one step, in
PostgreSQL by one statement. allauth holds its own counts of tries under a lock that is taken by `add`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import md5
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.db import connections, router
from django.utils import timezone

ENDING = ".tally"


class TalliedFiles(FileBasedCache):
    """Files of one machine. A count is a file that grows by a sign a time: where a sign came to stand is its number."""

    _dir: str  # what Django's class has and its types do not tell
    _createdir: Callable[[], None]
    _write_content: Callable[[BinaryIO, Any, Any], None]
    _key_to_file: Callable[[str, int | None], str]

    def tally(self, key: str, more: int, timeout: int) -> int:
        """Count `more` under a key, all at once, and say what it comes to; with no `more` only look."""
        name = md5(self.make_and_validate_key(key).encode(), usedforsecurity=False).hexdigest()
        path = Path(self._dir, f"{name}{ENDING}")
        if not more:
            return path.stat().st_size if path.exists() else 0
        self._createdir()
        line = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(line, b"." * more)
            count = os.lseek(line, 0, os.SEEK_CUR)
        finally:
            os.close(line)
        if count == more:
            self.forget(time.time() - timeout)
        return count

    def forget(self, before: float) -> None:
        """Take away the counts that nobody added to since, and what a process that was killed left."""
        for path in Path(self._dir).glob(f"*{ENDING}"):
            try:
                if path.stat().st_mtime < before:
                    path.unlink()
            except FileNotFoundError:  # another process was first
                continue

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value where there is none: of several at one moment one alone does."""
        if self.has_key(key, version):  # takes away what has run out
            return False
        self._createdir()
        part = Path(self._dir, f"{token_hex(16)}{ENDING}")
        with part.open("wb") as stream:
            self._write_content(stream, timeout, value)
        try:
            os.link(part, self._key_to_file(key, version))
        except FileExistsError:
            return False
        finally:
            part.unlink()
        return True

    def clear(self) -> None:
        super().clear()
        self.forget(float("inf"))


class TalliedTable(DatabaseCache):
    """A table of the database that several machines share. `add` is decided by its primary key."""

    _table: str

    def tally(self, key: str, more: int, timeout: int) -> int:
        """Count `more` under a key, all at once, and say what it comes to; with no `more` only look."""
        line = connections[router.db_for_write(self.cache_model_class)]
        table, name = line.ops.quote_name(self._table), self.make_and_validate_key(key)
        with line.cursor() as cursor:
            if not more:
                cursor.execute(f"SELECT value FROM {table} WHERE cache_key = %s", [name])  # noqa: S608 - our table
                row = cursor.fetchone()
                return int(row[0]) if row else 0
            until = line.ops.adapt_datetimefield_value(timezone.now() + timedelta(seconds=timeout))
            cursor.execute(
                f"INSERT INTO {table} AS kept (cache_key, value, expires) VALUES (%s, %s, %s) "  # noqa: S608
                "ON CONFLICT (cache_key) DO UPDATE SET value = CAST(CAST(kept.value AS integer) + %s AS text) "
                "RETURNING value",
                [name, str(more), until, more],
            )
            count = int(cursor.fetchone()[0])
            if count == more:
                now = line.ops.adapt_datetimefield_value(timezone.now())
                cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608
            return count
