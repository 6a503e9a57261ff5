"""The measures of a panel as tables: one entry for the evaluation of a round and for a page that shows them live."""

from __future__ import annotations

from collections.abc import Iterable
from math import isnan
from zlib import crc32

import polars as pl

from huoyue.core.analysis.agreement import agreement, expert_scales, kept
from huoyue.core.analysis.panel.additive import severities
from huoyue.core.analysis.panel.concordance import concordance
from huoyue.core.analysis.panel.intraclass import icc_agreement, icc_one_way
from huoyue.core.analysis.panel.krippendorff import alpha_interval
from huoyue.core.analysis.panel.logits import expert_logits
from huoyue.core.analysis.panel.series import ALL_STAGES, TOTAL, Estimate, Series, all_series, pooled_totals
from huoyue.core.review.combine import mark_stages
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import AGREEMENT_INDICATORS, EXPERT_SEVERITY

SEED = 1


def panel_measures(
    scheme: Scheme, marks: pl.DataFrame, points: pl.DataFrame, *, seed: int = SEED
) -> dict[str, pl.DataFrame]:
    """Everything that marks alone say of a panel, by name of table.

    AGREEMENT, AGREEMENT_INDICATORS, EXPERT_SCALES, EXPERT_SEVERITY and EXPERT_LOGITS from MARKS that count (evaluated
    units, indicators that apply) and POINTS. Marks may be as incomplete as they are while a stage is open; what cannot
    be said is empty. `seed` makes the bootstrap intervals.
    """
    compared = list(all_series(scheme, marks))
    return {
        "agreement": agreement(scheme, marks, points),
        "agreement_indicators": agreement_indicators(compared, seed=seed),
        "expert_scales": expert_scales(scheme, marks),
        "expert_severity": expert_severity(scheme, marks, compared),
        "expert_logits": expert_logits(scheme, marks, points),
    }


def agreement_indicators(compared: Iterable[Series], *, seed: int) -> pl.DataFrame:
    """AGREEMENT_INDICATORS, a row for every series: totals ('*') and indicators of each stage."""
    return AGREEMENT_INDICATORS.frame(agreement_row(series, seed) for series in compared)


def agreement_row(series: Series, seed: int) -> dict[str, object]:
    """All coefficients of one series. The draws depend on `seed` and the names of stage and indicator alone."""
    seeds = [seed, crc32(f"{series.stage}/{series.indicator}".encode())]
    table = series.value.reshape(len(series.units), -1) if series.crossed else None
    ordered = concordance(series)
    return {
        "stage": series.stage,
        "indicator": series.indicator,
        "units": len(series.units),
        "experts": len(series.experts),
        **named("icc", icc_one_way(series.unit, series.value)),
        **named("icc_two_way", None if table is None else icc_agreement(table)),
        **named("alpha", alpha_interval(series.unit, series.value, "interval", seeds)),
        **named("alpha_ordinal", alpha_interval(series.unit, series.value, "ordinal", seeds)),
        "kendall_w": kept(ordered.w) if ordered else None,
        "kendall_units": ordered.units if ordered else 0,
        "kendall_p": kept(ordered.p) if ordered else None,
    }


def named(name: str, found: Estimate | None) -> dict[str, float | None]:
    """The three columns of an estimate."""
    low, high = (found.low, found.high) if found else (None, None)
    return {name: kept(found.value) if found else None, f"{name}_low": kept(low), f"{name}_high": kept(high)}


def expert_severity(scheme: Scheme, marks: pl.DataFrame, compared: Iterable[Series]) -> pl.DataFrame:
    """EXPERT_SEVERITY: every expert, in all stages together ('*') and in each.

    Empty for those whose units nobody else marked.
    """
    order = {ALL_STAGES: -1} | {stage.id: place for place, stage in enumerate(mark_stages(scheme))}
    known_marks = marks.filter(pl.col("stage").is_in(list(order)))
    pooled = pooled_totals(known_marks)
    totals = [*([pooled] if pooled else []), *(series for series in compared if series.indicator == TOTAL)]
    found = {(row["stage"], row["expert"]): row for series in totals for row in severity_rows(series)}
    own = known_marks.select("stage", "expert")
    everyone = pl.concat([own.with_columns(stage=pl.lit(ALL_STAGES)), own]).unique()
    empty = dict.fromkeys(EXPERT_SEVERITY.schema) | {"units": 0}
    return EXPERT_SEVERITY.frame(
        found.get((stage, expert), empty | {"stage": stage, "expert": expert})
        for stage, expert in sorted(everyone.iter_rows(), key=lambda row: (order[row[0]], row[1]))
    )


def severity_rows(series: Series) -> Iterable[dict[str, object]]:
    """The rows of EXPERT_SEVERITY that a series of totals gives."""
    model = severities(series)
    low, high = model.intervals()
    for number, expert in enumerate(series.experts):
        yield {
            "stage": series.stage,
            "expert": expert,
            "component": model.component[number],
            "units": int((series.expert == number).sum()),
            "severity": kept(float(model.severity[number])),
            "error": known(model.error[number]),
            "low": known(low[number]),
            "high": known(high[number]),
        }


def known(value: float) -> float | None:
    """`value` to the decimals that are kept; None for NaN."""
    return None if isnan(value) else kept(float(value))
