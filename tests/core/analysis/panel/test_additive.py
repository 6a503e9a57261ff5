from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from panels_marks import judged, series
from rounds import scheme

from huoyue.core.analysis.panel.additive import severities
from huoyue.core.analysis.panel.measures import panel_measures
from huoyue.core.tables import MARKS, POINTS

MARK = st.integers(0, 40).map(lambda half: half / 2)
SOME = st.lists(st.lists(st.none() | MARK, min_size=5, max_size=5), min_size=2, max_size=9).map(
    lambda rows: [row for row in rows if sum(mark is not None for mark in row) > 1]
)


@for_all(SOME)
@settings(deadline=None, max_examples=80)
def test_severities_add_up_to_nothing_within_every_component(rows: list[list[float | None]]) -> None:
    assume(rows)
    found = series(rows)
    assume(set(found.expert.tolist()) == set(range(len(found.experts))))
    model = severities(found)
    for component in set(model.component):
        inside = np.array(model.component) == component
        assert model.severity[inside].sum() == pytest.approx(0, abs=1e-9)


@for_all(SOME, st.integers(0, 4), st.integers(-20, 20))
@settings(deadline=None, max_examples=80)
def test_a_constant_for_one_expert_moves_severities_and_nothing_else(
    rows: list[list[float | None]], who: int, plus: int
) -> None:
    """The expert's own by (1 - 1 / size of the component), the others' there against it; errors stay."""
    assume(rows)
    found = series(rows)
    assume(set(found.expert.tolist()) == set(range(len(found.experts))))
    assume(who < len(found.experts))
    moved = series([[m if m is None or e != who else m + plus for e, m in enumerate(row)] for row in rows])
    before, after = severities(found), severities(moved)
    size = before.component.count(before.component[who])
    here = np.array(before.component) == before.component[who]
    step = np.where(here, plus / size, 0.0) - np.where(np.arange(len(here)) == who, plus, 0.0)
    assert (after.severity - before.severity).tolist() == pytest.approx(step.tolist(), abs=1e-7)
    assert after.error.tolist() == pytest.approx(before.error.tolist(), abs=1e-5, nan_ok=True)


def test_a_full_table_gives_the_deviation_of_the_experts_mean() -> None:
    assert severities(series([[1, 2, 6], [3, 4, 8]])).severity.tolist() == pytest.approx([2, 1, -3])


def test_units_of_unequal_worth_do_not_make_an_expert_severe() -> None:
    """E0 and E2 never met; E1 marks the good units like E0 and the bad ones a point above E2."""
    found = severities(series([[9, 9, None], [8, 8, None], [None, 3, 2], [None, 2, 1]]))
    assert found.severity.tolist() == pytest.approx([-1 / 3, -1 / 3, 2 / 3])
    assert found.df == 8 - 4 - 3 + 1


def test_experts_without_a_common_unit_stand_in_components_the_largest_first() -> None:
    found = severities(series([[1, 2, None, None, None], [None, None, 3, 4, 5]]))
    assert found.component == [2, 2, 1, 1, 1]
    assert np.isnan(found.error).all() and found.df == 0


def test_severities_of_simulated_panels_are_recovered_and_nineteen_of_twenty_intervals_hold_the_truth() -> None:
    rng = np.random.Generator(np.random.PCG64(7))
    held, off = [], []
    for _ in range(60):
        truth = rng.normal(0, 2, 8)
        truth -= truth.mean()
        rows: list[list[float | None]] = []
        for worth in rng.normal(60, 15, 40):
            picked = rng.choice(8, 3, replace=False)
            rows.append([worth - truth[e] + rng.normal(0, 1.5) if e in picked else None for e in range(8)])
        model = severities(series(rows))
        low, high = model.intervals()
        held += ((low <= truth) & (truth <= high)).tolist()
        off += (model.severity - truth).tolist()
    assert 0.92 < np.mean(held) < 0.98
    assert abs(np.mean(off)) < 1e-9 and np.std(off) < 0.6


def test_the_table_has_every_expert_of_all_stages_together_and_of_each() -> None:
    marks = judged([[1, 2, None], [3, 5, None], [None, None, 4]])
    found = panel_measures(scheme(), marks, POINTS.empty())["expert_severity"]
    assert found.select("stage", "expert", "component", "units", "severity").rows() == [
        ("*", "E0", 1, 2, 0.75), ("*", "E1", 1, 2, -0.75), ("*", "E2", None, 0, None),
        ("preliminary", "E0", 1, 2, 0.75), ("preliminary", "E1", 1, 2, -0.75), ("preliminary", "E2", None, 0, None),
    ]  # fmt: skip


def test_without_marks_every_table_is_empty() -> None:
    found = panel_measures(scheme(), MARKS.empty(), POINTS.empty())
    assert {name: frame.height for name, frame in found.items()} == dict.fromkeys(found, 0)
