"""Groups against every grouping of tiny panels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.review.assignment.brute import every

from huoyue.core.phrase import both
from huoyue.core.review.assignment import (
    Expert,
    Groups,
    GroupTask,
    GroupWeights,
    Impossible,
    Pins,
    Task,
    Unit,
    Wanted,
    assign,
    form_groups,
    group_objective,
    group_terms,
)

WEIGHTS = GroupWeights()


@st.composite
def group_tasks(draw: st.DrawFn) -> GroupTask:
    """Two to five experts and one to four units for two groups; some settled already."""
    settled = st.sampled_from(["", "", "", "", "one", "two"])
    experts = tuple(
        Expert(
            id=f"e{number}",
            group=draw(settled),
            capacity=draw(st.integers(1, 4)),
            fields=draw(st.frozensets(st.sampled_from(["x", "y"]))),
            background=draw(st.sampled_from(["", "office", "school"])),
        )
        for number in range(draw(st.integers(2, 5)))
    )
    units = tuple(
        Unit(id=f"u{number}", batch=draw(st.sampled_from(["", "b"])), industry=draw(st.sampled_from(["x", "y"])),
             group=draw(settled))
        for number in range(draw(st.integers(1, 4)))
    )  # fmt: skip
    ids = [one.id for one in units]
    pair = st.tuples(st.sampled_from([one.id for one in experts]), st.sampled_from(ids))
    task = Task(
        experts=experts,
        units=units,
        wanted=Wanted(reviewers=draw(st.integers(1, 2))),
        barred={expert.id: draw(st.frozensets(st.sampled_from(ids), max_size=2)) for expert in experts},
        pins=Pins(must=draw(st.frozensets(pair, max_size=1))),
    )
    before = draw(st.dictionaries(st.sampled_from(ids), st.sampled_from(["one", "two"]), max_size=2))
    return GroupTask(task=task, names=("one", "two"), units_before=before)


def groupings(asked: GroupTask) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """All groupings of even size in which every group can mark its units."""
    task, names = asked.task, asked.names
    for experts in settled(task.experts, names):
        sizes = [list(experts.values()).count(name) for name in names]
        if max(sizes) - min(sizes) <= 1:
            for units in settled(task.units, names):
                if next(every(filled(task, experts, units)), None) is not None:
                    yield experts, units


def settled(things: Sequence[Expert] | Sequence[Unit], names: tuple[str, ...]) -> Iterator[dict[str, str]]:
    """Every group for each, or the one it has."""
    for chosen in product(*[(thing.group,) if thing.group else names for thing in things]):
        yield {thing.id: group for thing, group in zip(things, chosen, strict=True)}


def filled(task: Task, experts: dict[str, str], units: dict[str, str]) -> Task:
    return replace(
        task,
        experts=tuple(replace(one, group=experts[one.id]) for one in task.experts),
        units=tuple(replace(one, group=units[one.id]) for one in task.units),
    )


@settings(max_examples=60)
@given(group_tasks())
def test_the_best_of_all_groupings_is_found_and_known_to_be_the_best(asked: GroupTask) -> None:
    found = form_groups(asked)
    costs = [group_objective(group_terms(asked, *halves), WEIGHTS) for halves in groupings(asked)]
    if not costs:
        assert isinstance(found, Impossible)
        assert found.reasons
        assert all("{" not in text for message in found.reasons for text in both(message))
        return
    assert isinstance(found, Groups)
    assert found.objective == min(costs) == group_objective(found.terms, WEIGHTS)
    assert found.proved
    assert not isinstance(assign(found.within(asked.task)), Impossible)


@settings(max_examples=20)
@given(group_tasks(), st.integers(0, 2))
def test_groups_are_reproducible_in_whatever_order_things_are_listed(asked: GroupTask, seed: int) -> None:
    turned = replace(asked, task=replace(asked.task, experts=asked.task.experts[::-1], units=asked.task.units[::-1]))
    assert form_groups(turned, seed=seed) == form_groups(asked, seed=seed)


def panel(*experts: Expert, units: int = 2, reviewers: int = 2) -> Task:
    return Task(
        experts=experts,
        units=tuple(Unit(id=f"A{number}", industry="x") for number in range(units)),
        wanted=Wanted(reviewers=reviewers),
    )


def test_those_who_know_the_same_and_come_from_the_same_place_are_spread() -> None:
    experts = [
        Expert(id=f"{field}{place}", capacity=4, fields=frozenset(field), background=place)
        for field in "xy"
        for place in ("office", "school")
    ]
    found = form_groups(GroupTask(task=panel(*experts), names=("one", "two")))
    assert isinstance(found, Groups)
    assert found.experts["xoffice"] == found.experts["yschool"] != found.experts["xschool"]


def test_a_group_that_is_too_small_for_what_a_unit_needs_is_told() -> None:
    experts = [Expert(id=f"e{number}", capacity=9) for number in range(4)]
    found = form_groups(GroupTask(task=panel(*experts, units=1, reviewers=3), names=("one", "two")))
    assert isinstance(found, Impossible)
    assert [both(reason)[1] for reason in found.reasons] == [
        "A0 needs 3 experts, but groups of even size have at most 2"
    ]


def test_conflicts_that_no_grouping_can_spread_are_told() -> None:
    """A0 is pinned to a group of two, one of whom stands back from it."""
    experts = [Expert(id=f"e{number}", capacity=9) for number in range(4)]
    task = replace(panel(*experts), barred={"e0": ["A0"], "e1": ["A0"]}, pins=Pins(must=[("e2", "A0"), ("e2", "A1")]))
    settled = replace(
        task, experts=tuple(replace(one, group="one" if one.id in ("e0", "e2") else "") for one in experts)
    )
    found = form_groups(GroupTask(task=settled, names=("one", "two")))
    assert isinstance(found, Impossible)
    assert [both(reason)[1] for reason in found.reasons] == [
        "However groups are formed, a unit lacks experts who may mark it; at best A0 lacks 1"
    ]
