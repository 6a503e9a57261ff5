"""A practice register and who files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import FILINGS, units_table
from huoyue.examples.practice.columns import Rows, column
from huoyue.examples.practice.draws import Draws, Flags, Floats, picked

FILED, LATE, CARELESS = 0.9, 0.04, 0.05
"""Shares of units that file, of those that file late, and of those that leave evidence out."""


@dataclass(frozen=True)
class Population:
    """The practice units: codes in register order, how active each is (0 to 1), and how it files."""

    codes: list[str]
    activity: Floats
    filed: Flags
    careless: Flags


def population(units: int, rng: Draws) -> Population:
    """Most units are middling, some hardly active, some very."""
    width = max(4, len(str(units)))
    codes = [f"U{number:0{width}d}" for number in range(1, units + 1)]
    activity = rng.beta(2.4, 1.7, units)
    filed = rng.random_sample(units) < np.clip(FILED - 0.15 + 0.25 * activity, 0, 1)
    return Population(codes, activity, filed, rng.random_sample(units) < CARELESS)


def register(scheme: Scheme, people: Population, rng: Draws) -> pl.DataFrame:
    """UNITS with the scheme's own register fields."""
    count = len(people.codes)
    serial = pl.Series(people.codes)
    frame = pl.DataFrame(
        {
            "unit": serial,
            "name": scheme.words.unit.zh + "（练习）" + serial,
            "aliases": pl.Series([[]] * count, dtype=pl.List(pl.String)),
            "batch": picked([batch.id for batch in scheme.batches], batches(scheme, count, rng)),
            "industry": industries(scheme, count, rng),
            "status": picked([status.id for status in scheme.statuses], statuses(scheme, count, rng)),
            "liaison": picked([f"联络员{number:02d}" for number in range(1, 13)], np.arange(count) % 12),
            "basis": pl.repeat("synthetic", count, dtype=pl.String, eager=True),
            "position": pl.int_range(1, count + 1, eager=True),
        }
    )
    rows = Rows(scheme, people.codes, np.arange(count), people.activity)
    own = [column(rows, spec, rng).alias(spec.id) for spec in scheme.register_fields]
    table = units_table(scheme)
    return table.check(frame.with_columns(own).select(list(table.schema)))


def batches(scheme: Scheme, count: int, rng: Draws) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Places of batches, in proportion to the sizes they are expected to have."""
    sizes = np.array([float(batch.expected or 1) for batch in scheme.batches])
    return np.searchsorted(np.cumsum(sizes / sizes.sum())[:-1], rng.random_sample(count), side="right")


def industries(scheme: Scheme, count: int, rng: Draws) -> pl.Series:
    named = [industry.id for industry in scheme.industries]
    if not named:
        return pl.repeat(None, count, dtype=pl.String, eager=True)
    return picked(named, rng.randint(0, len(named), count))


def statuses(scheme: Scheme, count: int, rng: Draws) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Nearly all have the first evaluated status; a few have one of the others."""
    first = next(place for place, status in enumerate(scheme.statuses) if status.evaluated)
    other = rng.randint(0, len(scheme.statuses), count)
    return np.where(rng.random_sample(count) < 0.97, first, other)


def filings(scheme: Scheme, people: Population, rng: Draws) -> pl.DataFrame:
    """FILINGS: most close to the end of the window, a few after it."""
    count, window = len(people.codes), (scheme.filing.closes - scheme.filing.opens).days
    before = np.minimum(rng.exponential(max(1, window / 4), count).astype(np.int64), window)
    late = rng.random_sample(count) < LATE
    offset = np.where(late, rng.randint(1, 15, count), -before)
    frame = pl.DataFrame(
        {
            "unit": pl.Series(people.codes),
            "submitted_on": pl.Series(np.datetime64(scheme.filing.closes, "D") + offset.astype("timedelta64[D]")),
            "filer": "填报人" + pl.Series(people.codes),
            "source": pl.repeat(None, count, dtype=pl.String, eager=True),
            "due_on": pl.repeat(None, count, dtype=pl.Date, eager=True),
        }
    )
    return FILINGS.check(frame.filter(pl.Series(people.filed)))
