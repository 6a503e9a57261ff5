"""Queries compiled once. Building SQL costs Django ten times what running it does, and on the path of a save it shows.

A prepared query is written as any other, as a function of the values that change; the rows it gives are the same.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators  # type: ignore[attr-defined]  # the stubs leave it out

M = TypeVar("M", bound=Model)
STAND_INS: dict[str, Callable[[int], Any]] = {"int": lambda n: 7_919_000_000 + n, "str": lambda n: f"\x01{n}\x01"}
"""What stands for a value while the query is compiled, by the type of the parameter: nothing else looks like it."""


def prepared_cursor() -> CursorWrapper:
    """A cursor whose statements PostgreSQL parses and plans once a connection, and not each time.

    For statements whose text never changes. The ORM writes values into its statements before it sends them, so each is
    new to the server, and planning one with three joins takes longer than running it. SQLite keeps its own statements.
    """
    if connection.vendor != "postgresql":
        return connection.cursor()
    from django.db.backends.postgresql.base import ServerBindingCursor  # type: ignore[attr-defined]  # the stubs leave it out

    connection.ensure_connection()
    with connection.wrap_database_errors:
        raw = ServerBindingCursor(connection.connection)
    return connection.make_debug_cursor(raw) if connection.queries_logged else connection.make_cursor(raw)


class Plan(Generic[M]):
    """A compiled query: its SQL, where each value goes, and how rows become objects."""

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        parameters = inspect.signature(build).parameters.values()
        named = {p.name: STAND_INS[str(p.annotation)](n) for n, p in enumerate(parameters)}
        self.compiler = build(**named).query.get_compiler(connection=connection)
        self.sql, given = self.compiler.as_sql()
        places = {value: name for name, value in named.items()}
        self.slots = [(places.get(value), value) for value in given]
        info, select = self.compiler.klass_info, self.compiler.select
        self.model = info["model"]
        self.first, self.end = info["select_fields"][0], info["select_fields"][-1] + 1
        self.names = [column[0].target.attname for column in select[self.first : self.end]]
        self.related = get_related_populators(info, select, connection.alias)
        self.converters = self.compiler.get_converters([column[0] for column in select])

    def rows(self, named: dict[str, Any]) -> list[M]:
        values = [value if name is None else named[name] for name, value in self.slots]
        with prepared_cursor() as cursor:
            cursor.execute(self.sql, values)
            found = cursor.fetchall()
        made = []
        for row in self.compiler.apply_converters(found, self.converters) if self.converters else found:
            one = self.model.from_db(connection.alias, self.names, row[self.first : self.end])
            for populator in self.related:
                populator.populate(row, one)
            made.append(one)
        return made


class Prepared(Generic[M]):
    """`Prepared(function)(name=value, …)` gives the rows of the query that the function builds.

    Its parameters are annotated `int` or `str`; a value may stand in conditions only.
    """

    def __init__(self, build: Callable[..., QuerySet[M]]) -> None:
        self.build = build
        self.kept = threading.local()

    def __call__(self, **named: int | str) -> list[M]:
        plan: Plan[M] | None = getattr(self.kept, "plan", None)
        if plan is None:
            plan = self.kept.plan = Plan(self.build)
        return plan.rows(named)

    def first(self, **named: int | str) -> M | None:
        """The first row, if there is one."""
        found = self(**named)
        return found[0] if found else None
