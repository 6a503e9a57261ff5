"""Every table of the report."""

from __future__ import annotations

from huoyue.report import (
    objections,
    standing_back,
    tables_indicators,
    tables_panel,
    tables_people,
    tables_results,
    transitions,
)
from huoyue.report.context_reading import Reading
from huoyue.report.tables import Display


def displays(reading: Reading) -> list[Display]:
    """All tables that a template may print, with or without rows."""
    single = (
        tables_results.indicators,
        tables_results.funnel,
        tables_results.tier_table,
        tables_results.batches,
        tables_results.industries,
        tables_results.tier_batches,
        tables_results.scores,
        tables_results.polarisation,
        tables_indicators.participation,
        tables_indicators.lost,
        tables_indicators.association,
        tables_indicators.separators,
        tables_people.panel,
        standing_back.table,
        objections.table,
        tables_people.agreement,
        tables_panel.severity,
        tables_panel.severity_effect,
        tables_people.differences,
        tables_people.borders,
        tables_people.reasons,
        tables_people.absentees,
        tables_people.plausibility,
        tables_people.findings,
        tables_people.change,
        transitions.movers,
        tables_people.streaks,
    )
    several = (
        tables_panel.agreement_indicators,
        tables_indicators.activities,
        transitions.displays,
        tables_people.candidates,
        tables_results.annex,
    )
    return [make(reading) for make in single] + [table for make in several for table in make(reading)]
