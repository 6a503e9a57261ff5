"""Problems in both languages, with their place and how to mend them, as plain text to keep or to show."""

from __future__ import annotations

from huoyue.core.phrase import both
from huoyue.core.problem import Place, Problem


def problem_said(problem: Problem) -> dict[str, str]:
    """{"zh", "en"}: where, what, and how to mend it."""
    found = {}
    mends = both(problem.mend) if problem.mend else ("", "")
    for lang, what, mend in zip(("zh", "en"), both(problem.what), mends, strict=True):
        gap = " " if lang == "en" and mend else ""
        found[lang] = f"{where(problem.place, lang)}{what}{gap}{mend}"
    return found


def where(place: Place, lang: str) -> str:
    """The file and line of a mistake in a template."""
    if not place.file:
        return ""
    line = (f"第{place.line}行" if lang == "zh" else f", line {place.line}") if place.line else ""
    return f"{place.file}{line}：" if lang == "zh" else f"{place.file}{line}: "
