"""Marks by which a Word file, edited or not, is read back: whose snapshot it is, and which of its numbers are whose.

Each number that was computed stands in a bookmark of its own and in a run of the style `NUMBER_STYLE`. Word, WPS and
LibreOffice keep both and show neither; names that begin with an underscore stay out of Word's list of bookmarks. A
bookmark's name holds the place of its number and a fingerprint of table and text, so that it can be found again where
the wording has changed; the number itself is never taken from the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

NUMBER_STYLE = "ReportNumber"
NUMBER_MARK = re.compile(r"_hy([0-9a-f]+)_([0-9a-f]{8})")
REPORT_MARK = re.compile(r"_hyd_([0-9a-f]{24})_(zh|en)")


@dataclass(frozen=True)
class Bound:
    """A number of the report: as it is printed, and the table in which it stands."""

    text: str
    table: str


def number_mark(place: int, bound: Bound) -> str:
    """The bookmark of the report's number at `place`."""
    fingerprint = sha256(f"{bound.table}\0{bound.text}".encode()).hexdigest()[:8]
    return f"_hy{place:x}_{fingerprint}"


def fingerprint_of(mark: str) -> str:
    """What a number's bookmark says of its table and text; "" for another bookmark."""
    found = NUMBER_MARK.fullmatch(mark)
    return found[2] if found else ""


def report_mark(digest: str, lang: str, *, part: bool = False) -> str:
    """The bookmark at the title: where somebody clears the document's properties, it still says whose report it is.

    One on a part of the round does not: which part it is on stands in the properties alone.
    """
    return f"_hyd_{digest[:24]}_{lang}{'_part' if part else ''}"
