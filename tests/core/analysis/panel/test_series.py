from __future__ import annotations

from panels_marks import given, judged
from rounds import scheme

from huoyue.core.analysis.panel.series import all_series, pooled_totals
from huoyue.core.tables import MARKS


def test_totals_come_first_then_indicators_in_the_order_of_the_scheme() -> None:
    marks = given(
        ("preliminary", expert, unit, indicator, 100)
        for expert in ("E1", "E2") for unit in ("U1", "U2") for indicator in ("media", "council")
    )  # fmt: skip
    assert [(s.stage, s.indicator) for s in all_series(scheme(), marks)] == [
        ("preliminary", "*"), ("preliminary", "council"), ("preliminary", "media"),
    ]  # fmt: skip


def test_units_that_one_expert_marked_are_left_out_and_values_are_in_points() -> None:
    total = next(all_series(scheme(), judged([[1, 2.5], [3, None], [4, 5]])))
    assert (total.units, total.experts, total.value.tolist()) == (["U0", "U2"], ["E0", "E1"], [1, 2.5, 4, 5])
    assert total.unit.tolist() == [0, 0, 1, 1] and total.expert.tolist() == [0, 1, 0, 1]


def test_a_panel_is_crossed_where_every_expert_marked_every_unit() -> None:
    assert next(all_series(scheme(), judged([[1, 2], [3, 4]]))).crossed
    assert not next(all_series(scheme(), judged([[1, 2, None], [3, None, 4]]))).crossed


def test_without_marks_there_is_nothing_to_compare() -> None:
    assert list(all_series(scheme(), MARKS.empty())) == []
    assert pooled_totals(MARKS.empty()) is None


def test_pooled_totals_link_experts_of_different_stages_by_the_unit_they_share() -> None:
    marks = given([("preliminary", "E1", "U1", "council", 100), ("cross", "E2", "U1", "council", 300)])
    found = pooled_totals(marks)
    assert found is not None
    assert (found.stage, found.experts, found.value.tolist()) == ("*", ["E1", "E2"], [1, 3])


def test_pooled_totals_are_over_what_was_marked_in_every_stage() -> None:
    marks = given([
        ("preliminary", "E1", "U1", "council", 100), ("preliminary", "E1", "U1", "media", 400),
        ("cross", "E2", "U1", "council", 300),
    ])  # fmt: skip
    found = pooled_totals(marks)
    assert found is not None
    assert found.value.tolist() == [1, 3]
