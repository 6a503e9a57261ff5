"""Documents: the work that builds them beside the requests, the wording of a round, and Word files handed back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

ALIVE = ("waiting", "running")


class Job(models.Model):
    """A piece of work done beside the requests, once. Whoever runs it shows a sign of life in `beat_at`.

    `key` says what it makes (of which snapshot, wording, language, part): while a job with that key waits, runs or is
    done there is no second one.
    """

    uid = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    round = models.ForeignKey("Round", models.PROTECT, related_name="jobs")
    frozen = models.ForeignKey("Frozen", models.PROTECT, null=True, related_name="jobs")
    options = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10,
        default="waiting",
        choices=[(s, s) for s in ("waiting", "running", "done", "failed", "cancelled")],
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    step = models.CharField(max_length=60, blank=True)
    """What it is at, as a code with words in `wording`."""
    worker = models.CharField(max_length=60, blank=True)
    tries = models.PositiveIntegerField(default=0)
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    cancel_at = models.DateTimeField(null=True)
    """When somebody asked for it to be cancelled."""
    problems = models.JSONField(default=list)
    """[{"zh", "en"}]: why it failed."""
    result = models.JSONField(default=dict)
    """What came of it, where that is no file."""

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(state__in=["waiting", "running", "done"]), name="a_job_once"
            )
        ]
        indexes = [models.Index(fields=["at"], condition=Q(state__in=ALIVE), name="jobs_to_do")]


class Document(models.Model):
    """A file that a job made, kept under its digest."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="documents")
    name = models.CharField(max_length=255)
    media = models.CharField(max_length=100)
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["job", "name"], name="a_document_once")]


class Wording(models.Model):
    """A version of one template of the report, as the secretariat worded it for a round. The latest one holds.

    `name` is the template's file name without language and ending ("summary"); an empty text means ours.
    """

    round = models.ForeignKey("Round", models.CASCADE, related_name="wordings")
    lang = models.CharField(max_length=2)
    name = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    note = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["lang", "name", "-number"]
        constraints = [models.UniqueConstraint(fields=["round", "lang", "name", "number"], name="a_wording_once")]


class Returned(models.Model):
    """A Word file of the report that somebody edited and handed back, and what came of checking it."""

    round = models.ForeignKey("Round", models.CASCADE, related_name="returned")
    frozen = models.ForeignKey("Frozen", models.PROTECT, related_name="returned")
    lang = models.CharField(max_length=2)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    """Of the file as it came."""
    marked_digest = models.CharField(max_length=64)
    """Of the copy in which numbers that do not agree are marked."""
    findings = models.JSONField(default=list)
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]


class Passage(models.Model):
    """Something written by hand into a Word file that was handed back, carried into the next builds.

    `after` is the text it stood behind (the paragraph or heading before it), `heading` the heading it stood under.
    """

    round = models.ForeignKey("Round", models.CASCADE, related_name="passages")
    returned = models.ForeignKey(Returned, models.CASCADE, related_name="passages")
    lang = models.CharField(max_length=2)
    heading = models.CharField(max_length=200, blank=True)
    after = models.TextField(blank=True)
    text = models.TextField()
    position = models.PositiveIntegerField(default=0)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey("Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position", "id"]
