"""Practice records of every type of a scheme."""

from __future__ import annotations

import numpy as np
import polars as pl

from huoyue.core.filing.quantities import quantities_of
from huoyue.core.scheme.model import RecordType, Scheme, simple_parts
from huoyue.core.tables import records_table
from huoyue.examples.practice.columns import Rows, column
from huoyue.examples.practice.draws import Draws, Ints, holed
from huoyue.examples.practice.register import Population
from huoyue.examples.practice.typical import RECORDS

OFFICERS_RECORDS = 6
"""How many records of a type officers keep on a unit, whether it files or not."""

MISHAPS = 0.25
"""How many records a unit has, on average, of a type that only a veto looks at."""


def records(scheme: Scheme, people: Population, rng: Draws) -> dict[str, pl.DataFrame]:
    """One frame a record type: more records for the more active, none of their own for those that did not file."""
    return {kind.id: of_type(scheme, kind, people, rng) for kind in scheme.records}


def of_type(scheme: Scheme, kind: RecordType, people: Population, rng: Draws) -> pl.DataFrame:
    owner = np.repeat(np.arange(len(people.codes)), counts(scheme, kind, people, rng))
    rows = Rows(scheme, people.codes, owner, people.activity[owner], kind.id)
    owners = pl.Series(people.codes, dtype=pl.String).gather(pl.Series(owner, dtype=pl.UInt32))
    serial = pl.int_range(1, rows.count + 1, eager=True).cast(pl.String).str.zfill(6)
    table = records_table(kind)
    frame = pl.DataFrame(
        {"unit": owners, "record": f"{kind.id}-" + serial}
        | {spec.id: column(rows, spec, rng) for spec in kind.fields}
        | {"evidence": evidence(kind, people, owner, serial, rng)}
        | {"source": pl.repeat(None, rows.count, dtype=pl.String, eager=True)}
        | {"row": pl.repeat(None, rows.count, dtype=pl.Int64, eager=True)}
    )
    distinct = frame.unique(["unit", *kind.key], keep="first", maintain_order=True) if kind.key else frame
    return table.check(distinct.select(list(table.schema)))


def counts(scheme: Scheme, kind: RecordType, people: Population, rng: Draws) -> Ints:
    """How many records each unit has."""
    units = len(people.codes)
    if kind.id in {veto.of for veto in scheme.vetoes} and not uses(scheme, kind):
        return rng.poisson(MISHAPS, units)
    if kind.reported_by != "unit":
        return np.ones(units, np.int64) if kind.single else rng.poisson(OFFICERS_RECORDS, units) + 1
    if kind.single:
        needed = kind.id in {rule.of for rule in scheme.screening}
        likely = 0.97 if needed else 0.35 + 0.6 * people.activity
        return (people.filed & (rng.random_sample(units) < likely)).astype(np.int64)
    eager = people.activity**1.3 * np.exp(0.5 * rng.standard_normal(units))
    return np.where(people.filed, rng.poisson((0.8 + uses(scheme, kind)) * RECORDS * eager), 0)


def uses(scheme: Scheme, kind: RecordType) -> int:
    """How many indicators look at records of a type."""
    parts = [(indicator.id, part) for indicator in scheme.indicators for part in simple_parts(indicator.standard)]
    return len({name for name, part in parts for found in quantities_of(part) if found.of == kind.id})


def evidence(kind: RecordType, people: Population, owner: Ints, serial: pl.Series, rng: Draws) -> pl.Series:
    """References where the type asks for evidence, mostly; the careless leave them out."""
    share = {"required": 0.98, "optional": 0.6, "none": 0.0}[kind.evidence]
    likely = np.where(people.careless[owner], share / 5, share)
    return holed(f"证据-{kind.id}-" + serial, rng.random_sample(len(owner)) < likely)
