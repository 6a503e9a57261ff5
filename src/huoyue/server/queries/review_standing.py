"""Where a review stands: settled points, scores and differences of all alliances, or of a few.

Everybody marked beside the suggestions that were kept when the review was laid out; settling starts from them. Filing
and screening are closed by then, so that this gives what a snapshot would, without reading all that was filed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import polars as pl

from huoyue.core.review.settlement import Settlement, settle
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Scheme, Tier, hundredths
from huoyue.core.scoring.totals import total
from huoyue.core.tables import DECISIONS, MARKS, POINTS, Facts, input_tables, units_table
from huoyue.server.models import Filing, Round, Suggestion
from huoyue.server.queries.corrections import points_table
from huoyue.server.queries.facts import facts_of, unit_rows
from huoyue.server.queries.review_facts import decision_rows, filled, mark_rows
from huoyue.server.queries.review_stages import evaluated_filings
from huoyue.server.queries.schemes import scheme_of

COLUMNS = ("unit", "pillar", "indicator", "outcome", "points", "maximum")
"""Columns of POINTS that settling reads."""


@dataclass(frozen=True)
class Score:
    """What an alliance comes to: the exact total and the rounded score in hundredths, and its tier."""

    total: Fraction
    score: int
    tier: Tier
    border: int
    """The tier border that lies nearest, in hundredths."""

    @property
    def distance(self) -> Fraction:
        """From the nearest border, in hundredths; below it negative."""
        return self.total - self.border


@dataclass(frozen=True)
class Standing:
    """A review as it stands. `points` has `COLUMNS` of POINTS; `scores` is by code of the alliance."""

    scheme: Scheme
    points: pl.DataFrame
    marks: pl.DataFrame
    settlement: Settlement
    scores: dict[str, Score]


def standing_of(
    round_: Round, units: Collection[str] = (), *, closed_only: bool = True, decided: bool = True
) -> Standing:
    """How the evaluated alliances stand (only `units`, if named). Without `decided`, as before the meeting.

    Of stages that are open, marks count only where `closed_only` is false. Standards that compare alliances, and
    everything else that rests on facts, were settled with the suggestions.
    """
    scheme = scheme_of(round_)
    filings = [one for one in evaluated_filings(round_) if not units or one.alliance.code in units]
    points = suggested_points(scheme, filings)
    marks = filled(MARKS, mark_rows(round_, closed_only=closed_only, units=units))
    decisions = filled(DECISIONS, decision_rows(round_, units=units) if decided else iter(()))
    facts = facts_around(scheme, round_, filings, marks, decisions)
    if decided:
        facts = replace(facts, corrections=points_table(round_, kept=True))
    screening = pl.DataFrame({"unit": [one.alliance.code for one in filings], "verdict": ["evaluated"] * len(filings)},
                             schema={"unit": pl.String, "verdict": pl.String})  # fmt: skip
    settlement = settle(scheme, facts, points, screening)
    return Standing(scheme, points, marks, settlement, scores_of(scheme, facts, settlement.settled))


def suggested_points(scheme: Scheme, filings: list[Filing]) -> pl.DataFrame:
    """The suggestions that were kept, in the order of `filings` and of the scheme."""
    codes = {one.pk: one.alliance.code for one in filings}
    rows = Suggestion.objects.filter(filing__in=codes).values_list(
        "filing_id", "indicator", "outcome", "points", "maximum"
    )
    kept: dict[tuple[int, str], tuple[Any, ...]] = {(row[0], row[1]): row[2:] for row in rows}
    found = [
        (code, pillar.id, indicator.id, *kept[pk, indicator.id])
        for pk, code in codes.items()
        for pillar in scheme.pillars
        for indicator in pillar.indicators
        if (pk, indicator.id) in kept
    ]
    return pl.DataFrame(found, schema={name: POINTS.schema[name] for name in COLUMNS}, orient="row")


def facts_around(
    scheme: Scheme, round_: Round, filings: list[Filing], marks: pl.DataFrame, decisions: pl.DataFrame
) -> Facts:
    """Facts with the register, marks and decisions; records only where the scheme's vetoes ask for them."""
    if scheme.vetoes:
        records = facts_of(round_).records
    else:
        named = {name: table.empty() for name, table in input_tables(scheme).items() if name.startswith("records/")}
        records = {name.removeprefix("records/"): frame for name, frame in named.items()}
    tables = {name: table.empty() for name, table in input_tables(scheme).items() if not name.startswith("records/")}
    tables["units"] = filled(units_table(scheme), unit_rows(scheme, round_, filings))
    return Facts(**(tables | {"marks": marks, "decisions": decisions}), records=records)


def scores_of(scheme: Scheme, facts: Facts, settled: pl.DataFrame) -> dict[str, Score]:
    """Score and tier by code of the alliance."""
    borders = [hundredths(tier.at_least) for tier in tiers_from_top(scheme)[:-1]]
    found = {}
    for row in total(scheme, facts, settled).scores.iter_rows(named=True):
        exact = Fraction(row["total_num"], row["total_den"])
        nearest = min(borders, key=lambda border: abs(exact - border), default=0)
        found[row["unit"]] = Score(exact, row["score"], scheme.tier(row["tier"]), nearest)
    return found
