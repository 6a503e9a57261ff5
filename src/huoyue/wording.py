"""Which language a person reads, and messages written in it."""

from __future__ import annotations

import os
from collections.abc import Mapping

from huoyue.core.phrase import LANGUAGES, both, day, number, render

__all__ = ["LANGUAGES", "both", "day", "number", "preferred", "render"]


def preferred(environment: Mapping[str, str] | None = None) -> str:
    """The language of the locale: English where it says so, Chinese otherwise, as most of our readers read Chinese."""
    settings = os.environ if environment is None else environment
    for name in ("HUOYUE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := settings.get(name):
            return "en" if value.lower().startswith("en") else "zh"
    return "zh"
