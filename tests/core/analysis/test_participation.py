from __future__ import annotations

import polars as pl
import rounds
from hypothesis import given, settings
from hypothesis import strategies as st

from huoyue.core.analysis.participation import participation
from huoyue.core.tables import POINTS, SCORES, UNITS

MEMBERS = [("A", "first", None), ("B", "first", None), ("C", "third", None)]
SCORES_ABC = rounds.scores({"A": 90, "B": 60, "C": 95})


def number(table: pl.DataFrame, indicator: str, tier: str, batch: str) -> tuple[int, int]:
    row = table.filter(pl.col("indicator") == indicator, pl.col("tier") == tier, pl.col("batch") == batch)
    return row.select("participants", "units").row(0)


def test_participants_are_counted_by_tier_and_batch_and_in_the_margins() -> None:
    points = rounds.points([("A", "council", True), ("B", "council", False), ("C", "council", True)])
    table = participation(rounds.scheme(), rounds.units(MEMBERS), SCORES_ABC, points)
    assert number(table, "council", "high", "first") == (1, 1)
    assert number(table, "council", "high", "*") == (2, 2)
    assert number(table, "council", "*", "first") == (1, 2)
    assert number(table, "council", "*", "*") == (2, 3)
    assert number(table, "council", "poor", "second") == (0, 0)


def test_a_unit_to_which_the_indicator_does_not_apply_is_not_counted() -> None:
    points = pl.concat(
        [rounds.points([("A", "council", True)]), rounds.points([("B", "council", False)], outcome="not_applicable")]
    )
    table = participation(rounds.scheme(), rounds.units(MEMBERS), SCORES_ABC, points)
    assert number(table, "council", "*", "*") == (1, 1)


def test_every_combination_is_listed_even_for_an_empty_round() -> None:
    table = participation(rounds.scheme(), UNITS.empty(), SCORES.empty(), POINTS.empty())
    assert table.height == 20 * 5 * 4
    assert table["units"].sum() == 0


@settings(max_examples=20)
@given(st.lists(st.tuples(st.sampled_from(["first", "second"]), st.integers(0, 100), st.booleans()), max_size=12))
def test_tiers_and_batches_add_up_to_the_margins(found: list[tuple[str, int, bool]]) -> None:
    units = rounds.units([(f"U{i}", batch, None) for i, (batch, _, _) in enumerate(found)])
    scores = rounds.scores({f"U{i}": score for i, (_, score, _) in enumerate(found)})
    points = rounds.points([(f"U{i}", "website", did) for i, (_, _, did) in enumerate(found)])
    table = participation(rounds.scheme(), units, scores, points).filter(pl.col("indicator") == "website")
    inner = table.filter(pl.col("tier") != "*", pl.col("batch") != "*")
    assert number(table, "website", "*", "*") == (inner["participants"].sum(), inner["units"].sum())
    mixed = participation(rounds.scheme(), units.reverse(), scores.reverse(), points.reverse())
    assert mixed.filter(pl.col("indicator") == "website").equals(table)
