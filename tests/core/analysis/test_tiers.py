from __future__ import annotations

import polars as pl
import rounds

from huoyue.core.analysis.tiers import tier_summary
from huoyue.core.tables import SCORES, UNITS


def row(table: pl.DataFrame, scope: str, member: str) -> dict[str, object]:
    return table.row(by_predicate=(pl.col("scope") == scope) & (pl.col("member") == member), named=True)


def test_the_published_annex_summed_up() -> None:
    units, _, scores = rounds.annex_round()
    table = tier_summary(rounds.scheme(), units, scores)
    assert row(table, "all", "*") == {
        "scope": "all",
        "member": "*",
        "units": 100,
        "mean_num": 700300,
        "median": 70.0,
        "lowest": 3100,
        "highest": 10000,
        "sd": 19.3046,
    }
    assert [row(table, "tier", tier)["units"] for tier in ("high", "fairly_high", "average", "poor")] == [
        29,
        23,
        30,
        18,
    ]


def test_a_batch_without_evaluated_units_has_no_median() -> None:
    table = tier_summary(rounds.scheme(), rounds.units([("A", "first", None)]), rounds.scores({"A": 80}))
    assert list(row(table, "batch", "second").values()) == ["batch", "second", 0, 0, None, None, None, None]


def test_a_single_unit_has_its_own_score_and_no_spread() -> None:
    table = tier_summary(rounds.scheme(), rounds.units([("A", "first", None)]), rounds.scores({"A": 80}))
    assert list(row(table, "batch", "first").values()) == ["batch", "first", 1, 8000, 80.0, 8000, 8000, 0.0]


def test_without_units_there_are_lines_of_zero() -> None:
    table = tier_summary(rounds.scheme(), UNITS.empty(), SCORES.empty())
    assert table["units"].sum() == 0
    assert table["median"].null_count() == table.height
