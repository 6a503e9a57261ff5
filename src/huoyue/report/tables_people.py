"""The tables on the panel, on those not evaluated, on doubts, on other years and on candidates."""

from __future__ import annotations

import polars as pl

from huoyue.core.message import M, Message
from huoyue.report import statements
from huoyue.report.context_outlook import FINDINGS_LISTED, history, kind_name, lasting_rows
from huoyue.report.context_people import LONGEST_LIST, NEAR, absent, absent_rows, reason_of, review
from huoyue.report.context_reading import Reading
from huoyue.report.context_values import Count, Num
from huoyue.report.tables import Column, Display

UNITS, NUMBER, NAME = M("Number"), M("No."), M("Name")

VERDICTS = {"not_filed": M("Did not file"), "incomplete": M("Too incomplete to be evaluated")}

RULES: dict[str, Message] = {
    "total": M("Experts' totals differ"),
    "stages": M("Results of stages differ"),
    "tier_crossing": M("Experts' totals fall into different tiers"),
    "border": M("The score lies at a tier border"),
    "indicator_share": M("Marks on one indicator differ"),
}
"""Rule of DIFFERENCES -> its name for readers."""

KINDS: dict[str, Message] = {
    "full_marks": M("Full marks"),
    "top_tier": M("Highest tier"),
    "bottom_tier": M("Lowest tier"),
    "not_evaluated": M("Not evaluated"),
}
"""Kind of STREAKS -> its name for readers."""


def panel(reading: Reading) -> Display:
    experts = reading.facts.experts
    rows = experts.group_by("panel_group", maintain_order=True).agg(pl.len(), homes=pl.col("homes").list.len().sum())
    return Display(
        "panel",
        (
            Column(reading.say(M("Group")), rows["panel_group"].to_list()),
            Column(reading.say(M("Experts")), rows["len"].to_list(), right=True),
            Column(reading.say(M("Pairs to stand back from")), rows["homes"].to_list(), right=True),
        ),
    )


def agreement(reading: Reading) -> Display:
    """How far experts agreed in each stage in which they marked."""
    stages = [stage for stage in review(reading).stages if stage.kind == "marks"]

    def text(number: Num | None) -> str | None:
        return number.text if number else None

    return Display(
        "agreement",
        (
            Column(reading.say(M("Stage")), [stage.title for stage in stages]),
            Column(reading.say(M("Marked by two or more (n)")), [stage.units.value for stage in stages], right=True),
            Column(reading.say(M("Intraclass correlation")), [text(stage.icc) for stage in stages], right=True),
            Column(reading.say(M("Mean range (points)")), [text(stage.mean_range) for stage in stages], right=True),
            Column(reading.say(M("Marks as by rule")), [text(stage.confirmed) for stage in stages], right=True),
            Column(reading.say(M("Experts compared")), [stage.experts.value for stage in stages], right=True),
            Column(reading.say(M("Experts off the common scale")), [s.severe.value for s in stages], right=True),
        ),
    )


def differences(reading: Reading) -> Display:
    """Large differences by rule: units concerned, and how many of them the meeting decided on."""
    rows = reading.result("differences")
    counts = {rule: rows.filter(rule=rule) for rule in RULES if rows.filter(rule=rule).height}
    decided = [own.filter(pl.col("decided"))["unit"].n_unique() for own in counts.values()]
    return Display(
        "differences",
        (
            Column(reading.say(M("Rule")), [reading.say(RULES[rule]) for rule in counts]),
            Column(reading.say(UNITS), [own["unit"].n_unique() for own in counts.values()], right=True),
            Column(reading.say(M("Decided by the meeting")), decided, right=True),
        ),
    )


def borders(reading: Reading) -> Display:
    """Units near each tier border, and those whose tier rests on the draw of experts."""
    risk = reading.result("tier_risk")
    found = {border: risk.filter(border=border) for border in sorted(risk["border"].unique(), reverse=True)}
    near = [own.filter(pl.col("distance").abs() <= NEAR).height for own in found.values()]
    risky = [sum(statements.at_risk(same) for same in own["same_tier"]) for own in found.values()]
    return Display(
        "borders",
        (
            Column(reading.say(M("Tier border")), [reading.points(border) for border in found], right=True),
            Column(reading.say(M("Within one point")), near, right=True),
            Column(reading.say(M("Tier uncertain")), risky, right=True),
        ),
    )


def reasons(reading: Reading) -> Display:
    found = absent(reading)
    lines = [("not_filed", reason) for reason in found.not_filed] + [("incomplete", r) for r in found.incomplete]
    return Display(
        "reasons",
        (
            Column(reading.say(M("Outcome")), [reading.say(VERDICTS[verdict]) for verdict, _ in lines]),
            Column(reading.say(M("Reason")), [reason.text for _, reason in lines]),
            Column(reading.say(UNITS), [reason.units.value for _, reason in lines], right=True),
        ),
    )


def absentees(reading: Reading) -> Display:
    rows = absent_rows(reading)[:LONGEST_LIST]
    units = [str(row["unit"]) for row in rows]
    verdicts = [reading.say(VERDICTS[str(row["verdict"])]) for row in rows]
    return Display(
        "absent",
        (
            *_named(reading, units),
            Column(reading.say(M("Outcome")), verdicts),
            Column(reading.say(M("Reason")), [reason_of(reading, row) for row in rows]),
        ),
    )


def _named(reading: Reading, units: list[str]) -> tuple[Column, Column, Column]:
    return (
        Column(reading.say(NUMBER), list(range(1, len(units) + 1)), right=True),
        Column(reading.say(NAME), [reading.unit_name(unit) for unit in units]),
        Column(reading.name(reading.scheme.words.batch.as_heading()), [reading.batch_of(unit) for unit in units]),
    )


def plausibility(reading: Reading) -> Display:
    rows = reading.result("plausibility")
    kinds = {rule: rows.filter(rule=rule) for rule in rows["rule"].unique(maintain_order=True)}
    return Display(
        "plausibility",
        (
            Column(reading.say(M("Kind")), [kind_name(reading, rule) for rule in kinds]),
            Column(reading.say(M("Findings")), [own["finding"].n_unique() for own in kinds.values()], right=True),
            Column(reading.say(M("Concerned")), [own["unit"].n_unique() for own in kinds.values()], right=True),
        ),
    )


def findings(reading: Reading) -> Display:
    """The first findings one by one, all units of a finding on one line."""
    rows = reading.result("plausibility").filter(pl.col("finding") <= FINDINGS_LISTED)
    own = rows.group_by("finding", maintain_order=True).agg(
        pl.col("rule").first(), pl.col("unit").unique(maintain_order=True), pl.col(f"detail_{reading.lang}").first()
    )
    units = ["；".join(reading.unit_name(unit) for unit in found) for found in own["unit"]]
    return Display(
        "findings",
        (
            Column(reading.say(NUMBER), own["finding"].to_list(), right=True),
            Column(reading.say(M("Kind")), [kind_name(reading, rule) for rule in own["rule"]]),
            Column(reading.say(M("Who")), units),
            Column(reading.say(M("What was found")), own[f"detail_{reading.lang}"].to_list()),
        ),
    )


def change(reading: Reading) -> Display:
    periods = history(reading).periods
    steps: list[tuple[Message, list[Count]]] = [
        (M("Tier known in both (n)"), [period.compared for period in periods]),
        (M("Higher tier now"), [period.up for period in periods]),
        (M("Same tier"), [period.same for period in periods]),
        (M("Lower tier now"), [period.down for period in periods]),
    ]
    columns = [Column(reading.say(m), [count.value for count in counts], right=True) for m, counts in steps]
    return Display("change", (Column(reading.say(M("Earlier period")), [p.label for p in periods]), *columns))


def streaks(reading: Reading) -> Display:
    """Everybody with a streak of at least two periods, by kind."""
    rows = [(kind, *row) for kind in KINDS for row in lasting_rows(reading, kind)[:LONGEST_LIST]]
    return Display(
        "streaks",
        (
            Column(reading.say(M("Kind")), [reading.say(KINDS[kind]) for kind, _, _ in rows]),
            Column(reading.say(NAME), [reading.unit_name(unit) for _, unit, _ in rows]),
            Column(reading.say(M("Successive periods")), [periods for _, _, periods in rows], right=True),
        ),
    )


def candidates(reading: Reading) -> list[Display]:
    """A table of the lists with their sizes, and one for each list that holds units and is short enough."""
    rules = reading.scheme.outlook.candidates
    found = {rule.id: reading.result("candidates").filter(pl.col("list") == rule.id) for rule in rules}
    summary = Display(
        "candidates",
        (
            Column(reading.say(M("List")), [reading.name(rule.title) for rule in rules]),
            Column(reading.say(M("Successive periods")), [rule.periods for rule in rules], right=True),
            Column(reading.say(UNITS), [own.height for own in found.values()], right=True),
        ),
    )
    lists = [
        Display(
            f"candidates-{name}",
            (
                *_named(reading, own["unit"].to_list()),
                Column(reading.say(M("Why")), own[f"reason_{reading.lang}"].to_list()),
            ),
        )
        for name, own in found.items()
        if 0 < own.height <= LONGEST_LIST
    ]
    return [summary, *lists]
