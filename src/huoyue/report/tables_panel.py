"""The tables on how the panel marked: agreement by indicator, severity, and what would be without it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from huoyue.core.analysis.panel.series import ALL_STAGES, TOTAL
from huoyue.core.message import M
from huoyue.core.review.combine import mark_stages
from huoyue.report.context_people import LONGEST_LIST
from huoyue.report.context_reading import Reading, decimal
from huoyue.report.tables import Column, Display

SMALLEST = 0.001
"""Chances below this are not printed."""


def agreement_indicators(reading: Reading) -> list[Display]:
    """A table for each stage that has marks to compare: coefficients of agreement of totals and of every indicator."""
    rows = reading.result("agreement_indicators")
    stages = [stage.id for stage in mark_stages(reading.scheme)]
    return [agreement_of(reading, stage, rows.filter(stage=stage).to_dicts()) for stage in stages]


def agreement_of(reading: Reading, stage: str, rows: list[dict[str, object]]) -> Display:
    """What does not fit the page - intervals of the ordinal alpha, chances below a thousandth - is in the workbook."""
    titles = {indicator.id: reading.name(indicator.title) for indicator in reading.scheme.indicators}
    titles[TOTAL] = reading.say(M("Experts' totals"))
    two_way = any(row["icc_two_way"] is not None for row in rows)
    estimates = [
        (M("Intraclass correlation"), "icc"),
        *([(M("The same, two-way"), "icc_two_way")] if two_way else []),
        (M("Krippendorff's α"), "alpha"),
    ]
    ordinal = [None if row["alpha_ordinal"] is None else decimal(row["alpha_ordinal"], 3) for row in rows]
    return Display(
        f"agreement-{stage}",
        (
            Column(reading.say(M("Indicator")), [titles.get(str(row["indicator"]), "") for row in rows]),
            Column(reading.say(M("Marked by two or more (n)")), [whole(row["units"]) for row in rows], right=True),
            *(
                Column(reading.say(head), [estimate(reading, row, name) for row in rows], right=True)
                for head, name in estimates
            ),
            Column(reading.say(M("α, ordinal")), ordinal, right=True),
            Column(reading.say(M("Kendall's W")), [concordance(reading, row) for row in rows], right=True),
        ),
    )


def estimate(reading: Reading, row: Mapping[str, object], name: str) -> str | None:
    """A coefficient to three decimals with its interval, where there is one."""
    value, low, high = row[name], row[f"{name}_low"], row[f"{name}_high"]
    if value is None:
        return None
    if low is None or high is None:
        return decimal(value, 3)
    return decimal(value, 3) + bounds(reading, low, high, 3)


def bounds(reading: Reading, low: object, high: object, places: int) -> str:
    """An interval in brackets, as it stands behind its estimate."""
    first, last = decimal(low, places), decimal(high, places)
    return f"（{first}～{last}）" if reading.lang == "zh" else f" ({first} to {last})"


def concordance(reading: Reading, row: Mapping[str, object]) -> str | None:
    """W; with the chance p of it, if there were no concordance, unless that is below a thousandth."""
    if row["kendall_w"] is None:
        return None
    shown, chance = decimal(row["kendall_w"], 3), float(str(row["kendall_p"]))
    if chance < SMALLEST:
        return shown
    return shown + (f"（p = {chance:.3f}）" if reading.lang == "zh" else f" (p = {chance:.3f})")


def severity_rows(reading: Reading) -> list[dict[str, object]]:
    """Experts compared over all stages, the most severe first, with both models' columns (`logit_` before Rasch's)."""
    logits = reading.result("expert_logits").filter(stage=ALL_STAGES).drop("stage", "component")
    renamed = logits.rename({name: f"logit_{name}" for name in logits.columns if name != "expert"})
    rows = reading.result("expert_severity").filter(stage=ALL_STAGES).drop_nulls("severity")
    joined = rows.join(renamed, on="expert", how="left", maintain_order="left")
    return joined.sort("component", "severity", "expert", descending=[False, True, False]).to_dicts()


def severity(reading: Reading) -> Display:
    """Experts by number, not by name: the most severe first, in groups that can be compared."""
    rows = severity_rows(reading)
    groups = len({row["component"] for row in rows}) > 1
    infit, outfit = ([number(row[f"logit_{name}"]) for row in rows] for name in ("infit", "outfit"))
    return Display(
        "severity",
        (
            Column(reading.say(M("No.")), list(range(1, len(rows) + 1)), right=True),
            *(
                [Column(reading.say(M("Group compared")), [whole(row["component"]) for row in rows], right=True)]
                if groups
                else []
            ),
            Column(reading.say(M("Marked by two or more (n)")), [whole(row["units"]) for row in rows], right=True),
            Column(reading.say(M("Severity in points")), [ranged(reading, row, "", 2) for row in rows], right=True),
            Column(
                reading.say(M("Severity in logits")), [ranged(reading, row, "logit_", 3) for row in rows], right=True
            ),
            Column(reading.say(M("Infit")), infit, right=True),
            Column(reading.say(M("Outfit")), outfit, right=True),
        ),
    )


def ranged(reading: Reading, row: Mapping[str, object], of: str, places: int) -> str | None:
    """A severity with its interval, where there is one."""
    value, low, high = (row[f"{of}{name}"] for name in ("severity", "low", "high"))
    if value is None:
        return None
    shown = decimal(value, places)
    return shown if low is None or high is None else shown + bounds(reading, low, high, places)


def number(value: object) -> str | None:
    return None if value is None else decimal(value)


def whole(value: object) -> int:
    return int(str(value))


def severity_effect(reading: Reading) -> Display:
    """Units whose tier would be another one with severity removed, in the order of the scores."""
    rows = reading.result("severity_effect").filter(pl.col("changed")).head(LONGEST_LIST).to_dicts()
    scores = {name: [reading.points(whole(row[name])) for row in rows] for name in ("score", "adjusted")}
    tiers = {name: [reading.tier_names[str(row[name])] for row in rows] for name in ("tier", "tier_adjusted")}
    return Display(
        "severity-effect",
        (
            Column(reading.say(M("Name")), [reading.unit_name(str(row["unit"])) for row in rows]),
            Column(reading.say(M("Score")), scores["score"], right=True),
            Column(reading.say(M("Score with severity removed")), scores["adjusted"], right=True),
            Column(reading.say(M("Tier")), tiers["tier"]),
            Column(reading.say(M("Tier with severity removed")), tiers["tier_adjusted"]),
        ),
    )
