"""What others observe about an alliance, and the letters that go out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Observation(models.Model):
    """A fact that the liaison officer or the secretariat reports about an alliance, with its author.

    `kind` is a record type of the scheme, or empty for a contact where the scheme has no record type for one;
    `cells` are as in `Record`. `note` and `promised_on` are for the officers alone and feed no indicator.
    """

    filing = models.ForeignKey("Filing", models.CASCADE, related_name="observations")
    uid = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=60, blank=True)
    cells = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    promised_on = models.DateField(null=True)
    author = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-id"]


class Mail(models.Model):
    """A letter. `key` says what it is for, so that it is never written twice: one reminder a filing and day."""

    round = models.ForeignKey("Round", models.SET_NULL, null=True, related_name="letters")
    filing = models.ForeignKey("Filing", models.SET_NULL, null=True, related_name="letters")
    to = models.ForeignKey("Account", models.SET_NULL, null=True, related_name="letters")
    address = models.EmailField()
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=120, null=True, unique=True)
    subject = models.CharField(max_length=250)
    body = models.TextField()
    language = models.CharField(max_length=8, default="zh")
    state = models.CharField(
        max_length=10, default="queued", choices=[(s, s) for s in ("queued", "kept", "sent", "failed", "bounced")]
    )
    """`kept`: shown on the mailbox page only, as in a demonstration."""
    error = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    tries = models.PositiveIntegerField(default=0)
    by = models.ForeignKey("Account", models.SET_NULL, null=True, related_name="+")
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-written_at", "-id"]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="queued"), name="letters_to_send")]
