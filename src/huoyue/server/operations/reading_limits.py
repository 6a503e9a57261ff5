"""What a child process may take to read a file that somebody sent, and how it tells a problem.

Every such child reads this, so nothing slow is read here.
"""

from __future__ import annotations

from huoyue.core.phrase import both
from huoyue.core.problem import Problem

SECONDS = 60
MEMORY = 3 * 2**30


def plain(problem: Problem) -> dict[str, str]:
    """A problem as text in both languages, with its place."""
    what, mend = both(problem.what), both(problem.mend) if problem.mend else ("", "")
    place = problem.place
    sheet = "" if (place.file or "").endswith(".csv") else place.sheet or ""  # a CSV file has no sheets to name
    return {
        "severity": problem.severity, "zh": what[0], "en": what[1], "mend_zh": mend[0], "mend_en": mend[1],
        "sheet": sheet, "cell": place.cell or "", "value": place.value or "",
        "whole": "yes" if problem.code.startswith("file.") else "",
    }  # fmt: skip
