"""Small counts: hidden, and not to be worked out from what is shown."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from huoyue.publication.cells import Cell, hidden, is_safe, summed

LEAST = 5
CELLS = st.lists(
    st.integers(0, 40).flatmap(lambda size: st.tuples(st.integers(0, size), st.just(size))), min_size=1, max_size=6
)


def test_few_and_all_but_few_nobody_and_everybody_are_small():
    assert [is_safe((count, 20), LEAST) for count in (0, 4, 5, 15, 16, 20)] == [False, False, True, True, False, False]


def test_one_small_cell_takes_another_with_it_so_that_the_total_does_not_give_it_away():
    assert hidden([(10, 20), (3, 20), (9, 20)], LEAST) == {1, 2}
    assert hidden([(10, 20), (3, 20), (9, 20)], LEAST, total=False) == {1}
    assert hidden([(10, 20), (9, 20)], LEAST) == set()


@settings(max_examples=200)
@given(cells=CELLS)
def test_nobody_can_tell_a_hidden_count_from_the_total_and_the_counts_shown(cells: list[Cell]):
    whole = summed(cells)
    is_shown = is_safe(whole, LEAST)
    away = hidden(cells, LEAST, total=is_shown)
    assert all(is_safe(cell, LEAST) for at, cell in enumerate(cells) if at not in away)
    if not is_shown or not away:
        return
    rest = whole[0] - sum(count for at, (count, _) in enumerate(cells) if at not in away)
    for at in away:
        others = sum(size for other, (_, size) in enumerate(cells) if other in away and other != at)
        lowest, highest = max(0, rest - others), min(cells[at][1], rest)
        assert lowest < highest
