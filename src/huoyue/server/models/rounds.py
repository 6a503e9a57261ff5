"""A round: a scheme, a window, and how far it has come."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class Stage(models.TextChoices):
    """How far a round has come. Filing is possible in `open`; screening from `closed` on; `screened` is settled.

    From `frozen` on nothing that led to the results changes any more: the database itself refuses it.
    """

    PREPARING = "preparing"
    OPEN = "open"
    CLOSED = "closed"
    SCREENED = "screened"
    FROZEN = "frozen"


SETTLED = (Stage.SCREENED, Stage.FROZEN)
"""Stages in which the verdicts of screening stand."""


class Round(models.Model):
    """One evaluation under one scheme. `deadline` is the first moment that is too late."""

    key = models.SlugField(max_length=60, unique=True)
    title_zh = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    scheme_text = models.TextField()
    scheme_digest = models.CharField(max_length=64)
    stage = models.CharField(max_length=16, choices=Stage.choices, default=Stage.PREPARING)
    practice = models.BooleanField(default=False)
    """For training: marked on every page and paper, and never frozen or published."""
    opens_at = models.DateTimeField()
    deadline = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    """When the secretariat closed filing, which may be before the deadline."""
    grace_days = models.PositiveIntegerField(default=5)
    """How many days a filing that was returned may be corrected."""
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    previous = models.ForeignKey("self", models.SET_NULL, null=True, related_name="next_rounds")
    check_first = models.BooleanField(default=False)
    """Whether the alliance's responsible person checks before a filing goes up."""
    reminds = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-deadline", "key"]

    def title(self, lang: str) -> str:
        """The title in `lang` ("zh" or "en")."""
        return self.title_zh if lang == "zh" else self.title_en

    @property
    def closed_early(self) -> datetime | None:
        """When filing was closed, if that was before the deadline."""
        return self.closed_at if self.closed_at is not None and self.closed_at < self.deadline else None


class Notice(models.Model):
    """Something the secretariat tells everybody in a round, on their first page and by letter."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="notices")
    title = models.CharField(max_length=200)
    text = models.TextField()
    audience = models.CharField(max_length=16)
    """A role, or `unsubmitted` for the filers who have not submitted, or `all`."""
    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
