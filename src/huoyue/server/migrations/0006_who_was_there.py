"""Meetings note their chairs, too; work beside the requests keeps a result that is no file."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huoyue.server.models.sealing import seal, unseal


def loosen(apps: Any, schema_editor: Any) -> None:
    """Take the triggers away: SQLite builds a table anew, and would stumble over them."""
    del apps
    unseal(schema_editor.connection)


def keep(apps: Any, schema_editor: Any) -> None:
    """Let the database keep what frozen rounds rest on again."""
    del apps
    seal(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('server', '0005_settled_to_published'),
    ]

    operations = [
        migrations.RunPython(loosen, keep),
        migrations.AlterModelOptions(
            name='attendance',
            options={'ordering': ['id']},
        ),
        migrations.AddField(
            model_name='attendance',
            name='chair',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='attendance',
            name='panellist',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='server.panellist'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.UniqueConstraint(fields=('case', 'chair'), name='a_chair_once'),
        ),
        migrations.AddConstraint(
            model_name='attendance',
            constraint=models.CheckConstraint(condition=models.Q(('panellist__isnull', False), ('chair__isnull', False), _connector='OR'), name='an_attendance_is_somebodys'),
        ),
        migrations.AddField(
            model_name='case',
            name='led_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='job',
            name='result',
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(keep, loosen),
    ]
