"""Changing a row that somebody read: only if it is still as it was read, and with the written reason it takes."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from huoyue.server.models.sealing import is_kept
from huoyue.server.operations.journal import Refuse

SHORTEST_REASON = 5
"""Signs of a written reason: a few words."""


def change(row: Any, same: dict[str, Any] | None = None, *, clash: str = "", **changes: object) -> None:
    """Change a row of the revision that was read and for which `same` holds; its revision grows.

    Refuse as stale where somebody else was first, and as `clash` where the database holds that it cannot be.
    """
    model: type[Model] = type(row)
    rows = model._default_manager.filter(pk=row.pk, revision=row.revision, **(same or {}))
    try:
        with transaction.atomic():
            done = rows.update(revision=row.revision + 1, **changes)
    except IntegrityError as error:
        if not clash or is_kept(error):
            raise
        raise Refuse(clash) from error
    if done != 1:
        raise Refuse("stale")
    row.revision += 1
    for name, value in changes.items():
        setattr(row, name, value)


def because(reason: str) -> str:
    """A written reason, or a refusal where there is none to speak of."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refuse("reason_short", least=str(SHORTEST_REASON))
    return reason.strip()[:500]
