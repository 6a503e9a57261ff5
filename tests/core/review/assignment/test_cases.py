"""Assignments a person can check, and what is told when there is none."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.review.assignment.brute import best
from tests.core.review.assignment.test_assign import tasks

from huoyue.core.phrase import both
from huoyue.core.review.assignment import (
    Assignment,
    Expert,
    Impossible,
    Pins,
    Task,
    Unit,
    Wanted,
    Weights,
    assign,
    relax,
)
from huoyue.core.review.design import components


def experts(names: str, capacity: int = 9, **more: object) -> tuple[Expert, ...]:
    return tuple(Expert(id=name, capacity=capacity, **more) for name in names)  # type: ignore[arg-type]


def units(names: str, **more: object) -> tuple[Unit, ...]:
    return tuple(Unit(id=name, **more) for name in names)  # type: ignore[arg-type]


def done(task: Task, **more: object) -> Assignment:
    found = assign(task, **more)  # type: ignore[arg-type]
    assert isinstance(found, Assignment)
    return found


def reasons(task: Task, lang: int = 1) -> list[str]:
    found = assign(task)
    assert isinstance(found, Impossible)
    return [both(reason)[lang] for reason in found.reasons]


TWO = Wanted(reviewers=2, competition=None)


# --- what is weighed ------------------------------------------------------------------------------------------------


def test_those_who_know_the_industry_mark_it() -> None:
    """Each knows one industry; connection is not asked."""
    panel = tuple(replace(one, fields=frozenset(one.id[0])) for one in (*experts(["x1", "x2"]), *experts(["y1", "y2"])))
    asked = (*units(["A", "B"], industry="x"), *units(["C", "D"], industry="y"))
    found = done(Task(experts=panel, units=asked, wanted=replace(TWO, connected=False)))
    assert found.pairs == tuple((f"{u.industry}{n}", u.id) for u in asked for n in (1, 2))
    assert found.terms["mismatches"] == 0 and found.proved
    assert found.scales == (("x1", "x2"), ("y1", "y2"))


def test_scales_are_joined_though_it_costs_a_mismatch() -> None:
    """The same panel with connection asked: one exchange joins the two pairs of experts."""
    panel = tuple(replace(one, fields=frozenset(one.id[0])) for one in (*experts(["x1", "x2"]), *experts(["y1", "y2"])))
    asked = (*units(["A", "B"], industry="x"), *units(["C", "D"], industry="y"))
    found = done(Task(experts=panel, units=asked, wanted=TWO))
    assert found.connected and found.proved
    assert found.terms["mismatches"] == 2
    assert len(components((unit, expert) for expert, unit in found.pairs)) == 1


def test_marks_of_a_stage_before_join_scales_too() -> None:
    panel = tuple(replace(one, fields=frozenset(one.id[0])) for one in (*experts(["x1", "x2"]), *experts(["y1", "y2"])))
    asked = (*units(["A", "B"], industry="x"), *units(["C", "D"], industry="y"))
    earlier = [("x1", "Z"), ("y1", "Z")]
    found = done(Task(experts=panel, units=asked, wanted=TWO, earlier=earlier))
    assert found.connected and found.terms["mismatches"] == 0


def test_groups_that_share_no_unit_are_said_to_have_scales_of_their_own() -> None:
    panel = (*experts("ab", group="one"), *experts("cd", group="two"))
    found = done(Task(experts=panel, units=(*units("A", group="one"), *units("B", group="two")), wanted=TWO))
    assert not found.connected and found.proved
    assert found.scales == (("a", "b"), ("c", "d"))
    assert [both(note)[1] for note in found.notes] == [
        "The experts' scales fall into 2 parts, which conflicts, groups and pins leave no link between"
    ]


def test_no_two_units_of_an_industry_are_seen_by_the_same_two_if_that_can_be() -> None:
    """Four experts make six pairs: enough for six units, not for seven."""
    wanted = Wanted(reviewers=2)
    six = done(Task(experts=experts("abcd"), units=units("ABCDEF", industry="x"), wanted=wanted))
    assert six.twins == () and six.proved
    seven = done(Task(experts=experts("abcd"), units=units("ABCDEFG", industry="x"), wanted=wanted))
    assert len(seven.twins) == 1 and seven.proved
    assert "are in the same competition" in both(seven.notes[-1])[1]


def test_backgrounds_are_mixed_on_every_unit() -> None:
    panel = (*experts("ab", background="office"), *experts("cd", background="school"))
    found = done(Task(experts=panel, units=units("AB"), wanted=TWO))
    assert found.terms["backgrounds"] == 0


def test_experts_of_a_group_that_marked_a_unit_do_not_mark_it_again() -> None:
    panel = (*experts("ab", group="one"), *experts("cd", group="two"))
    wanted = replace(TWO, across_groups=True)
    task = Task(experts=panel, units=units("AB"), wanted=wanted, earlier=[("a", "A")], earlier_groups=[("two", "B")])
    assert done(task).pairs == (("c", "A"), ("d", "A"), ("a", "B"), ("b", "B"))


def test_when_an_expert_drops_out_only_that_expert_is_replaced() -> None:
    task = Task(experts=experts("abcde"), units=units("ABCDEF", industry="x"), wanted=Wanted(reviewers=2))
    first = done(task)
    lost = [pair for pair in first.pairs if pair[0] == "c"]
    second = done(replace(task, experts=experts("abde"), before=first.pairs))
    assert second.changes == len(lost)
    assert set(first.pairs) - set(second.pairs) == set(lost)


def test_a_conflict_found_late_moves_one_pair() -> None:
    task = Task(experts=experts("abcde"), units=units("ABCDEF", industry="x"), wanted=Wanted(reviewers=2))
    first = done(task)
    expert, unit = first.pairs[0]
    assert done(replace(task, barred={expert: [unit]}, before=first.pairs)).changes == 1


def test_seeds_choose_among_equals() -> None:
    task = Task(experts=experts("abcdef"), units=units("ABCDEFGH"), wanted=TWO)
    found = [done(task, seed=seed) for seed in range(4)]
    assert len({one.objective for one in found}) == 1
    assert len({one.pairs for one in found}) > 1


def a_round(seed: int) -> Task:
    chance = np.random.default_rng(seed)
    fields = [f"field {number}" for number in range(10)]
    panel = tuple(
        Expert(id=f"E{number:02}", capacity=26, fields=frozenset(chance.choice(fields, 3, replace=False).tolist()),
               background=str(chance.integers(3)))
        for number in range(20)
    )  # fmt: skip
    asked = tuple(
        Unit(id=f"A{number:03}", batch=str(chance.integers(3)), industry=str(chance.choice(fields)))
        for number in range(146)
    )
    barred = {one.id: [unit.id for unit in asked if chance.random() < 0.08] for one in panel}
    return Task(experts=panel, units=asked, wanted=Wanted(reviewers=3), barred=barred)


def test_a_whole_round_is_solved_to_the_proved_optimum() -> None:
    found = done(a_round(3))
    assert (found.proved, found.gap, found.connected, found.twins, found.notes) == (True, 0, True, (), ())
    loads = [sum(pair[0] == f"E{number:02}" for pair in found.pairs) for number in range(20)]
    assert max(loads) - min(loads) <= 1


# --- columns --------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(tasks(), st.integers(0, 3))
def test_starting_from_few_columns_leads_to_the_same_optimum(task: Task, seed: int) -> None:
    weights = Weights(twins=50)
    expected = best(task, weights)
    with patch.object(relax, "ALL_COLUMNS", 0), patch.object(relax, "SPARE", 0):
        found = assign(task, weights=weights, seed=seed)
    assert isinstance(found, Impossible) == (expected is None)
    if isinstance(found, Assignment) and expected is not None:
        assert (found.changes, found.objective) == expected[1:]


# --- what is impossible ---------------------------------------------------------------------------------------------


def test_a_unit_with_too_few_experts_names_those_barred_and_why() -> None:
    panel = (*experts("abc"), Expert(id="d", capacity=9, name="Ding"))
    task = Task(
        experts=panel, units=(Unit(id="A017", name="A017 Algae"), *units("B")), wanted=Wanted(reviewers=3),
        barred={"a": ["A017"]}, pins=Pins(never=[("d", "A017")]),
    )  # fmt: skip
    assert reasons(task) == [
        "A017 Algae needs 3 experts, but only 2 may mark it; barred are a (conflict of interest), Ding (pinned away)"
    ]
    assert reasons(task, 0) == ["A017 Algae需要3位专家，但只有2位可评；不能评的有：a（应当回避）、Ding（指定不评）"]


def test_too_little_time_is_told_for_the_panel_and_for_a_group() -> None:
    panel = (*experts("ab", 1, group="one"), *experts("cd", 2, group="two"))
    task = Task(experts=panel, units=units("ABC", group="one"), wanted=TWO)
    assert reasons(task) == [
        "6 marks are wanted, but the panel can give 2",
        "6 marks are wanted of group one, but its experts can give 2",
    ]
    assert reasons(replace(task, units=units("ABCD"))) == ["8 marks are wanted, but the panel can give 6"]


def test_units_that_hang_on_the_same_busy_experts_are_found() -> None:
    """Each of A, B, C can be marked by three, and there is time enough overall; but a and b have time for one each."""
    panel = (*experts("ab", 1), *experts("cde"))
    barred = {"d": list("ABC"), "e": list("ABC")}
    task = Task(experts=panel, units=units("ABCD"), wanted=TWO, barred=barred)
    assert reasons(task) == [
        "A, B, C together want 6 marks, but those who may mark them can give 5; at their limit are a, b"
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"barred": {"a": ["A"]}}, "a is pinned to A, but has a conflict of interest"),
        ({"pins": Pins(must=[("a", "A")], never=[("a", "A")])}, "a is pinned to A and also pinned away from it"),
        ({"pins": Pins(must=[("z", "A")])}, "z is pinned to A, but one of them is not there"),
        ({"pins": Pins(must=[("a", "A"), ("b", "A"), ("c", "A")])}, "3 experts are pinned to A, which wants 2"),
        ({"experts": experts("abcd", 0)}, "a is pinned to 1 units, but can take 0"),
    ],
)
def test_pins_that_cannot_hold_are_told(changes: dict[str, object], expected: str) -> None:
    task = Task(experts=experts("abcd"), units=units("AB"), wanted=TWO, pins=Pins(must=[("a", "A")]))
    assert expected in reasons(replace(task, **changes))  # type: ignore[arg-type]


def test_an_expert_listed_twice_is_an_error_of_the_caller() -> None:
    with pytest.raises(ValueError, match="listed twice"):
        assign(Task(experts=experts("aa"), units=units("A"), wanted=TWO))


def test_weights_are_not_negative() -> None:
    with pytest.raises(ValueError, match="not negative"):
        Weights(loads=-1)


def test_nothing_wanted_is_an_empty_assignment() -> None:
    assert done(Task(experts=(), units=(), wanted=TWO)).pairs == ()
    assert done(Task(experts=experts("a"), units=units("A", wanted=0), wanted=TWO)).pairs == ()
