"""The part of the context that describes the round: the scheme's texts, its panel, who filed and who did not."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from huoyue.core.analysis.margins import ALL
from huoyue.core.message import Title
from huoyue.core.scheme.model import Pillar, Stage
from huoyue.report import statements
from huoyue.report.context_reading import KNOWN, Reading, decimal
from huoyue.report.context_types import (
    Absent,
    Basis,
    Funnel,
    PillarText,
    Reason,
    Review,
    StageText,
    Texts,
    Timing,
    Words,
)
from huoyue.report.context_values import Count, Num
from huoyue.report.standing_back import own_marks

LONGEST_LIST = 1000
"""Lists of units longer than this stand in the workbook only."""

LONGEST_SENTENCE = 30
"""More units than this are not named within a sentence."""

NEAR = 100
"""Hundredths of a point from a tier border that count as near it."""


def words(reading: Reading) -> Words:
    own = reading.scheme.words
    name = reading.name
    return Words(
        name(own.unit), name(own.units), own.counter, name(own.network), name(own.index),
        name(own.batch), name(own.batches), name(own.industry), name(own.industries),
    )  # fmt: skip


def texts(reading: Reading) -> Texts:
    scheme, report = reading.scheme, reading.scheme.report

    def names(titles: tuple[Title, ...]) -> tuple[str, ...]:
        return tuple(reading.name(title) for title in titles)

    return Texts(
        title=reading.name(report.title),
        subtitle=reading.name(report.subtitle) if report.subtitle else "",
        issuer=reading.name(report.issuer),
        background=names(report.background),
        principles=names(report.principles),
        process=names(report.process),
        panel=names(report.panel),
        notes=names(report.notes),
        discipline=reading.name(scheme.review.discipline) if scheme.review.discipline else "",
        published=reading.name(scheme.provenance.published),
        ours=reading.name(scheme.provenance.ours),
    )


def timing(reading: Reading) -> Timing:
    period, filing = reading.scheme.period, reading.scheme.filing
    return Timing(reading.name(period.label), period.starts, period.ends, filing.opens, filing.closes)


def pillar_text(reading: Reading, pillar: Pillar) -> PillarText:
    return PillarText(
        title=reading.name(pillar.title),
        why=reading.name(pillar.why) if pillar.why else "",
        points=f"{pillar.points:f}",
        indicators=tuple(reading.name(indicator.title) for indicator in pillar.indicators),
        bonus=any(indicator.bonus for indicator in pillar.indicators),
    )


def review(reading: Reading) -> Review:
    facts = reading.facts
    experts, differences, risk = facts.experts, reading.result("differences"), reading.result("tier_risk")
    risky = [same for same in risk["same_tier"] if statements.at_risk(same)]
    return Review(
        any=facts.marks.height > 0,
        stages=tuple(stage_text(reading, stage) for stage in reading.scheme.review.stages),
        experts=Num(reading.number(experts.height), "panel"),
        groups=Num(reading.number(experts["panel_group"].n_unique()), "panel"),
        homes=Num(reading.number(int(experts["homes"].list.len().sum())), "panel"),
        broken=own_marks(reading).height,
        differences=Count(differences["unit"].n_unique(), "differences"),
        discussed=Count(facts.decisions["unit"].n_unique(), "differences"),
        all_discussed=set(facts.decisions["unit"]) == set(differences["unit"]),
        near=Count(risk.filter(pl.col("distance").abs() <= NEAR).height, "borders"),
        risky=Count(len(risky), "borders"),
        risk_known=risk["same_tier"].count() > 0,
    )


def stage_text(reading: Reading, stage: Stage) -> StageText:
    scales = reading.result("expert_scales").filter(pl.col("stage") == stage.id)
    found = {str(row["stage"]): row for row in reading.result("agreement").to_dicts()}.get(stage.id, {})
    severe = [True for row in scales.to_dicts() if statements.severe(row["low"], row["high"])]
    return StageText(
        id=stage.id,
        title=reading.name(stage.title),
        kind=stage.kind,
        purpose=reading.name(stage.purpose) if stage.purpose else "",
        reviewers=stage.reviewers,
        across_groups=stage.across_groups,
        units=Count(int(found.get("units", 0)), "agreement"),
        severe=Count(len(severe), "agreement"),
        experts=Count(scales["severity"].count(), "agreement"),
        icc=real(found.get("icc"), "agreement", 3),
        mean_range=real(found.get("mean_range"), "agreement"),
        confirmed=confirmed(found),
    )


def confirmed(found: Mapping[str, object]) -> Num | None:
    """Share of marks equal to the points by rule. A real number by now, so it is printed to one decimal."""
    share = found.get("confirmed")
    return None if share is None else Num(f"{float(str(share)) * 100:.1f}%", "agreement")


def real(value: object, table: str, decimals: int = 2) -> Num | None:
    """A real number with a true minus sign; None stays None."""
    if value is None:
        return None
    return Num(decimal(value, decimals), table)


def funnel(reading: Reading) -> Funnel:
    cells = {(step, batch): int(n) for step, batch, n in reading.result("funnel").iter_rows()}
    counts = {step: n for (step, batch), n in cells.items() if batch == ALL}
    named = {step: Count(n, "funnel") for step, n in counts.items()}
    return Funnel(
        **{step: named[step] for step in ("all", "filed", "not_filed", "incomplete", "evaluated")},
        absent=Count(counts["all"] - counts["evaluated"], "funnel"),
        batches=tuple((name, Count(cells["all", batch], "funnel")) for batch, name in reading.batch_names.items()),
    )


def absent_rows(reading: Reading) -> list[dict[str, object]]:
    """Screening rows of the units that were not evaluated, in register order, those that did not file first."""
    rows = reading.result("screening").filter(pl.col("verdict") != "evaluated").to_dicts()
    inside = [row for row in rows if row["unit"] in reading.units]
    order = {"not_filed": 0, "incomplete": 1}
    return sorted(inside, key=lambda row: (order[str(row["verdict"])], _position(reading, str(row["unit"]))))


def _position(reading: Reading, unit: str) -> int:
    return int(str(reading.units[unit]["position"]))


def absent(reading: Reading) -> Absent:
    rows = absent_rows(reading)
    overridden = [row for row in rows if row["decided_by"] != "rule"]
    return Absent(
        any=bool(rows),
        listed=len(rows) <= LONGEST_LIST,
        not_filed=reasons(reading, rows, "not_filed"),
        incomplete=reasons(reading, rows, "incomplete"),
        overridden=Count(len(overridden), "reasons"),
    )


def reasons(reading: Reading, rows: list[dict[str, object]], verdict: str) -> tuple[Reason, ...]:
    """Reasons of one verdict with how many units they concern, most frequent first."""
    counts: dict[str, int] = {}
    for row in rows:
        if row["verdict"] == verdict:
            text = reason_of(reading, row)
            counts[text] = counts.get(text, 0) + 1
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return tuple(Reason(text, Count(number, "reasons")) for text, number in ordered)


def reason_of(reading: Reading, row: Mapping[str, object]) -> str:
    """The reason of the rule as the scheme words it, or the person's own where one decided."""
    rules = {rule.id: rule for rule in reading.scheme.screening}
    rule = rules.get(str(row["rule"])) if row["decided_by"] == "rule" else None
    return reading.name(rule.reason) if rule else str(row[f"reason_{reading.lang}"])


def basis(reading: Reading) -> Basis:
    known = [str(row["basis"]) for row in reading.units.values()]

    def counted(*names: str) -> Num:
        return Num(reading.number(sum(name in names for name in known)), "funnel")

    several = len(reading.scheme.batches) > 1
    return Basis(
        uncertain=reading.uncertain > 0,
        marked=several and reading.uncertain > 0,
        known=counted(*KNOWN),
        inferred=counted("inferred"),
        synthetic=counted("synthetic"),
    )


def mean_text(total: int, units: int) -> str:
    """Mean of scores in hundredths, in points, to two decimals half up."""
    exact = Decimal(total) / Decimal(units * 100)
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
