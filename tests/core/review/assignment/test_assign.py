"""Assignments against every assignment of tiny tasks, and single cases that a person can check."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.core.review.assignment.brute import barred, best, parts

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
)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    """Two to four experts, one to four units, everything else at will."""
    experts = tuple(
        Expert(
            id=f"e{number}",
            group=draw(st.sampled_from(["", "one", "two"])),
            capacity=draw(st.integers(0, 4)),
            fields=draw(st.frozensets(st.sampled_from(["x", "y"]))),
            background=draw(st.sampled_from(["", "office", "school"])),
        )
        for number in range(draw(st.integers(2, 4)))
    )
    units = tuple(
        Unit(
            id=f"u{number}",
            batch=draw(st.sampled_from(["", "first", "second"])),
            industry=draw(st.sampled_from(["", "x", "y"])),
            group=draw(st.sampled_from(["", "", "", "one", "two"])),
            wanted=draw(st.sampled_from([None, None, None, 0, 1, 2])),
        )
        for number in range(draw(st.integers(1, 4)))
    )
    pair = st.tuples(st.sampled_from([one.id for one in experts]), st.sampled_from([one.id for one in units]))
    some = st.frozensets(pair, max_size=2)
    return Task(
        experts=experts,
        units=units,
        wanted=Wanted(
            reviewers=draw(st.integers(1, 3)),
            across_groups=draw(st.booleans()),
            connected=draw(st.booleans()),
            competition=draw(st.sampled_from([None, "industry", "all"])),
        ),
        barred={
            expert.id: draw(st.frozensets(st.sampled_from([u.id for u in units]), max_size=1)) for expert in experts
        },
        earlier=draw(some),
        pins=Pins(must=draw(st.frozensets(pair, max_size=1)), never=draw(st.frozensets(pair, max_size=1))),
        before=draw(st.frozensets(pair, max_size=4)),
        affinity=draw(st.dictionaries(pair, st.integers(-30, 30), max_size=3)),
    )


@given(tasks(), st.integers(0, 3))
def test_the_best_of_all_assignments_is_found_and_known_to_be_the_best(task: Task, seed: int) -> None:
    weights = Weights(twins=50)
    found, expected = assign(task, weights=weights, seed=seed), best(task, weights)
    if expected is None:
        assert isinstance(found, Impossible)
        assert found.reasons
        return
    assert isinstance(found, Assignment)
    assert (found.changes, found.objective) == expected[1:]
    assert found.proved and found.gap == 0
    assert found.connected == (parts(task, found.pairs) <= 1)
    assert expected[0] in (0, parts(task, found.pairs))


@given(tasks())
def test_what_binds_is_kept(task: Task) -> None:
    found = assign(task)
    if isinstance(found, Impossible):
        return
    assert not set(found.pairs) & barred(task)
    assert set(task.pins.must) <= set(found.pairs)
    assert len(set(found.pairs)) == len(found.pairs)
    for expert in task.experts:
        assert sum(e == expert.id for e, _ in found.pairs) <= expert.capacity
    for unit in task.units:
        wanted = task.wanted.reviewers if unit.wanted is None else unit.wanted
        assert sum(u == unit.id for _, u in found.pairs) == wanted


@given(tasks(), st.randoms())
def test_the_order_in_which_things_are_listed_does_not_matter(task: Task, chance) -> None:  # type: ignore[no-untyped-def]
    experts, units = list(task.experts), list(task.units)
    chance.shuffle(experts)
    chance.shuffle(units)
    assert assign(replace(task, experts=tuple(experts), units=tuple(units))) == assign(task)


@given(tasks())
def test_every_reason_can_be_read_in_both_languages(task: Task) -> None:
    found = assign(task)
    for message in found.reasons if isinstance(found, Impossible) else found.notes:
        assert all("{" not in text for text in both(message))
