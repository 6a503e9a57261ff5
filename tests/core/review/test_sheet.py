"""The score sheet: what may stand, what owes a reason, what stands in the way of handing in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from panels import scheme

from huoyue.core.review.sheet import Cell, Entry, flaw, flaws, owes_reason, read_points, total

CELL = Cell("council", 500, 400)
JUDGED = Cell("innovation_chain", 500, None)


@pytest.mark.parametrize(
    ("typed", "points"),
    [("", None), ("  ", None), ("5", 500), ("4.75", 475), ("４．５", 450), ("3，5", 350), ("3,5", 350), ("-1", -100)],
)
def test_points_are_read_as_people_type_them(typed, points):
    assert read_points(typed) == points


@pytest.mark.parametrize("typed", ["five", "4.755", "1e9", "NaN", "inf", "3/5", "4 5"])
def test_what_is_no_number_to_the_hundredth_is_not_read(typed):
    with pytest.raises(ValueError, match=r".+"):
        read_points(typed)


@given(st.integers(0, 99_999))
def test_points_written_out_are_read_back(points):
    assert read_points(f"{Decimal(points) / 100}") == points


def test_a_mark_may_leave_the_suggestion_only_with_a_reason():
    small = scheme()
    assert flaw(small, CELL, Entry(400)) is None
    assert flaw(small, CELL, Entry(375)).code == "reason_missing"
    assert flaw(small, CELL, Entry(375, " \n")).code == "reason_missing"
    assert flaw(small, CELL, Entry(375, "材料不足")) is None


def test_the_scheme_says_how_far_a_mark_may_go_without_a_reason():
    small = scheme()
    lenient = small.model_copy(update={"review": small.review.model_copy(update={"reason_beyond": Decimal("0.5")})})
    assert not owes_reason(lenient, CELL, 350)
    assert not owes_reason(lenient, CELL, 450)
    assert owes_reason(lenient, CELL, 349)


def test_a_judged_indicator_owes_no_reason_but_keeps_to_its_points():
    small = scheme()
    assert flaw(small, JUDGED, Entry(100)) is None
    assert flaw(small, JUDGED, Entry(501)).code == "out_of_bounds"
    assert flaw(small, JUDGED, Entry(-1)).code == "out_of_bounds"


def test_everything_that_stands_in_the_way_is_told_at_once():
    found = flaws(scheme(), [CELL, JUDGED, Cell("media", 500, 500)], {"council": Entry(300), "media": Entry(500)})
    assert [(one.indicator, one.code) for one in found] == [
        ("council", "reason_missing"), ("innovation_chain", "unmarked"),
    ]  # fmt: skip


def test_the_running_total_counts_what_is_marked():
    assert total([CELL, JUDGED], {"council": Entry(425), "innovation_chain": Entry(None), "strange": Entry(999)}) == 425
