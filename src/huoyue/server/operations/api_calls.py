"""How often programs call: counted by the minute in the cache that all processes share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache

WINDOW = 60
"""Seconds that are counted together."""
FAILURES = 20
"""Keys that do not work, from one address in a minute."""


@dataclass(frozen=True)
class Calls:
    """What is left of the calls of this minute."""

    limit: int
    left: int
    resets_in: int
    """Seconds until the next minute begins."""

    @property
    def is_over(self) -> bool:
        return self.left < 0


def counted(who: str, limit: int, now: datetime, *, more: int = 1) -> Calls:
    """Count a call of `who` and say what is left; with no `more`, only look. Calls at the same moment all count."""
    second = int(now.timestamp())
    made: int = cache.tally(f"calls:{who}:{second // WINDOW}", more, WINDOW * 2)  # type: ignore[attr-defined]
    return Calls(limit, limit - made, WINDOW - second % WINDOW)
