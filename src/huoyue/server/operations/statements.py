"""Inserts and conditional updates of single rows, their SQL made once: what a save does, it does several times."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from huoyue.server.queries.prepared import prepared_cursor


@cache
def fields_of(model: Any) -> dict[str, Field[Any, Any]]:
    """Fields by name, and by the name that holds a reference's number."""
    fields = model._meta.concrete_fields
    return {field.name: field for field in fields} | {field.attname: field for field in fields}


@cache
def insertion(model: Any, with_key: bool, computed: str = "", how: str = "") -> tuple[str, list[Field[Any, Any]]]:
    fields = [field for field in model._meta.concrete_fields if with_key or not field.primary_key]
    fields.sort(key=lambda field: field.name == computed)  # last, where its values are
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(how if field.name == computed else "%s" for field in fields)
    back = f'"{model._meta.pk.column}"' + (f', "{computed}"' if computed else "")
    return f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({marks}) RETURNING {back}', fields  # noqa: S608


def insert(row: Model, computed: str = "", how: str = "", using: Sequence[Any] = ()) -> None:
    """Insert a new row; its key is made by the database unless it has one.

    `computed` names a field that the database works out, by the SQL `how` with the values `using`; the row learns it.
    """
    sql, fields = insertion(row.__class__, row.pk is not None, computed, how)
    given = fields[:-1] if computed else fields
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in given]
    with prepared_cursor() as cursor:
        cursor.execute(sql, [*values, *using])
        row.pk, *found = cursor.fetchone()
    if found:
        setattr(row, computed, found[0])
    row._state.adding, row._state.db = False, connection.alias


@cache
def change(model: Any, where: tuple[tuple[str, bool], ...], names: tuple[str, ...]) -> str:
    fields = fields_of(model)
    what = ", ".join(f'"{fields[name].column}" = %s' for name in names)
    of = " AND ".join(f'"{fields[name].column}" ' + ("IS NULL" if empty else "= %s") for name, empty in where)
    return f'UPDATE "{model._meta.db_table}" SET {what} WHERE {of}'  # noqa: S608 - names of our tables and columns


def change_of(model: Any, where: dict[str, Any], values: dict[str, Any]) -> tuple[str, list[Any]]:
    """An update's SQL and what goes into it."""
    sql = change(model, tuple((name, value is None) for name, value in where.items()), tuple(values))
    fields = fields_of(model)
    given = [fields[name].get_db_prep_save(value, connection) for name, value in values.items()]
    given += [fields[name].get_db_prep_value(value, connection) for name, value in where.items() if value is not None]
    return sql, given


def update(model: Any, where: dict[str, Any], **values: Any) -> int:
    """Change the rows for which `where` holds, as `filter(**where).update(**values)`: how many."""
    with prepared_cursor() as cursor:
        cursor.execute(*change_of(model, where, values))
        return int(cursor.rowcount)
