"""Other programs: keys for the API, webhooks and their deliveries, rounds carried over from another installation."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ApiKey(models.Model):
    """A key with which a program reads as its owner may, no further than `scopes`. Only its digest is kept."""

    account = models.ForeignKey("Account", models.CASCADE, related_name="keys")
    role = models.CharField(max_length=16)
    """As what it reads, of the owner's roles."""
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    """The first signs, by which people tell their keys apart."""
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)
    """The last day of use: not the moment, which would be a write a request."""
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]


class Webhook(models.Model):
    """An address that is told of state changes. Its secret is derived from the server's key and `uid`."""

    uid = models.CharField(max_length=32, unique=True)
    address = models.URLField(max_length=500)
    kinds = models.JSONField(default=list)
    """Kinds of events, or families of them ("round.*")."""
    round = models.ForeignKey("Round", models.CASCADE, null=True, related_name="webhooks")
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    after_seq = models.BigIntegerField(default=0)
    """The last event that was looked at for it."""
    stopped_at = models.DateTimeField(null=True)
    stopped_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at"]


class Delivery(models.Model):
    """One event on its way to one webhook."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    body = models.TextField()
    state = models.CharField(max_length=10, default="queued", choices=[(s, s) for s in ("queued", "sent", "failed")])
    tries = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    status = models.PositiveIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-seq", "-id"]
        constraints = [models.UniqueConstraint(fields=["webhook", "seq"], name="a_delivery_once")]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="queued"), name="deliveries_due")]


class Carried(models.Model):
    """A round that came from another installation: its journal there, kept as it came and carried on."""

    round = models.OneToOneField("Round", models.PROTECT, related_name="carried")
    source = models.CharField(max_length=200)
    archive_digest = models.CharField(max_length=64)
    journal = models.TextField()
    """Lines of JSON, one an event, as the installation it came from exported them."""
    by = models.ForeignKey("Account", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
