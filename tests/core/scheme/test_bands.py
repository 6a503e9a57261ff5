from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoyue.core.scheme.bands import rounded, tier_of
from huoyue.core.scheme.model import Rounding, hundredths
from huoyue.exchange.scheme_file import load_scheme

SCHEME = load_scheme("alliance_activity_2016")


@pytest.mark.parametrize(
    ("points", "score"),
    [("49.49", 49), ("49.5", 50), ("69.5", 70), ("84.4999", 84), ("84.5", 85), ("84.995", 85), ("0", 0), ("100", 100)],
)
def test_half_up_rounds_as_the_readers_of_the_report_do(points: str, score: int) -> None:
    assert rounded(Fraction(points) * 100, Rounding()) == score * 100


@pytest.mark.parametrize(("points", "score"), [("84.5", 84), ("85.5", 86), ("84.51", 85)])
def test_half_even_goes_to_the_even_neighbour(points: str, score: int) -> None:
    assert rounded(Fraction(points) * 100, Rounding(method="half_even")) == score * 100


def test_down_drops_what_is_beyond() -> None:
    assert rounded(Fraction("84.999") * 100, Rounding(method="down")) == 8400


def test_thirds_are_not_touched_before_the_one_rounding() -> None:
    thirds = Fraction(8450 * 3, 3)
    assert rounded(thirds, Rounding()) == 8500
    assert rounded(thirds - Fraction(1, 3_000_000), Rounding()) == 8400


def test_every_score_from_0_to_100_in_hundredths_has_exactly_the_tier_of_its_bound() -> None:
    bounds = [(tier.id, hundredths(tier.at_least)) for tier in SCHEME.tiers]
    for score in range(10_001):
        expected = next(name for name, bound in bounds if score >= bound)
        assert tier_of(SCHEME, score).id == expected


@given(st.fractions(min_value=0, max_value=10_000), st.fractions(min_value=0, max_value=10_000))
def test_rounding_never_turns_the_order_of_two_totals(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    assert rounded(low, Rounding()) <= rounded(high, Rounding())


@given(st.fractions(min_value=0, max_value=10_000), st.sampled_from([0, 1, 2]))
def test_rounding_moves_a_total_by_half_a_grain_at_most(total: Fraction, decimals: int) -> None:
    grain = 10 ** (2 - decimals)
    assert abs(rounded(total, Rounding(decimals=decimals)) - total) <= Fraction(grain, 2)
