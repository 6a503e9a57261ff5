"""The part of the context that names the snapshot a report is written from, so that anyone can check it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from huoyue.report.context_reading import Source
from huoyue.report.context_types import Seal
from huoyue.report.context_values import Markdown, Num
from huoyue.snapshot.store import Snapshot

NOWHERE = "seal"
"""The name of no table: the number of a snapshot stands in none."""


@dataclass(frozen=True)
class Known:
    """What a snapshot does not know of itself: its number within the round, and the day on which it was frozen."""

    number: int | None = None
    on: date | None = None


UNKNOWN = Known()


def seal(source: Source, known: Known = UNKNOWN) -> Seal:
    """Digest and signature of a snapshot; nothing for results that were never sealed."""
    if not isinstance(source, Snapshot):
        return Seal(False, Markdown(""), None, None, False, "", Markdown(""))
    signature = source.signature
    return Seal(
        known=True,
        digest=code(source.digest),
        number=None if known.number is None else Num(str(known.number), NOWHERE),
        frozen_on=known.on,
        signed=signature is not None,
        by=signature.by if signature else "",
        key=code(signature.public_key) if signature else Markdown(""),
    )


def code(text: str) -> Markdown:
    """A text that nobody reads as prose, sign by sign as it is."""
    return Markdown(f"`{text.replace('`', '')}`")
