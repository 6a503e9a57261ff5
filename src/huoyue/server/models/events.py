"""The chain of events: who did what, when, from where; each event carries the hash of the one before."""

from __future__ import annotations

from typing import Any

from django.db import models


class Event(models.Model):
    """One change. `digest` covers every column but `detail` and `salt`, for which `detail_digest` stands.

    So personal data in `detail` can be erased on request while the chain still verifies.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.ForeignKey("Account", models.PROTECT, null=True, related_name="events")
    role = models.CharField(max_length=16, blank=True)
    kind = models.CharField(max_length=40)
    round = models.ForeignKey("Round", models.PROTECT, null=True, related_name="events")
    alliance = models.ForeignKey("Alliance", models.PROTECT, null=True, related_name="events")
    subject = models.CharField(max_length=80, blank=True)
    detail = models.JSONField(null=True)
    """{"from": address, "before": ..., "after": ...}; empty once erased."""
    salt = models.CharField(max_length=32, blank=True)
    detail_digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    token = models.CharField(max_length=60, null=True, unique=True)
    """What the browser called this change: a change that is sent again is found by it and not made again."""

    class Meta:
        ordering = ["seq"]
        indexes = [models.Index(fields=["round", "alliance"], name="events_of_a_filing")]

    @property
    def after(self) -> dict[str, Any]:
        """What the change left; nothing once the detail is erased."""
        left: dict[str, Any] = (self.detail or {}).get("after", {})
        return left


class Head(models.Model):
    """The end of the chain: one row, taken by whoever appends, so that the chain never forks."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)
