"""Points by rule for every unit that filed, each explained down to its records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from huoyue.core.filing.coverage import lazy_records, participation
from huoyue.core.filing.measures import Plan, aggregate, plan_of
from huoyue.core.scheme.model import Indicator, Judged, Scheme, simple_parts
from huoyue.core.scoring.earned import earned
from huoyue.core.scoring.explain import Explainer
from huoyue.core.scoring.parts import tag_of
from huoyue.core.scoring.rules import apply_rules
from huoyue.core.tables import EARNED, PARTS, POINTS, Facts


@dataclass(frozen=True)
class Suggested:
    """PARTS, POINTS and EARNED: what each part of each standard gave, the points, and the records that counted."""

    parts: pl.DataFrame
    points: pl.DataFrame
    earned: pl.DataFrame


def suggest(scheme: Scheme, facts: Facts, screening: pl.DataFrame) -> Suggested:
    """Points for every unit with a filing. Relative standards compare the units that `screening` lets be evaluated.

    Outcomes: scored; judged (no rule); not_applicable (the indicator does not apply to the unit's batch or industry);
    not_available (the scheme asks for a number that does not exist, such as a ratio of nothing). Only scored rows have
    points.
    """
    plan = plan_of(scheme)
    wide = measured(plan, facts, screening)
    rows = wide.to_dicts()
    counted = earned(scheme, facts.records, wide["unit"])
    took_part = participation(scheme, facts)
    return Suggested(
        parts=PARTS.frame(row for unit in rows for row in _parts(scheme, unit)),
        points=POINTS.check(_points(plan, rows, counted, took_part)),
        earned=EARNED.check(counted),
    )


def measured(plan: Plan, facts: Facts, screening: pl.DataFrame) -> pl.DataFrame:
    """One row for each unit with a filing, in the order of the register: every measure, reading and point."""
    evaluated = screening.filter(pl.col("verdict") == "evaluated").select("unit", evaluated=pl.lit(value=True))
    units = facts.units.join(facts.filings.select("unit"), on="unit", how="semi")
    units = units.join(evaluated, on="unit", how="left").with_columns(pl.col("evaluated").fill_null(value=False))
    wide = aggregate(plan, lazy_records(facts), nw.from_native(units.lazy()))
    scored = apply_rules(wide, plan, nw.col("evaluated"), readings=True).collect().to_native()
    return units.select("unit").join(scored, on="unit", how="left", maintain_order="left")


def _parts(scheme: Scheme, unit: dict[str, Any]) -> list[dict[str, object]]:
    applicable = (indicator for indicator in scheme.indicators if unit[f"max_{indicator.id}"])
    return [
        _part(unit, indicator, number)
        for indicator in applicable
        for number, _ in enumerate(simple_parts(indicator.standard))
    ]


def _part(unit: dict[str, Any], indicator: Indicator, number: int) -> dict[str, object]:
    tag = tag_of(indicator, number)
    num, points = unit[f"{tag}num"], unit[f"{tag}points"]
    return {
        "unit": unit["unit"],
        "indicator": indicator.id,
        "part": number,
        "value_num": num,
        "value_den": None if num is None else unit[f"{tag}den"],
        "points": points or 0,
    }


def outcome(indicator: Indicator, unit: dict[str, Any]) -> str:
    """scored, judged, not_applicable or not_available."""
    if unit[f"max_{indicator.id}"] == 0:
        return "not_applicable"
    if isinstance(indicator.standard, Judged):
        return "judged"
    return "not_available" if unit[f"points_{indicator.id}"] is None else "scored"


def _points(plan: Plan, rows: list[dict[str, Any]], counted: pl.DataFrame, took_part: pl.DataFrame) -> pl.DataFrame:
    told = Explainer(plan, rows[0] if rows else (), records_by_part(counted))
    flags = {(unit, name): flag for unit, name, flag in took_part.iter_rows()}
    return POINTS.frame(
        {
            "unit": unit["unit"],
            "pillar": pillar.id,
            "indicator": indicator.id,
            "outcome": (found := outcome(indicator, unit)),
            "points": unit[f"points_{indicator.id}"],
            "maximum": unit[f"max_{indicator.id}"],
            "participated": flags[unit["unit"], indicator.id],
        }
        | told.explained(indicator, unit, found)
        for unit in rows
        for pillar in plan.scheme.pillars
        for indicator in pillar.indicators
    )


def records_by_part(counted: pl.DataFrame) -> dict[tuple[str, str, int], list[str]]:
    """(unit, indicator, part) -> the records that counted, in order."""
    grouped = counted.group_by("unit", "indicator", "part", maintain_order=True).agg("record")
    return {(unit, name, part): records for unit, name, part, records in grouped.iter_rows()}
