"""The mark of a demonstration: once its accounts, whose passwords everybody knows, were made, no real round follows."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone

from huoyue.server.models import Event, Round
from huoyue.server.operations.journal import Acting, operation, record

MARK = "demonstration.loaded"


def holds_demonstration() -> bool:
    """Whether a demonstration was ever loaded into this database."""
    return bool(Event.objects.filter(kind=MARK).exists())


@operation(MARK)
def mark_demonstration(acting: Acting) -> None:
    """Write down that this database is a demonstration's, before the first of its accounts is made."""
    record(acting, MARK)


def mark() -> None:
    """Mark this database as a demonstration, once."""
    if not holds_demonstration():
        mark_demonstration(Acting(None, "", timezone.now()))


@operation("demonstration.round_loaded")
def load_round(acting: Acting, loaded: Round, digests: Sequence[str]) -> None:
    """Write down that an example round was loaded as a whole, and the digests of the versions in it."""
    record(acting, "demonstration.round_loaded", round=loaded, subject=loaded.key, after={"versions": list(digests)})
