"""Pillars, indicators, vetoes."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field

from huoyue.core.message import Title
from huoyue.core.scheme.model.base import Flag, Identifier, Named, Part
from huoyue.core.scheme.model.standards import Measure, Standard, Where


class Applies(Part):
    """Where an indicator applies (empty = everywhere) and what becomes of its points where it does not.

    pillar / total: shared among the other applicable indicators of the pillar / of the scheme in proportion to their
    points, to whole hundredths by largest remainder. none: the unit's maximum is lower and its score is scaled up to
    the scheme's points.
    """

    batches: tuple[Identifier, ...] = ()
    industries: tuple[Identifier, ...] = ()
    redistribute: Literal["pillar", "total", "none"] = "pillar"


class Indicator(Named):
    """A secondary indicator (二级指标). `short` labels chart axes. A `bonus` one adds on top, capped at the total.

    `participation` says what counts as having carried the activity out, where that is not simply having any record
    that the standard looks at.
    """

    short: Title
    points: Decimal = Field(gt=0)
    standard: Standard
    why: Title | None = None
    standard_text: Title | None = None
    advice: Title | None = None
    applies: Applies = Applies()
    bonus: Flag = False
    participation: Measure | None = None
    lineage: str | None = None
    """Id of the indicator that another year's scheme has for the same thing, if it differs from this id."""


class Pillar(Named):
    """A primary indicator (一级指标)."""

    short: Title
    points: Decimal = Field(gt=0)
    indicators: tuple[Indicator, ...] = Field(min_length=1)
    why: Title | None = None


class Veto(Named):
    """一票否决: such a record holds a unit to the tier `at_most`, whatever its score; the reason is shown."""

    of: Identifier
    where: Where = Field(default_factory=dict)
    at_most: Identifier
