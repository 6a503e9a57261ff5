"""What an alliance files in a round: records, evidence, versions, and what was said about them."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    """Where a filing stands. What counts is `in_force`, the version last submitted and not withdrawn."""

    UNTOUCHED = "untouched"
    DRAFT = "draft"
    CHECKING = "checking"
    SUBMITTED = "submitted"
    RETURNED = "returned"


class Filing(models.Model):
    """One alliance in one round."""

    round = models.ForeignKey("Round", models.CASCADE, related_name="filings")
    alliance = models.ForeignKey("Alliance", models.PROTECT, related_name="filings")
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNTOUCHED)
    revision = models.PositiveIntegerField(default=1)
    """Grows with every change of state, so that two people cannot both make one."""
    in_force = models.ForeignKey("Version", models.SET_NULL, null=True, related_name="+")
    extended_until = models.DateTimeField(null=True)
    extension_reason = models.CharField(max_length=500, blank=True)
    correct_until = models.DateTimeField(null=True)
    """Until when a returned filing may be corrected."""
    changed_at = models.DateTimeField(null=True)
    record_count: int
    until: datetime
    is_open: bool
    outcome: object
    """No columns: what queries find out for the page that asks: records typed, own deadline, whether it may change,
    what settled screening came to."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "alliance"], name="one_filing_a_round")]
        ordering = ["alliance__position", "alliance__code"]


class Record(models.Model):
    """One fact as it is being typed: `cells` holds what was typed, readable or not, so that nothing is lost.

    `uid` is made by whoever begins the record, so that saving a new one twice makes one. `confirmed` is false for
    what was carried over from another round until somebody looks at it.
    """

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="records")
    uid = models.CharField(max_length=32)
    kind = models.CharField(max_length=60)
    cells = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=1)
    origin = models.CharField(max_length=12, default="typed")
    confirmed = models.BooleanField(default=True)
    removed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey("Account", models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["filing", "uid"], name="a_record_once")]
        indexes = [models.Index(fields=["filing", "kind"], condition=Q(removed_at=None), name="records_now")]


class SelfScore(models.Model):
    """An alliance's own points on an indicator, where the round asks for them, in hundredths."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="self_scores")
    indicator = models.CharField(max_length=60)
    points = models.IntegerField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["filing", "indicator"], name="a_self_score_once")]


class Version(models.Model):
    """A filing as it was submitted. `content` is canonical JSON, and `digest` its SHA-256."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.TextField()
    digest = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey("Account", models.PROTECT, related_name="+", null=True)
    signed_as = models.CharField(max_length=80)
    receipt = models.CharField(max_length=40, unique=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["filing", "number"], name="a_version_once")]


class Evidence(models.Model):
    """A file that proves a record. Stored under its digest, outside the web root; served only as a download."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="evidence")
    uid = models.CharField(max_length=32, unique=True)
    record = models.CharField(max_length=32)
    """`uid` of the record it proves."""
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=100)
    """The media type found in the content, whatever the name says."""
    digest = models.CharField(max_length=64)
    scan = models.CharField(max_length=10, default="unscanned")
    """unscanned, clean; what a scanner refused is never stored."""
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["filing", "record"], condition=Q(removed_at=None), name="evidence_now")]


class Upload(models.Model):
    """A file on its way: parts are added at `received` until it is `size` long."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="uploads")
    uid = models.CharField(max_length=32, unique=True)
    record = models.CharField(max_length=32)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    by = models.ForeignKey("Account", models.CASCADE, related_name="+")
    begun_at = models.DateTimeField()
    finished_as = models.CharField(max_length=32, blank=True)


class Remark(models.Model):
    """What the secretariat said about a filing, or one record of it, when returning it."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="remarks")
    version = models.PositiveIntegerField()
    record = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]


class Presence(models.Model):
    """Who has a filing open right now, and which record they are in."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="presences")
    account = models.ForeignKey("Account", models.CASCADE, related_name="+")
    record = models.CharField(max_length=32, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["filing", "account"], name="a_presence_once")]
