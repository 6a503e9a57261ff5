"""The part of the context that looks at doubts, at other years and ahead."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from huoyue.core.analysis.history import by_number
from huoyue.core.message import M
from huoyue.core.scheme.model import Candidates, Relative, simple_parts
from huoyue.core.scheme.model import Recommendation as Recommended
from huoyue.report import statements
from huoyue.report.context_people import LONGEST_LIST, LONGEST_SENTENCE
from huoyue.report.context_reading import KNOWN, Reading
from huoyue.report.context_types import (
    CandidateList,
    Earlier,
    EarlierSource,
    Finding,
    History,
    Method,
    Plausibility,
    Recommendation,
    Streak,
)
from huoyue.report.context_values import Count, Num
from huoyue.report.transitions import FAR, matrices

FINDINGS_LISTED = 60
"""Findings of plausibility that the report prints; the workbook holds all."""

KINDS = {
    "same_claim": M("The same achievement claimed by more than one"),
    "same_evidence": M("The same evidence used more than once"),
    "duplicate": M("A record filed twice"),
    "outlier": M("A number far from those of its group"),
    "date": M("A date that cannot be right"),
    "other_round": M("Claimed in an earlier round as well"),
}
"""Rule of PLAUSIBILITY -> its name for readers."""


def kind_name(reading: Reading, rule: str) -> str:
    return reading.say(KINDS[rule]) if rule in KINDS else rule


def plausibility(reading: Reading) -> Plausibility:
    rows = reading.result("plausibility")
    rules = rows["rule"].unique(maintain_order=True).to_list()
    numbers = rows["finding"].n_unique()
    return Plausibility(
        any=rows.height > 0,
        kinds=tuple(finding(reading, rule, rows.filter(rule=rule)) for rule in rules),
        total=Num(reading.number(numbers), "plausibility"),
        units=Count(rows["unit"].n_unique(), "plausibility"),
        all_listed=numbers <= FINDINGS_LISTED,
    )


def finding(reading: Reading, rule: str, rows: pl.DataFrame) -> Finding:
    findings = Num(reading.number(rows["finding"].n_unique()), "plausibility")
    return Finding(kind_name(reading, rule), findings, Count(rows["unit"].n_unique(), "plausibility"))


def history(reading: Reading) -> History:
    change = reading.result("change").filter(pl.col("unit").is_in(list(reading.units)))
    periods = sorted(change["period"].unique().to_list(), key=by_number, reverse=True)
    return History(
        any=bool(periods),
        periods=tuple(earlier(reading, period, change.filter(period=period)) for period in periods),
        sources=tuple(
            EarlierSource(reading.period(row["period"]), row["source"])
            for period in periods
            for row in reading.facts.earlier_sources.filter(period=period).iter_rows(named=True)
        ),
        full_marks=streaks(reading, "full_marks"),
        top=lasting(reading, "top_tier"),
        bottom=lasting(reading, "bottom_tier"),
        away=lasting(reading, "not_evaluated"),
    )


def earlier(reading: Reading, period: str, rows: pl.DataFrame) -> Earlier:
    steps = rows["tier_step"].drop_nulls()
    schemes = reading.facts.earlier_schemes.filter(period=period).to_dicts()
    known = schemes[0] if schemes else {"scores_comparable": False, "same": 0, "changed": 0}
    moved = reading.result("movement").filter(pl.col("period") == period, pl.col("unit").is_in(list(reading.units)))
    changes = moved["score_change"].drop_nulls()
    table = next((matrix.name for matrix in matrices(reading) if matrix.period == period), "transitions-1")
    return Earlier(
        label=reading.period(period),
        compared=Count(len(steps), "change"),
        up=Count(int((steps > 0).sum()), "change"),
        same=Count(int((steps == 0).sum()), "change"),
        down=Count(int((steps < 0).sum()), "change"),
        scheme_known=bool(schemes),
        scores_comparable=bool(known["scores_comparable"]),
        standards_same=Num(reading.number(known["same"]), "change"),
        standards_other=Num(reading.number(known["changed"]), "change"),
        score_up=Count(int((changes > 0).sum()), "change"),
        score_down=Count(int((changes < 0).sum()), "change"),
        far_up=Count(int((steps >= FAR).sum()), "movers"),
        far_down=Count(int((steps <= -FAR).sum()), "movers"),
        table=table,
        uncertain=bool((~rows["basis"].fill_null("evidenced").is_in(KNOWN)).any()),
    )


def lasting_rows(reading: Reading, kind: str) -> list[tuple[str, int]]:
    """(unit, periods) of streaks of at least two periods, longest first, then in register order."""
    rows = reading.result("streaks").filter((pl.col("kind") == kind) & (pl.col("periods") > 1))
    inside = [(str(unit), int(n)) for unit, n in rows.select("unit", "periods").iter_rows() if unit in reading.units]
    return sorted(inside, key=lambda row: (-row[1], int(str(reading.units[row[0]]["position"]))))


def lasting(reading: Reading, kind: str) -> Count:
    return Count(len(lasting_rows(reading, kind)), "streaks")


def streaks(reading: Reading, kind: str) -> tuple[Streak, ...]:
    rows = lasting_rows(reading, kind)
    rows = rows if len(rows) <= LONGEST_SENTENCE else []
    return tuple(Streak(reading.unit_name(unit), Num(reading.number(n), "streaks")) for unit, n in rows)


def candidate_list(reading: Reading, rule: Candidates) -> CandidateList:
    size = reading.result("candidates").filter(pl.col("list") == rule.id).height
    table = f"candidates-{rule.id}"
    return CandidateList(
        title=reading.name(rule.title),
        kind=rule.kind,
        periods=rule.periods,
        tiers=tuple(reading.tier_names[tier] for tier in rule.tiers),
        not_evaluated=rule.not_evaluated,
        least="" if rule.score_at_least is None else f"{rule.score_at_least:f}",
        units=Count(size, "candidates"),
        listed=size <= LONGEST_LIST,
        table=table,
    )


def candidates(reading: Reading) -> tuple[CandidateList, ...]:
    return tuple(candidate_list(reading, rule) for rule in reading.scheme.outlook.candidates)


def recommendation(reading: Reading, given: Recommended, lists: Mapping[str, CandidateList]) -> Recommendation:
    return Recommendation(reading.name(given.title), reading.name(given.text), lists.get(given.rests_on or ""))


def recommendations(reading: Reading) -> tuple[Recommendation, ...]:
    rules = reading.scheme.outlook.candidates
    lists = {rule.id: found for rule, found in zip(rules, candidates(reading), strict=True)}
    return tuple(recommendation(reading, given, lists) for given in reading.scheme.report.recommendations)


def method(reading: Reading) -> Method:
    scheme = reading.scheme
    relative = any(isinstance(part, Relative) for i in scheme.indicators for part in simple_parts(i.standard))
    return Method(
        rounding=scheme.rounding.method,
        decimals=scheme.rounding.decimals,
        percent=scheme.percentages.method,
        percent_decimals=scheme.percentages.decimals,
        ties=scheme.ties.method,
        then=scheme.ties.then,
        slight=f"{float(statements.SLIGHT * 100):g}",
        has_review=reading.facts.marks.height > 0,
        has_relative=relative,
    )
