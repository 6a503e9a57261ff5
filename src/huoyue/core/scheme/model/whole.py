"""The whole scheme."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from huoyue.core.message import Title
from huoyue.core.scheme.model.base import Identifier, Named, Part
from huoyue.core.scheme.model.facts import FieldSpec, RecordType
from huoyue.core.scheme.model.indicators import Indicator, Pillar, Veto
from huoyue.core.scheme.model.network import Batch, Filing, Period, Provenance, Status
from huoyue.core.scheme.model.publication import Publication, PublicNotice
from huoyue.core.scheme.model.rules import Outlook, Percentages, Review, Rounding, ScreeningRule, Tier, Ties
from huoyue.core.scheme.model.texts import ReportSpec, Words


class Scheme(Part):
    """One round's rules. `points` is the total, 100 as a rule; bonuses cannot lift a score above it."""

    huoyue: Literal[1]
    id: Identifier
    title: Title
    version: str = "1"
    words: Words
    provenance: Provenance
    period: Period
    filing: Filing
    points: Decimal = Decimal(100)
    statuses: tuple[Status, ...] = Field(min_length=1)
    batches: tuple[Batch, ...] = Field(min_length=1)
    industries: tuple[Named, ...] = ()
    register_fields: tuple[FieldSpec, ...] = Field(default=(), alias="register")
    records: tuple[RecordType, ...] = Field(min_length=1)
    pillars: tuple[Pillar, ...] = Field(min_length=1)
    vetoes: tuple[Veto, ...] = ()
    tiers: tuple[Tier, ...] = Field(min_length=2)
    rounding: Rounding = Rounding()
    percentages: Percentages = Percentages()
    ties: Ties = Ties()
    screening: tuple[ScreeningRule, ...] = Field(min_length=1)
    review: Review = Review()
    outlook: Outlook = Outlook()
    notice: PublicNotice = PublicNotice()
    publication: Publication = Publication()
    report: ReportSpec

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """All indicators in the order of the file, bonuses included."""
        return tuple(indicator for pillar in self.pillars for indicator in pillar.indicators)

    def record_type(self, name: str) -> RecordType:
        """The record type called `name`; KeyError if there is none."""
        return {kind.id: kind for kind in self.records}[name]

    def indicator(self, name: str) -> Indicator:
        """The indicator called `name`; KeyError if there is none."""
        return {indicator.id: indicator for indicator in self.indicators}[name]

    def pillar_of(self, indicator: str) -> Pillar:
        """The pillar that holds the indicator called `indicator`; KeyError if none does."""
        return {child.id: pillar for pillar in self.pillars for child in pillar.indicators}[indicator]

    def tier(self, name: str) -> Tier:
        """The tier called `name`; KeyError if there is none."""
        return {tier.id: tier for tier in self.tiers}[name]
