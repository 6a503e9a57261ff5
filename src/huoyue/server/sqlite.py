"""Which SQLite runs: the newest at hand, because older ones can lose a database.

SQLite before 3.51.3 has a fault in resetting the write-ahead log that can corrupt a database under several
connections; the one in Debian 12 is 3.40. The package pysqlite3 brings a newer one.
"""

from __future__ import annotations

import sys
from importlib import import_module

SOUND = (3, 51, 3)


def prefer_newest() -> tuple[int, ...]:
    """Put the newest SQLite in place of Python's own, before Django first imports it; say which version runs."""
    import sqlite3  # why: optional

    try:
        bundled = import_module("pysqlite3")
    except ImportError:
        return sqlite3.sqlite_version_info
    newest: tuple[int, ...] = tuple(bundled.sqlite_version_info)
    if newest <= sqlite3.sqlite_version_info:
        return sqlite3.sqlite_version_info
    sys.modules["sqlite3"] = bundled
    sys.modules["sqlite3.dbapi2"] = import_module("pysqlite3.dbapi2")
    return newest
