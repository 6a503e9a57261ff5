"""Published worked examples of coefficients of agreement."""

from __future__ import annotations

import numpy as np
import pytest

from huoyue.core.analysis.panel.concordance import concordance
from huoyue.core.analysis.panel.intraclass import icc_agreement, icc_consistency, icc_one_way, one_way, two_way
from huoyue.core.analysis.panel.krippendorff import alpha, mean_ranks
from huoyue.core.analysis.panel.series import Estimate, Floats, Series

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=np.float64
)
"""Six targets by four judges: Shrout and Fleiss (1979), table 2."""

M = float("nan")
KRIPPENDORFF = np.array([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, M, M, M],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, M, 3],
    [M, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, M],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, M],
]).T  # fmt: skip
"""Twelve units by four observers, marks missing: Krippendorff (2011), section D."""


def series(table: Floats) -> Series:
    """A table units x experts, NaN where not marked, without the units that fewer than two marked."""
    kept = table[(~np.isnan(table)).sum(axis=1) > 1]
    unit, expert = np.nonzero(~np.isnan(kept))
    names = [[f"{letter}{n:02d}" for n in range(size)] for letter, size in zip("ue", kept.shape, strict=True)]
    return Series("stage", "indicator", names[0], names[1], unit, expert, kept[unit, expert])


def test_the_mean_squares_of_shrout_and_fleiss_1979_table_3() -> None:
    """Between targets 11.24, within 6.26, between judges 32.49, residual 1.02."""
    found = series(SHROUT_FLEISS)
    once, twice = one_way(found.unit, found.value), two_way(SHROUT_FLEISS)
    assert once is not None and twice is not None
    assert (round(once.between, 2), round(once.within, 2), once.size) == (11.24, 6.26, 4)
    assert (round(twice.rows, 2), round(twice.columns, 2), round(twice.error, 2)) == (11.24, 32.49, 1.02)


def test_the_correlations_of_shrout_and_fleiss_1979_table_4() -> None:
    """ICC(1,1) = .17, ICC(2,1) = .29, ICC(3,1) = .71."""
    found = series(SHROUT_FLEISS)
    ours = (icc_one_way(found.unit, found.value), icc_agreement(SHROUT_FLEISS), icc_consistency(SHROUT_FLEISS))
    assert [round(own.value, 2) for own in ours if own] == [0.17, 0.29, 0.71]


def test_their_intervals_are_those_of_the_psych_package() -> None:
    """W. Revelle's R package psych prints, for the example of Shrout and Fleiss in its manual page ICC and with the
    formulas of McGraw and Wong (1996), -.133 to .72, .019 to .76 and .342 to .95."""
    found = series(SHROUT_FLEISS)
    ours = (icc_one_way(found.unit, found.value), icc_agreement(SHROUT_FLEISS), icc_consistency(SHROUT_FLEISS))
    low = [round(own.low, 3) for own in ours if own and own.low is not None]
    high = [round(own.high, 2) for own in ours if own and own.high is not None]
    assert (low, high) == ([-0.133, 0.019, 0.342], [0.72, 0.76, 0.95])


def test_the_alphas_of_krippendorff_2011() -> None:
    """Ordinal .815, interval .849, of 40 pairable values; unit 12, which one observer marked, drops out."""
    found = series(KRIPPENDORFF)
    assert len(found.value) == 40
    assert alpha(found.unit, found.value, "ordinal") == pytest.approx(0.815, abs=5e-4)
    assert alpha(found.unit, found.value, "interval") == pytest.approx(0.849, abs=5e-4)


def test_the_ordinal_metric_is_krippendorffs_sum_of_frequencies() -> None:
    """His delta(c, k) is the sum of n from c to k less half of n at both ends; in the example values 1 to 5 come up 9,
    13, 10, 5 and 3 times, so delta(1, 2) = 11, delta(1, 3) = 22.5, delta(1, 5) = 34."""
    found = series(KRIPPENDORFF)
    values, counts = np.unique(found.value, return_counts=True)
    rank = {value: float(mean_ranks(found.value)[found.value == value][0]) for value in values}
    assert counts.tolist() == [9, 13, 10, 5, 3]
    assert [rank[k] - rank[1] for k in (2, 3, 5)] == [11, 22.5, 34]


def test_kendalls_w_without_ties_of_siegel_1956() -> None:
    """Page 230: three executives rank six applicants; s = 25.5, W = .16."""
    table = np.array([[1, 6, 3, 2, 5, 4], [1, 5, 6, 4, 2, 3], [6, 3, 2, 5, 4, 1]], dtype=np.float64).T
    found = concordance(series(table))
    assert found is not None
    assert found.w == pytest.approx(25.5 / (9 * (216 - 6) / 12))
    assert (round(found.w, 2), found.units, found.df) == (0.16, 6, 5)


def test_kendalls_w_with_ties_of_siegel_1956() -> None:
    """Page 234, from Kendall (1948): three rankings of ten with ties; s = 591, the sum of T is 9.5, W = .828."""
    table = np.array([
        [1, 4.5, 2, 4.5, 3, 7.5, 6, 9, 7.5, 10],
        [2.5, 1, 2.5, 4.5, 4.5, 8, 9, 6.5, 10, 6.5],
        [2, 1, 4.5, 4.5, 4.5, 4.5, 8, 8, 8, 10],
    ]).T  # fmt: skip
    found = concordance(series(table))
    assert found is not None
    assert found.w == pytest.approx(591 / (9 * (1000 - 10) / 12 - 3 * 9.5))
    assert round(found.w, 3) == 0.828
    assert found.chi_square == pytest.approx(3 * 9 * found.w)


def test_a_perfect_panel_has_no_interval() -> None:
    table = np.array([[1.0, 1.0], [4.0, 4.0], [2.0, 2.0]])
    assert icc_agreement(table) == icc_consistency(table) == Estimate(1.0)
