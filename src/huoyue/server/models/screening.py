"""Screening: what the rules say of each filing, what people decided, and what was looked at."""

from __future__ import annotations

from django.db import models


class Verdict(models.Model):
    """The rules' verdict on a filing with its reason, and a person's in its place where one was written."""

    filing = models.OneToOneField("Filing", models.CASCADE, related_name="verdict")
    ruled = models.CharField(max_length=12)
    rule = models.CharField(max_length=60, blank=True)
    value = models.FloatField(null=True)
    needed = models.FloatField(null=True)
    reason_zh = models.TextField()
    reason_en = models.TextField()
    ruled_at = models.DateTimeField()
    decided = models.CharField(max_length=12, blank=True)
    """evaluated, incomplete or not_filed; empty where the rules' verdict holds."""
    decided_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey("Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    """When somebody looked at it and let it stand."""
    revision = models.PositiveIntegerField(default=1)


class Finding(models.Model):
    """Something implausible, found by rule, and what became of it. `key` is the same whenever it is found again."""

    round = models.ForeignKey("Round", models.CASCADE, related_name="findings")
    key = models.CharField(max_length=64)
    rule = models.CharField(max_length=40)
    units = models.JSONField()
    records = models.JSONField()
    text_zh = models.TextField()
    text_en = models.TextField()
    found_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    mark = models.CharField(max_length=12, blank=True)
    """checked, explained or misreported; empty until somebody looked."""
    note = models.TextField(blank=True)
    marked_by = models.ForeignKey("Account", models.PROTECT, null=True, related_name="+")
    marked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["round", "key"], name="a_finding_once")]


class Sample(models.Model):
    """Filings drawn for verification: by risk, with a seed that repeats the draw."""

    round = models.ForeignKey("Round", models.CASCADE, related_name="samples")
    seed = models.BigIntegerField()
    size = models.PositiveIntegerField()
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]


class SampleUnit(models.Model):
    """One filing of a sample, its risk when drawn, and what verification found."""

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="units")
    filing = models.ForeignKey("Filing", models.CASCADE, related_name="+")
    risk = models.FloatField()
    place = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, blank=True)
    """confirmed, corrected or misreported; empty until verified."""
    note = models.TextField(blank=True)
    by = models.ForeignKey("Account", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place"]
