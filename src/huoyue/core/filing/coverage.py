"""Who carried out what at all, and how completely records are filled in: what screening asks of a filing."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

import narwhals as nw
import polars as pl

from huoyue.core.filing.measures import Plan, aggregate, plan
from huoyue.core.filing.quantities import Quantity, measures_of, quantities_of, quantity
from huoyue.core.scheme.model import Indicator, Judged, Measure, RecordType, Scheme, simple_parts
from huoyue.core.tables import Facts, field_dtype

PARTICIPATED = {"unit": pl.String(), "indicator": pl.String(), "participated": pl.Boolean()}


def participation(scheme: Scheme, facts: Facts) -> pl.DataFrame:
    """Whether each unit of the register carried out what each indicator looks at: unit, indicator, participated.

    By the indicator's `participation` measure (more than 0), else by any record that its standard looks at, with the
    conditions of the standard; for a judged indicator any record of its `facts`; for register fields, being filled in.
    """
    quantities = [found for indicator in scheme.indicators for found in _looked_at(indicator)]
    measures = [measure for indicator in scheme.indicators for measure in _measures(indicator)]
    wanted = plan(scheme, quantities, measures)
    wide = aggregate(wanted, lazy_records(facts), nw.from_native(facts.units.lazy()))
    flags = {indicator.id: _took_part(wanted, indicator) for indicator in scheme.indicators}
    table = wide.select("unit", *(flag.alias(name) for name, flag in flags.items())).collect().to_native()
    ordered = facts.units.select("unit").join(table, on="unit", how="left", maintain_order="left")
    long = ordered.unpivot(index="unit", variable_name="indicator", value_name="participated")
    return long.select(pl.col(name).cast(dtype) for name, dtype in PARTICIPATED.items())


def lazy_records(facts: Facts) -> dict[str, nw.LazyFrame[pl.LazyFrame]]:
    """The records of `facts` as lazy Narwhals frames, by type."""
    return {name: nw.from_native(frame.lazy()) for name, frame in facts.records.items()}


def _measures(indicator: Indicator) -> list[Measure]:
    if indicator.participation is not None:
        return [indicator.participation]
    return [measure for part in simple_parts(indicator.standard) for measure in measures_of(part)]


def _looked_at(indicator: Indicator) -> list[Quantity]:
    """What is counted to see whether an indicator's activity took place."""
    if indicator.participation is not None:
        found = quantity(indicator.participation)
        return [] if found is None else [found]
    if isinstance(indicator.standard, Judged):
        return [Quantity(name) for name in indicator.standard.facts]
    seen = (found for part in simple_parts(indicator.standard) for found in quantities_of(part))
    return [Quantity(found.of, found.tests) for found in seen]


def _took_part(wanted: Plan, indicator: Indicator) -> nw.Expr:
    counted = [wanted.value(found).fill_null(0) > 0 for found in _looked_at(indicator)]
    named = [measure for measure in _measures(indicator) if measure.register_field is not None]
    if indicator.participation is not None:
        filled = [wanted.measure(measure).fill_null(0) > 0 for measure in named]
    else:
        filled = [~wanted.measure(measure).is_null() for measure in named]
    checks = counted + filled
    return reduce(or_, checks) if checks else nw.col("unit") != nw.col("unit")


def completeness(scheme: Scheme, facts: Facts) -> pl.DataFrame:
    """Required fields and evidence references that are filled, of those asked for: unit, filled, required.

    Over the records that units report themselves; every unit of the register has a row, without records 0 of 0.
    """
    own = [kind for kind in scheme.records if kind.reported_by == "unit"]
    counted = [_filled(kind, facts.records[kind.id]) for kind in own]
    empty = pl.DataFrame(schema={"unit": pl.String(), "filled": pl.Int64(), "required": pl.Int64()})
    sums = pl.concat([empty, *counted]).group_by("unit").agg(pl.col("filled", "required").sum())
    joined = facts.units.select("unit").join(sums, on="unit", how="left", maintain_order="left")
    return joined.with_columns(pl.col("filled", "required").fill_null(0))


def _filled(kind: RecordType, records: pl.DataFrame) -> pl.DataFrame:
    needed = {spec.id: field_dtype(spec) for spec in kind.fields if spec.required}
    if kind.evidence == "required":
        needed["evidence"] = pl.String()
    present = [_is_filled(name, dtype) for name, dtype in needed.items()]
    filled = pl.sum_horizontal(present).cast(pl.Int64) if present else pl.lit(0, dtype=pl.Int64)
    return records.select("unit", filled=filled, required=pl.lit(len(needed), dtype=pl.Int64))


def _is_filled(name: str, dtype: pl.DataType) -> pl.Expr:
    checks = [pl.col(name).is_not_null()]
    if dtype == pl.String():
        checks.append(pl.col(name).str.strip_chars() != "")
    return reduce(and_, checks).fill_null(value=False)
