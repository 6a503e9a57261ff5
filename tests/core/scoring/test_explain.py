from __future__ import annotations

from fractions import Fraction

import every_kind
import polars as pl
import pytest
from every_kind import Row, facts_of, indicator, scheme, screening_of, suggested

from huoyue.core.phrase import both, render
from huoyue.core.scheme.model import Scheme
from huoyue.core.scoring.explain import next_step, standard_words
from huoyue.core.scoring.points import suggest

STEPPED = indicator(
    "it", {"kind": "steps", "measure": {"of": "event", "where": {"kind": "a"}},
           "steps": [{"at_least": 2, "points": 5}, {"at_least": 1, "points": 3}]}, 5,
)  # fmt: skip


def told(rules: Scheme, units: list[Row], events: list[Row]) -> list[tuple[str, str]]:
    points = suggested(rules, facts_of(rules, units, event=events)).points
    return points.select("explanation_zh", "explanation_en").rows()


def ahead(standard: Row, events: list[Row], points: float = 10, **unit: object) -> str | None:
    rules = scheme([indicator("it", standard, points)])
    found = suggested(rules, facts_of(rules, [{"unit": "a"} | unit], event=[{"unit": "a"} | one for one in events]))
    rows = found.parts.to_dicts()
    message = next_step(rules, rules.indicator("it"), rows, found.points["maximum"][0])
    return None if message is None else render(message, "en")


def test_points_are_explained_down_to_the_records_in_both_languages() -> None:
    rules = scheme([STEPPED])
    assert told(rules, [{"unit": "a"}], [{"unit": "a", "kind": kind} for kind in "aba"]) == [
        (
            "event（中）（a（中））2条，标准：不少于2条得5分 → 5分（满分5分）；依据记录event-0001、event-0003",
            "event (a): 2 records; standard: at least 2 records: 5 points → 5 points (at most 5); "
            "records event-0001, event-0003",
        )
    ]  # fmt: skip


def test_many_records_are_counted_after_the_first_few() -> None:
    english = told(scheme([STEPPED]), [{"unit": "a"}], [{"unit": "a", "kind": "a"}] * 12)[0][1]
    assert english.endswith("event-0008 and 4 more")


def test_units_outside_the_group_are_said_to_lie_beyond_it() -> None:
    standard = {"kind": "relative", "measure": {"of": "event", "sum": "money"}, "method": "min_max", "points": 10}
    rules = scheme([indicator("it", standard)])
    filed = [{"unit": unit, "money": money} for unit, money in zip("abcd", (200, 400, 100, 900), strict=True)]
    facts = facts_of(rules, [{"unit": unit} for unit in "abcd"], event=filed)
    english = suggest(rules, facts, screening_of(["a", "b"], ["c", "d"])).points["explanation_en"].to_list()
    places = ["0% of the way from the lowest to the highest", "100% of the way from the lowest to the highest",
              "below the lowest", "above the highest"]  # fmt: skip
    assert [place in text for place, text in zip(places, english, strict=True)] == [True] * 4


def test_redistribution_says_how_points_were_scaled() -> None:
    rules = scheme([STEPPED, indicator("gone", STEPPED["standard"], 5, applies={"batches": ["new"]})])
    first, second = told(rules, [{"unit": "a"}], [{"unit": "a", "kind": "a"}])
    assert first[1] == (
        "event (a): 1 record; standard: at least 1 record: 3 points → 3 points; "
        "3 points of 5, redistributed to 6 points of 10; record event-0001"
    )
    assert second[0] == "该指标不适用于所在的批次或产业领域，其分值按方案规定处理"


def test_relative_points_name_the_reference_its_size_and_the_place() -> None:
    standard = {"kind": "relative", "measure": {"of": "event"}, "method": "percentile", "group": "batch", "points": 10,
                "smallest_group": 3}  # fmt: skip
    units: list[Row] = [{"unit": "a"}, {"unit": "b"}, {"unit": "c"}, {"unit": "d", "batch": "new"}]
    events = [{"unit": "b"}, {"unit": "c"}, {"unit": "c"}]
    english = [one[1].split("; standard")[0] for one in told(scheme([indicator("it", standard)]), units, events)]
    assert english[1] == "number of records: event: 1; ahead of 50% among the evaluated units of the same batch (3)"
    assert english[3] == (
        "number of records: event: 0; ahead of 16.67% among all evaluated units (4); "
        "the evaluated units of the same batch are too few or do not differ"
    )


def test_every_standard_has_words_in_both_languages() -> None:
    rules = scheme()
    for one in rules.indicators:
        for message in standard_words(rules, one):
            zh, en = both(message)
            assert zh != en
            assert "{" not in zh + en


def test_every_outcome_of_every_standard_is_explained() -> None:
    rules = scheme()
    points = suggested(rules, every_kind.random_facts(rules, 60, 5)).points
    assert points.filter(
        pl.col("explanation_zh").str.contains(r"[{}]|None") | pl.col("explanation_en").str.contains(r"[{}]|None")
    ).is_empty()
    assert set(points["outcome"]) == {"scored", "judged", "not_applicable", "not_available"}


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (0, "event (a): 1 record more (+3 points)"),
        (1, "event (a): 1 record more (+2 points)"),
        (2, None),
    ],
)
def test_the_next_step_is_the_nearest_that_earns_more(events: int, expected: str | None) -> None:
    assert ahead(STEPPED["standard"], [{"kind": "a"}] * events, 5) == expected


NEXT: list[tuple[Row, list[Row], str | None]] = [
    ({"kind": "linear", "measure": {"of": "event", "sum": "money"}, "full_at": 30, "points": 10}, [{"money": 1200}],
     "sum of “money” over event: 18 x 10,000 yuan more (+6 points)"),
    ({"kind": "presence", "of": "event", "points": 10}, [], "one record of event (+10 points)"),
    ({"kind": "presence", "of": "event", "points": 10}, [{}], None),
    ({"kind": "categories", "of": "event", "field": "kind", "points": {"a": 4, "b": 1}, "cap": 10},
     [{"kind": "a"}, {"kind": "a"}], "event: 1 more record of a (+2 points)"),
    ({"kind": "recency", "of": "event", "field": "held_on", "steps": [{"within_days": 30, "points": 10}]}, [{}],
     "latest “held on” in event: at most 30 days before the end of the period (+10 points)"),
    ({"kind": "ratio", "numerator": {"of": "event", "where": {"open": True}}, "denominator": {"of": "event"},
      "steps": [{"at_least": 0.5, "points": 10}]}, [{"open": True}, {}, {}, {}],
     "number of records: event (open: yes) divided by number of records: event: from 25% to 50% (+10 points)"),
    ({"kind": "relative", "measure": {"of": "event"}, "method": "min_max", "points": 10}, [{}],
     "number of records: event: the best place among all evaluated units (+5 points)"),
]  # fmt: skip


@pytest.mark.parametrize(("standard", "events", "expected"), NEXT)
def test_every_standard_says_what_would_earn_more(standard: Row, events: list[Row], expected: str | None) -> None:
    assert ahead(standard, events) == expected


def test_the_next_level_of_a_rubric_follows_the_settled_points() -> None:
    rules = scheme()
    judged = rules.indicator("judged")
    found = next_step(rules, judged, [], 1000, Fraction(250))
    assert found is not None
    assert render(found, "en") == "the next level, 10 points: all"
    assert next_step(rules, judged, [], 1000, Fraction(1000)) is None
