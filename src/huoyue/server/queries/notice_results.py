"""What a notice shows of a snapshot: names, tiers, scores and ranks as the scheme says, and who was not evaluated.

Nothing else of a snapshot is read here, so nothing else can be shown: no points, marks, experts or contacts.
"""

from __future__ import annotations

from dataclasses import dataclass

from huoyue.core.message import Title
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.server.models import Frozen
from huoyue.server.queries.shelf import snapshot_of


@dataclass(frozen=True)
class Listed:
    """An alliance in the list; score (hundredths) and rank are None where the notice does not show them."""

    serial: int
    name: str
    score: int | None
    rank: int | None


@dataclass(frozen=True)
class NotListed:
    """An alliance that was not evaluated."""

    name: str
    verdict: str
    reason: Title


@dataclass(frozen=True)
class Noticed:
    """The results as they are put up: tiers from the top, each with its alliances; serial numbers run on."""

    tiers: list[tuple[Title, list[Listed]]]
    absent: list[NotListed]
    scores: bool
    ranks: bool

    @property
    def count(self) -> int:
        return sum(len(rows) for _, rows in self.tiers)


def noticed(frozen: Frozen) -> Noticed:
    """What the scheme lets a notice show of a snapshot."""
    snapshot = snapshot_of(frozen)
    held = snapshot.scheme.notice
    names = dict(snapshot.facts.units.select("unit", "name").iter_rows())
    scores = snapshot.results["scores"].sort("serial").to_dicts()
    if not (held.scores or held.ranks):  # the order itself would tell them
        places = dict(snapshot.facts.units.select("unit", "position").iter_rows())
        scores.sort(key=lambda row: places[row["unit"]])
    tiers, serial = [], 0
    for tier in tiers_from_top(snapshot.scheme):
        rows = [row for row in scores if row["tier"] == tier.id]
        listed = [
            Listed(number, names[row["unit"]], row["score"] if held.scores else None,
                   row["rank"] if held.ranks else None)
            for number, row in enumerate(rows, serial + 1)
        ]  # fmt: skip
        serial += len(rows)
        tiers.append((tier.title, listed))
    screening = snapshot.results["screening"].iter_rows(named=True)
    absent = [
        NotListed(names[row["unit"]], row["verdict"], Title(zh=row["reason_zh"] or "–", en=row["reason_en"] or "–"))
        for row in screening if row["verdict"] != "evaluated"
    ]  # fmt: skip
    return Noticed(tiers, absent if held.not_evaluated else [], held.scores, held.ranks)
