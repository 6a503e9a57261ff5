from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoyue.core.analysis.percent import percentage, percentages
from huoyue.core.scheme.model import Percentages

TRUNCATE = Percentages(method="truncate", decimals=2)
HALF_UP = Percentages(method="half_up", decimals=2)
RULES = st.builds(
    Percentages, method=st.sampled_from(["half_up", "truncate", "largest_remainder"]), decimals=st.integers(0, 4)
)
PARTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@pytest.mark.parametrize(
    ("numerator", "denominator", "truncated", "rounded"),
    [
        (16, 52, "30.76", "30.77"),
        (30, 146, "20.54", "20.55"),
        (29, 146, "19.86", "19.86"),
        (29, 100, "29.00", "29.00"),
        (0, 7, "0.00", "0.00"),
        (7, 7, "100.00", "100.00"),
        (1, 800, "0.12", "0.13"),
    ],
)
def test_percentages_are_cut_or_rounded_half_up(numerator: int, denominator: int, truncated: str, rounded: str) -> None:
    assert percentage(numerator, denominator, TRUNCATE) == truncated
    assert percentage(numerator, denominator, HALF_UP) == rounded


def test_a_share_of_nothing_has_no_percentage() -> None:
    assert percentage(0, 0, HALF_UP) is None
    assert percentages([0, 0], 0, Percentages(method="largest_remainder")) == [None, None]


def test_without_decimals_there_is_no_point() -> None:
    assert percentage(1, 3, Percentages(decimals=0)) == "33"


def test_largest_remainder_gives_the_missing_step_to_the_part_that_lost_most() -> None:
    rule = Percentages(method="largest_remainder", decimals=0)
    assert percentages([16, 5, 8], 29, rule) == ["55", "17", "28"]
    assert percentages([1, 1, 1], 3, rule) == ["34", "33", "33"]


@given(PARTS, st.integers(0, 4))
def test_parts_of_one_whole_add_to_a_hundred_under_largest_remainder(parts: list[int], decimals: int) -> None:
    printed = percentages(parts, sum(parts), Percentages(method="largest_remainder", decimals=decimals))
    assert sum(Decimal(text or "0") for text in printed) == 100


@given(PARTS, RULES)
def test_what_is_printed_is_less_than_one_step_from_the_exact_share(parts: list[int], rule: Percentages) -> None:
    step = Fraction(1, 10**rule.decimals)
    for part, text in zip(parts, percentages(parts, sum(parts), rule), strict=True):
        assert abs(Fraction(text or "0") - Fraction(100 * part, sum(parts))) < step


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 4))
def test_truncation_never_prints_more_than_the_exact_share(numerator: int, denominator: int, decimals: int) -> None:
    text = percentage(numerator, denominator, Percentages(method="truncate", decimals=decimals))
    assert Fraction(text or "0") <= Fraction(100 * numerator, denominator)
