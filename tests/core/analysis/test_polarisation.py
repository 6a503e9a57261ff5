from __future__ import annotations

import numpy as np
import polars as pl
import rounds
from hypothesis import given
from hypothesis import strategies as st

from huoyue.core.analysis.polarisation import polarisation, polarisation_of
from huoyue.core.tables import SCORES, UNITS

IN_TIER = {"high": 90, "fairly_high": 75, "average": 60, "poor": 30}


def of_counts(batches: dict[str, list[int]]) -> pl.DataFrame:
    """POLARISATION of batch -> units in each tier from the top."""
    members: list[tuple[str, str, None]] = []
    points = {}
    for batch, counts in batches.items():
        for score, count in zip(IN_TIER.values(), counts, strict=True):
            for _ in range(count):
                points[f"U{len(members):03d}"] = score
                members.append((f"U{len(members):03d}", batch, None))
    return polarisation(rounds.scheme(), rounds.units(members), rounds.scores(points), seed=1)


def word(table: pl.DataFrame) -> dict[str, bool]:
    return dict(table.select("member", "polarised").iter_rows())


def test_no_batch_of_the_published_round_is_polarised() -> None:
    units, _, scores = rounds.annex_round()
    table = polarisation(rounds.scheme(), units, scores, seed=1)
    assert word(table) == {"*": False, "first": False, "second": False, "third": False}
    assert dict(table.select("member", "measure").iter_rows()) == {
        "*": 0.48,
        "first": 0.3143,
        "second": 0.4679,
        "third": 0.3632,
    }


def test_a_batch_split_between_top_and_bottom_beside_one_in_the_middle_is_polarised() -> None:
    table = of_counts({"first": [20, 0, 0, 20], "second": [0, 20, 20, 0], "third": [0, 0, 0, 0]})
    assert word(table) == {"*": False, "first": True, "second": False}
    assert table.row(1, named=True)["measure"] == 1.0


def test_a_top_heavy_batch_is_not_called_polarised_though_it_differs_from_the_others() -> None:
    table = of_counts({"first": [60, 40, 0, 0], "second": [0, 0, 100, 0], "third": [0, 0, 0, 0]})
    assert table.row(1, named=True)["difference_low"] > 0
    assert word(table)["first"] is False


def test_five_units_are_too_few_to_tell() -> None:
    table = of_counts({"first": [2, 1, 0, 2], "second": [3, 2, 3, 2], "third": [0, 0, 0, 0]})
    assert word(table)["first"] is False


def test_a_lone_unit_and_a_lone_batch_have_nobody_to_be_compared_with() -> None:
    row = of_counts({"second": [0, 1, 0, 0]}).row(1, named=True)
    assert list(row.values()) == ["second", 1, 0.0, 0.0, 0.0, None, None, None, False]


def test_without_evaluated_units_there_are_no_rows() -> None:
    assert polarisation(rounds.scheme(), UNITS.empty(), SCORES.empty(), seed=1).is_empty()


def test_the_same_seed_gives_the_same_intervals_in_any_order_of_rows() -> None:
    units, _, scores = rounds.annex_round()
    table = polarisation(rounds.scheme(), units, scores, seed=7)
    assert polarisation(rounds.scheme(), units.reverse(), scores.reverse(), seed=7).equals(table)
    assert not polarisation(rounds.scheme(), units, scores, seed=8).equals(table)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=6).filter(any))
def test_the_measure_lies_between_0_and_1_and_is_the_same_from_either_end(counts: list[int]) -> None:
    forward, backward = polarisation_of(np.array([counts, counts[::-1]]))
    assert -1e-12 <= forward <= 1 + 1e-12
    assert abs(forward - backward) < 1e-12
