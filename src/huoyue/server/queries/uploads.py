"""Doors to what hangs on a filing: files on their way, and versions."""

from __future__ import annotations

from huoyue.core.refusal import Refusal
from huoyue.server.models import Upload, Version
from huoyue.server.queries.doors import ABSENT, filing_door
from huoyue.server.queries.people import Person


def upload_door(person: Person, *, round: str, unit: str, upload: str) -> Upload | Refusal:  # noqa: A002
    """A file on its way: only for whoever sends it."""
    filing = filing_door(person, round=round, unit=unit)
    if isinstance(filing, Refusal):
        return filing
    found = Upload.objects.filter(filing=filing, uid=upload, by=person.account).first()
    if found is None:
        return ABSENT
    found.filing = filing
    return found


def version_door(person: Person, *, round: str, unit: str, number: int) -> Version | Refusal:  # noqa: A002
    """A version of a filing, by its number."""
    filing = filing_door(person, round=round, unit=unit)
    if isinstance(filing, Refusal):
        return filing
    found = Version.objects.filter(filing=filing, number=number).select_related("submitted_by").first()
    if found is None:
        return ABSENT
    found.filing = filing
    return found
