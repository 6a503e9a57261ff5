"""The whole scoring by rule of any number of units, lazily, on whichever engine the frames come from.

The same expressions as `points.suggest`, without marks and without words: rules, points, total, the one rounding,
tier and rank. Polars, DuckDB and PySpark give identical tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import add
from typing import Any

import narwhals as nw

from huoyue.core.filing.measures import Frame, Plan, aggregate, plan_of
from huoyue.core.filing.quantities import count
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Indicator, Rounding, Scheme, hundredths
from huoyue.core.scoring.arithmetic import half_up
from huoyue.core.scoring.attainable import attainable_in_all, by_group
from huoyue.core.scoring.relative import EVERYBODY
from huoyue.core.scoring.rules import apply_rules

SCORED = ("total_num", "total_den", "bonus", "score", "tier", "veto", "rank", "serial")


def score_frames(scheme: Scheme, units: Any, records: Mapping[str, Any]) -> Any:
    """A native lazy frame, of the engine that `units` comes from: unit, points_<indicator>, and the columns of SCORES.

    `units` has unit, batch, industry, position and the register fields; `records` a frame for every record type of
    the scheme. Every unit is taken to be evaluated. Judged and unavailable indicators have no points and count 0;
    total_num / total_den is exact but not in lowest terms.
    """
    plan = plan_of(scheme)
    wide = aggregate(plan, {name: _lazy(frame) for name, frame in records.items()}, _lazy(units))
    scored = apply_rules(wide, plan, nw.col("unit") == nw.col("unit"))
    ranked = _ranked(scheme, _tiered(plan, _totalled(scheme, scored)))
    points = (f"points_{indicator.id}" for indicator in scheme.indicators)
    return ranked.select("unit", *points, *SCORED).to_native()


def _lazy(frame: Any) -> Frame:
    lazy: Frame = nw.from_native(frame).lazy()
    return lazy


def _totalled(scheme: Scheme, scored: Frame) -> Frame:
    """Adds total_num / total_den, bonus and the rounded score, as `totals.joined` does."""
    full = hundredths(scheme.points)
    most = {group: points if 0 < points < full else full for group, points in attainable_in_all(scheme).items()}
    plain = [indicator for indicator in scheme.indicators if not indicator.bonus]
    extra = [indicator for indicator in scheme.indicators if indicator.bonus]
    if set(most.values()) == {full}:
        scored = scored.with_columns(_sum(plain).alias("_base"), nw.lit(1, dtype=nw.Int64).alias("total_den"))
    else:
        scored = scored.with_columns((_sum(plain) * full).alias("_base"), by_group(most).alias("total_den"))
    base, den = nw.col("_base"), nw.col("total_den")
    total = nw.min_horizontal(base + _sum(extra) * den, den * full) if extra else base
    scored = scored.with_columns(total.alias("total_num"))
    bonus = half_up(nw.col("total_num") - base, den) if extra else nw.lit(0, dtype=nw.Int64)
    return scored.with_columns(bonus.alias("bonus"), rounded(nw.col("total_num"), den, scheme.rounding).alias("score"))


def _sum(indicators: Iterable[Indicator]) -> nw.Expr:
    worth = (nw.col(f"points_{indicator.id}").fill_null(0) for indicator in indicators)
    total: nw.Expr = reduce(add, worth, nw.lit(0, dtype=nw.Int64))
    return total


def rounded(num: nw.Expr, den: nw.Expr, rounding: Rounding) -> nw.Expr:
    """`bands.rounded` as an expression: hundredths num / den to the scheme's decimals."""
    grain = 10 ** (2 - rounding.decimals)
    unit = den * grain
    whole = (num // unit).cast(nw.Int64)
    match rounding.method:
        case "half_up":
            steps = half_up(num, unit)
        case "down":
            steps = whole
        case _:
            twice = (num - whole * unit) * 2
            odd = whole - (whole // 2).cast(nw.Int64) * 2
            up = (twice > unit) | ((twice == unit) & (odd == 1))
            steps = nw.when(up).then(whole + 1).otherwise(whole)
    score: nw.Expr = (steps * grain).cast(nw.Int64)
    return score


def _tiered(plan: Plan, scored: Frame) -> Frame:
    """Adds tier and veto: the tier of the rounded score, or that at which a veto holds it."""
    scheme = plan.scheme
    tiers = tiers_from_top(scheme)
    depth: nw.Expr = nw.lit(len(tiers) - 1, dtype=nw.Int64)
    for number, tier in reversed(list(enumerate(tiers))):
        reached = nw.col("score") >= hundredths(tier.at_least)
        depth = nw.when(reached).then(nw.lit(number, dtype=nw.Int64)).otherwise(depth)
    scored = _vetoed(plan, scored.with_columns(depth.alias("_depth"), nw.lit(None, dtype=nw.String).alias("veto")))
    named: nw.Expr = nw.lit(tiers[-1].id)
    for number, tier in enumerate(tiers[:-1]):
        named = nw.when(nw.col("_depth") == number).then(nw.lit(tier.id)).otherwise(named)
    return scored.with_columns(named.alias("tier"))


def _vetoed(plan: Plan, scored: Frame) -> Frame:
    """Vetoes one by one: each that holds a unit lower than all before it takes its place."""
    places = {tier.id: number for number, tier in enumerate(tiers_from_top(plan.scheme))}
    for veto in plan.scheme.vetoes:
        lower = nw.lit(places[veto.at_most], dtype=nw.Int64)
        holds = (plan.value(count(veto.of, veto.where)) > 0) & (nw.col("_depth") < lower)
        scored = scored.with_columns(
            nw.when(holds).then(lower).otherwise(nw.col("_depth")).alias("_depth"),
            nw.when(holds).then(nw.lit(veto.id)).otherwise(nw.col("veto")).alias("veto"),
        )
    return scored


def _ranked(scheme: Scheme, scored: Frame) -> Frame:
    """Adds serial and rank, as `ranks.ranked` does."""
    chain = scheme.ties.chain if scheme.ties.method == "chain" else ()
    keys = {"_key": nw.col("score") * -1} | {f"_key_{name}": _worth(scheme, name) * -1 for name in chain}
    scored = scored.with_columns(*(key.alias(name) for name, key in keys.items()))
    order = [*keys, *(["position"] if scheme.ties.then == "register" else []), "unit"]
    serial = nw.col(EVERYBODY).cum_sum().over(EVERYBODY, order_by=order).cast(nw.Int64)
    scored = scored.with_columns(serial.alias("serial"))
    shared = nw.col("serial") if scheme.ties.method == "serial" else nw.col("serial").min().over(*keys).cast(nw.Int64)
    return scored.with_columns(shared.alias("rank"))


def _worth(scheme: Scheme, name: str) -> nw.Expr:
    """The points of a pillar or an indicator of the chain."""
    pillars = {pillar.id: pillar.indicators for pillar in scheme.pillars}
    return _sum(pillars[name] if name in pillars else (scheme.indicator(name),))
