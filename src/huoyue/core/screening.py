"""Who is evaluated: the scheme's rules in order, the first that fails deciding, and people's overrides on top.

Only units of an evaluated status are screened; the others are no part of the round's denominator.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import polars as pl

from huoyue.core.filing.coverage import completeness, participation
from huoyue.core.message import M, Message
from huoyue.core.phrase import both
from huoyue.core.scheme.model import Scheme, ScreeningRule
from huoyue.core.tables import SCREENING, Facts

EVALUATED = "evaluated"
VERDICTS = {
    "evaluated": M("to be evaluated"),
    "incomplete": M("filed too little to be evaluated"),
    "not_filed": M("did not file"),
}


def screen(scheme: Scheme, facts: Facts) -> pl.DataFrame:
    """The SCREENING table, one row a unit of an evaluated status, in register order.

    `value` is what the deciding rule measured: records, indicators with a fact, percent filled (cut to one decimal, so
    that it never reads as the requirement it missed), or days late. Both are empty when every rule passed and when a
    person decided; then the reason names the person and what the rules had said.
    """
    units = screened_units(scheme, facts)
    ruled = units.join(first_failures(scheme, facts, units), on="unit", how="left", maintain_order="left")
    ruled = ruled.join(last_days(scheme, facts), on="unit", how="left", maintain_order="left")
    texts = reasons(scheme, ruled)
    said = ruled.join(texts, on=["place", "value", "last_day"], how="left", nulls_equal=True, maintain_order="left")
    by_rule = said.with_columns(pl.col("verdict").fill_null(EVALUATED), decided_by=pl.lit("rule"))
    by_rule = by_rule.select(*SCREENING.schema)
    return SCREENING.check(overridden(by_rule, facts.overrides))


def evaluated_units(screening: pl.DataFrame) -> pl.DataFrame:
    """One column, `unit`: the units whose verdict is evaluated."""
    return screening.filter(pl.col("verdict") == EVALUATED).select("unit")


def screened_units(scheme: Scheme, facts: Facts) -> pl.DataFrame:
    """One column, `unit`, in register order."""
    statuses = [status.id for status in scheme.statuses if status.evaluated]
    return facts.units.filter(pl.col("status").is_in(statuses)).sort("position", "unit").select("unit")


def first_failures(scheme: Scheme, facts: Facts, units: pl.DataFrame) -> pl.DataFrame:
    """unit, place (of the rule), rule, verdict, value, needed: the first rule that each failing unit fails."""
    schema = {"unit": pl.String, "place": pl.Int64, "rule": pl.String, "verdict": pl.String} | dict.fromkeys(
        ("value", "needed"), pl.Float64
    )
    failed = [pl.DataFrame(schema=schema)]
    asked = any(rule.kind == "coverage" for rule in scheme.screening)
    took_part = participation(scheme, own_facts(scheme, facts)) if asked else pl.DataFrame()
    for place, rule in enumerate(scheme.screening):
        frame = failures(scheme, rule, facts, units, took_part)
        failed.append(
            frame.select(
                "unit",
                pl.lit(place, pl.Int64).alias("place"),
                pl.lit(rule.id).alias("rule"),
                pl.lit(rule.verdict).alias("verdict"),
                pl.col("value").cast(pl.Float64),
                pl.lit(needed_by(rule), pl.Float64).alias("needed"),
            )
        )
    return pl.concat(failed).unique("unit", keep="first", maintain_order=True)


def needed_by(rule: ScreeningRule) -> float | None:
    """What a rule asks for, as a figure: a number, a percentage, 0 days late; nothing for having filed."""
    match rule.kind:
        case "filed":
            return None
        case "in_time":
            return 0.0
        case _:
            return float(threshold(rule))


def threshold(rule: ScreeningRule) -> Decimal:
    return Decimal(1) if rule.at_least is None else rule.at_least


def failures(
    scheme: Scheme, rule: ScreeningRule, facts: Facts, units: pl.DataFrame, took_part: pl.DataFrame
) -> pl.DataFrame:
    """unit, value of the units that fail `rule`, whatever the other rules say; `took_part` by their own records."""
    match rule.kind:
        case "filed":
            return units.join(facts.filings, on="unit", how="anti").with_columns(value=pl.lit(None, pl.Float64))
        case "in_time":
            return late(scheme, facts, units)
        case "records":
            return fewer(rule, units, facts.records[str(rule.of)].group_by("unit").agg(value=pl.len()))
        case "coverage":
            return fewer(rule, units, covered(scheme, rule, took_part))
        case "complete":
            return incomplete(rule, units, completeness(scheme, facts))


def late(scheme: Scheme, facts: Facts, units: pl.DataFrame) -> pl.DataFrame:
    """Units that submitted after the close, or after their own last day where they were given more time, with the days.

    Those without a filing fail too, with no figure.
    """
    days = (pl.col("submitted_on") - pl.col("last_day")).dt.total_days()
    submitted = facts.filings.select("unit", "submitted_on").join(last_days(scheme, facts), on="unit")
    filed = units.join(submitted, on="unit", how="left", maintain_order="left")
    return filed.select("unit", value=days).filter(pl.col("value").is_null() | (pl.col("value") > 0))


def last_days(scheme: Scheme, facts: Facts) -> pl.DataFrame:
    """unit, last_day of those who filed: the day filing closed for them, later than for the others where extended."""
    return facts.filings.select("unit", last_day=pl.max_horizontal("due_on", pl.lit(scheme.filing.closes)))


def fewer(rule: ScreeningRule, units: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    """Units whose count is below the rule's; a unit that is not in `counted` has 0."""
    all_units = units.join(counted, on="unit", how="left", maintain_order="left")
    below = pl.col("value").fill_null(0).cast(pl.Int64)
    return all_units.select("unit", value=below).filter(pl.col("value") < float(threshold(rule)))


def covered(scheme: Scheme, rule: ScreeningRule, took_part: pl.DataFrame) -> pl.DataFrame:
    """unit, value: how many indicators (of the rule's pillar) the unit's own records give a fact for."""
    wanted = [i.id for pillar in scheme.pillars if rule.pillar in (None, pillar.id) for i in pillar.indicators]
    counted = took_part.filter(pl.col("participated") & pl.col("indicator").is_in(wanted))
    return counted.group_by("unit").agg(value=pl.len())


def own_facts(scheme: Scheme, facts: Facts) -> Facts:
    """`facts` without the records that others, such as the liaison officer, reported about a unit."""
    own = {kind.id for kind in scheme.records if kind.reported_by == "unit"}
    return replace(facts, records={name: r if name in own else r.clear() for name, r in facts.records.items()})


def incomplete(rule: ScreeningRule, units: pl.DataFrame, filled: pl.DataFrame) -> pl.DataFrame:
    """Units that filled less than the rule's percentage; where nothing is required nothing is missing."""
    share = Fraction(threshold(rule)) / 100
    short = pl.col("filled") * share.denominator < pl.col("required") * share.numerator
    cut = (pl.col("filled") * 1000 // pl.col("required") / 10).round(1)
    return units.join(filled, on="unit", how="inner", maintain_order="left").filter(short).select("unit", value=cut)


def reasons(scheme: Scheme, ruled: pl.DataFrame) -> pl.DataFrame:
    """place, value, last_day, reason_zh, reason_en: a sentence for every distinct finding."""
    distinct = ruled.select("place", "value", "last_day").unique(maintain_order=True)
    texts = [both(reason(scheme, place, value, day)) for place, value, day in distinct.iter_rows()]
    return distinct.with_columns(
        pl.Series("reason_zh", [zh for zh, _ in texts], pl.String),
        pl.Series("reason_en", [en for _, en in texts], pl.String),
    )


def reason(scheme: Scheme, place: int | None, value: float | None, last_day: date | None) -> Message:
    """Why a unit is evaluated or not, with the figures; `last_day` is when filing closed for it, if it filed."""
    if place is None:
        return M("Meets all requirements for being evaluated")
    rule = scheme.screening[place]
    if value is None:
        return M("{reason}", reason=rule.reason)
    return figures(scheme, rule, Decimal(str(value)), last_day or scheme.filing.closes)


def figures(scheme: Scheme, rule: ScreeningRule, value: Decimal, closes: date) -> Message:
    reason, needed = rule.reason, threshold(rule)
    match rule.kind:
        case "in_time":
            return M("{reason} ({days} days after the close on {closes})", reason=reason, days=value, closes=closes)
        case "records":
            kind = scheme.record_type(str(rule.of)).title
            return M(
                "{reason} ({kind}: {value} filed, at least {needed})",
                reason=reason, kind=kind, value=value, needed=needed,
            )  # fmt: skip
        case "coverage" if rule.pillar:
            pillar = next(pillar for pillar in scheme.pillars if pillar.id == rule.pillar).title
            return M(
                "{reason} ({pillar}: {value} indicators covered, at least {needed})",
                reason=reason, pillar=pillar, value=value, needed=needed,
            )  # fmt: skip
        case "coverage":
            return M(
                "{reason} ({value} indicators covered, at least {needed})", reason=reason, value=value, needed=needed
            )
        case _:
            return M("{reason} ({value}% filled, at least {needed}%)", reason=reason, value=value, needed=needed)


def overridden(screening: pl.DataFrame, overrides: pl.DataFrame) -> pl.DataFrame:
    """`screening` with people's decisions in place of the rules', each with who, why, and what the rules had said."""
    decided = screening.join(overrides, on="unit", suffix="_new", maintain_order="left")
    rows = [replaced(row) for row in decided.iter_rows(named=True)]
    if not rows:
        return screening
    return screening.update(pl.DataFrame(rows, schema=SCREENING.schema), on="unit", include_nulls=True)


def replaced(row: dict[str, str]) -> dict[str, object]:
    """One overridden row of SCREENING."""
    texts = {
        lang: M(
            "Decided by {by}: {reason} (by the rules: {verdict}; {before})",
            by=row["by"], reason=row["reason"], verdict=VERDICTS[row["verdict"]], before=row[f"reason_{lang}"],
        )
        for lang in ("zh", "en")
    }  # fmt: skip
    return {
        "unit": row["unit"],
        "verdict": row["verdict_new"],
        "rule": None,
        "value": None,
        "needed": None,
        "decided_by": row["by"],
        "reason_zh": both(texts["zh"])[0],
        "reason_en": both(texts["en"])[1],
    }
