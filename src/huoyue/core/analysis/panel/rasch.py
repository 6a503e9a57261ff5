"""The many-facet Rasch model: how severe experts are, in logits.

Source: J. M. Linacre, Many-Facet Rasch Measurement (1989), Chicago: MESA Press:

    log(P(category k) / P(category k - 1)) = worth of the unit - severity of the expert - step k of the indicator

Partial credit: every indicator has steps of its own (G. N. Masters, Psychometrika 47 (1982) 149-174). Rating scale: a
step is the indicator's difficulty plus a threshold that all share (D. Andrich, Psychometrika 43 (1978) 561-573).

Joint maximum likelihood, as in Linacre's program FACETS: each expert's severity rests on hundreds of marks, where the
bias of joint estimation is far below the standard error, and no shape of the units' distribution need be assumed. The
likelihood is concave; Newton's method with units swept out of the equations finds its maximum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from huoyue.core.analysis.panel.estimable import Facets
from huoyue.core.analysis.panel.series import Floats, Whole

Form = Literal["partial_credit", "rating_scale"]

ROUNDS = 100
CLOSE = 1e-8
"""Logits below which no estimate moves any more."""
LONGEST = 1.0
"""Logits that an estimate moves at most in one round, so that a poor start does not throw it off."""


@dataclass(frozen=True)
class Estimates:
    """Maximum likelihood: worth by unit, severity by expert, steps (indicators x highest category; NaN beyond).

    Severities add up to 0 within a component, and so do all steps together. `error` are the standard errors of the
    severities, all else being estimated too. `settled` is False if the maximum was not reached in `ROUNDS` rounds.
    """

    worth: Floats
    severity: Floats
    steps: Floats
    error: Floats
    settled: bool


@dataclass(frozen=True)
class Expected:
    """Per rating: the probability of reaching each category from 1 on, the expected category, its variance."""

    reach: Floats
    mean: Floats
    variance: Floats
    likelihood: float


@dataclass(frozen=True)
class Steps:
    """The steps of all indicators as linear combinations of fewer parameters.

    `known` (indicators x highest category) says which there are; `design` (steps x parameters) makes them from the
    parameters, `still` is the direction of these in which all steps move alike.
    """

    known: NDArray[np.bool_]
    design: Floats
    still: Floats

    @classmethod
    def of(cls, facets: Facets, form: Form) -> Steps:
        count, highest = len(facets.most), int(facets.most.max())
        known = np.arange(1, highest + 1) <= facets.most[:, None]
        size = int(known.sum())
        if form == "partial_credit":
            return cls(known, np.eye(size), np.ones(size))
        indicator, place = np.nonzero(known)
        thresholds = np.concatenate([np.eye(highest - 1), -np.ones((1, highest - 1))])[place]
        design = np.concatenate([np.eye(count)[indicator], thresholds], axis=1)
        return cls(known, design, np.repeat([1.0, 0.0], [count, highest - 1]))

    def spread(self, values: Floats) -> Floats:
        """Values of the known steps, indicator by indicator, in the shape of `known`; NaN beyond."""
        shaped = np.full(self.known.shape, np.nan)
        shaped[self.known] = values
        return shaped


def probabilities(eta: Floats, steps: Floats) -> Floats:
    """Rows of eta (worth - severity) and of steps -> the probability of each category from 0."""
    known = ~np.isnan(steps)
    exponents = np.cumsum(np.where(known, eta[:, None] - np.where(known, steps, 0.0), -np.inf), axis=1)
    exponents = np.concatenate([np.zeros((len(eta), 1)), exponents], axis=1)
    raised = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def expected(facets: Facets, worth: Floats, severity: Floats, steps: Floats) -> Expected:
    """What the model expects of every rating, and the log likelihood of those given."""
    share = probabilities(worth[facets.unit] - severity[facets.expert], steps[facets.indicator])
    reach = np.cumsum(share[:, :0:-1], axis=1)[:, ::-1]
    levels = np.arange(share.shape[1])
    mean = share @ levels
    given = share[np.arange(len(share)), facets.category]
    return Expected(reach, mean, share @ levels**2 - mean**2, float(np.log(np.maximum(given, 1e-300)).sum()))


def fitted(facets: Facets, form: Form = "partial_credit") -> Estimates:
    """The maximum of the joint likelihood."""
    shape = Steps.of(facets, form)
    worth, severity = np.zeros(len(facets.units)), np.zeros(len(facets.experts))
    steps = shape.spread(np.zeros(len(shape.design)))
    now = expected(facets, worth, severity, steps)
    settled = False
    for _ in range(ROUNDS):
        unit_move, expert_move, step_move = newton(facets, now, shape)
        size = max(float(np.abs(move).max()) for move in (unit_move, expert_move, step_move))
        if settled := size < CLOSE:
            break
        scale = min(1.0, LONGEST / size)
        while True:
            trial = worth + scale * unit_move, severity + scale * expert_move, steps + scale * shape.spread(step_move)
            after = expected(facets, *trial)
            if after.likelihood >= now.likelihood - 1e-9 or scale < 1e-6:
                break
            scale /= 2
        (worth, severity, steps), now = trial, after
    return Estimates(worth, severity, steps, errors(facets, now, shape), settled)


def newton(facets: Facets, now: Expected, shape: Steps) -> tuple[Floats, Floats, Floats]:
    """One Newton step of worth, severity and steps.

    Slopes are x - E for worth, its negative for severity, P(x >= k) - [x >= k] for step k. Units meet only themselves
    in the information, so they are swept out of it.
    """
    slope, mixed, information = terms(facets, now, shape)
    units = np.bincount(facets.unit, weights=now.variance)
    unit_slope = np.bincount(facets.unit, weights=facets.category - now.mean)
    swept = information - mixed.T @ (mixed / units[:, None]) + origins(facets, shape)
    move = np.linalg.solve(swept, slope - mixed.T @ (unit_slope / units)).astype(np.float64, copy=False)
    experts = len(facets.experts)
    steps: Floats = shape.design @ move[experts:]
    worth: Floats = (unit_slope - mixed @ move) / units
    return worth, move[:experts], steps


def errors(facets: Facets, now: Expected, shape: Steps) -> Floats:
    """Standard errors of the severities, from the generalised inverse of the information with units swept out."""
    _, mixed, information = terms(facets, now, shape)
    units = np.bincount(facets.unit, weights=now.variance)
    free = origins(facets, shape)
    inverse = np.linalg.inv(information - mixed.T @ (mixed / units[:, None]) + free) - free
    found: Floats = np.sqrt(np.maximum(np.diag(inverse)[: len(facets.experts)], 0))
    return found


def terms(facets: Facets, now: Expected, shape: Steps) -> tuple[Floats, Floats, Floats]:
    """Slope, information with units, and information, of severities and of the parameters of the steps."""
    slope, mixed, information = step_terms(facets, now, shape)
    if shape.design.shape[0] == shape.design.shape[1]:
        return slope, mixed, information
    experts = len(facets.experts)
    design = np.zeros((experts + shape.design.shape[0], experts + shape.design.shape[1]))
    design[:experts, :experts] = np.eye(experts)
    design[experts:, experts:] = shape.design
    return design.T @ slope, mixed @ design, design.T @ information @ design


def step_terms(facets: Facets, now: Expected, shape: Steps) -> tuple[Floats, Floats, Floats]:
    """Slope, information with units, and information, of severities and of every single step."""
    experts, known = len(facets.experts), shape.known
    size, width = experts + int(known.sum()), known.shape[1]
    places = (np.cumsum(known).reshape(known.shape) - 1 + experts)[facets.indicator]
    own = known[facets.indicator]
    rows, across = places[own], covariances(now)[own]
    reached = facets.category[:, None] >= np.arange(1, width + 1)
    slope = added(facets.expert, now.mean - facets.category, size) + added(rows, (now.reach - reached)[own], size)

    def table(numbers: Whole, count: int) -> Floats:
        """count x all: the sums of variance by expert and of covariance by step, of the ratings with each number."""
        each = np.broadcast_to(numbers[:, None], own.shape)[own]
        cells = added(numbers * size + facets.expert, now.variance, count * size)
        return (cells + added(each * size + rows, across, count * size)).reshape(count, size)

    information = np.zeros((size, size))
    information[:experts] = table(facets.expert, experts)
    information[experts:, :experts] = information[:experts, experts:].T
    for number, inside in enumerate(known):
        reach = now.reach[facets.indicator == number][:, inside]
        order = np.maximum.outer(np.arange(inside.sum()), np.arange(inside.sum()))
        start = experts + int(known[:number].sum())
        block = slice(start, start + int(inside.sum()))
        information[block, block] = reach.sum(axis=0)[order] - reach.T @ reach
    return slope, -table(facets.unit, len(facets.units)), information


def added(numbers: Whole, values: Floats, count: int) -> Floats:
    """The sum of the values with each number from 0 to before `count`."""
    return np.bincount(numbers, weights=values, minlength=count).astype(np.float64, copy=False)


def covariances(now: Expected) -> Floats:
    """ratings x steps: the covariance of the category with reaching step k, sum over j P(max(j, k)) - E P(k)."""
    reach = now.reach
    beyond = np.cumsum(reach[:, ::-1], axis=1)[:, ::-1] - reach
    found: Floats = np.arange(1, reach.shape[1] + 1) * reach + beyond - now.mean[:, None] * reach
    return found


def origins(facets: Facets, shape: Steps) -> Floats:
    """The projection on what the model does not know: a constant on a component's severities, one on all steps.

    Added to the information it can be inverted; as no slope lies in these directions, nothing moves in them.
    """
    experts = len(facets.experts)
    free = np.zeros((experts + len(shape.still), experts + len(shape.still)))
    for number in range(int(facets.component.max()) + 1):
        inside = np.flatnonzero(facets.component == number)
        free[np.ix_(inside, inside)] = 1 / len(inside)
    free[experts:, experts:] = np.outer(shape.still, shape.still) / float(shape.still @ shape.still)
    return free
