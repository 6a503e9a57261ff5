"""A sign of life of the work beside the requests, in a file that every process of the installation sees."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from django.conf import settings

log = logging.getLogger("huoyue.background")


def sign_of_life(name: str) -> None:
    """Leave word that `name` was at work just now. A disk that is full stops nothing."""
    try:
        place = life_of(name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    except OSError:
        log.exception("no sign of life could be left")


def last_sign(name: str) -> float | None:
    """When `name` was last at work, in seconds since 1970."""
    try:
        return life_of(name).stat().st_mtime
    except OSError:
        return None


def seconds_since(name: str) -> float | None:
    """How long ago that was."""
    seen = last_sign(name)
    return None if seen is None else max(0.0, time.time() - seen)


def life_of(name: str) -> Path:
    return Path(settings.DATA, "alive", name)
