"""Triggers that keep events as they are, and the end of the chain."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from huoyue.server.models.protection import protect, release


def begin(apps: Any, schema_editor: Any) -> None:
    """Protect the table, and make the row that ends the chain if there is none yet."""
    protect(schema_editor.connection)
    apps.get_model("server", "Head").objects.using(schema_editor.connection.alias).get_or_create(id=1)


def undo(apps: Any, schema_editor: Any) -> None:
    """Take the triggers away."""
    del apps
    release(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("server", "0001_tables")]
    operations = [migrations.RunPython(begin, undo)]
