"""Every alliance in a snapshot for those who read all results: score, tier and rank, or why it was not evaluated."""

from __future__ import annotations

from dataclasses import dataclass

from huoyue.core.message import Title
from huoyue.server.models import Frozen
from huoyue.server.queries.notice_results import NotListed
from huoyue.server.queries.shelf import snapshot_of


@dataclass(frozen=True)
class Ranked:
    """An alliance with its score in hundredths."""

    rank: int
    code: str
    name: str
    batch: Title
    score: int
    tier: Title


def results_in(frozen: Frozen) -> tuple[list[Ranked], list[NotListed]]:
    """Those evaluated, the best first; and those not evaluated, in the order of the register."""
    snapshot = snapshot_of(frozen)
    units = {row["unit"]: row for row in snapshot.facts.units.iter_rows(named=True)}
    batches = {one.id: one.title for one in snapshot.scheme.batches}
    tiers = {one.id: one.title for one in snapshot.scheme.tiers}
    ranked = [
        Ranked(row["rank"], row["unit"], units[row["unit"]]["name"], batches[units[row["unit"]]["batch"]],
               row["score"], tiers[row["tier"]])
        for row in snapshot.results["scores"].sort("serial").iter_rows(named=True)
    ]  # fmt: skip
    absent = [
        NotListed(units[row["unit"]]["name"], row["verdict"],
                  Title(zh=row["reason_zh"] or "–", en=row["reason_en"] or "–"))
        for row in snapshot.results["screening"].iter_rows(named=True) if row["verdict"] != "evaluated"
    ]  # fmt: skip
    return ranked, absent
