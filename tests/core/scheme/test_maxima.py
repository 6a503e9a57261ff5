"""Points shared out again: nothing gained, nothing lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huoyue.core.scheme.maxima import allotted


@given(st.integers(0, 100_000), st.lists(st.integers(1, 10_000), min_size=1, max_size=30))
def test_parts_add_up_to_the_whole_and_are_within_one_of_proportion(whole: int, weights: list[int]) -> None:
    parts = allotted(whole, weights)
    assert sum(parts) == whole
    assert all(abs(part * sum(weights) - whole * w) < sum(weights) for part, w in zip(parts, weights, strict=True))


def test_equal_remainders_go_to_whoever_stands_first() -> None:
    assert allotted(100, [1, 1, 1]) == [34, 33, 33]
