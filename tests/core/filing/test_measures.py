from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import filings
import narwhals as nw
import polars as pl
import pytest

from huoyue.core.filing.conditions import clauses
from huoyue.core.filing.measures import aggregate, days, plan, plan_of
from huoyue.core.filing.quantities import Quantity, count, quantity
from huoyue.core.scheme.model import Measure

TALKS = [
    {"unit": "a", "held_on": date(2020, 3, 1), "cost": 15, "guests": 4, "topic": "x"},
    {"unit": "a", "held_on": date(2020, 5, 1), "cost": None, "guests": None, "topic": "x"},
    {"unit": "a", "held_on": None, "cost": 5, "guests": 20, "topic": None},
    {"unit": "b", "held_on": None, "cost": None, "guests": None, "topic": None},
]


def value_of(**measure: Any) -> list[int | None]:
    """The value of one measure for the units a, b and c; c has no record."""
    wanted = Measure.model_validate(measure)
    found = quantity(wanted)
    made = plan(filings.scheme(), [] if found is None else [found], [wanted])
    facts = filings.facts([{"unit": "a", "members": 7}, {"unit": "b"}, {"unit": "c", "members": 0}], talk=TALKS)
    records = {name: nw.from_native(frame.lazy()) for name, frame in facts.records.items()}
    wide = aggregate(made, records, nw.from_native(facts.units.lazy())).collect().to_native().sort("position")
    return wide[made.name(wanted)].to_list()


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ({"of": "talk"}, [3, 1, 0]),
        ({"of": "talk", "where": {"guests": {"at_least": 4}}}, [2, 0, 0]),
        ({"of": "talk", "where": {"cost": 1.5}}, [1, 0, 0]),
        ({"of": "talk", "where": {"cost": {"at_least": 0.45}}}, [2, 0, 0]),
        ({"of": "talk", "where": {"cost": {"at_most": 0.55}}}, [1, 0, 0]),
        ({"of": "talk", "where": {"cost": 1.55}}, [0, 0, 0]),
        ({"of": "talk", "where": {"cost": {"not_in": [1.5]}}}, [1, 0, 0]),
        ({"of": "talk", "where": {"guests": {"present": False}}}, [1, 1, 0]),
        ({"of": "talk", "where": {"held_on": {"at_most": date(2020, 3, 31)}}}, [1, 0, 0]),
        ({"of": "talk", "distinct": "topic"}, [1, 0, 0]),
        ({"of": "talk", "sum": "cost"}, [20, 0, 0]),
        ({"of": "talk", "sum": "cost", "where": {"topic": "x"}}, [15, 0, 0]),
        ({"of": "talk", "largest": "guests"}, [20, None, None]),
        ({"of": "talk", "smallest": "guests"}, [4, None, None]),
        ({"of": "talk", "largest": "held_on"}, [(date(2020, 5, 1) - date(1970, 1, 1)).days, None, None]),
        ({"register": "members"}, [7, None, 0]),
    ],
)
def test_measures_count_what_qualifies_and_are_missing_where_nothing_does(
    measure: dict[str, Any], expected: list[int | None]
) -> None:
    assert value_of(**measure) == expected


def test_a_measure_that_appears_twice_is_counted_once() -> None:
    columns = plan_of(filings.scheme()).columns
    assert list(columns) == [
        count("talk", filings.scheme().indicator("talks").standard.where),  # type: ignore[union-attr]
        Quantity("call", clauses({"answered": True})),
        Quantity("call"),
    ]
    assert len(set(columns.values())) == 3


def test_days_agree_with_the_calendar() -> None:
    dates = [date(1901, 1, 1) + timedelta(days=97 * n) for n in range(900)]
    frame = nw.from_native(pl.DataFrame({"date": dates})).select(found=days(nw.col("date"))).to_native()
    assert frame["found"].to_list() == [(day - date(1970, 1, 1)).days for day in dates]
