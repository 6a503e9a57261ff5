from __future__ import annotations

from panels_marks import given

from huoyue.core.analysis.panel.calibration import calibration
from huoyue.core.tables import MARKS

PRACTICE = given(
    ("preliminary", expert, unit, indicator, mark)
    for unit, indicator, marks in (
        ("P1", "council", (300, 200, 100)), ("P1", "media", (100, 100, 400)), ("P2", "council", (500, 500, 200)),
    )
    for expert, mark in zip(("E1", "E2", "E3"), marks, strict=True)
)  # fmt: skip


def test_every_expert_sees_the_mean_deviation_from_the_others_by_indicator_and_in_total() -> None:
    """E1 on the council: 3 against 1.5, 5 against 3.5. Totals of P1 are 4, 3 and 5, of P2 5, 5 and 2."""
    found = calibration(PRACTICE).deviations
    assert found.filter(expert="E1").rows() == [
        ("E1", "*", 2, 0.75, 0.0, 1.5), ("E1", "council", 2, 1.5, 1.5, 1.5), ("E1", "media", 1, -1.5, -1.5, -1.5),
    ]  # fmt: skip


def test_strips_show_each_mark_beside_the_panels_median_and_range() -> None:
    found = calibration(PRACTICE).strips
    assert found.filter(unit="P1", indicator="council").rows() == [
        ("P1", "council", "E1", 300, 100, 200.0, 300, 100.0, 3),
        ("P1", "council", "E2", 200, 100, 200.0, 300, 0.0, 3),
        ("P1", "council", "E3", 100, 100, 200.0, 300, -100.0, 3),
    ]  # fmt: skip


def test_what_one_expert_marked_alone_is_left_out() -> None:
    found = calibration(given([("preliminary", "E1", "P1", "council", 300)]))
    assert found.deviations.height == found.strips.height == 0
    assert calibration(MARKS.empty()).deviations.height == 0
