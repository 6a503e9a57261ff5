from __future__ import annotations

from datetime import date
from typing import Any

import every_kind
import polars as pl
import pytest
from every_kind import Row, facts_of, indicator, points_of, scheme, screening_of, suggested

from huoyue.core.scoring.points import suggest


def one(standard: Row, events: list[list[Row]], points: float = 10, units: list[Row] | None = None) -> list[int | None]:
    """Points of units a, b, c ... with these events, under one standard."""
    rules = scheme([indicator("it", standard, points)])
    codes = [chr(ord("a") + n) for n in range(len(events))]
    register = [{"unit": code} | more for code, more in zip(codes, units or [{}] * len(codes), strict=True)]
    rows = [{"unit": code} | event for code, mine in zip(codes, events, strict=True) for event in mine]
    return points_of(rules, facts_of(rules, register, event=rows), "it")


STEPS = [{"at_least": 1, "points": 4}, {"at_least": 3, "points": 10}]


def test_steps_give_the_points_of_the_highest_step_reached() -> None:
    standard = {"kind": "steps", "measure": {"of": "event", "where": {"kind": "a"}}, "steps": STEPS}
    assert one(standard, [[], [{"kind": "a"}], [{"kind": "a"}] * 2, [{"kind": "a"}] * 3, [{"kind": "b"}] * 9]) == [
        0, 400, 400, 1000, 0,
    ]  # fmt: skip


def test_linear_is_in_proportion_to_the_nearest_hundredth_and_held_at_both_ends() -> None:
    standard = {"kind": "linear", "measure": {"of": "event", "sum": "money"}, "full_at": 30, "points": 10}
    assert one(standard, [[], [{"money": 1000}], [{"money": 1000}] * 2, [{"money": 9000}], [{"money": None}]]) == [
        0, 333, 667, 1000, 0,
    ]  # fmt: skip


def test_linear_rounds_half_a_hundredth_up() -> None:
    standard = {"kind": "linear", "measure": {"of": "event"}, "full_at": 8, "points": 0.04}
    assert one(standard, [[{}], [{}] * 3, [{}] * 5], points=0.04) == [1, 2, 3]


def test_linear_counts_down_when_full_marks_lie_below_zero() -> None:
    standard = {
        "kind": "linear",
        "measure": {"of": "event", "smallest": "people"},
        "zero_at": 90,
        "full_at": 10,
        "points": 10,
    }
    assert one(standard, [[{"people": 5}], [{"people": 50}, {"people": 60}], [{"people": 99}], []]) == [
        1000, 500, 0, None,
    ]  # fmt: skip


def test_categories_add_up_to_the_cap() -> None:
    standard = {"kind": "categories", "of": "event", "field": "kind", "points": {"a": 2.5, "b": 1.25}, "cap": 6}
    assert one(standard, [[{"kind": "a"}, {"kind": "b"}], [{"kind": "a"}] * 3, [{"kind": "c"}, {"kind": None}]]) == [
        375, 600, 0,
    ]  # fmt: skip


BIG_AND_FUNDED = [
    {"title": every_kind.title("big"), "of": "event", "where": {"people": {"at_least": 50}}, "points": 6},
    {"title": every_kind.title("funded"), "of": "event", "where": {"money": {"at_least": 2.5}}, "points": 4},
]


def test_checklist_adds_the_points_of_every_item_met() -> None:
    standard = {"kind": "checklist", "items": BIG_AND_FUNDED}
    events = [[], [{"people": 50}], [{"money": 250}], [{"people": 49, "money": 249}], [{"people": 80}, {"money": 900}]]
    assert one(standard, events) == [0, 600, 400, 0, 1000]


def test_checklist_by_number_gives_the_points_of_the_number_of_items_met() -> None:
    standard = {"kind": "checklist", "items": BIG_AND_FUNDED, "by_number": [{"at_least": 2, "points": 10}]}
    assert one(standard, [[{"people": 50}], [{"people": 50, "money": 250}]]) == [0, 1000]


def test_recency_is_read_in_days_at_the_end_of_the_period() -> None:
    standard = {
        "kind": "recency",
        "of": "event",
        "field": "held_on",
        "steps": [{"within_days": 30, "points": 10}, {"within_days": 180, "points": 6}],
        "otherwise": 2,
    }
    days = [date(2020, 12, 1), date(2020, 11, 30), date(2020, 7, 4), date(2020, 7, 3)]
    events: list[list[Row]] = [[{"held_on": day}] for day in days]
    assert one(standard, [*events, [{"held_on": None}], []]) == [1000, 600, 600, 200, 200, 0]
    assert one(standard, [[{"held_on": days[3]}, {"held_on": days[0]}, {"held_on": None}]]) == [1000]


def test_ratio_of_nothing_is_not_available_and_not_zero() -> None:
    standard = {
        "kind": "ratio",
        "numerator": {"of": "event", "where": {"open": True}},
        "denominator": {"of": "event"},
        "steps": [{"at_least": 0.9, "points": 10}, {"at_least": 0.3, "points": 5}],
    }
    nine = [{"open": True}] * 9
    assert one(standard, [[*nine, {"open": False}], [{"open": True}, {}, {}], [{"open": None}], []]) == [
        1000, 500, 0, None,
    ]  # fmt: skip


def test_ratio_to_a_register_field_is_in_proportion() -> None:
    standard = {
        "kind": "ratio",
        "numerator": {"of": "event", "sum": "money"},
        "denominator": {"register": "members"},
        "full_at": 0.5,
        "points": 10,
    }
    units: list[Row] = [{"members": 20}, {"members": 20}, {"members": 0}, {"members": None}]
    assert one(standard, [[{"money": 500}], [{"money": 1500}], [{}], [{}]], units=units) == [500, 1000, None, None]


def test_a_ratio_that_is_best_at_nothing_is_scored_downwards() -> None:
    standard = {
        "kind": "ratio",
        "numerator": {"of": "event", "where": {"kind": "a"}},
        "denominator": {"of": "event"},
        "zero_at": 0.5,
        "full_at": 0,
        "points": 10,
    }
    a, b = {"kind": "a"}, {"kind": "b"}
    assert one(standard, [[b, b, b, b], [a, b, b, b], [a, b], [a, a]]) == [1000, 500, 0, 0]


@pytest.mark.parametrize("size", [10**3, 10**7, 10**9])
def test_shares_of_money_are_compared_alike_however_large(size: int) -> None:
    """A thousand million 万元 in hundredths is the limit that the documentation states."""
    total = every_kind.named("total", type="money", decimals=2)
    event = every_kind.EVENT | {"fields": [*every_kind.EVENT["fields"], total]}
    standard = {"kind": "relative", "measure": {"of": "event", "sum": "money"}, "per": {"of": "event", "sum": "total"},
                "method": "min_max", "points": 10}  # fmt: skip
    rules = scheme([indicator("it", standard)], records=[event, every_kind.CONTACT])
    filed = [
        {"unit": unit, "money": size * share, "total": size * 100} for unit, share in (("a", 10), ("b", 50), ("c", 90))
    ]
    facts = facts_of(rules, [{"unit": unit} for unit in "abc"], event=filed)
    assert points_of(rules, facts, "it") == [0, 500, 1000]


def test_presence_needs_one_qualifying_record() -> None:
    standard = {"kind": "presence", "of": "event", "where": {"partner": {"present": True}}, "points": 10}
    assert one(standard, [[{"partner": "b"}], [{"partner": None}], []]) == [1000, 0, 0]


def test_parts_of_a_sum_are_added_and_capped_and_a_missing_part_counts_nothing() -> None:
    standard = {
        "kind": "sum",
        "parts": [
            {
                "kind": "steps",
                "measure": {"of": "event", "distinct": "partner"},
                "steps": [{"at_least": 2, "points": 6}],
            },
            {"kind": "linear", "measure": {"of": "event", "largest": "people"}, "full_at": 60, "points": 7},
        ],
    }
    two = [{"partner": "a"}, {"partner": "b"}, {"partner": "b"}]
    assert one(standard, [two, [*two, {"people": 90}], [{"people": 30}], []]) == [600, 1000, 350, 0]


RELATIVE = {"kind": "relative", "measure": {"of": "event"}, "points": 10, "smallest_group": 2}


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("min_max", [0, 250, 250, 1000]),
        ("percentile", [0, 500, 500, 1000]),  # (0 + 0) / 3, (1 + 1/2) / 3 twice, 3 / 3
        ("z_score", [250, 417, 417, 917]),  # counts 0 1 1 4: mean 1.5, deviation 1.5, z -1 -1/3 -1/3 5/3
    ],
)
def test_relative_standards_place_a_unit_among_all(method: str, expected: list[int]) -> None:
    assert one(RELATIVE | {"method": method}, [[], [{}], [{}], [{}] * 4]) == expected


def test_less_is_better_turns_the_scale_round() -> None:
    standard = RELATIVE | {"method": "percentile", "better": "less"}
    assert one(standard, [[], [{}], [{}], [{}] * 4]) == [1000, 500, 500, 0]


def test_a_group_that_is_too_small_or_does_not_differ_gives_way_to_all_units() -> None:
    standard = RELATIVE | {"method": "min_max", "group": "batch"}
    batches = [{"batch": "old"}, {"batch": "old"}, {"batch": "new"}]
    assert one(standard, [[{}], [{}] * 3, [{}] * 2], units=batches) == [0, 1000, 500]
    assert one(standard, [[{}] * 2, [{}] * 2, []], units=batches) == [1000, 1000, 0]


def test_everybody_gets_half_where_nobody_differs() -> None:
    assert one(RELATIVE | {"method": "z_score"}, [[{}], [{}], [{}]]) == [500, 500, 500]


def test_units_without_an_industry_are_compared_with_all() -> None:
    standard = RELATIVE | {"method": "min_max", "group": "industry"}
    industries: list[Row] = [{"industry": None}, {"industry": None}, {"industry": "wood"}]
    assert one(standard, [[{}], [{}] * 2, [{}] * 5], units=industries) == [0, 250, 1000]


def test_only_evaluated_units_are_the_reference_and_others_are_placed_in_it() -> None:
    rules = scheme([indicator("it", RELATIVE | {"method": "percentile"})])
    rows = [{"unit": unit} for unit, number in (("a", 1), ("b", 3), ("c", 2), ("d", 9)) for _ in range(number)]
    facts = facts_of(rules, [{"unit": unit} for unit in "abcd"], event=rows)
    points = suggest(rules, facts, screening_of(["a", "b"], ["c", "d"])).points["points"].to_list()
    assert points == [0, 1000, 500, 1000]


def test_judged_indicators_have_no_points_by_rule() -> None:
    rules = scheme([every_kind.EVERY_KIND[-2]])
    points = suggested(rules, facts_of(rules, [{"unit": "a"}], event=[{"unit": "a"}])).points
    assert points.select("outcome", "points", "maximum", "participated").rows() == [("judged", None, 1000, True)]


def test_only_units_that_filed_get_points() -> None:
    rules = scheme([indicator("it", RELATIVE | {"method": "percentile"})])
    facts = facts_of(rules, [{"unit": "a"}, {"unit": "b"}])
    facts = type(facts)(**{**vars(facts), "filings": facts.filings.filter(pl.col("unit") == "b")})
    assert suggested(rules, facts).points["unit"].to_list() == ["b"]


def test_parts_and_records_behind_the_points() -> None:
    rules = scheme(
        [indicator("it", {"kind": "categories", "of": "event", "field": "kind", "points": {"a": 2}, "cap": 8})]
    )
    facts = facts_of(rules, [{"unit": "a"}], event=[{"unit": "a", "kind": kind} for kind in "aba"])
    found = suggested(rules, facts)
    assert found.parts.rows() == [("a", "it", 0, 2, 1, 400)]
    assert found.earned["record"].to_list() == ["event-0001", "event-0003"]


def test_records_of_a_largest_value_are_those_that_attain_it() -> None:
    measure = {"of": "event", "largest": "people"}
    rules = scheme([indicator("it", {"kind": "linear", "measure": measure, "full_at": 10, "points": 10})])
    facts = facts_of(rules, [{"unit": "a"}], event=[{"unit": "a", "people": n} for n in (4, 7, None, 7)])
    assert suggested(rules, facts).earned["record"].to_list() == ["event-0002", "event-0004"]


CONDITIONS: list[tuple[Any, int]] = [
    ({"people": 3}, 1),
    ({"people": {"at_least": 2.5, "at_most": 3.5}}, 1),
    ({"people": 2.5}, 0),
    ({"money": 2.5}, 1),
    ({"money": {"at_least": 2.505}}, 1),
    ({"kind": ["a", "b"]}, 2),
    ({"kind": {"not_in": ["a"]}}, 1),
    ({"kind": {"present": False}}, 1),
    ({"kind": {"present": True}}, 2),
    ({"open": False}, 1),
    ({"held_on": {"at_least": date(2020, 5, 1)}}, 1),
    ({"held_on": {"at_most": date(2020, 5, 1)}, "kind": "a"}, 1),
]


@pytest.mark.parametrize(("where", "expected"), CONDITIONS)
def test_a_missing_value_meets_no_condition_but_its_absence(where: Row, expected: int) -> None:
    events: list[Row] = [
        {"kind": "a", "people": 3, "money": 250, "open": True, "held_on": date(2020, 5, 1)},
        {"kind": "b", "people": 2, "money": 251, "open": False, "held_on": date(2020, 4, 30)},
        {},
    ]
    assert one({"kind": "steps", "measure": {"of": "event", "where": where},
                "steps": [{"at_least": n, "points": n} for n in (1, 2, 3)]}, [events]) == [expected * 100]  # fmt: skip
