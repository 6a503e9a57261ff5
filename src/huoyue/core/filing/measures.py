"""Every number that a scheme draws from records, in one group-by a record type.

Written against the Narwhals API, so that Polars, DuckDB and PySpark frames give the same wide table: one row a unit,
one Int64 column a quantity. Numbers are in units of 10**-decimals of their field, dates in days since 1970-01-01.
Without a qualifying record counts and sums are 0 and other statistics are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import narwhals as nw

from huoyue.core.filing.conditions import condition
from huoyue.core.filing.quantities import CLOSED, Quantity, count, measures_of, quantities_of, quantity
from huoyue.core.scheme.model import FieldSpec, Measure, RecordType, Scheme, simple_parts

Frame: TypeAlias = "nw.LazyFrame[Any]"


@dataclass(frozen=True)
class Plan:
    """Which quantity, and which register field that is measured, stands in which column of the wide table."""

    scheme: Scheme
    columns: Mapping[Quantity, str]
    register: Mapping[str, str]

    def value(self, wanted: Quantity) -> nw.Expr:
        """The column of a quantity."""
        return nw.col(self.columns[wanted])

    def name(self, measure: Measure) -> str:
        """The name of the column that holds a measure."""
        found = quantity(measure)
        return self.register[measure.register_field or ""] if found is None else self.columns[found]

    def measure(self, measure: Measure) -> nw.Expr:
        """The column that holds a measure."""
        return nw.col(self.name(measure))

    def spec(self, measure: Measure) -> FieldSpec | None:
        """The field a measure is stated in; None for counts."""
        if measure.register_field is not None:
            return {spec.id: spec for spec in self.scheme.register_fields}[measure.register_field]
        found = quantity(measure)
        if found is None or found.field is None or found.statistic == "distinct":
            return None
        return self.scheme.record_type(found.of).field(found.field)

    def scale(self, measure: Measure) -> int:
        """How many units of the stored number make one."""
        spec = self.spec(measure)
        return 1 if spec is None else spec.scale


def plan(scheme: Scheme, wanted: Iterable[Quantity], measures: Iterable[Measure] = ()) -> Plan:
    """Give every distinct quantity and register field a column, in order of appearance."""
    named = dict.fromkeys(measure.register_field for measure in measures)
    return Plan(
        scheme,
        {found: f"_m{number}" for number, found in enumerate(dict.fromkeys(wanted))},
        {field: f"_r{number}" for number, field in enumerate(named) if field is not None},
    )


def plan_of(scheme: Scheme) -> Plan:
    """What the standards and vetoes of a scheme need."""
    parts = [part for indicator in scheme.indicators for part in simple_parts(indicator.standard)]
    standards = (found for part in parts for found in quantities_of(part))
    vetoes = (count(veto.of, veto.where) for veto in scheme.vetoes)
    return plan(scheme, (*standards, *vetoes), (measure for part in parts for measure in measures_of(part)))


def aggregate(wanted: Plan, records: Mapping[str, Frame], units: Frame) -> Frame:
    """`units` with a column for each quantity and register field of the plan; records of unknown units are left out."""
    whole = (_whole(wanted, field).alias(name) for field, name in wanted.register.items())
    wide = units.select(nw.all(), *whole)
    for kind in wanted.scheme.records:
        drawn = {found: name for found, name in wanted.columns.items() if found.of == kind.id}
        if drawn:
            wide = wide.join(_grouped(kind, drawn, records[kind.id]), on="unit", how="left")
    closed = [_settled(found, name) for found, name in wanted.columns.items()]
    return wide.with_columns(*closed) if closed else wide


def _grouped(kind: RecordType, drawn: Mapping[Quantity, str], frame: Frame) -> Frame:
    """One row a unit: all quantities of one record type, and dates turned into days after the grouping."""
    grouped = frame.group_by("unit").agg(*(_statistic(kind, found).alias(name) for found, name in drawn.items()))
    dates = [name for found, name in drawn.items() if _is_date(kind, found)]
    return grouped.with_columns(*(days(nw.col(name)).alias(name) for name in dates)) if dates else grouped


def _is_date(kind: RecordType, found: Quantity) -> bool:
    return found.statistic in ("largest", "smallest") and kind.field(found.field or "").type == "date"


def _statistic(kind: RecordType, found: Quantity) -> nw.Expr:
    passes = condition(kind, found.tests)
    if found.statistic == "count":
        return nw.len() if passes is None else passes.cast(nw.Int64).sum()
    field = nw.col(found.field or "unit")
    chosen = field if passes is None else nw.when(passes).then(field)
    match found.statistic:
        case "sum":
            return chosen.sum()
        case "largest":
            return chosen.max()
        case "smallest":
            return chosen.min()
        case _:
            return chosen.n_unique().cast(nw.Int64) - chosen.is_null().any().cast(nw.Int64)


def _settled(found: Quantity, name: str) -> nw.Expr:
    column = nw.col(name)
    return (column.fill_null(0) if found.statistic in CLOSED else column).cast(nw.Int64).alias(name)


def _whole(wanted: Plan, field: str) -> nw.Expr:
    spec = {spec.id: spec for spec in wanted.scheme.register_fields}[field]
    return days(nw.col(field)) if spec.type == "date" else nw.col(field).cast(nw.Int64)


def days(date: nw.Expr) -> nw.Expr:
    """Days since 1970-01-01 of dates from 1901 on, by calendar arithmetic: no engine's idea of a duration is needed."""
    year = date.dt.year().cast(nw.Int64)
    leap = (year - 1969) // 4 - (year - 1901) // 100 + (year - 1601) // 400
    return (365 * (year - 1970) + leap + date.dt.ordinal_day().cast(nw.Int64) - 1).cast(nw.Int64)
