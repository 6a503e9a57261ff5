"""Dates that cannot be: outside the period, or after the day on which the unit submitted them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from huoyue.core.analysis.finding import Finding, Register
from huoyue.core.message import M, Message
from huoyue.core.scheme.model import FieldSpec, RecordType, Scheme
from huoyue.core.tables import Facts

SUBMITTED = "day of submission"
"""A column that no field of a scheme can be called: ids have no blanks."""


def strange_dates(scheme: Scheme, facts: Facts, register: Register) -> Iterator[Finding]:
    """Records dated outside the period, and dates in a unit's own records after its submission.

    What others report, such as the contact log, may well be later than the filing. Empty dates say nothing; a unit
    without a filing has no day to compare with.
    """
    filed = facts.filings.select("unit", pl.col("submitted_on").alias(SUBMITTED))
    for kind in scheme.records:
        specs = [spec for spec in kind.fields if spec.type == "date"]
        if not specs:
            continue
        strange = [pl.col(spec.id) > pl.col(SUBMITTED) for spec in specs]
        strange += [~in_period(scheme, spec) for spec in specs if spec.id == kind.dated]
        found = (
            facts.records[kind.id].lazy().join(filed.lazy(), on="unit", how="left").filter(pl.any_horizontal(strange))
        )
        records = found.sort("unit", "record").collect()
        for spec in specs if records.height else ():
            yield from outside(scheme, kind, spec, records, register)
            if kind.reported_by == "unit":
                yield from after_filing(scheme, kind, spec, records, register)


def in_period(scheme: Scheme, spec: FieldSpec) -> pl.Expr:
    return pl.col(spec.id).is_between(scheme.period.starts, scheme.period.ends)


def outside(
    scheme: Scheme, kind: RecordType, spec: FieldSpec, records: pl.DataFrame, register: Register
) -> Iterator[Finding]:
    if spec.id == kind.dated:
        for unit, record, day in records.filter(~in_period(scheme, spec)).select("unit", "record", spec.id).iter_rows():
            text = M(
                "{unit}: {kind}, {field} is {day}, outside the period",
                unit=register.name(unit), kind=kind.title, field=spec.title, day=day,
            )  # fmt: skip
            yield dated(kind, unit, record, text)


def after_filing(
    scheme: Scheme, kind: RecordType, spec: FieldSpec, records: pl.DataFrame, register: Register
) -> Iterator[Finding]:
    late = records.filter(pl.col(spec.id) > pl.col(SUBMITTED))
    told = late.filter(in_period(scheme, spec)) if spec.id == kind.dated else late
    rows: Iterator[tuple[str, str, date, date]] = told.select("unit", "record", spec.id, SUBMITTED).iter_rows()
    for unit, record, day, submitted in rows:
        text = M(
            "{unit}: {kind}, {field} is {day}, after the filing was submitted on {submitted}",
            unit=register.name(unit), kind=kind.title, field=spec.title, day=day, submitted=submitted,
        )  # fmt: skip
        yield dated(kind, unit, record, text)


def dated(kind: RecordType, unit: str, record: str, text: Message) -> Finding:
    return Finding("date", ((unit, kind.id, record),), text)
