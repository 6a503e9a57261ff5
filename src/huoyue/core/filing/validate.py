"""What can only be said of facts as a whole: do they fit the register, the period, and each other?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from huoyue.core.message import M
from huoyue.core.problem import Place, Problem
from huoyue.core.scheme.model import RecordType, Scheme
from huoyue.core.tables import Facts


def validate(scheme: Scheme, facts: Facts) -> list[Problem]:
    """Every problem of facts whose cells could be read. Errors mean that they cannot be imported."""
    problems = [*sizes(scheme, facts), *references(scheme, facts), *outside_periods(scheme, facts)]
    for kind in scheme.records:
        problems += without_filing(kind, facts)
        problems += without_evidence(kind, facts.records[kind.id])
    return problems


def sizes(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Batches that do not have as many units as the scheme expects."""
    evaluated = [status.id for status in scheme.statuses if status.evaluated]
    counts = dict(
        facts.units.filter(pl.col("status").is_in(evaluated)).group_by("batch").len().select("batch", "len").iter_rows()
    )
    for batch in scheme.batches:
        if batch.expected is not None and counts.get(batch.id, 0) != batch.expected:
            what = M(
                "{batch} has {count} units in the register; the scheme expects {expected}.",
                batch=batch.title, count=counts.get(batch.id, 0), expected=batch.expected,
            )  # fmt: skip
            yield Problem("register.size", what, M("Complete the register or correct the scheme."), severity="warning")


def outside_periods(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Records of every type dated outside the period. Also of use where other cells could not be read."""
    for kind in scheme.records:
        yield from outside_period(scheme, kind, facts.records[kind.id])


def outside_period(scheme: Scheme, kind: RecordType, records: pl.DataFrame) -> Iterator[Problem]:
    """Records dated outside the period: facts of another round."""
    if kind.dated is None:
        return
    first, last = scheme.period.starts, scheme.period.ends
    for row in records.filter(~pl.col(kind.dated).is_between(first, last)).iter_rows(named=True):
        what = M("{day} lies outside the period from {first} to {last}.", day=row[kind.dated], first=first, last=last)
        mend = M("File it in the round it belongs to, or correct the date.")
        yield Problem("record.period", what, mend, at(row, kind, row[kind.dated].isoformat()))


def without_filing(kind: RecordType, facts: Facts) -> Iterator[Problem]:
    """Units whose own records came without a filing."""
    if kind.reported_by != "unit":
        return
    filed = facts.filings["unit"].implode()
    strays = (
        facts.records[kind.id].filter(~pl.col("unit").is_in(filed)).unique("unit", keep="first", maintain_order=True)
    )
    for row in strays.iter_rows(named=True):
        what = M("{unit} has records but no filing.", unit=row["unit"])
        mend = M("Add the unit to the sheet of filings with the day of submission.")
        yield Problem("record.no_filing", what, mend, at(row, kind))


def without_evidence(kind: RecordType, records: pl.DataFrame) -> Iterator[Problem]:
    """How many records of each unit lack the evidence they need; screening judges what follows."""
    if kind.evidence != "required":
        return
    bare = records.filter(pl.col("evidence").is_null()).group_by("unit", maintain_order=True).len()
    for unit, count in bare.iter_rows():
        what = M("{unit}: {count} records of {title} name no evidence.", unit=unit, count=count, title=kind.title)
        yield Problem("record.evidence", what, M("Add a reference to the evidence."), severity="warning")


def references(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Marks by experts who are not on the panel."""
    unknown = facts.marks.join(facts.experts, on="expert", how="anti")["expert"].unique(maintain_order=True)
    for expert in unknown:
        what = M("There are marks by {expert}, who is not on the panel.", expert=expert)
        yield Problem("marks.expert", what, M("Add the expert to the panel or correct the code."))
    maxima = {indicator.id: int(indicator.points * 100) for indicator in scheme.indicators}
    if scheme.review.stages:
        known = {stage.id for stage in scheme.review.stages}
        for stage in facts.marks["stage"].unique(maintain_order=True):
            if stage not in known:
                yield Problem("marks.stage", M("There is no stage {stage}.", stage=stage), M("Correct the stage."))
    else:
        if facts.marks.height:
            yield Problem("marks.none", M("This scheme has no review, but there are marks."), M("Remove the marks."))
    negative = facts.marks.filter((pl.col("mark") < 0) | ~pl.col("indicator").is_in(list(maxima)))
    for row in negative.iter_rows(named=True):
        what = M("{expert} marked {unit} with {mark}.", expert=row["expert"], unit=row["unit"], mark=row["mark"])
        yield Problem("marks.bound", what, M("Marks lie between 0 and the points of the indicator."))


def at(row: dict[str, object], kind: RecordType, value: str | None = None) -> Place:
    """The place of a record: its file, sheet and row."""
    cell = str(row["row"]) if row["row"] is not None else None
    source = str(row["source"]) if row["source"] is not None else None
    return Place(file=source, sheet=kind.title.zh, cell=cell, path=str(row["record"]), value=value)
