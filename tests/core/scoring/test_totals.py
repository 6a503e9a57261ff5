from __future__ import annotations

from fractions import Fraction
from typing import Any

import every_kind
import polars as pl
import pytest
from every_kind import Row, facts_of, indicator, named, scheme, title

from huoyue.core.scheme.model import Scheme
from huoyue.core.scoring.ranks import Standing, ranked
from huoyue.core.scoring.totals import Totals, total
from huoyue.core.tables import SETTLED

HELD: Row = {"kind": "presence", "of": "event", "points": 50}


def rules(**changes: Any) -> Scheme:
    """Two indicators of 50 points in one pillar and a bonus of 5."""
    return scheme([indicator("one", HELD, 50), indicator("two", HELD, 50), indicator("more", HELD, 5, bonus=True)],
                  **changes)  # fmt: skip


def totals_of(rules: Scheme, settled: dict[str, dict[str, tuple[Fraction, int]]], events: list[Row]) -> Totals:
    """Totals of unit -> indicator -> (settled hundredths, attainable hundredths)."""
    rows = [
        {"unit": unit, "pillar": "only", "indicator": name, "maximum": most, "suggested": None,
         "settled_num": points.numerator, "settled_den": points.denominator, "basis": "marks",
         "note_zh": "", "note_en": ""}
        for unit, given in settled.items() for name, (points, most) in given.items()
    ]  # fmt: skip
    facts = facts_of(rules, [{"unit": unit} for unit in settled], event=events)
    return total(rules, facts, SETTLED.frame(rows))


def full(one: object, two: object, more: int = 0) -> dict[str, tuple[Fraction, int]]:
    given = {"one": (Fraction(str(one)), 5000), "two": (Fraction(str(two)), 5000), "more": (Fraction(more), 500)}
    return given


def test_totals_are_exact_and_rounded_once() -> None:
    scores = totals_of(rules(), {"a": full("8449/3", "17998/3"), "b": full("4225", "4224")}, []).scores
    assert scores.select("unit", "total_num", "total_den", "score").rows() == [
        ("a", 26447, 3, 8800), ("b", 8449, 1, 8400),
    ]  # fmt: skip


def test_a_half_point_is_rounded_up_before_the_tier_is_read() -> None:
    rule = rules(tiers=[named("good", short=title("g"), at_least=85, colour="#111111"),
                        named("poor", short=title("p"), at_least=0, colour="#222222")])  # fmt: skip
    scores = totals_of(rule, {"a": full(4450, 4000), "b": full(4449, 4000)}, []).scores
    assert scores.select("score", "tier").rows() == [(8500, "good"), (8400, "poor")]


def test_bonus_lifts_no_total_above_the_points_of_the_scheme() -> None:
    found = totals_of(rules(), {"a": full(5000, 4900, 300), "b": full(1000, 1000, 300)}, [])
    assert found.scores.select("total_num", "bonus").rows() == [(10000, 100), (2300, 300)]
    assert found.pillar_scores.select("score_num", "maximum").rows() == [(9900, 10000), (2000, 10000)]


def test_points_given_to_nobody_scale_the_total_up() -> None:
    half = {"one": (Fraction(4000), 5000), "two": (Fraction(0), 0), "more": (Fraction(100), 500)}
    assert totals_of(rules(), {"a": half}, []).scores.select("total_num", "bonus").rows() == [(8100, 100)]


def test_a_veto_lowers_the_tier_only_and_is_named_where_it_does() -> None:
    events: list[Row] = [
        {"unit": "a", "kind": "c", "open": False},
        {"unit": "b", "kind": "c", "open": False, "people": 99},
        {"unit": "c", "kind": "c", "open": False},
    ]
    given = {"a": full(5000, 4000), "b": full(5000, 4000), "c": full(1000, 1000)}
    scores = totals_of(rules(vetoes=every_kind.VETOES), given, events).scores
    assert scores.select("unit", "score", "tier", "veto").rows() == [
        ("a", 9000, "fair", "closed_event"), ("b", 9000, "poor", "huge_event"), ("c", 2000, "poor", None),
    ]  # fmt: skip


TIED = {
    "a": full(3000, 1000),
    "b": full(2000, 2000),
    "c": full(4000, 4000),
    "d": full(1000, 1000),
    "e": full(2000, 2000),
}


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        ({"method": "serial"}, [("c", 1), ("a", 2), ("b", 3), ("e", 4), ("d", 5)]),
        ({"method": "shared"}, [("c", 1), ("a", 2), ("b", 2), ("e", 2), ("d", 5)]),
        ({"method": "chain", "chain": ["two"]}, [("c", 1), ("b", 2), ("e", 2), ("a", 4), ("d", 5)]),
        ({"method": "chain", "chain": ["only", "one"]}, [("c", 1), ("a", 2), ("b", 3), ("e", 3), ("d", 5)]),
    ],
)
def test_ties_are_ranked_by_the_rule_of_the_scheme(ties: Row, expected: list[tuple[str, int]]) -> None:
    scores = totals_of(rules(ties=ties), TIED, []).scores
    assert scores.select("unit", "rank").rows() == expected
    assert scores["serial"].to_list() == [1, 2, 3, 4, 5]


def test_within_a_tie_units_stand_in_register_order_or_by_code() -> None:
    standings = [Standing(unit, 100, (), place) for unit, place in (("b", 1), ("a", 2))]
    by_register = ranked(standings, rules(ties={"method": "shared"}).ties)
    by_code = ranked(standings, rules(ties={"method": "shared", "then": "code"}).ties)
    assert [[one.unit for one in found] for found in (by_register, by_code)] == [["b", "a"], ["a", "b"]]
    assert {one.rank for one in by_register + by_code} == {1}


def test_pillar_scores_add_up_to_the_total_exactly() -> None:
    facts = every_kind.random_facts(every_kind.scheme(), 40, 7)
    points = every_kind.suggested(every_kind.scheme(), facts).points
    thirds = points.select(
        "unit", "pillar", "indicator", "maximum", suggested="points",
        settled_num=pl.col("points").fill_null(1) * 2, settled_den=pl.lit(3, dtype=pl.Int64),
        basis=pl.lit("marks"), note_zh=pl.lit(""), note_en=pl.lit(""),
    )  # fmt: skip
    found = total(every_kind.scheme(), facts, SETTLED.check(thirds))
    plain = thirds.filter(pl.col("indicator") != "extra").group_by("unit").agg(pl.col("settled_num").sum())
    pillars = {
        unit: Fraction(num, den)
        for unit, num, den in found.pillar_scores.select("unit", "score_num", "score_den").iter_rows()
    }
    assert pillars == {unit: Fraction(num, 3) for unit, num in plain.iter_rows()}
