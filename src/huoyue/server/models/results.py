"""What a round came to: its snapshots, results of earlier years, and studies of what would have been."""

from __future__ import annotations

from django.db import models


class Frozen(models.Model):
    """A snapshot of a round: its file is kept under its digest and never changes.

    The first is cut when the round is frozen. Each later one has the facts of the one before and the corrections that
    upheld objections led to; `changes` lists what moved and why.
    """

    round = models.ForeignKey("Round", models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, unique=True)
    """The digest of the manifest, which stands for every byte of the snapshot."""
    file_digest = models.CharField(max_length=64)
    """SHA-256 of the zip, under which it is stored."""
    size = models.BigIntegerField()
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="next")
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    """What the secretariat wrote on open points it went past, or why there is a later snapshot."""
    signature = models.TextField(blank=True)
    """Ed25519 over the digest, in base64; empty where no key is set."""
    public_key = models.TextField(blank=True)
    """The key that proves the signature, in base64 of its 32 bytes."""
    summary = models.JSONField(default=dict)
    """{"funnel": {verdict: count}, "tiers": {tier id: count}}, so that lists need not open the file."""
    changes = models.JSONField(default=list)
    """What moved since `previous`, one row an alliance and indicator: unit, indicator, before and after (hundredths),
    reason and number of the objection; score, tier and rank as [before, after]."""

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="a_snapshot_once")]


class EarlierResult(models.Model):
    """What an alliance came to in an earlier period, under another scheme; `score` in hundredths."""

    alliance = models.ForeignKey("Alliance", models.CASCADE, related_name="earlier_results")
    period = models.CharField(max_length=60)
    score = models.IntegerField(null=True)
    tier = models.CharField(max_length=60, blank=True)
    """A tier id, where the published result names one."""
    name = models.CharField(max_length=200)
    """The name under which it was published."""
    basis = models.CharField(max_length=16, default="evidenced")
    source = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["period", "alliance__position"]
        constraints = [models.UniqueConstraint(fields=["alliance", "period"], name="a_result_a_period")]


class EarlierImport(models.Model):
    """A file of earlier results as it was read: names matched by rule, to be confirmed by a person, then applied."""

    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    period = models.CharField(max_length=60)
    source = models.CharField(max_length=300, blank=True)
    rows = models.JSONField()
    applied_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)


class Study(models.Model):
    """What another scheme would have made of a snapshot's facts, kept under a name."""

    frozen = models.ForeignKey(Frozen, models.PROTECT, related_name="studies")
    name = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    scheme_text = models.TextField()
    scheme_digest = models.CharField(max_length=64)
    summary = models.JSONField(default=dict)
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["frozen", "name"], name="a_study_once")]
