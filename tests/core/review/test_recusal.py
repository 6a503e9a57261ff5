"""Marks of the organiser's own units beside others."""

from __future__ import annotations

from fractions import Fraction

from huoyue.core.review.recusal import compared


def test_means_and_differences_are_exact():
    found = compared([(1, True, 800, 1000), (1, False, 600, 1000), (2, False, 300, 1000), (3, True, 100, 300)])
    assert (found.own_sheets, found.other_sheets) == (2, 2)
    assert found.own == Fraction(170, 3)
    assert found.others == 45
    assert found.difference == Fraction(35, 3)
    assert (found.within, found.experts) == (20, 1)


def test_a_severe_expert_of_own_units_makes_no_difference_within():
    lenient, severe = (
        [(1, own, 900, 1000) for own in (True, False, False)],
        [(2, own, 500, 1000) for own in (True, True)],
    )
    found = compared([*lenient, *severe, (2, False, 500, 1000)])
    assert found.within == 0
    assert found.difference != 0


def test_nothing_to_compare_is_said_as_nothing():
    found = compared([])
    assert (found.own, found.others, found.difference, found.within, found.experts) == (None, None, None, None, 0)
    alone = compared([(1, True, 5, 10)])
    assert (alone.own, alone.others, alone.difference, alone.within) == (50, None, None, None)
