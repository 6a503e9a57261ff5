"""From settled scores to published editions: tables, and triggers that keep what frozen rounds rest on."""

from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huoyue.server.models.appending import install, remove
from huoyue.server.models.sealing import seal, unseal


def keep(apps: Any, schema_editor: Any) -> None:
    """Let the database keep what frozen rounds rest on, and append events in one step."""
    del apps
    seal(schema_editor.connection)
    install(schema_editor.connection)


def undo(apps: Any, schema_editor: Any) -> None:
    """Take the triggers and the function away."""
    del apps
    unseal(schema_editor.connection)
    remove(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [
        ('server', '0004_expert_review'),
    ]

    operations = [
        migrations.AlterField(
            model_name='round',
            name='stage',
            field=models.CharField(choices=[('preparing', 'Preparing'), ('open', 'Open'), ('closed', 'Closed'), ('screened', 'Screened'), ('frozen', 'Frozen')], default='preparing', max_length=16),
        ),
        migrations.CreateModel(
            name='ApiKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(max_length=16)),
                ('name', models.CharField(max_length=80)),
                ('prefix', models.CharField(max_length=12)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('scopes', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(null=True)),
                ('used_on', models.DateField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='keys', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Carried',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=200)),
                ('archive_digest', models.CharField(max_length=64)),
                ('journal', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='carried', to='server.round')),
            ],
        ),
        migrations.CreateModel(
            name='EarlierImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('file_name', models.CharField(max_length=200)),
                ('period', models.CharField(max_length=60)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('rows', models.JSONField()),
                ('applied_at', models.DateTimeField(null=True)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Frozen',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('file_digest', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('reason', models.TextField(blank=True)),
                ('signature', models.TextField(blank=True)),
                ('public_key', models.TextField(blank=True)),
                ('summary', models.JSONField(default=dict)),
                ('changes', models.JSONField(default=list)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('previous', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next', to='server.frozen')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='server.round')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('file_digest', models.CharField(max_length=64)),
                ('size', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('errata', models.JSONField(default=list)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.TextField(blank=True)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replaces', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='server.edition')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='server.round')),
                ('withdrawn_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('frozen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='server.frozen')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(max_length=32, unique=True)),
                ('kind', models.CharField(max_length=20)),
                ('key', models.CharField(max_length=200)),
                ('options', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('running', 'running'), ('done', 'done'), ('failed', 'failed'), ('cancelled', 'cancelled')], default='waiting', max_length=10)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('step', models.CharField(blank=True, max_length=60)),
                ('worker', models.CharField(blank=True, max_length=60)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('started_at', models.DateTimeField(null=True)),
                ('beat_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('cancel_at', models.DateTimeField(null=True)),
                ('problems', models.JSONField(default=list)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('frozen', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='server.frozen')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='jobs', to='server.round')),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=255)),
                ('media', models.CharField(max_length=100)),
                ('size', models.BigIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('position', models.PositiveIntegerField(default=0)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='server.job')),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='NoticePeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('office', models.CharField(max_length=200)),
                ('telephone', models.CharField(blank=True, max_length=100)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('text', models.TextField(blank=True)),
                ('at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=500)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('frozen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notice_periods', to='server.frozen')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notice_periods', to='server.round')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True)),
                ('kind', models.CharField(choices=[('score', 'score'), ('facts', 'facts')], max_length=8)),
                ('indicator', models.CharField(blank=True, max_length=60)),
                ('name', models.CharField(max_length=80)),
                ('organisation', models.CharField(blank=True, max_length=200)),
                ('telephone', models.CharField(blank=True, max_length=60)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('signed_as', models.CharField(blank=True, max_length=80)),
                ('sealed', models.BooleanField(default=False)),
                ('on_paper', models.BooleanField(default=False)),
                ('grounds', models.TextField()),
                ('received_on', models.DateField()),
                ('at', models.DateTimeField()),
                ('state', models.CharField(choices=[('received', 'received'), ('refused', 'refused'), ('admitted', 'admitted'), ('decided', 'decided'), ('withdrawn', 'withdrawn')], default='received', max_length=10)),
                ('refused_because', models.CharField(blank=True, max_length=20)),
                ('due_on', models.DateField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=10)),
                ('reasons', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='objections', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='server.filing')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='server.noticeperiod')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='objections', to='server.round')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Handler',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('given_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_because', models.CharField(blank=True, max_length=300)),
                ('proposes', models.CharField(blank=True, max_length=10)),
                ('points', models.IntegerField(null=True)),
                ('opinion', models.TextField(blank=True)),
                ('opinion_at', models.DateTimeField(null=True)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handled', to=settings.AUTH_USER_MODEL)),
                ('objection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handlers', to='server.objection')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Correction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('indicator', models.CharField(blank=True, max_length=60)),
                ('points', models.IntegerField(null=True)),
                ('verdict', models.CharField(blank=True, max_length=12)),
                ('reason', models.TextField()),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='server.filing')),
                ('frozen', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='server.frozen')),
                ('objection', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='server.objection')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ObjectionFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=255)),
                ('size', models.BigIntegerField()),
                ('kind', models.CharField(max_length=100)),
                ('digest', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('objection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='server.objection')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Returned',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lang', models.CharField(max_length=2)),
                ('name', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('marked_digest', models.CharField(max_length=64)),
                ('findings', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('frozen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returned', to='server.frozen')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='returned', to='server.round')),
            ],
            options={
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Passage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lang', models.CharField(max_length=2)),
                ('heading', models.CharField(blank=True, max_length=200)),
                ('after', models.TextField(blank=True)),
                ('text', models.TextField()),
                ('position', models.PositiveIntegerField(default=0)),
                ('dropped_at', models.DateTimeField(null=True)),
                ('dropped_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passages', to='server.round')),
                ('returned', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='passages', to='server.returned')),
            ],
            options={
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Study',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('note', models.TextField(blank=True)),
                ('scheme_text', models.TextField()),
                ('scheme_digest', models.CharField(max_length=64)),
                ('summary', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('frozen', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='studies', to='server.frozen')),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.CharField(max_length=32, unique=True)),
                ('address', models.URLField(max_length=500)),
                ('kinds', models.JSONField(default=list)),
                ('at', models.DateTimeField()),
                ('after_seq', models.BigIntegerField(default=0)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('stopped_because', models.CharField(blank=True, max_length=300)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to='server.round')),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seq', models.BigIntegerField()),
                ('kind', models.CharField(max_length=40)),
                ('body', models.TextField()),
                ('state', models.CharField(choices=[('queued', 'queued'), ('sent', 'sent'), ('failed', 'failed')], default='queued', max_length=10)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('status', models.PositiveIntegerField(null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('sent_at', models.DateTimeField(null=True)),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='server.webhook')),
            ],
            options={
                'ordering': ['-seq', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lang', models.CharField(max_length=2)),
                ('name', models.CharField(max_length=60)),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField(blank=True)),
                ('note', models.CharField(blank=True, max_length=200)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='server.round')),
            ],
            options={
                'ordering': ['lang', 'name', '-number'],
            },
        ),
        migrations.CreateModel(
            name='EarlierResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('period', models.CharField(max_length=60)),
                ('score', models.IntegerField(null=True)),
                ('tier', models.CharField(blank=True, max_length=60)),
                ('name', models.CharField(max_length=200)),
                ('basis', models.CharField(default='evidenced', max_length=16)),
                ('source', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('alliance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='earlier_results', to='server.alliance')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['period', 'alliance__position'],
                'constraints': [models.UniqueConstraint(fields=('alliance', 'period'), name='a_result_a_period')],
            },
        ),
        migrations.AddConstraint(
            model_name='frozen',
            constraint=models.UniqueConstraint(fields=('round', 'number'), name='a_snapshot_once'),
        ),
        migrations.AddConstraint(
            model_name='edition',
            constraint=models.UniqueConstraint(fields=('round', 'number'), name='an_edition_once'),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('state__in', ('waiting', 'running'))), fields=['at'], name='jobs_to_do'),
        ),
        migrations.AddConstraint(
            model_name='job',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done'])), fields=('key',), name='a_job_once'),
        ),
        migrations.AddConstraint(
            model_name='document',
            constraint=models.UniqueConstraint(fields=('job', 'name'), name='a_document_once'),
        ),
        migrations.AddConstraint(
            model_name='noticeperiod',
            constraint=models.UniqueConstraint(fields=('round', 'number'), name='a_notice_period_once'),
        ),
        migrations.AddConstraint(
            model_name='noticeperiod',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None), ('withdrawn_at', None)), fields=('round',), name='one_notice_period_runs'),
        ),
        migrations.AddConstraint(
            model_name='handler',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('objection', 'account'), name='a_handler_once'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.UniqueConstraint(fields=('frozen', 'name'), name='a_study_once'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['due_at'], name='deliveries_due'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('webhook', 'seq'), name='a_delivery_once'),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.UniqueConstraint(fields=('round', 'lang', 'name', 'number'), name='a_wording_once'),
        ),
        migrations.RunPython(keep, undo),
    ]
