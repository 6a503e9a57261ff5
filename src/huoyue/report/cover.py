"""The title on a cover, broken after what is evaluated where it is longer than a line, and the month below it."""

from __future__ import annotations

from datetime import date

from huoyue.core.phrase import MONTHS
from huoyue.report.tables import width

LINE = 40
"""Half-width places of a line: 156 mm at 22 pt."""


def title_lines(title: str, lang: str, word: str = "") -> list[str]:
    """The lines of a Chinese title (GB/T 9704-2012, 7.3.1: whole in meaning, even in shape); others break at blanks.

    A line ends after `word`, what units are called, if both lines hold then; else in the middle.
    """
    if lang != "zh" or width(title) <= LINE:
        return [title]
    at = title.rfind(word) + len(word) if word and word in title else 0
    parts = title[:at], title[at:]
    if at and parts[1] and max(map(width, parts)) <= LINE:
        return list(parts)
    if width(title) > 2 * LINE:
        return [title]
    half = next(at for at in range(1, len(title)) if 2 * width(title[:at]) >= width(title))
    return [title[:half], title[half:]]


def dated(on: date | None, lang: str) -> str:
    """The year and month of a cover: 2018年3月, March 2018; nothing where it is not known when the round was frozen."""
    if on is None:
        return ""
    return f"{on.year}年{on.month}月" if lang == "zh" else f"{MONTHS[on.month - 1]} {on.year}"
