"""Editions as everybody may see them."""

from __future__ import annotations

from django.db.models import QuerySet

from huoyue.core.refusal import Refusal
from huoyue.server.models import Edition
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person


def published() -> QuerySet[Edition]:
    """Every edition, withdrawn ones too."""
    return Edition.objects.filter(round__practice=False).select_related("round", "replaces").defer("round__scheme_text")


def edition_door(person: Person, *, round: str, number: int) -> Edition | Refusal:  # noqa: A002
    """A published edition, for whoever asks."""
    del person
    return published().filter(round__key=round, number=number).first() or ABSENT
