"""Which records counted: the records behind every part of every unit's points."""

from __future__ import annotations

from collections.abc import Iterator

import narwhals as nw
import polars as pl

from huoyue.core.filing.conditions import condition
from huoyue.core.filing.quantities import Quantity, category_counts, latest, quantities_of, quantity
from huoyue.core.scheme.model import Categories, Ratio, Recency, Relative, Scheme, SimplePart, simple_parts
from huoyue.core.tables import EARNED

ORDER = ["unit", "indicator", "part", "record_type", "record"]


def earned(scheme: Scheme, records: dict[str, pl.DataFrame], units: pl.Series) -> pl.DataFrame:
    """EARNED: the records that counted, of the units named, whether or not they reached any points.

    A record counts when it passes the conditions of the measure and has a value where a field is summed or told
    apart; of largest, smallest and latest only those that attain it; of a ratio those of its numerator.
    """
    found = [EARNED.empty().lazy()]
    for indicator in scheme.indicators:
        for number, part in enumerate(simple_parts(indicator.standard)):
            named = {"indicator": pl.lit(indicator.id), "part": pl.lit(number, dtype=pl.Int64)}
            found += [
                _rows(frame, of).with_columns(**named).select(ORDER) for of, frame in _counted(scheme, part, records)
            ]
    rows = pl.concat(found).join(units.to_frame("unit").lazy(), on="unit", how="semi")
    return rows.unique(ORDER).sort(ORDER).collect()


def _rows(frame: pl.LazyFrame, of: str) -> pl.LazyFrame:
    return frame.select("unit", "record", record_type=pl.lit(of))


def _counted(scheme: Scheme, part: SimplePart, records: dict[str, pl.DataFrame]) -> Iterator[tuple[str, pl.LazyFrame]]:
    for found in behind(part):
        yield found.of, qualifying(scheme, found, records[found.of].lazy())


def behind(part: SimplePart) -> tuple[Quantity, ...]:
    """The quantities whose records are named as the reason for the points of a part."""
    match part:
        case Ratio():
            chosen = quantity(part.numerator)
            return () if chosen is None else (chosen,)
        case Relative():
            chosen = quantity(part.measure)
            return () if chosen is None else (chosen,)
        case Recency():
            return (latest(part),)
        case Categories():
            return category_counts(part)
        case _:
            return quantities_of(part)


def qualifying(scheme: Scheme, found: Quantity, records: pl.LazyFrame) -> pl.LazyFrame:
    """The records that a quantity counts."""
    passes = condition(scheme.record_type(found.of), found.tests)
    frame = nw.from_native(records)
    kept = (frame if passes is None else frame.filter(passes)).to_native()
    if found.field is None:
        return kept
    column = pl.col(found.field)
    match found.statistic:
        case "largest":
            return kept.filter(column == column.max().over("unit"))
        case "smallest":
            return kept.filter(column == column.min().over("unit"))
        case _:
            return kept.filter(column.is_not_null())
