"""Which units go to the meeting, and why: the scheme's rules tried on the marks as they stand before it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import polars as pl

from huoyue.core.review.combine import CELL
from huoyue.core.review.notes import nearest
from huoyue.core.review.sums import unit_totals, whole
from huoyue.core.scheme.bands import rounded, tiers_from_top
from huoyue.core.scheme.model import Scheme, hundredths
from huoyue.core.tables import DIFFERENCES

Row = tuple[str, str, str, float, float | None]
"""unit, rule, indicator, size, limit."""


def differences(
    scheme: Scheme, provisional: pl.DataFrame, marks: pl.DataFrame, totals: pl.DataFrame, decisions: pl.DataFrame
) -> pl.DataFrame:
    """DIFFERENCES, all rules that hold for a unit, units in order.

    `provisional` are the cells with num and den before the meeting, `marks` the marks that count, `totals`
    STAGE_TOTALS. Comparisons are exact; `size` is the figure as people read it. An expert who left an indicator
    unmarked is taken at its provisional points, to the nearest hundredth, so that a gap does not look like a dispute.
    `decided`: a decision on that indicator or on the unit as a whole; for rules on totals, any decision on the unit.
    """
    if not scheme.review.stages:
        return DIFFERENCES.empty()
    counted = provisional.filter(pl.col("outcome") != "not_applicable")
    experts = expert_totals(scheme, counted, marks)
    rows = [
        *total_rows(scheme, experts),
        *stage_rows(scheme, totals),
        *crossing_rows(scheme, experts),
        *border_rows(scheme, unit_totals(scheme, counted, ["unit"])),
        *indicator_rows(scheme, counted, marks),
    ]
    return DIFFERENCES.check(in_order(scheme, provisional, rows, decisions))


def in_order(scheme: Scheme, cells: pl.DataFrame, rows: list[Row], decisions: pl.DataFrame) -> pl.DataFrame:
    """The rows as a table: units as in `cells`, then rules, then indicators as in the scheme; `decided` added."""
    units = {unit: place for place, unit in enumerate(cells["unit"].unique(maintain_order=True))}
    rules = ("total", "stages", "tier_crossing", "border", "indicator_share")
    indicators = ["*", *(indicator.id for indicator in scheme.indicators)]
    settled = set(decisions.select("unit", "indicator").iter_rows())
    touched = set(decisions["unit"])
    found = sorted(rows, key=lambda row: (units[row[0]], rules.index(row[1]), indicators.index(row[2])))
    decided = [
        unit in touched if indicator == "*" else bool({(unit, indicator), (unit, "*")} & settled)
        for unit, _rule, indicator, _size, _limit in found
    ]
    table = [(*row, done) for row, done in zip(found, decided, strict=True)]
    return pl.DataFrame(table, schema=DIFFERENCES.schema, orient="row")


Totals = dict[str, list[Fraction]]


def expert_totals(scheme: Scheme, cells: pl.DataFrame, marks: pl.DataFrame) -> Totals:
    """Per unit, the total of every expert who marked it, one a stage, in hundredths."""
    filled = cells.with_columns(stand_in=nearest())
    bases = filled.group_by("unit", "bonus").agg(pl.col("stand_in").sum(), pl.col("maximum").sum())
    shifts = (
        marks.join(filled.select(*CELL, "bonus", "stand_in"), on=CELL)
        .group_by("unit", "stage", "expert", "bonus")
        .agg(shift=(pl.col("mark") - pl.col("stand_in")).sum())
    )
    base = {(unit, bonus): (points, most) for unit, bonus, points, most in bases.iter_rows()}
    return joined(scheme, base, shifts)


def joined(scheme: Scheme, base: dict[tuple[str, bool], tuple[int, int]], shifts: pl.DataFrame) -> Totals:
    """Totals from each unit's stand-in sums and each expert's shift away from them."""
    moved = {(u, s, e, b): shift for u, s, e, b, shift in shifts.iter_rows()}
    found: Totals = {}
    for unit, stage, expert in sorted({key[:3] for key in moved}):
        points, most = base.get((unit, False), (0, 0))
        extra, _ = base.get((unit, True), (0, 0))
        plain = Fraction(points + moved.get((unit, stage, expert, False), 0))
        bonus = Fraction(extra + moved.get((unit, stage, expert, True), 0))
        found.setdefault(unit, []).append(whole(scheme, plain, bonus, most))
    return found


def in_points(value: Fraction) -> float:
    """Hundredths as points for display."""
    return float(value / 100)


def spread(values: list[Fraction]) -> Fraction:
    return max(values) - min(values)


def exceeding(rule: str, totals: Totals, limit: Decimal | None) -> Iterator[Row]:
    """Units whose totals spread over the limit or more."""
    if limit is not None:
        for unit, found in totals.items():
            if (size := spread(found)) >= Fraction(limit) * 100:
                yield unit, rule, "*", in_points(size), float(limit)


def total_rows(scheme: Scheme, experts: Totals) -> Iterator[Row]:
    """Experts' totals, across stages, that differ by `total` points or more."""
    yield from exceeding("total", experts, scheme.review.differences.total)


def stage_rows(scheme: Scheme, totals: pl.DataFrame) -> Iterator[Row]:
    """Stage totals that differ by `stages` points or more; the suggested points are no stage."""
    found: Totals = {}
    for unit, stage, _experts, num, den in totals.iter_rows():
        if stage != "rule":
            found.setdefault(unit, []).append(Fraction(num, den))
    yield from exceeding("stages", found, scheme.review.differences.stages)


def crossing_rows(scheme: Scheme, experts: Totals) -> Iterator[Row]:
    """Experts' totals that, rounded as the score is, fall into different tiers; the size is their spread."""
    if not scheme.review.differences.tier_crossing:
        return
    borders = [hundredths(tier.at_least) for tier in tiers_from_top(scheme)[:-1]]
    for unit, found in experts.items():
        low, high = (rounded(value, scheme.rounding) for value in (min(found), max(found)))
        if any(low < border <= high for border in borders):
            yield unit, "tier_crossing", "*", in_points(spread(found)), None


def border_rows(scheme: Scheme, totals: dict[tuple[str, ...], Fraction]) -> Iterator[Row]:
    """Provisional totals within `border` points of the lower bound of a tier other than the lowest."""
    limit = scheme.review.differences.border
    borders = [hundredths(tier.at_least) for tier in tiers_from_top(scheme)[:-1]]
    if limit is None:
        return
    for (unit,), total in totals.items():
        distance = min(abs(total - border) for border in borders)
        if distance <= Fraction(limit) * 100:
            yield unit, "border", "*", in_points(distance), float(limit)


def indicator_rows(scheme: Scheme, cells: pl.DataFrame, marks: pl.DataFrame) -> Iterator[Row]:
    """Indicators on which marks, of all stages, differ by `indicator_share` percent of the points attainable."""
    limit = scheme.review.differences.indicator_share
    if limit is None:
        return
    share = Fraction(limit) / 100
    ranges = marks.group_by(CELL).agg(size=pl.col("mark").max() - pl.col("mark").min())
    wide = ranges.join(cells.select(*CELL, "maximum"), on=CELL).filter(
        (pl.col("maximum") > 0) & (pl.col("size") > 0)
        & (pl.col("size") * share.denominator >= pl.col("maximum") * share.numerator)
    )  # fmt: skip
    for unit, indicator, size, maximum in wide.select(*CELL, "size", "maximum").iter_rows():
        yield unit, "indicator_share", indicator, float(Fraction(100 * size, maximum)), float(limit)
