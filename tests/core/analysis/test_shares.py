from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
import rounds

from huoyue.core.analysis.shares import shares
from huoyue.core.scheme.model import Percentages
from huoyue.core.tables import SCORES, SCREENING, UNITS


def shown(table: pl.DataFrame, scope: str, member: str, of: str) -> dict[str, str]:
    rows = table.filter(pl.col("scope") == scope, pl.col("member") == member, pl.col("of") == of)
    return dict(rows.select("tier", "shown").iter_rows())


@pytest.fixture(scope="module")
def published() -> pl.DataFrame:
    return shares(rounds.scheme(), *rounds.annex_round())


def test_the_tiers_of_the_published_round_in_shares_of_the_evaluated(published: pl.DataFrame) -> None:
    assert shown(published, "all", "*", "evaluated") == {
        "high": "29.00",
        "fairly_high": "23.00",
        "average": "30.00",
        "poor": "18.00",
    }


def test_the_tiers_of_the_published_round_in_shares_of_all_units(published: pl.DataFrame) -> None:
    assert shown(published, "all", "*", "all") == {
        "high": "19.86",
        "fairly_high": "15.75",
        "average": "20.54",
        "poor": "12.32",
        "not_evaluated": "31.50",
    }


@pytest.mark.parametrize(
    ("batch", "printed"),
    [
        ("first", ["30.76", "17.30", "11.53", "7.69"]),
        ("second", ["12.82", "17.94", "15.38", "20.51"]),
        ("third", ["14.54", "12.72", "32.72", "10.90"]),
    ],
)
def test_the_published_percentages_of_each_batch(published: pl.DataFrame, batch: str, printed: list[str]) -> None:
    assert list(shown(published, "batch", batch, "all").values())[:4] == printed


def test_each_tier_is_split_by_batch(published: pl.DataFrame) -> None:
    rows = published.filter(pl.col("scope") == "tier", pl.col("member") == "high")
    assert rows.select("tier", "numerator", "denominator").rows() == [
        ("first", 16, 29),
        ("second", 5, 29),
        ("third", 8, 29),
    ]


def test_the_rows_of_one_whole_add_up_to_its_denominator(published: pl.DataFrame) -> None:
    sums = published.group_by("scope", "member", "of").agg(pl.col("numerator").sum(), pl.col("denominator").first())
    assert (sums["numerator"] == sums["denominator"]).all()


def test_largest_remainder_makes_every_whole_a_hundred() -> None:
    scheme = rounds.scheme().model_copy(update={"percentages": Percentages(method="largest_remainder", decimals=1)})
    table = shares(scheme, *rounds.annex_round()).filter(pl.col("denominator") > 0)
    for _, whole in table.group_by("scope", "member", "of"):
        assert sum(Decimal(text) for text in whole["shown"]) == 100


def test_without_units_every_share_is_of_nothing() -> None:
    table = shares(rounds.scheme(), UNITS.empty(), SCREENING.empty(), SCORES.empty())
    assert table["denominator"].sum() == 0
    assert table["shown"].null_count() == table.height


def test_an_industry_counts_its_own_units_and_a_unit_without_one_is_in_none() -> None:
    units = rounds.units([("A", "first", "energy"), ("B", "first", None), ("C", "second", "energy")])
    screening = rounds.screening({"A": "evaluated", "B": "evaluated", "C": "not_filed"})
    table = shares(rounds.scheme(), units, screening, rounds.scores({"A": 90, "B": 20}))
    assert shown(table, "industry", "energy", "all") == {
        "high": "50.00",
        "fairly_high": "0.00",
        "average": "0.00",
        "poor": "0.00",
        "not_evaluated": "50.00",
    }


def test_the_order_of_rows_does_not_matter(published: pl.DataFrame) -> None:
    units, screening, scores = rounds.annex_round()
    assert shares(rounds.scheme(), units.reverse(), screening.reverse(), scores.reverse()).equals(published)
