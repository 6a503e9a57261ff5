"""Severity by the many-facet Rasch model as a table: logits, fit, and what an average unit would get."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from huoyue.core.analysis.agreement import kept
from huoyue.core.analysis.panel.categories import Ratings, ratings
from huoyue.core.analysis.panel.estimable import Facets, estimable
from huoyue.core.analysis.panel.rasch import Estimates, expected, fitted, probabilities
from huoyue.core.analysis.panel.series import ALL_STAGES, SEPARATOR, TOTAL, Floats, comparable, pooled
from huoyue.core.review.combine import mark_stages
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import EXPERT_LOGITS

NORMAL = 1.959964
"""Standard errors to either side of an estimate for an interval of 95%."""
AWAY = 0.3
"""By how much the score of an expert with extreme categories only is moved inwards, as in FACETS."""
FARTHEST = 20.0
"""Logits beyond which no such expert can lie."""


def expert_logits(scheme: Scheme, marks: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """EXPERT_LOGITS: experts who can be compared, in all stages together ('*') and in each.

    From marks on cells that at least two experts marked, as shares of what POINTS says is attainable. Stages in which
    nothing can be estimated are left out.
    """
    maxima = points.select("unit", "indicator", "maximum")
    worth = {indicator.id: float(indicator.points) for indicator in scheme.indicators}
    marked = set(marks["stage"])
    stages = [stage.id for stage in mark_stages(scheme) if stage.id in marked]
    known = marks.filter(pl.col("stage").is_in(stages))
    each = {stage: list(stage_rows(stage, cells_of(known.filter(stage=stage), maxima), worth)) for stage in stages}
    if len(stages) == 1:
        together = [row | {"stage": ALL_STAGES} for row in each[stages[0]]]
    else:
        together = list(stage_rows(ALL_STAGES, cells_of(pooled(known), maxima), worth))
    return EXPERT_LOGITS.frame([*together, *(row for stage in stages for row in each[stage])])


def cells_of(marks: pl.DataFrame, maxima: pl.DataFrame) -> pl.DataFrame:
    """unit, expert, indicator, mark, maximum of the cells of one stage that two experts or more marked."""
    found = comparable(marks).filter(pl.col("indicator") != TOTAL).rename({"value": "mark"})
    own = found.with_columns(expert=pl.col("expert").str.split(SEPARATOR).list.last())
    return own.join(maxima, on=["unit", "indicator"]).select("unit", "expert", "indicator", "mark", "maximum")


def stage_rows(stage: str, cells: pl.DataFrame, worth: dict[str, float]) -> Iterator[dict[str, object]]:
    """The rows of one stage; none where the model cannot be fitted."""
    given = ratings(cells)
    facets = estimable(given) if given else None
    if given is None or facets is None:
        return
    model = fitted(facets)
    if not model.settled:
        return
    points = np.array([worth[given.indicators[number]] for number in facets.indicators])
    rows = {given.experts[number]: own for number, own in zip(facets.experts, ordinary(facets, model), strict=True)}
    rows |= dict(extremes(given, facets, model))
    for expert in sorted(rows):
        component, severity, error, infit, outfit, count = rows[expert]
        average, own = (fair(facets, model, component, at, points) for at in (0.0, severity))
        yield {
            "stage": stage,
            "expert": expert,
            "component": component + 1,
            "marks": count,
            "severity": kept(severity),
            "error": kept(error),
            "low": kept(severity - NORMAL * error),
            "high": kept(severity + NORMAL * error),
            "infit": kept(infit),
            "outfit": kept(outfit),
            "fair": kept(own),
            "points": kept(average - own),
            "extreme": infit is None,
        }


Row = tuple[int, float, float, float | None, float | None, int]
"""component, severity, standard error, infit, outfit, ratings."""


def ordinary(facets: Facets, model: Estimates) -> Iterator[Row]:
    """Every expert with an estimate, with the mean squares of residuals over expectation.

    Outfit is the mean of squared standardised residuals, infit their mean weighted with the information.
    """
    now = expected(facets, model.worth, model.severity, model.steps)
    squares = (facets.category - now.mean) ** 2
    count = np.bincount(facets.expert)
    information = np.bincount(facets.expert, weights=now.variance)
    infit = np.bincount(facets.expert, weights=squares) / information
    outfit = np.bincount(facets.expert, weights=squares / now.variance) / count
    for number, component in enumerate(facets.component):
        yield (
            int(component), float(model.severity[number]), float(model.error[number]),
            float(infit[number]), float(outfit[number]), int(count[number]),
        )  # fmt: skip


def extremes(given: Ratings, facets: Facets, model: Estimates) -> Iterator[tuple[str, Row]]:
    """Experts who gave only highest or only lowest categories: where their score, moved inwards by 0.3, would put them.

    From their ratings on units and indicators that have estimates; they belong to the component of the first of these
    units. Nobody else's estimate depends on them.
    """
    place = {int(number): at for at, number in enumerate(facets.units)}
    line = {int(number): at for at, number in enumerate(facets.indicators)}
    of_unit = np.zeros(len(facets.units), np.int64)
    of_unit[facets.unit] = facets.component[facets.expert]
    for number in np.setdiff1d(np.arange(len(given.experts)), facets.experts):
        mine = np.flatnonzero(given.expert == number)
        mine = np.array([row for row in mine if given.unit[row] in place and given.indicator[row] in line], np.int64)
        if not len(mine):
            continue
        units = np.array([place[int(n)] for n in given.unit[mine]])
        steps = model.steps[[line[int(n)] for n in given.indicator[mine]]]
        top = given.share[mine].mean() > 0.5
        most = float((~np.isnan(steps)).sum())
        severity, error = placed(model.worth[units], steps, most - AWAY if top else AWAY)
        yield given.experts[number], (int(of_unit[units[0]]), severity, error, None, None, len(mine))


def placed(worth: Floats, steps: Floats, score: float) -> tuple[float, float]:
    """The severity at which `score` is expected in all, by halving, and its standard error."""
    low, high = -FARTHEST, FARTHEST
    levels = np.arange(steps.shape[1] + 1)
    while high - low > 1e-9:
        middle = (low + high) / 2
        share = probabilities(worth - middle, steps)
        low, high = (middle, high) if float((share @ levels).sum()) > score else (low, middle)
    variance = float((share @ levels**2 - (share @ levels) ** 2).sum())
    return middle, variance**-0.5


def fair(facets: Facets, model: Estimates, component: int, severity: float, points: Floats) -> float:
    """The total, in points, that an expert of this severity is expected to give the average unit of a component."""
    inside = np.unique(facets.unit[facets.component[facets.expert] == component])
    eta = np.full(len(points), model.worth[inside].mean() - severity)
    share = (probabilities(eta, model.steps) * np.nan_to_num(facets.share)).sum(axis=1)
    return float((share * points).sum())
