"""From results to the public: the notice period, objections and what they correct, editions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class NoticePeriod(models.Model):
    """The time in which results are on public notice (公示). Both days are part of it. One runs at a time."""

    round = models.ForeignKey("Round", models.PROTECT, related_name="notice_periods")
    frozen = models.ForeignKey("Frozen", models.PROTECT, related_name="notice_periods")
    number = models.PositiveIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    office = models.CharField(max_length=200)
    """Who takes objections: office, then how it is reached."""
    telephone = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    """What the secretariat adds to the notice."""
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="a_notice_period_once"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(closed_at=None, withdrawn_at=None), name="one_notice_period_runs"
            ),
        ]


class Objection(models.Model):
    """An objection (异议) in a notice period: to a score on an indicator, or to facts or eligibility.

    Who objects is known to those who handle it and to nobody else. `by` is the filer's account where it came online;
    what came on paper is put in by the secretariat with the objector's name.
    """

    round = models.ForeignKey("Round", models.PROTECT, related_name="objections")
    notice = models.ForeignKey(NoticePeriod, models.PROTECT, related_name="objections")
    filing = models.ForeignKey("Filing", models.PROTECT, related_name="objections")
    """Whose result it is about."""
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=8, choices=[("score", "score"), ("facts", "facts")])
    indicator = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey("Account", models.PROTECT, null=True, related_name="objections")
    entered_by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    organisation = models.CharField(max_length=200, blank=True)
    telephone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    signed_as = models.CharField(max_length=80, blank=True)
    sealed = models.BooleanField(default=False)
    """Whether an organisation's objection bears its seal."""
    on_paper = models.BooleanField(default=False)
    grounds = models.TextField()
    received_on = models.DateField()
    at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        default="received",
        choices=[(s, s) for s in ("received", "refused", "admitted", "decided", "withdrawn")],
    )
    refused_because = models.CharField(max_length=20, blank=True)
    """anonymous, unsigned, no_seal, no_evidence, late, groundless or disagreement."""
    due_on = models.DateField(null=True)
    """By when it is to be decided."""
    outcome = models.CharField(max_length=10, blank=True)
    """upheld, partly or dismissed."""
    reasons = models.TextField(blank=True)
    """Of the decision, or of refusing to take it up."""
    decided_by = models.ForeignKey("Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["at", "id"]


class ObjectionFile(models.Model):
    """A file that an objection rests on, kept under its digest."""

    objection = models.ForeignKey(Objection, models.CASCADE, related_name="files")
    uid = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class Handler(models.Model):
    """Somebody who looks into an objection: never one who marked the alliance or is barred from it."""

    objection = models.ForeignKey(Objection, models.CASCADE, related_name="handlers")
    account = models.ForeignKey("Account", models.PROTECT, related_name="handled")
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=300, blank=True)
    proposes = models.CharField(max_length=10, blank=True)
    points = models.IntegerField(null=True)
    opinion = models.TextField(blank=True)
    opinion_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["objection", "account"], condition=Q(ended_at=None), name="a_handler_once")
        ]


class Correction(models.Model):
    """What an upheld objection changes: points on an indicator in hundredths, or the verdict on an alliance.

    It takes effect with the snapshot `frozen`, which is cut after it; empty until then.
    """

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="corrections")
    filing = models.ForeignKey("Filing", models.PROTECT, related_name="corrections")
    indicator = models.CharField(max_length=60, blank=True)
    points = models.IntegerField(null=True)
    verdict = models.CharField(max_length=12, blank=True)
    reason = models.TextField()
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    frozen = models.ForeignKey("Frozen", models.PROTECT, null=True, related_name="corrections")

    class Meta:
        ordering = ["id"]


class Edition(models.Model):
    """Results as published: immutable, numbered, with a manifest. A withdrawn one stays visible as withdrawn."""

    round = models.ForeignKey("Round", models.PROTECT, related_name="editions")
    frozen = models.ForeignKey("Frozen", models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    """Of its manifest, which stands for every file."""
    file_digest = models.CharField(max_length=64)
    """SHA-256 of the zip of its files, under which it is stored."""
    size = models.BigIntegerField()
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaced_by")
    errata = models.JSONField(default=list)
    """[{"zh", "en"}]: what differs from the edition before, and why."""
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("Account", models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="an_edition_once")]
