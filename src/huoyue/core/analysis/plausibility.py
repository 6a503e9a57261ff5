"""What in the filed facts should be looked at again. A finding is a question to the unit, not a verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from huoyue.core.analysis.claims import duplicates, other_round, same_claims, same_evidence
from huoyue.core.analysis.dates import strange_dates
from huoyue.core.analysis.finding import Finding, Register
from huoyue.core.analysis.outliers import outliers
from huoyue.core.phrase import both
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import PLAUSIBILITY, Facts


def plausible(scheme: Scheme, facts: Facts, earlier_records: Mapping[str, pl.DataFrame] | None = None) -> pl.DataFrame:
    """PLAUSIBILITY over the records of all units of the register, numbered rule by rule.

    `earlier_records` are the records of the round before, by type; without them nothing is said of other rounds. The
    findings change no points: the order of rules, types, units and records is fixed, whatever the order of rows.
    """
    return PLAUSIBILITY.frame(
        row
        for number, finding in enumerate(findings(scheme, facts, earlier_records or {}), start=1)
        for row in rows(number, finding)
    )


def findings(scheme: Scheme, facts: Facts, earlier: Mapping[str, pl.DataFrame]) -> Iterator[Finding]:
    """All findings in order."""
    register = Register.of(facts.units)
    yield from same_claims(scheme, facts, register)
    yield from same_evidence(scheme, facts, register)
    yield from duplicates(scheme, facts, register)
    yield from outliers(scheme, facts, register)
    yield from strange_dates(scheme, facts, register)
    yield from other_round(scheme, facts, register, earlier)


def rows(number: int, finding: Finding) -> Iterator[dict[str, object]]:
    """A row for each record of a finding."""
    chinese, english = both(finding.detail)
    for unit, record_type, record in finding.rows:
        yield {
            "finding": number,
            "rule": finding.rule,
            "unit": unit,
            "record_type": record_type,
            "record": record,
            "detail_zh": chinese,
            "detail_en": english,
        }
