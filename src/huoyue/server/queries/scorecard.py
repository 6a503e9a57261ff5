"""What an alliance is told of its own result: score, tier, rank if shown, and the points on each indicator with why.

Marks of experts, their names and what stages came to are not here: `report.told` says what is.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils import timezone

from huoyue.core.message import Message, Title
from huoyue.core.refusal import Refusal
from huoyue.core.scheme.model import Indicator, Pillar
from huoyue.report.told import told_notes, told_to_units
from huoyue.server.models import Filing, Frozen, Role
from huoyue.server.queries.doors import ABSENT, filing_door
from huoyue.server.queries.notice import day_of, told_results
from huoyue.server.queries.people import Person
from huoyue.server.queries.published import holding
from huoyue.server.queries.shelf import snapshot_of
from huoyue.snapshot.store import Snapshot


@dataclass(frozen=True)
class Line:
    """An indicator: points in hundredths, the suggested ones where the rules give some, and the words for both."""

    indicator: Indicator
    maximum: int
    suggested: int | None
    settled: Fraction
    basis: str
    explained: Title
    note: Message | None


@dataclass(frozen=True)
class Scorecard:
    """An alliance's result in a snapshot. Without a score it was not evaluated, and `verdict` and `reason` say why."""

    filing: Filing
    frozen: Frozen
    score: int | None
    tier: Title | None
    rank: int | None
    evaluated: int
    verdict: str
    reason: Title
    pillars: list[tuple[Pillar, list[Line]]]

    @property
    def lines(self) -> list[Line]:
        return [line for _, lines in self.pillars for line in lines]


def scorecard_door(person: Person, *, round: str, unit: str) -> Filing | Refusal:  # noqa: A002 - the address's word
    """The filing of an alliance that may see its own result: from the first day of the notice on."""
    filing = filing_door(person, round=round, unit=unit)
    if isinstance(filing, Refusal) or person.role not in (Role.FILER, Role.SECRETARIAT):
        return ABSENT
    told = told_results(filing.round, day_of(timezone.now(), filing.round))
    return filing if told is not None else Refusal("no_results_yet")


def scorecard_of(filing: Filing) -> Scorecard | None:
    """The card of an alliance; None before its results are told, or where it was not of an evaluated status."""
    frozen = told_results(filing.round, day_of(timezone.now(), filing.round))
    return card_in(frozen, filing) if frozen is not None else None


def card_in(frozen: Frozen, filing: Filing) -> Scorecard | None:
    """The card of an alliance in one snapshot."""
    snapshot, unit = snapshot_of(frozen), filing.alliance.code
    screened = row_of(snapshot, "screening", unit)
    if screened is None:
        return None
    score = row_of(snapshot, "scores", unit)
    ranks = told_to_units(snapshot.scheme, published=holding(filing.round) is not None).ranks
    return Scorecard(
        filing=filing, frozen=frozen, score=score["score"] if score else None,
        tier=snapshot.scheme.tier(score["tier"]).title if score else None,
        rank=score["rank"] if score and ranks else None, evaluated=snapshot.results["scores"].height,
        verdict=screened["verdict"], reason=Title(zh=screened["reason_zh"] or "–", en=screened["reason_en"] or "–"),
        pillars=pillars_of(snapshot, unit) if score else [],
    )  # fmt: skip


def row_of(snapshot: Snapshot, table: str, unit: str) -> dict[str, Any] | None:
    rows = snapshot.results[table].filter(unit=unit)
    return rows.row(0, named=True) if rows.height else None


def pillars_of(snapshot: Snapshot, unit: str) -> list[tuple[Pillar, list[Line]]]:
    """Every indicator that applies to the alliance, by pillar."""
    points = {row["indicator"]: row for row in snapshot.results["points"].filter(unit=unit).iter_rows(named=True)}
    settled = {row["indicator"]: row for row in snapshot.results["settled"].filter(unit=unit).iter_rows(named=True)}
    notes = told_notes(snapshot)
    return [
        (pillar, [line_of(one, points[one.id], settled[one.id], notes.get((unit, one.id)))
                  for one in pillar.indicators if one.id in settled and settled[one.id]["basis"] != "not_applicable"])
        for pillar in snapshot.scheme.pillars
    ]  # fmt: skip


def line_of(indicator: Indicator, points: dict[str, Any], settled: dict[str, Any], note: Message | None) -> Line:
    return Line(
        indicator=indicator, maximum=settled["maximum"], suggested=settled["suggested"],
        settled=Fraction(settled["settled_num"], settled["settled_den"]), basis=settled["basis"],
        explained=Title(zh=points["explanation_zh"] or "–", en=points["explanation_en"] or "–"),
        note=note,
    )  # fmt: skip
