from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoyue.report import statements
from huoyue.report.statements import Part, Placed

parts = st.lists(
    st.integers(0, 40).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))), max_size=12
).map(lambda pairs: [Part(f"i{place}", *pair) for place, pair in enumerate(pairs)])


def test_the_second_batch_is_only_slightly_behind_the_third_but_far_behind_the_first() -> None:
    """The source report calls 12.82% slightly behind both 14.54 % and 30.76 %; its own figures say otherwise."""
    first, second, third = Part("first", 16, 52), Part("second", 5, 39), Part("third", 8, 55)
    assert statements.ranked([first, second, third]) == (
        Placed(first, None),
        Placed(third, "lower"),
        Placed(second, "slightly_lower"),
    )


def test_two_percentage_points_are_no_longer_slight() -> None:
    assert statements.relation(Fraction(52, 100), Fraction(50, 100)) == "lower"
    assert statements.relation(Fraction(51999, 100000), Fraction(50, 100)) == "slightly_lower"


def test_shares_that_print_alike_are_not_called_equal() -> None:
    assert statements.relation(Fraction(10001, 30000), Fraction(1, 3)) == "slightly_lower"
    assert statements.relation(Fraction(2, 6), Fraction(1, 3)) == "equal"


def test_batches_without_units_are_left_out_of_the_ranking() -> None:
    assert statements.ranked([Part("empty", 0, 0), Part("one", 1, 2)]) == (Placed(Part("one", 1, 2), None),)


@pytest.mark.parametrize(
    ("rho", "low", "high", "word"),
    [
        (0.9, 0.85, 0.93, "strong"),
        (-0.5, -0.7, -0.2, "moderate"),
        (0.25, 0.05, 0.43, "weak"),
        (0.1, 0.02, 0.18, "very_weak"),
        (0.6, -0.1, 0.9, "none"),
        (0.2, 0.0, 0.4, "none"),
        (0.9, None, None, "none"),
        (1.0, None, None, "strong"),
        (None, None, None, "none"),
    ],
)
def test_an_interval_that_holds_zero_is_no_clear_association(
    rho: float | None, low: float | None, high: float | None, word: str
) -> None:
    assert statements.strength(rho, low, high, 5) == word


def test_a_perfect_correlation_of_a_few_units_may_be_chance() -> None:
    assert [statements.strength(1.0, None, None, units) for units in (2, 4, 5)] == ["none", "none", "strong"]


def test_half_is_not_a_majority() -> None:
    assert (statements.majority(50, 100), statements.majority(51, 100)) == (False, True)


def test_tiers_of_equal_size_are_all_the_largest() -> None:
    assert statements.largest({"high": 3, "average": 5, "poor": 5}) == ("average", "poor")
    assert statements.largest({"high": 0, "poor": 0}) == ()


def test_an_expert_whose_interval_leaves_out_zero_is_off_the_common_scale() -> None:
    assert [statements.severe(*ends) for ends in [(0.1, 2.0), (-3.0, -0.5), (-1.0, 1.0), (None, None)]] == [
        True,
        True,
        False,
        False,
    ]


def test_a_tier_kept_in_nine_draws_of_ten_is_not_at_risk() -> None:
    assert [statements.at_risk(same) for same in (0.9, 0.89, None)] == [False, True, False]


def test_of_equal_indicators_never_only_some_are_named() -> None:
    many = [Part("worst", 9, 10), *(Part(f"i{place}", 5, 10) for place in range(6))]
    assert [part.name for part in statements.most_lost(many)] == ["worst"]
    few = [Part("worst", 9, 10), *(Part(f"i{place}", 5, 10) for place in range(4))]
    assert [part.name for part in statements.most_lost(few)] == ["worst", "i0", "i1", "i2", "i3"]


@given(parts)
def test_no_indicator_left_unnamed_lost_more_than_one_that_is_named_as_weak(found: list[Part]) -> None:
    weak = statements.most_lost(found)
    rest = [part.share for part in found if part not in weak]
    assert all(part.count > 0 for part in weak)
    assert not weak or max(rest, default=Fraction(0)) < min(part.share for part in weak) or not rest


@given(parts)
def test_no_indicator_is_both_strong_and_weak(found: list[Part]) -> None:
    weak = {part.share for part in statements.most_lost(found)}
    assert not weak & {part.share for part in statements.least_lost(found)}


@given(parts)
def test_carried_out_more_means_more_than_every_activity_said_to_be_carried_out_less(found: list[Part]) -> None:
    most, least = statements.most_carried_out(found), statements.least_carried_out(found)
    assert all(one.share > other.share for one in most for other in least)
    assert not set(most) & set(statements.carried_out_by_all(found))


@given(parts)
def test_a_ranking_says_of_each_what_its_share_says(found: list[Part]) -> None:
    placed = statements.ranked(found)
    assert len(placed) == sum(part.whole > 0 for part in found)
    for before, after in pairwise(placed):
        gap = before.part.share - after.part.share
        assert gap >= 0
        assert after.relation == ("equal" if gap == 0 else "slightly_lower" if gap < Fraction(1, 50) else "lower")
