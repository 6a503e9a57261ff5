"""The review as rows of `Facts`: experts, marks and decisions, as the snapshot takes them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from huoyue.core.tables import DECISIONS, EXPERTS, MARKS, Facts, Table
from huoyue.server.models import Conflict, Decision, Mark, Panellist, Round

Row = dict[str, Any]


def with_review(round_: Round, facts: Facts, *, closed_only: bool = True) -> Facts:
    """`facts` with experts, marks and decisions. Marks that were set aside are not among them."""
    return replace(
        facts,
        experts=filled(EXPERTS, expert_rows(round_)),
        marks=filled(MARKS, mark_rows(round_, closed_only=closed_only)),
        decisions=filled(DECISIONS, decision_rows(round_)),
    )


def filled(table: Table, rows: Iterator[Row]) -> pl.DataFrame:
    """A table of rows; NotThisTable if they do not fit."""
    return table.frame(rows)


def expert_rows(round_: Round) -> Iterator[Row]:
    """EXPERTS: everybody who was on the panel, with the alliances that conflicts bar as homes."""
    homes: dict[int, list[str]] = {}
    barred = Conflict.objects.filter(panellist__round=round_, ended_at=None).order_by("alliance__position", "pk")
    for seat, code in barred.values_list("panellist_id", "alliance__code"):
        if code not in homes.setdefault(seat, []):
            homes[seat].append(code)
    for one in Panellist.objects.filter(round=round_).exclude(state="declined").select_related("account"):
        yield {
            "expert": one.code, "name": str(one.account), "panel_group": one.group or "–",
            "background": one.background or None, "homes": homes.get(one.pk, []),
        }  # fmt: skip


def mark_rows(
    round_: Round, *, closed_only: bool = True, stage: str = "", units: Collection[str] = ()
) -> Iterator[Row]:
    """MARKS: of sheets that were handed in and stand, of stages of marks (of one `stage`, of some `units` if named)."""
    marks = Mark.objects.filter(
        sheet__stage__round=round_, sheet__stage__kind="marks", sheet__aside_at=None, points__isnull=False
    ).exclude(sheet__submitted_at=None)
    if closed_only:
        marks = marks.filter(sheet__stage__state="closed")
    if stage:
        marks = marks.filter(sheet__stage__key=stage)
    if units:
        marks = marks.filter(sheet__filing__alliance__code__in=units)
    order = ("sheet__stage__position", "sheet__filing__alliance__position", "sheet__panellist__code", "pk")
    names = ("sheet__stage__key", "sheet__panellist__code", "sheet__filing__alliance__code", "indicator", "points",
             "reason")  # fmt: skip
    for key, expert, unit, indicator, points, reason in marks.order_by(*order).values_list(*names):
        yield {"stage": key, "expert": expert, "unit": unit, "indicator": indicator, "mark": points,
               "reason": reason.strip() or None}  # fmt: skip


def decision_rows(round_: Round, *, units: Collection[str] = ()) -> Iterator[Row]:
    """DECISIONS: what meetings decided, in the order of stages and alliances; the day in the round's time zone."""
    decided = Decision.objects.filter(case__stage__round=round_).select_related("case__stage", "case__filing__alliance")
    if units:
        decided = decided.filter(case__filing__alliance__code__in=units)
    zone = ZoneInfo(round_.time_zone)
    for one in decided.order_by("case__stage__position", "case__filing__alliance__position", "pk"):
        yield {
            "stage": one.case.stage.key, "unit": one.case.filing.alliance.code, "indicator": one.indicator,
            "settled": one.points, "reason": one.reason, "decided_on": one.at.astimezone(zone).date(),
        }  # fmt: skip
