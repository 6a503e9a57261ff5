from __future__ import annotations

import polars as pl
import pytest

from huoyue.core.tables import FILINGS, RESULT_TABLES, SCORES, NotThisTable, input_tables
from huoyue.exchange.scheme_file import load_scheme

FILING = {"unit": "a", "submitted_on": None, "filer": None, "source": None}


def test_a_frame_with_other_columns_is_not_the_table() -> None:
    with pytest.raises(NotThisTable, match="filings"):
        FILINGS.check(pl.DataFrame({"unit": ["a"]}))


def test_an_empty_cell_is_refused_where_the_table_needs_a_value() -> None:
    with pytest.raises(NotThisTable, match=r"filings\.submitted_on: empty in 1 rows"):
        FILINGS.frame([FILING])


def test_two_rows_with_the_same_key_are_refused() -> None:
    row = {name: 0 if dtype == pl.Int64 else "a" for name, dtype in SCORES.schema.items()}
    with pytest.raises(NotThisTable, match="share the key unit"):
        SCORES.frame([row, row])


def test_numbers_of_facts_are_whole_numbers() -> None:
    tables = input_tables(load_scheme("alliance_activity_2016"))
    project = tables["records/project"].schema
    assert (project["funding"], project["active_on"], project["partner"]) == (pl.Int64, pl.Date, pl.String)
    assert tables["records/secretariat"].schema["working_rules"] == pl.Boolean


def test_every_column_of_every_table_is_explained() -> None:
    assert [f"{t.name}.{c.name}" for t in RESULT_TABLES.values() for c in t.columns if len(c.doc) < 5] == []


def test_keys_are_columns_of_their_table() -> None:
    assert [t.name for t in RESULT_TABLES.values() if not set(t.key) <= set(t.schema)] == []
