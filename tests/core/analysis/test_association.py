from __future__ import annotations

from fractions import Fraction

import numpy as np
import polars as pl
import pytest
import rounds
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from huoyue.core.analysis.association import association, interval, spearman
from huoyue.core.tables import PILLAR_SCORES

PILLARS = ("organisation", "joint_innovation", "industry_development")
PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=40)


def of_rows(rows: list[tuple[int, int, int]]) -> pl.DataFrame:
    """ASSOCIATION of units with hundredths in the three pillars."""
    maxima = {pillar.id: int(pillar.points * 100) for pillar in rounds.scheme().pillars}
    found = [(f"U{i}", p, v, maxima[p]) for i, row in enumerate(rows) for p, v in zip(maxima, row, strict=True)]
    return association(rounds.scheme(), rounds.pillar_scores(found))


@given(PAIRS)
def test_rho_is_that_of_scipy_with_ties(pairs: list[tuple[int, int]]) -> None:
    left, right = [a for a, _ in pairs], [b for _, b in pairs]
    found = spearman(pl.Series(left), pl.Series(right))
    if len(set(left)) == 1 or len(set(right)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(spearmanr(left, right).statistic, abs=1e-12)


def test_the_driver_is_compared_with_each_pillar_and_with_all_others_together() -> None:
    table = of_rows([(100 * i, 100 * i, 1000 - 100 * i) for i in range(6)])
    assert table.select("driver", "pillar", "units", "rho").rows() == [
        (PILLARS[0], PILLARS[1], 6, 1.0),
        (PILLARS[0], PILLARS[2], 6, -1.0),
        (PILLARS[0], "*", 6, None),
    ]


def test_all_tied_has_no_correlation() -> None:
    assert of_rows([(100, 100, 100)] * 5)["rho"].to_list() == [None, None, None]


@pytest.mark.parametrize("size", [0, 1])
def test_no_unit_or_one_has_no_correlation(size: int) -> None:
    table = of_rows([(100, 200, 300)] * size)
    assert table["units"].to_list() == [size] * 3
    assert table["rho"].null_count() == 3


def test_a_perfect_correlation_and_three_units_have_no_interval() -> None:
    assert interval(1.0, 50) == (None, None)
    assert interval(0.5, 3) == (None, None)


def test_ties_of_exact_fractions_stay_ties() -> None:
    thirds = [Fraction(1000, 3), Fraction(2000, 6), Fraction(500)]
    rows = [(f"U{i}", pillar, points, 3000) for i, points in enumerate(thirds) for pillar in PILLARS]
    assert association(rounds.scheme(), rounds.pillar_scores(rows))["rho"].to_list() == [1.0, 1.0, 1.0]


def test_denominators_that_no_machine_word_holds_together_keep_their_ties() -> None:
    primes = [99991, 99989, 99971, 99961, 99929]
    points = [Fraction(100 * place * prime, prime) for place, prime in enumerate(primes)]
    points += [Fraction(1, prime) for prime in primes] + [Fraction(0)]
    rows = [(f"U{i}", pillar, value, 3000) for i, value in enumerate(points) for pillar in PILLARS]
    assert association(rounds.scheme(), rounds.pillar_scores(rows))["rho"].to_list() == [1.0, 1.0, 1.0]


def test_the_order_of_rows_does_not_matter() -> None:
    draw = np.random.default_rng(5)
    rows = [(f"U{i}", p, Fraction(int(draw.integers(9000)), 7), 3000) for i in range(60) for p in PILLARS]
    table = association(rounds.scheme(), rounds.pillar_scores(rows))
    draw.shuffle(rows)
    assert association(rounds.scheme(), rounds.pillar_scores(rows)).equals(table)


def test_a_scheme_without_a_driver_examines_nothing() -> None:
    report = rounds.scheme().report.model_copy(update={"driver": None})
    scheme = rounds.scheme().model_copy(update={"report": report})
    assert association(scheme, PILLAR_SCORES.empty()).is_empty()
