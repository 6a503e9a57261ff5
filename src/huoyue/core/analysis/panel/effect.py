"""What the scores would be if the severity of the experts were removed. Advice: nothing that counts is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import polars as pl

from huoyue.core.analysis.panel.series import ALL_STAGES, pooled
from huoyue.core.analysis.totals_by_expert import shared_cells
from huoyue.core.review.combine import CELL, combined, weighed
from huoyue.core.scheme.bands import rounded, tier_of
from huoyue.core.scheme.model import Scheme, Veto
from huoyue.core.scoring.totals import joined
from huoyue.core.scoring.vetoes import lowered
from huoyue.core.tables import SEVERITY_EFFECT

FINE = 10**6
"""Parts of a hundredth of a point in which marks are adjusted, so that sums and means stay exact."""


def severity_effect(
    scheme: Scheme,
    marks: pl.DataFrame,
    settled: pl.DataFrame,
    scores: pl.DataFrame,
    severity: pl.DataFrame,
    vetoes: Mapping[str, Sequence[Veto]] | None = None,
) -> pl.DataFrame:
    """SEVERITY_EFFECT, a row a unit of `scores` in its order.

    Every mark gets back the expert's severity over all stages together (EXPERT_SEVERITY, stage '*'), shared out over
    the marks in proportion to attainable points; then marks are joined, weighted, scaled, rounded and tiered as in the
    round. Settled points by rule or by decision of the meeting stay. Marks are not held to their limits, so that
    nobody's adjustment is cut off; the total is, between 0 and the scheme's points. Exact from the severities on,
    which have six decimals.
    `vetoes` are those of `vetoed`: they hold the adjusted tier down as they do the tier.
    """
    moved = adjusted_totals(scheme, marks, settled, severity)
    held = vetoes or {}
    return SEVERITY_EFFECT.frame(
        row(scheme, unit, score, tier, Fraction(num, den), moved.get(unit), held.get(unit, ()))
        for unit, score, tier, num, den in scores.select("unit", "score", "tier", "total_num", "total_den").iter_rows()
    )


def row(
    scheme: Scheme, unit: str, score: int, tier: str, total: Fraction, moved: Fraction | None, vetoes: Sequence[Veto]
) -> dict[str, object]:
    after = total if moved is None else moved
    adjusted = score if moved is None else rounded(after, scheme.rounding)
    lands = tier if moved is None else lowered(scheme, tier_of(scheme, adjusted), list(vetoes))[0].id
    return {
        "unit": unit,
        "score": score,
        "adjusted": adjusted,
        "shift": round(float((after - total) / 100), 6) + 0.0,
        "tier": tier,
        "tier_adjusted": lands,
        "changed": lands != tier,
    }


def adjusted_totals(
    scheme: Scheme, marks: pl.DataFrame, settled: pl.DataFrame, severity: pl.DataFrame
) -> dict[str, Fraction]:
    """Unit -> exact adjusted total in hundredths, for units with settled points by marks."""
    cells = settled.filter(pl.col("basis") == "marks").select(*CELL)
    own = marks.join(cells, on=CELL, how="semi")
    if own.is_empty():
        return {}
    means = weighed(scheme, combined(scheme, adjusted_marks(marks, settled, severity).join(cells, on=CELL, how="semi")))
    extra = [indicator.id for indicator in scheme.indicators if indicator.bonus]
    valued = settled.join(means, on=CELL, how="left", maintain_order="left").with_columns(
        num=pl.coalesce("num", pl.col("settled_num") * FINE),
        den=pl.coalesce("den", "settled_den"),
        bonus=pl.col("indicator").is_in(extra),
    )
    touched = valued.filter(pl.col("unit").is_in(own["unit"].unique().to_list()))
    return totals(scheme, touched)


def totals(scheme: Scheme, valued: pl.DataFrame) -> dict[str, Fraction]:
    """Exact totals of cells whose `num` over `den` are in parts of a hundredth, held between 0 and full marks."""
    full = Fraction(scheme.points) * 100
    sums: dict[tuple[str, bool], Fraction] = {}
    most: dict[str, int] = {}
    for unit, bonus, den, num, attainable in (
        valued.group_by("unit", "bonus", "den").agg(pl.col("num").sum(), pl.col("maximum").sum()).iter_rows()
    ):
        sums[unit, bonus] = sums.get((unit, bonus), Fraction(0)) + Fraction(num, den * FINE)
        most[unit] = most.get(unit, 0) + (0 if bonus else attainable)
    zero = Fraction(0)
    found = {u: joined(scheme, sums.get((u, False), zero), most[u], sums.get((u, True), zero)).total for u in most}
    return {unit: max(zero, min(full, total)) for unit, total in found.items()}


def adjusted_marks(marks: pl.DataFrame, settled: pl.DataFrame, severity: pl.DataFrame) -> pl.DataFrame:
    """`marks` in parts of a hundredth, with severity given back in proportion to attainable points.

    Severity is of totals over the indicators that all who marked the unit marked; a mark on another indicator gets
    the same per attainable point.
    """
    maxima = settled.select(*CELL, "maximum")
    compared = shared_cells(pooled(marks)).join(maxima, on=CELL).group_by("unit").agg(over=pl.col("maximum").sum())
    known = severity.filter(pl.col("stage") == ALL_STAGES).select("expert", "severity").drop_nulls()
    back = pl.col("severity").fill_null(0.0) * 100 * FINE * pl.col("maximum") / pl.col("over")
    return (
        marks.join(maxima, on=CELL, how="left", maintain_order="left")
        .join(compared.filter(pl.col("over") > 0), on="unit", how="left", maintain_order="left")
        .join(known, on="expert", how="left", maintain_order="left")
        .with_columns(mark=pl.col("mark") * FINE + back.fill_null(0.0).round().cast(pl.Int64))
        .select(marks.columns)
    )
