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
    """Count a call of `who` and say what is left; with no `more`, only look.

    Two calls at the same moment may count as one: this holds off floods, and bills nobody.
    """
    second = int(now.timestamp())
    name = f"calls:{who}:{second // WINDOW}"
    made = cache.get(name, 0) + more
    if more:
        cache.set(name, made, WINDOW * 2)
    return Calls(limit, limit - made, WINDOW - second % WINDOW)
