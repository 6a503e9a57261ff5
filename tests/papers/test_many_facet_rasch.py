"""Published worked examples of the many-facet Rasch model.

Ratings: J. P. Guilford, Psychometric Methods, 2nd edition (1954), p. 282, as J. M. Linacre analyses them in Many-Facet
Rasch Measurement (1989), chapter 10, and in the manual of his program FACETS (example Guilford.txt): three senior
scientists rate seven junior scientists on five traits from 1 to 9. The manual prints no table of measures as a whole;
what single pages of it print is tested here. FACETS stops when no score is off by more than 0.5 and no estimate moves
by more than 0.01, so its figures are that much off the maximum, which ours are at: hence the tolerances.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from huoyue.core.analysis.panel.categories import Ratings
from huoyue.core.analysis.panel.estimable import Facets, estimable
from huoyue.core.analysis.panel.rasch import Estimates, expected, fitted
from huoyue.core.analysis.panel.series import Floats

SENIORS = (
    "55353 97585 33371 73133 97785 35351 77555",
    "65463 87572 45366 56455 24323 44642 33554",
    "55573 77575 35555 53331 97777 33353 77757",
)
GUILFORD = np.array([[[int(mark) for mark in traits] for traits in row.split()] for row in SENIORS])
"""Seniors Avogadro, Brahe, Cavendish x juniors Anne, Betty, Chris, David, Edward, Fred, George x traits."""
AVOGADRO, BRAHE, CAVENDISH = range(3)
DAVID, EDWARD = 3, 4


def scientists() -> Facets:
    """The ratings with the nine categories that all traits share."""
    senior, junior, trait = (own.ravel() for own in np.indices(GUILFORD.shape))
    juniors, seniors, traits = (np.arange(n) for n in (7, 3, 5))
    return Facets(
        junior, senior, trait, GUILFORD.ravel() - 1, np.full(5, 8), np.zeros((5, 9)), np.zeros(3, np.int64),
        juniors, seniors, traits,
    )  # fmt: skip


def residual(facets: Facets, model: Estimates, senior: int, junior: int) -> float:
    """Observed less expected score of the five ratings of one by the other."""
    now = expected(facets, model.worth, model.severity, model.steps)
    own = (facets.expert == senior) & (facets.unit == junior)
    return float((facets.category - now.mean)[own].sum())


def test_the_largest_interaction_of_facets_table_9() -> None:
    """Manual, table 9 (iteration report of the bias of seniors by juniors): the largest residual is -12.9867 points of
    40. It is Brahe's of Edward: 14 points where 27 are expected."""
    facets = scientists()
    model = fitted(facets, "rating_scale")
    off = {(s, j): residual(facets, model, s, j) for s in range(3) for j in range(7)}
    assert max(off, key=lambda pair: abs(off[pair])) == (BRAHE, EDWARD)
    assert off[BRAHE, EDWARD] == pytest.approx(-12.9867, abs=0.05)


def test_the_interaction_of_facets_table_14() -> None:
    """Manual, table 14 (pairwise bias): Brahe rates David 1.54 points higher on average than expected."""
    facets = scientists()
    assert residual(facets, fitted(facets, "rating_scale"), BRAHE, DAVID) / 5 == pytest.approx(1.54, abs=0.02)


def test_the_thresholds_of_facets_anchor_file() -> None:
    """Manual, Anchorfile=: the thresholds of categories 2 and 3 are -.6441868 and -2.317694."""
    model = fitted(scientists(), "rating_scale")
    assert (model.steps - model.steps.mean(axis=1, keepdims=True))[0, :2].tolist() == pytest.approx(
        [-0.6441868, -2.317694], abs=0.05
    )


def test_the_maximum_is_the_one_that_a_general_optimiser_finds() -> None:
    """The same likelihood written down anew and handed to BFGS; Cavendish is lenient, Brahe severe."""
    facets = scientists()

    def parts(at: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        juniors, seniors, traits, thresholds = np.split(at, [7, 10, 15])
        return juniors, seniors - seniors.mean(), traits - traits.mean(), thresholds - thresholds.mean()

    def minus_likelihood(at: Floats) -> float:
        juniors, seniors, traits, thresholds = parts(at)
        eta = juniors[facets.unit] - seniors[facets.expert] - traits[facets.indicator]
        heights = np.arange(9) * eta[:, None] - np.concatenate([[0.0], np.cumsum(thresholds)])
        return float((np.logaddexp.reduce(heights, axis=1) - heights[np.arange(105), facets.category]).sum())

    found = minimize(minus_likelihood, np.zeros(23), method="BFGS", options={"gtol": 1e-6})
    model = fitted(facets, "rating_scale")
    assert model.settled
    assert model.severity.tolist() == pytest.approx(parts(found.x)[1].tolist(), abs=1e-4)
    assert model.steps.mean(axis=1).tolist() == pytest.approx(parts(found.x)[2].tolist(), abs=1e-4)
    assert np.argsort(model.severity).tolist() == [CAVENDISH, AVOGADRO, BRAHE]


AZT = {("white", "yes"): (14, 93), ("white", "no"): (32, 81), ("black", "yes"): (11, 52), ("black", "no"): (12, 43)}
"""Race, use of AZT -> symptoms yes, no: A. Agresti, Categorical Data Analysis, 2nd edition (2002), table 5.5."""


def test_two_facets_of_yes_and_no_are_the_logit_model_of_agresti_2002() -> None:
    """Section 5.4.2: without interaction the effect of AZT is -0.720 (standard error 0.279), that of race 0.055."""
    rows = [
        (race, azt, category)
        for (race, azt), counts in AZT.items()
        for category, count in zip((1, 0), counts, strict=True)
        for _ in range(count)
    ]
    unit, expert, category = zip(*rows, strict=True)
    races, uses = ["black", "white"], ["no", "yes"]
    zeros = np.zeros(len(rows), np.int64)
    facets = estimable(Ratings(
        races, uses, ["symptoms"], np.array([races.index(race) for race in unit]),
        np.array([uses.index(use) for use in expert]), zeros, np.array(category), zeros.astype(np.float64),
    ))  # fmt: skip
    assert facets is not None
    model = fitted(facets)
    assert float(model.severity[1] - model.severity[0]) == pytest.approx(0.720, abs=1e-3)
    assert float(model.worth[1] - model.worth[0]) == pytest.approx(0.055, abs=1e-3)
    assert 2 * float(model.error[0]) == pytest.approx(0.279, abs=5e-4)
