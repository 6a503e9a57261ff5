from __future__ import annotations

from fractions import Fraction

import polars as pl
import rounds
from hypothesis import given, settings
from hypothesis import strategies as st

from huoyue.core.analysis.lost import lost
from huoyue.core.tables import SCORES, SETTLED, UNITS

MEMBERS = [("A", "first", None), ("B", "first", None), ("C", "third", None)]
SCORES_ABC = rounds.scores({"A": 90, "B": 60, "C": 95})
POINTS = st.fractions(min_value=0, max_value=500, max_denominator=60)


def number(table: pl.DataFrame, indicator: str, tier: str, batch: str) -> tuple[int, Fraction, int]:
    row = table.filter(pl.col("indicator") == indicator, pl.col("tier") == tier, pl.col("batch") == batch)
    units, above, below, attainable = row.select("units", "lost_num", "lost_den", "attainable").row(0)
    return units, Fraction(above, below), attainable


def test_lost_points_are_exact_sums_of_thirds_and_fifths() -> None:
    settled = rounds.settled(
        [("A", "council", Fraction(1000, 3), 500), ("B", "council", Fraction(1001, 5), 500), ("C", "council", 500, 500)]
    )
    table = lost(rounds.scheme(), rounds.units(MEMBERS), SCORES_ABC, settled)
    assert number(table, "council", "*", "first") == (2, 1000 - Fraction(1000, 3) - Fraction(1001, 5), 1000)
    assert number(table, "council", "high", "third") == (1, Fraction(0), 500)
    assert number(table, "council", "poor", "*") == (0, Fraction(0), 0)


def test_a_pillar_counts_each_unit_once() -> None:
    settled = rounds.settled([("A", "council", 100, 500), ("A", "website", 200, 300), ("B", "council", 0, 500)])
    table = lost(rounds.scheme(), rounds.units(MEMBERS), SCORES_ABC, settled)
    pillar = table.filter(pl.col("indicator") == "*", pl.col("pillar") == "organisation")
    assert number(pillar, "*", "*", "*") == (2, Fraction(1000), 1300)


def test_what_does_not_apply_is_not_lost() -> None:
    settled = rounds.settled([("A", "council", 0, 0)], basis="not_applicable")
    table = lost(rounds.scheme(), rounds.units(MEMBERS), SCORES_ABC, settled)
    assert table["units"].sum() == 0


def test_every_combination_is_listed_even_for_an_empty_round() -> None:
    table = lost(rounds.scheme(), UNITS.empty(), SCORES.empty(), SETTLED.empty())
    assert table.height == (20 + 3) * 5 * 4
    assert table["lost_num"].sum() == 0
    assert set(table["lost_den"]) == {1}


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from(["first", "third"]), st.integers(0, 100), POINTS), max_size=10))
def test_tiers_and_batches_add_up_exactly(found: list[tuple[str, int, Fraction]]) -> None:
    units = rounds.units([(f"U{i}", batch, None) for i, (batch, _, _) in enumerate(found)])
    scores = rounds.scores({f"U{i}": score for i, (_, score, _) in enumerate(found)})
    settled = rounds.settled([(f"U{i}", "website", points, 500) for i, (_, _, points) in enumerate(found)])
    table = lost(rounds.scheme(), units, scores, settled)
    exact = sum((500 - points for _, _, points in found), Fraction(0))
    assert number(table, "website", "*", "*") == (len(found), exact, 500 * len(found))
    inner = table.filter(pl.col("indicator") == "website", pl.col("tier") != "*", pl.col("batch") != "*")
    assert sum(Fraction(n, d) for n, d in inner.select("lost_num", "lost_den").iter_rows()) == exact
    assert lost(rounds.scheme(), units, scores.reverse(), settled.reverse()).equals(table)
