"""What can only be said of facts as a whole: do they fit the register, the period, and each other?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import polars as pl

from huoyue.core.message import M
from huoyue.core.problem import Place, Problem
from huoyue.core.scheme.maxima import maxima
from huoyue.core.scheme.model import RecordType, Scheme, hundredths
from huoyue.core.tables import Facts

GROUP = ("unit", "batch", "industry")
CELL = ("unit", "indicator")


def validate(scheme: Scheme, facts: Facts) -> list[Problem]:
    """Every problem of facts whose cells could be read. Errors mean that they cannot be imported.

    Where a problem stands is said in terms of the tables: `sheet` is the table, `line` its row from 1, `path` its
    column.
    """
    problems = [*sizes(scheme, facts), *references(scheme, facts), *without_a_filing(facts), *by_cell(scheme, facts)]
    problems += same_period(scheme, facts)
    for kind in scheme.records:
        problems += without_filing(kind, facts)
        problems += without_evidence(kind, facts.records[kind.id])
    return problems


def by_cell(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Problems of single cells, of use also where other cells could not be read: days and points out of bounds."""
    for kind in scheme.records:
        yield from outside_period(scheme, kind, facts.records[kind.id])
    yield from out_of_bounds(scheme, facts)


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


def outside_period(scheme: Scheme, kind: RecordType, records: pl.DataFrame) -> Iterator[Problem]:
    """Records dated outside the period: facts of another round."""
    if kind.dated is None:
        return
    first, last = scheme.period.starts, scheme.period.ends
    for row in records.with_row_index("n").filter(~pl.col(kind.dated).is_between(first, last)).iter_rows(named=True):
        what = M("{day} lies outside the period from {first} to {last}.", day=row[kind.dated], first=first, last=last)
        place = at(f"records/{kind.id}", row["n"], kind.dated, row[kind.dated].isoformat())
        mend = M("File it in the round it belongs to, or correct the date.")
        yield Problem("record.period", what, mend, place)


def without_filing(kind: RecordType, facts: Facts) -> Iterator[Problem]:
    """Units whose own records came without a filing."""
    if kind.reported_by != "unit":
        return
    filed = facts.filings["unit"].implode()
    strays = facts.records[kind.id].with_row_index("n").filter(~pl.col("unit").is_in(filed))
    for row in strays.unique("unit", keep="first", maintain_order=True).iter_rows(named=True):
        what = M("{unit} has records but no filing.", unit=row["unit"])
        mend = M("Add the unit to the sheet of filings with the day of submission.")
        yield Problem("record.no_filing", what, mend, at(f"records/{kind.id}", row["n"], "unit", row["unit"]))


def without_evidence(kind: RecordType, records: pl.DataFrame) -> Iterator[Problem]:
    """How many records of each unit lack the evidence they need; screening judges what follows."""
    if kind.evidence != "required":
        return
    bare = records.filter(pl.col("evidence").is_null()).group_by("unit", maintain_order=True).len()
    for unit, count in bare.iter_rows():
        what = M("{unit}: {count} records of {title} name no evidence.", unit=unit, count=count, title=kind.title)
        yield Problem("record.evidence", what, M("Add a reference to the evidence."), severity="warning")


def references(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Marks by experts who are not on the panel, and marks where nothing is reviewed."""
    if facts.marks.height and not scheme.review.stages:
        what = M("This scheme has no review, but there are marks.")
        yield Problem("marks.none", what, M("Remove the marks."), at("marks", 0))
        return
    strays = facts.marks.with_row_index("n").join(facts.experts, on="expert", how="anti")
    for row in strays.unique("expert", keep="first", maintain_order=True).iter_rows(named=True):
        what = M("There are marks by {expert}, who is not on the panel.", expert=row["expert"])
        mend = M("Add the expert to the panel or correct the code.")
        yield Problem("marks.expert", what, mend, at("marks", row["n"], "expert", row["expert"]))


def out_of_bounds(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Marks and decisions below nothing or above the points that the unit can have."""
    groups = facts.units.select("batch", "industry").unique()
    most = {pair: maxima(scheme, *pair) | {"*": hundredths(scheme.points)} for pair in groups.iter_rows()}
    group_of = {unit: (batch, industry) for unit, batch, industry in facts.units.select(*GROUP).iter_rows()}
    mend = M("Marks lie between 0 and the points of the indicator.")
    for table, name, frame in (("marks", "mark", facts.marks), ("decisions", "settled", facts.decisions)):
        for n, unit, indicator, value in frame.with_row_index("n").select("n", *CELL, name).iter_rows():
            limit = most[group_of[unit]].get(indicator) if unit in group_of else None
            if value is None or limit is None or 0 <= value <= limit:
                continue
            what = M("{value} lies outside 0 to {limit}.", value=points(value), limit=points(limit))
            yield Problem("marks.bound", what, mend, at(table, n, name, points(value)))


def points(hundredths: int) -> str:
    """Hundredths as people write points: 250 is 2.5."""
    return f"{Decimal(hundredths).scaleb(-2).normalize():f}"


def without_a_filing(facts: Facts) -> Iterator[Problem]:
    """Units that are to be evaluated by a departure from screening although they filed nothing."""
    filed = set(facts.filings["unit"])
    for n, (unit, verdict) in enumerate(facts.overrides.select("unit", "verdict").iter_rows()):
        if verdict == "evaluated" and unit not in filed:
            what = M("{unit} is to be evaluated but filed nothing.", unit=unit)
            mend = M("Add its filing and records, or delete this departure.")
            yield Problem("override.no_filing", what, mend, at("overrides", n, "verdict", "evaluated"))


def same_period(scheme: Scheme, facts: Facts) -> Iterator[Problem]:
    """Earlier results that name the period of this very round."""
    label = scheme.period.label
    for n, period in enumerate(facts.earlier["period"]):
        if period in (label.zh, label.en):
            what = M("{period} is the period of this round, not an earlier one.", period=period)
            mend = M("Delete the row, or correct the period.")
            yield Problem("earlier.period", what, mend, at("earlier", n, "period", period))


def at(table: str, row: int, column: str | None = None, value: str | None = None) -> Place:
    """The place of a row (from 0) of a table."""
    return Place(sheet=table, line=row + 1, path=column, value=value)
