"""The expert review: panel, conflicts, stages, suggestions, sheets, marks, cases, decisions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("server", "0003_round_closed_at"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("open", "open"), ("closed", "closed")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("added_reason", models.CharField(blank=True, max_length=500)),
                ("opened_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "filing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="server.filing"
                    ),
                ),
            ],
            options={
                "ordering": ["filing__alliance__position"],
            },
        ),
        migrations.CreateModel(
            name="Panellist",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20)),
                ("group", models.CharField(blank=True, max_length=40)),
                ("background", models.CharField(blank=True, max_length=80)),
                ("fields", models.JSONField(default=list)),
                ("capacity", models.PositiveIntegerField(default=20)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked"),
                            ("accepted", "accepted"),
                            ("declined", "declined"),
                            ("left", "left"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("signed_as", models.CharField(blank=True, max_length=80)),
                ("discipline", models.CharField(blank=True, max_length=64)),
                ("declared_at", models.DateTimeField(null=True)),
                ("left_at", models.DateTimeField(null=True)),
                ("left_reason", models.CharField(blank=True, max_length=500)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="panels", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="panel", to="server.round"
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Interest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organisation", models.CharField(blank=True, max_length=200)),
                ("relation", models.CharField(max_length=200)),
                ("declared_at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "alliance",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="server.alliance"
                    ),
                ),
                (
                    "panellist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="interests", to="server.panellist"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Conflict",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=16)),
                ("because", models.CharField(blank=True, max_length=300)),
                ("found_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_reason", models.CharField(blank=True, max_length=500)),
                (
                    "alliance",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="conflicts", to="server.alliance"
                    ),
                ),
                (
                    "found_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "panellist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="conflicts", to="server.panellist"
                    ),
                ),
            ],
            options={
                "ordering": ["panellist", "alliance", "id"],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("present", models.BooleanField()),
                ("out_because", models.CharField(blank=True, max_length=300)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attendance", to="server.case"
                    ),
                ),
                (
                    "panellist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="server.panellist"
                    ),
                ),
            ],
            options={
                "ordering": ["panellist__code"],
            },
        ),
        migrations.CreateModel(
            name="ReviewStage",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[("calibration", "calibration"), ("marks", "marks"), ("decisions", "decisions")],
                        max_length=12,
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("open", "open"), ("closed", "closed")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("due_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_reason", models.CharField(blank=True, max_length=500)),
                ("seed", models.BigIntegerField(null=True)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="review_stages", to="server.round"
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="stage",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="cases", to="server.reviewstage"
            ),
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pinned", models.BooleanField(default=False)),
                ("assigned_at", models.DateTimeField()),
                ("begun_at", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("aside_at", models.DateTimeField(null=True)),
                ("aside_kind", models.CharField(blank=True, max_length=10)),
                ("aside_reason", models.CharField(blank=True, max_length=500)),
                ("looks", models.PositiveIntegerField(default=0)),
                ("seconds", models.PositiveIntegerField(default=0)),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "filing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="server.filing"
                    ),
                ),
                (
                    "panellist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="server.panellist"
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sheets", to="server.reviewstage"
                    ),
                ),
            ],
            options={
                "ordering": ["filing__alliance__position", "panellist__code"],
            },
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.CharField(max_length=60)),
                ("points", models.IntegerField(null=True)),
                ("typed", models.CharField(blank=True, max_length=40)),
                ("reason", models.TextField(blank=True)),
                ("taken", models.BooleanField(default=False)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="marks", to="server.sheet"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.CharField(max_length=60)),
                ("outcome", models.CharField(max_length=16)),
                ("points", models.IntegerField(null=True)),
                ("maximum", models.IntegerField()),
                ("explanation_zh", models.TextField(blank=True)),
                ("explanation_en", models.TextField(blank=True)),
                (
                    "filing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="suggestions", to="server.filing"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.CharField(max_length=60)),
                ("points", models.IntegerField(null=True)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("revision", models.PositiveIntegerField(default=1)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="decisions", to="server.case"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("case", "indicator"), name="a_decision_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="panellist",
            constraint=models.UniqueConstraint(fields=("round", "account"), name="one_seat_a_person"),
        ),
        migrations.AddConstraint(
            model_name="panellist",
            constraint=models.UniqueConstraint(fields=("round", "code"), name="one_person_a_code"),
        ),
        migrations.AddIndex(
            model_name="conflict",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["alliance"], name="conflicts_now"),
        ),
        migrations.AddConstraint(
            model_name="conflict",
            constraint=models.UniqueConstraint(
                fields=("panellist", "alliance", "kind", "because"), name="a_conflict_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(fields=("case", "panellist"), name="an_attendance_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewstage",
            constraint=models.UniqueConstraint(fields=("round", "key"), name="a_stage_once"),
        ),
        migrations.AddConstraint(
            model_name="reviewstage",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("round",), name="one_stage_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(fields=("stage", "filing"), name="a_case_once"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")), fields=("stage",), name="one_case_open"
            ),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(
                condition=models.Q(("aside_at", None)), fields=["stage", "panellist"], name="sheets_now"
            ),
        ),
        migrations.AddConstraint(
            model_name="sheet",
            constraint=models.UniqueConstraint(fields=("stage", "panellist", "filing"), name="a_sheet_once"),
        ),
        migrations.AddConstraint(
            model_name="mark",
            constraint=models.UniqueConstraint(fields=("sheet", "indicator"), name="a_mark_once"),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.UniqueConstraint(fields=("filing", "indicator"), name="a_suggestion_once"),
        ),
    ]
