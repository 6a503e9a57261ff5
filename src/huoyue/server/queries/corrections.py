"""What objections corrected, as the tables that settling and screening read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.db.models import QuerySet

from huoyue.core.tables import CORRECTIONS, OBJECTIONS, OVERRIDES
from huoyue.server.models import Correction, Objection, Round

Row = dict[str, Any]


def corrections_of(round_: Round, *, kept: bool = False) -> QuerySet[Correction]:
    """A round's corrections in the order in which they were decided; with `kept` those that a snapshot has."""
    rows = Correction.objects.filter(filing__round=round_).select_related("filing__alliance", "objection")
    return (rows.exclude(frozen=None) if kept else rows).order_by("at", "pk")


def points_table(round_: Round, *, kept: bool = False) -> pl.DataFrame:
    """CORRECTIONS: the last word on each indicator, with its day in the round's time zone."""
    zone = ZoneInfo(round_.time_zone)
    found: dict[tuple[str, str], Row] = {}
    for one in corrections_of(round_, kept=kept).filter(verdict=""):
        unit = one.filing.alliance.code
        found[unit, one.indicator] = {
            "unit": unit, "indicator": one.indicator, "settled": one.points, "number": one.objection.number,
            "reason": one.reason, "decided_on": one.at.astimezone(zone).date(),
        }  # fmt: skip
    return CORRECTIONS.frame(found.values())


def verdicts_table(round_: Round) -> pl.DataFrame:
    """OVERRIDES: the last word on each verdict that an objection changed; the objection's number stands for a name."""
    found: dict[str, Row] = {}
    for one in corrections_of(round_).exclude(verdict=""):
        unit = one.filing.alliance.code
        found[unit] = {"unit": unit, "verdict": one.verdict, "reason": one.reason, "by": one.objection.number}
    return OVERRIDES.frame(found.values())


def objections_table(round_: Round) -> pl.DataFrame:
    """OBJECTIONS: what objections were about and what became of them, never who made them."""
    return OBJECTIONS.frame(objection_rows(round_))


def objection_rows(round_: Round) -> Iterator[Row]:
    zone = ZoneInfo(round_.time_zone)
    for one in Objection.objects.filter(round=round_).select_related("filing__alliance").order_by("at", "pk"):
        yield {
            "number": one.number, "unit": one.filing.alliance.code, "kind": one.kind,
            "indicator": one.indicator or None, "received_on": one.received_on, "state": one.state,
            "outcome": one.outcome or None, "reasons": one.reasons or None,
            "decided_on": one.decided_at.astimezone(zone).date() if one.decided_at else None,
        }  # fmt: skip
