"""The rules of a scheme over the wide table: the one scoring code, for every engine and for the explained points.

Columns added, by indicator id: `max_<id>` attainable hundredths (0: does not apply), `raw_<id>` the points of the
standard before redistribution, `points_<id>` the suggested points; the last two are missing where not available,
judged or not applicable. With `readings`, also `<tag>num`, `<tag>den` and `<tag>points` of every part.
"""

from __future__ import annotations

from functools import reduce
from operator import add, and_

import narwhals as nw

from huoyue.core.filing.measures import Frame, Plan
from huoyue.core.scheme.model import Indicator, Relative, hundredths, simple_parts
from huoyue.core.scoring import relative
from huoyue.core.scoring.arithmetic import half_up, held
from huoyue.core.scoring.attainable import attainable
from huoyue.core.scoring.parts import Reading, read, tag_of


def apply_rules(wide: Frame, plan: Plan, evaluated: nw.Expr, *, readings: bool = False) -> Frame:
    """`wide` with the points of every indicator. `evaluated` is true for the units that relative standards compare."""
    scheme = plan.scheme
    wide = wide.with_columns(*(worth.alias(f"max_{name}") for name, worth in attainable(scheme).items()))
    wide = _placed(wide, plan, evaluated)
    ruled = [(indicator, _readings(plan, indicator)) for indicator in scheme.indicators]
    if readings:
        wide = wide.select(nw.all(), *(column for indicator, parts in ruled for column in _columns(indicator, parts)))
        points = {one.id: [nw.col(f"{tag_of(one, n)}points") for n, _ in enumerate(parts)] for one, parts in ruled}
    else:
        points = {one.id: [reading.points for reading in parts] for one, parts in ruled}
    raw = [_raw(one, points[one.id]).alias(f"raw_{one.id}") for one in scheme.indicators]
    return wide.with_columns(*raw).with_columns(*(_scaled(i).alias(f"points_{i.id}") for i in scheme.indicators))


def _placed(wide: Frame, plan: Plan, evaluated: nw.Expr) -> Frame:
    wide = wide.with_columns(nw.lit(1, dtype=nw.Int64).alias(relative.EVERYBODY))
    for indicator in plan.scheme.indicators:
        reference = evaluated & (nw.col(f"max_{indicator.id}") > 0)
        for number, part in enumerate(simple_parts(indicator.standard)):
            if isinstance(part, Relative):
                wide = relative.place(wide, plan, part, reference, tag_of(indicator, number))
    return wide


def _readings(plan: Plan, indicator: Indicator) -> list[Reading]:
    parts = enumerate(simple_parts(indicator.standard))
    return [read(plan, part, tag_of(indicator, number)) for number, part in parts]


def _columns(indicator: Indicator, parts: list[Reading]) -> list[nw.Expr]:
    columns = []
    for number, reading in enumerate(parts):
        tag = tag_of(indicator, number)
        den = nw.lit(reading.den, dtype=nw.Int64) if isinstance(reading.den, int) else reading.den
        columns += [reading.num.alias(f"{tag}num"), den.alias(f"{tag}den"), reading.points.alias(f"{tag}points")]
    return columns


def _raw(indicator: Indicator, parts: list[nw.Expr]) -> nw.Expr:
    """Points of all parts together, between 0 and the indicator's points; missing when no part is available."""
    if not parts:
        return nw.lit(None, dtype=nw.Int64)
    total = reduce(add, (points.fill_null(0) for points in parts))
    nothing = reduce(and_, (points.is_null() for points in parts))
    return nw.when(~nothing).then(held(total, 0, hundredths(indicator.points)))


def _scaled(indicator: Indicator) -> nw.Expr:
    """Raw points in proportion to what the unit can attain, to the nearest hundredth, halves up."""
    raw, most = nw.col(f"raw_{indicator.id}"), nw.col(f"max_{indicator.id}")
    worth = hundredths(indicator.points)
    shared = nw.when(most == worth).then(raw).otherwise(half_up(raw * most, worth))
    return nw.when(most > 0).then(shared)
