"""Accounts, what they may do, and how they come by it."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Lower


class Role(models.TextChoices):
    """The roles of a round. The public needs no account."""

    SECRETARIAT = "secretariat"
    LIAISON = "liaison"
    FILER = "filer"
    EXPERT = "expert"
    CHAIR = "chair"
    OBSERVER = "observer"


class Accounts(BaseUserManager["Account"]):
    """Makes accounts; they begin without a password and get one through an invitation."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> Account:
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save()
        return account


class Account(AbstractBaseUser):
    """A person. Who has no e-mail address signs in by the name printed on the invitation."""

    username = models.CharField(max_length=60, unique=True)
    email = models.EmailField(blank=True)
    name = models.CharField(max_length=80)
    organisation = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=8, default="zh")
    is_active = models.BooleanField(default=True)
    erased_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    objects = Accounts()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="one_account_per_email")]

    def __str__(self) -> str:
        return self.name or self.username


class Duty(models.Model):
    """One role of one account: in one round or in all, for one alliance or for the network."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="duties")
    role = models.CharField(max_length=16, choices=Role.choices)
    round = models.ForeignKey("Round", models.CASCADE, null=True, related_name="duties")
    alliance = models.ForeignKey("Alliance", models.CASCADE, null=True, related_name="duties")
    responsible = models.BooleanField(default=False)
    """Of an alliance's filers, the one who answers for the filing."""
    began_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "account",
                "role",
                Coalesce("round", 0),
                Coalesce("alliance", 0),
                condition=Q(ended_at=None),
                name="one_duty_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["filer", "liaison"]) | Q(alliance__isnull=False), name="duty_has_its_alliance"
            ),
        ]
        indexes = [models.Index(fields=["alliance", "role"], condition=Q(ended_at=None), name="duties_now")]


class Invitation(models.Model):
    """A way in, once: by the link in a letter or by a printed code. Only digests are kept."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="invitations")
    token_digest = models.CharField(max_length=64, unique=True)
    code_digest = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
