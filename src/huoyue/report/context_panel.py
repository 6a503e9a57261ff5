"""The part of the context that describes how the panel marked: severity, and what would be without it."""

from __future__ import annotations

import polars as pl

from huoyue.report import statements
from huoyue.report.context_people import real
from huoyue.report.context_reading import Reading
from huoyue.report.context_types import Severity
from huoyue.report.context_values import Count
from huoyue.report.tables_panel import severity_rows, whole


def severity(reading: Reading) -> Severity:
    """Counts over experts who can be compared in all stages together, and over the units evaluated."""
    rows = severity_rows(reading)
    effect = reading.result("severity_effect").with_columns(by=(pl.col("adjusted") - pl.col("score")).abs())
    return Severity(
        measured=reading.result("agreement_indicators").height > 0,
        known=bool(rows),
        experts=Count(len(rows), "severity"),
        apart=Count(sum(statements.severe(number(row["low"]), number(row["high"])) for row in rows), "severity"),
        parts=len({whole(row["component"]) for row in rows}),
        scored=Count(effect.height, "funnel"),
        moved=Count(effect.filter(pl.col("by") > 0).height, "severity"),
        most=real(max(effect["by"], default=0) / 100, "severity"),
        retiered=Count(effect.filter(pl.col("changed")).height, "severity-effect"),
    )


def number(value: object) -> float | None:
    return None if value is None else float(str(value))
