"""What part of a round a document is about: all of it, a batch, an industry, or one unit; and the results of a part.

A part's results are worked out by the same functions as those of the whole, from its units alone. Scores, tiers and
ranks are those of the whole round: a part never ranks anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl

from huoyue.core.analysis.funnel import funnel
from huoyue.core.analysis.lost import lost
from huoyue.core.analysis.participation import participation
from huoyue.core.analysis.shares import shares
from huoyue.core.analysis.tiers import tier_summary
from huoyue.core.message import M
from huoyue.core.problem import Problem, Refused
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts
from huoyue.report.context_reading import Source

KINDS = ("batch", "industry", "unit")


@dataclass(frozen=True)
class Scope:
    """A part of a round: its kind, and the id of the batch or industry, or the unit's code."""

    kind: str
    id: str

    @property
    def text(self) -> str:
        """As one word: batch:first."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class PartOfRound:
    """The shape of a snapshot, of some units only."""

    scheme: Scheme
    facts: Facts
    results: Mapping[str, pl.DataFrame]


def scope_of(text: str) -> Scope | None:
    """The part that a word names; None for the whole ("whole" or nothing)."""
    kind, _, name = text.partition(":")
    return Scope(kind, name) if kind in KINDS and name else None


def title_of(source: Source, scope: Scope, lang: str) -> str:
    """The name of a part for readers. Refused if the round has no such part."""
    if scope.kind == "unit":
        screened = source.results["screening"]["unit"]
        found = source.facts.units.filter(pl.col("unit") == scope.id, pl.col("unit").is_in(screened))["name"].to_list()
    else:
        groups = source.scheme.batches if scope.kind == "batch" else source.scheme.industries
        found = [group.title.in_language(lang) for group in groups if group.id == scope.id]
    if not found:
        what = M("The round has no part {part}.", part=scope.text)
        raise Refused([Problem("part.unknown", what, M("Choose one that the round has."))])
    return str(found[0])


def restricted(source: Source, scope: Scope) -> PartOfRound:
    """The results of a part: its units alone, with sums and shares worked out anew."""
    scheme, whole = source.scheme, source.results
    units = source.facts.units.filter(pl.col(scope.kind) == scope.id)
    codes = units["unit"].to_list()
    results = {name: frame.filter(pl.col("unit").is_in(codes)) if "unit" in frame.columns else frame
               for name, frame in whole.items()}  # fmt: skip
    screening, scores, settled = results["screening"], results["scores"], results["settled"]
    results |= {
        "funnel": funnel(scheme, units, screening),
        "shares": shares(scheme, units, screening, scores),
        "tier_summary": tier_summary(scheme, units, scores),
        "participation": participation(scheme, units, scores, results["points"]),
        "lost": lost(scheme, units, scores, settled),
    }
    return PartOfRound(scheme, replace(source.facts, units=units), results)
