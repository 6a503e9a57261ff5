"""Published worked examples of rank statistics."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

from huoyue.core.analysis.association import interval, spearman
from huoyue.core.analysis.separators import superiority


def test_spearman_with_ties_of_siegel_1956() -> None:
    """Siegel, Nonparametric Statistics (1956), pp. 205-210: yielding and status striving of 12 students, 0.616.

    The book's own sums, (141.5 + 143 - 109.5) / (2 sqrt(141.5 * 143)), give 0.6151.
    """
    yielded = pl.Series([0, 0, 1, 1, 3, 4, 5, 6, 7, 8, 8, 12])
    striving = pl.Series([42, 46, 39, 37, 65, 88, 86, 56, 62, 92, 54, 81])
    assert spearman(yielded, striving) == pytest.approx(0.616, abs=1e-3)


def test_spearman_of_hollander_and_wolfe_1973() -> None:
    """Page 187: lightness of tuna by meter and by panel; S = 48 for 9 cans, so rho = 1 - 6 * 48 / (9 * 80) = 0.6."""
    meter = pl.Series([44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1])
    panel = pl.Series([2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8])
    assert spearman(meter, panel) == pytest.approx(0.6)


def test_the_interval_is_wider_than_fishers_by_the_factor_of_bonett_and_wright() -> None:
    """Bonett & Wright (2000): variance (1 + rho**2 / 2) / (n - 3) on Fisher's scale; half widths 0.2079 and 0.1960."""
    assert interval(0.5, 103) == (0.3287, 0.6394)
    assert interval(0.0, 103) == (-0.1935, 0.1935)


def test_superiority_in_the_race_of_tortoises_and_hares() -> None:
    """The usual example of Mann-Whitney's U: finishing order T H H H H H T T T T T H gives U = 11 and 25 of 36."""
    order = "THHHHHTTTTTH"
    rows = pl.DataFrame({"tier": list(order), "share": range(12, 0, -1)}).with_columns(indicator=pl.lit("speed"))
    assert superiority(rows, "T") == {"speed": Fraction(11, 36)}
    assert superiority(rows, "H") == {"speed": Fraction(25, 36)}
