"""Practice data for any scheme: for training, for the smaller example rounds, and for benchmarks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from huoyue.core.scheme.model import Scheme, hundredths
from huoyue.core.screening import screen
from huoyue.core.tables import DECISIONS, EARLIER, EXPERTS, MARKS, OVERRIDES, Facts
from huoyue.examples.practice.draws import Draws
from huoyue.examples.practice.panel import panel
from huoyue.examples.practice.records import records
from huoyue.examples.practice.register import Population, filings, population, register
from huoyue.examples.practice.review import decisions, marks, starts


def synthesise(scheme: Scheme, units: int, seed: int) -> Facts:
    """Plausible random facts for `units` units: the same ones for the same scheme, number and seed.

    Activity is skewed, a tenth does not file, some file late or leave evidence out; where the scheme has review
    stages there are experts, marks and decisions; results of two earlier periods come along, marked synthetic.
    """
    rng = np.random.RandomState(seed)
    people = population(units, rng)
    filed = Facts(
        units=register(scheme, people, rng),
        filings=filings(scheme, people, rng),
        records=records(scheme, people, rng),
        experts=EXPERTS.empty(),
        marks=MARKS.empty(),
        decisions=DECISIONS.empty(),
        earlier=earlier(scheme, people, rng),
        overrides=OVERRIDES.empty(),
    )
    return reviewed(scheme, filed, people, rng)


def reviewed(scheme: Scheme, facts: Facts, people: Population, rng: Draws) -> Facts:
    """`facts` with a panel, its marks and its decisions, as far as the scheme has them."""
    screening = screen(scheme, facts)
    experts = panel(scheme, people.codes, rng)
    cells = starts(scheme, facts, screening, people.activity)
    marked = replace(facts, experts=experts.frame, marks=marks(scheme, cells, experts, rng))
    return replace(marked, decisions=decisions(scheme, marked, screening, cells))


def earlier(scheme: Scheme, people: Population, rng: Draws) -> pl.DataFrame:
    """EARLIER for two periods: near a unit's activity, empty for the tenth that was not evaluated then."""
    count, most = len(people.codes), hundredths(scheme.points)
    frames = []
    for period in periods(scheme):
        share = np.clip(people.activity + 0.1 * rng.standard_normal(count), 0, 1)
        score = pl.Series(np.rint(share * most / 100).astype(np.int64) * 100)
        known = pl.Series(rng.random_sample(count) < 0.9)
        frames.append(
            pl.DataFrame({"unit": pl.Series(people.codes), "score": score, "known": known}).select(
                "unit", period=pl.lit(period), score=pl.when("known").then(pl.col("score")),
                tier=pl.lit(None, pl.String), basis=pl.lit("synthetic"),
            )
        )  # fmt: skip
    return EARLIER.check(pl.concat(frames))


def periods(scheme: Scheme) -> list[str]:
    """Labels of the two periods before: those whose tiers the scheme knows, else the two years before."""
    known = sorted(earlier.period for earlier in scheme.outlook.earlier_tiers)[-2:]
    year = scheme.period.starts.year
    return known if len(known) == 2 else [str(year - 2), str(year - 1)]
