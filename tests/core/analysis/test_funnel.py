from __future__ import annotations

import polars as pl
import rounds

from huoyue.core.analysis.funnel import funnel
from huoyue.core.tables import SCREENING, UNITS


def counts(table: pl.DataFrame, batch: str) -> dict[str, int]:
    return dict(table.filter(pl.col("batch") == batch).select("step", "units").iter_rows())


def test_the_funnel_of_the_published_round() -> None:
    units, screening, _ = rounds.annex_round()
    table = funnel(rounds.scheme(), units, screening)
    assert counts(table, "*") == {"all": 146, "filed": 129, "not_filed": 17, "incomplete": 29, "evaluated": 100}
    assert {batch: counts(table, batch)["evaluated"] for batch in ("first", "second", "third")} == {
        "first": 35,
        "second": 26,
        "third": 39,
    }


def test_an_empty_register_counts_nothing_in_every_batch() -> None:
    table = funnel(rounds.scheme(), UNITS.empty(), SCREENING.empty())
    assert table.height == 5 * 4
    assert table["units"].sum() == 0


def test_a_unit_whose_status_is_not_evaluated_is_not_in_the_funnel() -> None:
    units = pl.concat([rounds.units([("A", "first", None)]), rounds.units([("B", "first", None)], status="nurtured")])
    table = funnel(rounds.scheme(), units, rounds.screening({"A": "evaluated"}))
    assert counts(table, "first") == {"all": 1, "filed": 1, "not_filed": 0, "incomplete": 0, "evaluated": 1}


def test_the_order_of_rows_does_not_matter() -> None:
    units, screening, _ = rounds.annex_round()
    mixed = funnel(rounds.scheme(), units.reverse(), screening.sample(fraction=1, shuffle=True, seed=3))
    assert mixed.equals(funnel(rounds.scheme(), units, screening))
