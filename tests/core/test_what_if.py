"""What another scheme makes of the example round, in the ways a statistician would try it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import polars as pl
import pytest
from ruamel.yaml import YAML

from huoyue.core.evaluation import evaluate
from huoyue.core.problem import Refused
from huoyue.core.scheme.model import Scheme, hundredths
from huoyue.core.scheme.parse import parse_scheme
from huoyue.core.what_if import WhatIf, what_if
from huoyue.examples.rounds import facts_of
from huoyue.schemes import builtin

LIBRARIES = "county_libraries"


@cache
def text() -> str:
    return builtin()[LIBRARIES].read_text(encoding="utf-8")


@cache
def own() -> tuple[Scheme, Any, Any]:
    scheme = parse_scheme(text(), LIBRARIES).scheme
    assert scheme is not None
    facts = facts_of(LIBRARIES)
    return scheme, facts, evaluate(scheme, facts)


def under(change: Callable[[dict[str, Any]], None]) -> WhatIf:
    """The round of the libraries under its scheme as `change` leaves it."""
    raw = YAML(typ="safe").load(text())
    change(raw)
    scheme, facts, results = own()
    return what_if(scheme, facts, results, Scheme.model_validate(raw))


def scores() -> dict[str, int]:
    return dict(own()[2]["scores"].select("unit", "score").iter_rows())


def doubled(raw: dict[str, Any]) -> None:
    """Twice the points everywhere, and twice the borders of the tiers."""

    def twice(value: Any, key: str) -> Any:
        if isinstance(value, dict):
            inner = key if key == "points" else ""
            return {name: twice(child, inner or name) for name, child in value.items()}
        if isinstance(value, list):
            return [twice(child, "") for child in value]
        return value * 2 if key in ("points", "cap", "otherwise") else value

    raw["points"] = raw.get("points", 100) * 2
    raw["pillars"] = twice(raw["pillars"], "")
    for tier in raw["tiers"]:
        tier["at_least"] *= 2


def test_the_same_scheme_moves_nobody_and_gives_the_same_results() -> None:
    found = under(lambda raw: None)
    _, _, results = own()
    assert found.moved == []
    assert all(not move.causes for move in found.moves)
    assert found.results["scores"].equals(results["scores"])
    assert set(found.carried.fates.values()) == {"kept"}


def test_doubling_all_points_and_borders_moves_nobody() -> None:
    found = under(doubled)
    assert found.moved == []
    assert set(found.carried.fates.values()) == {"share"}
    assert found.carried.marks_aside == 0
    before = scores()
    assert all(abs(move.now.score - 2 * before[move.unit]) <= 10 for move in found.moves if move.now.score is not None)


def test_another_tier_border_moves_exactly_those_between_the_borders() -> None:
    """From 65 to 60: whoever has 60 to below 65 and is held down by no veto."""
    held = set(own()[2]["scores"].drop_nulls("veto")["unit"])
    between = {unit for unit, score in scores().items() if 6000 <= score < 6500} - held
    found = under(lambda raw: raw["tiers"][0].update(at_least=60))
    assert between
    assert {move.unit for move in found.moved} == between
    assert {(move.kind, move.before.tier, move.now.tier, move.border) for move in found.moved} == {
        ("up", "good", "excellent", True)
    }
    assert all(move.causes == () for move in found.moved)
    assert found.tiers_now["excellent"] == found.tiers_before["excellent"] + len(between)
    assert found.matrix["good", "excellent"] == len(between)


def test_points_taken_from_one_indicator_and_given_to_another_name_these_two_as_causes() -> None:
    def shifted(raw: dict[str, Any]) -> None:
        space, budget = raw["pillars"][0]["indicators"][3], raw["pillars"][0]["indicators"][2]
        space["points"], budget["points"] = 9, 3
        for step in space["standard"]["steps"]:
            step["points"] *= 1.5
        budget["standard"]["points"] = 3

    found = under(shifted)
    moved = [move for move in found.moves if move.causes]
    assert {cause.indicator for move in moved for cause in move.causes} == {"space", "book_budget"}
    assert (found.carried.fates["space"], found.carried.fates["book_budget"]) == ("share", "share")
    for move in moved:
        exact = sum((cause.weight for cause in move.causes), Fraction(0)) * 100
        rounded = Fraction(move.now.score - move.before.score, 100)
        assert abs(exact - rounded) <= Fraction(1, 10)  # scores are rounded to tenths, once on each side


def test_marks_by_a_standard_that_changed_are_set_aside_and_the_new_rule_counts() -> None:
    """Floor area from 2,000 instead of 1,500 gives 2 points: the points are those of the rule, for everybody."""

    def changed(raw: dict[str, Any]) -> None:
        raw["pillars"][0]["indicators"][3]["standard"]["steps"][2]["at_least"] = 2000

    found = under(changed)
    _, facts, results = own()
    assert found.carried.fates["space"] == "aside"
    assert found.carried.marks_aside == facts.marks.filter(indicator="space").height
    settled = found.results["settled"].filter(indicator="space")
    assert set(settled["basis"]) == {"rule"}
    lowered = facts.units.filter((pl.col("floor_area") >= 1500) & (pl.col("floor_area") < 2000))["unit"].to_list()
    for move in found.moves:
        if move.now.score is not None and move.unit in lowered:
            assert [cause.now for cause in move.causes if cause.indicator == "space"] == [Fraction(0)]
    rest = [cause.indicator for move in found.moves for cause in move.causes if cause.indicator != "space"]
    assert rest == []
    assert results["settled"].filter(indicator="space")["basis"].to_list() != settled["basis"].to_list()


def test_a_judged_indicator_keeps_its_marks_as_a_share_of_the_points() -> None:
    def reworded(raw: dict[str, Any]) -> None:
        raw["pillars"][2]["indicators"][3]["standard"]["rubric"][1]["points"] = 5

    found = under(reworded)
    assert found.carried.fates["innovation"] == "share"
    assert found.carried.marks_aside == 0
    assert found.moved == []


def test_an_indicator_taken_out_is_a_cause_and_a_new_one_has_nothing_to_go_by() -> None:
    def without(raw: dict[str, Any]) -> None:
        gone = raw["pillars"][2]["indicators"].pop(4)
        assert gone["id"] == "honours"

    found = under(without)
    had = own()[2]["settled"].filter((pl.col("indicator") == "honours") & (pl.col("settled_num") > 0))["unit"].to_list()
    assert had
    told = {move.unit for move in found.moves if any(cause.indicator == "honours" for cause in move.causes)}
    assert told == set(had)
    assert all(cause.now is None and cause.weight < 0 for move in found.moves for cause in move.causes)


def test_units_that_a_stricter_screening_leaves_out_are_told_so() -> None:
    found = under(lambda raw: raw["screening"][2].update(at_least=12))
    out = [move for move in found.moves if move.kind == "out"]
    assert len(out) == found.tiers_now["not_evaluated"] - found.tiers_before["not_evaluated"] > 0
    assert all(move.now.score is None and move.causes == () for move in out)


def test_a_scheme_without_a_batch_of_the_register_is_refused() -> None:
    def other(raw: dict[str, Any]) -> None:
        raw["batches"] = [batch for batch in raw["batches"] if batch["id"] != used[0]]

    used = own()[1].units["batch"].unique().sort().to_list()
    with pytest.raises(Refused) as refused:
        under(other)
    assert {problem.code for problem in refused.value.problems} == {"what_if.register"}


def test_tiers_that_are_fewer_cannot_be_put_in_one_order() -> None:
    def two(raw: dict[str, Any]) -> None:
        raw["tiers"] = [dict(raw["tiers"][0], id="passed"), dict(raw["tiers"][2])]
        raw.pop("vetoes")
        raw["report"].pop("activity_tables", None)

    found = under(two)
    assert {move.kind for move in found.moves} <= {"same", "other", "absent"}
    assert {move.now.tier for move in found.moves if move.kind == "other"} == {"passed", "basic"} & {
        move.now.tier for move in found.moves if move.kind == "other"
    }
    assert hundredths(Decimal(found.other.points)) == 10000
