"""An event of a round waits for whoever freezes it before it takes the end of the chain."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from huoyue.server.models.appending import install


def make_anew(apps: Any, schema_editor: Any) -> None:
    """Replace the database's function by that of this version."""
    del apps
    install(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('server', '0006_who_was_there'),
    ]

    operations = [
        migrations.RunPython(make_anew, migrations.RunPython.noop),
    ]
