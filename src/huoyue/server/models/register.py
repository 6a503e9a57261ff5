"""The register: the network's alliances, their names over time, members and contacts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Alliance(models.Model):
    """A unit of the network. `code` never changes; the name may, and earlier names are kept with their dates.

    `batch`, `industry`, `status` and the keys of `fields` are ids of the scheme; `basis` says how batch and industry
    are known (registered, evidenced, inferred, synthetic).
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    batch = models.CharField(max_length=60)
    industry = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=60)
    basis = models.CharField(max_length=16, default="registered")
    fields = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    joined_on = models.DateField(null=True)
    left_on = models.DateField(null=True)
    note = models.TextField(blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_from")
    revision = models.PositiveIntegerField(default=1)
    reachable: list[Contact]
    """No column: the contacts of today, the first one first, where a query fetched them along."""

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class AllianceName(models.Model):
    """Another name of an alliance: one it had before, or one it is also known by."""

    alliance = models.ForeignKey(Alliance, models.CASCADE, related_name="names")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, choices=[("former", "former"), ("alias", "alias")])
    until = models.DateField(null=True)
    """The day from which the next name held."""

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["alliance", "name", "kind"], name="a_name_once")]


class Member(models.Model):
    """An organisation in an alliance; one of them leads it."""

    alliance = models.ForeignKey(Alliance, models.CASCADE, related_name="members")
    organisation = models.CharField(max_length=200)
    leads = models.BooleanField(default=False)

    class Meta:
        ordering = ["-leads", "organisation"]
        constraints = [models.UniqueConstraint(fields=["alliance", "organisation"], name="a_member_once")]


ERASED_NAME = "—"
"""What stands for the name of a contact whose personal data was erased."""


class Contact(models.Model):
    """A person to reach at an alliance: personal data, shown to those who need it."""

    alliance = models.ForeignKey(Alliance, models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=80)
    position = models.CharField(max_length=80, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    first = models.BooleanField(default=False)
    """Whether this is the one to ask first."""
    ended_on = models.DateField(null=True)

    class Meta:
        ordering = ["-first", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance"], condition=Q(first=True, ended_on=None), name="one_first_contact"
            )
        ]


class RegisterImport(models.Model):
    """A file of the register as it was read: shown as a preview, then applied or left."""

    by = models.ForeignKey("Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    rows = models.JSONField()
    applied_at = models.DateTimeField(null=True)
