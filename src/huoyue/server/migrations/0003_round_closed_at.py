"""When a round's filing was closed, which may be before its deadline."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("server", "0002_events_are_kept")]
    operations = [migrations.AddField("round", "closed_at", models.DateTimeField(null=True))]
