"""The register of objections: the annex that lists what was objected, what became of it, and what changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from huoyue.core.message import M, Message
from huoyue.report.context_reading import Reading
from huoyue.report.context_types import Objections
from huoyue.report.context_values import Count, Num
from huoyue.report.tables import Column, Display

NAME = "objections"
OUTCOMES: dict[str, Message] = {
    "upheld": M("upheld"),
    "partly": M("partly upheld"),
    "dismissed": M("dismissed"),
    "refused": M("not taken up"),
    "withdrawn": M("withdrawn"),
    "received": M("undecided"),
    "admitted": M("undecided"),
}
"""What became of an objection: its outcome once decided, its state otherwise."""
VERDICTS: dict[str, Message] = {
    "evaluated": M("verdict now: evaluated"),
    "incomplete": M("verdict now: incomplete"),
    "not_filed": M("verdict now: not filed"),
}


def objections(reading: Reading) -> Objections:
    """How many objections there were, and what became of them."""
    facts = reading.facts
    ends = Counter(outcome or state for outcome, state in facts.objections.select("outcome", "state").iter_rows())
    return Objections(
        any=facts.objections.height > 0,
        total=num(reading, facts.objections.height),
        units=Count(facts.objections["unit"].n_unique(), NAME),
        upheld=num(reading, ends["upheld"]), partly=num(reading, ends["partly"]),
        dismissed=num(reading, ends["dismissed"]), refused=num(reading, ends["refused"]),
        withdrawn=num(reading, ends["withdrawn"]), open=ends["received"] + ends["admitted"],
        corrected=Count(corrected_units(reading), NAME),
    )  # fmt: skip


def num(reading: Reading, value: int) -> Num:
    return Num(reading.number(value), NAME)


def corrected_units(reading: Reading) -> int:
    """How many units had points or a verdict corrected."""
    numbers = set(reading.facts.objections["number"])
    corrected = set(reading.facts.corrections["unit"])
    overridden = reading.facts.overrides.select("unit", "by").iter_rows()
    return len(corrected | {unit for unit, by in overridden if by in numbers})


def changes(reading: Reading) -> dict[str, list[str]]:
    """What each objection changed, in words, by its number."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in reading.facts.corrections.iter_rows(named=True):
        title = reading.scheme.indicator(row["indicator"]).title
        found[row["number"]].append(
            reading.say(M("{indicator}: {points} points", indicator=title, points=Decimal(row["settled"]) / 100))
        )
    for row in reading.facts.overrides.iter_rows(named=True):
        found[row["by"]].append(reading.say(VERDICTS[row["verdict"]]))
    return found


def table(reading: Reading) -> Display:
    """Number, unit, indicator, outcome, reasons, what changed; never who objected."""
    rows = list(reading.facts.objections.iter_rows(named=True))
    names = dict(reading.facts.units.select("unit", "name").iter_rows())
    changed = changes(reading)
    about = [
        reading.name(reading.scheme.indicator(row["indicator"]).title) if row["indicator"]
        else reading.say(M("Facts or eligibility"))
        for row in rows
    ]  # fmt: skip
    between = "；" if reading.lang == "zh" else "; "
    return Display(
        NAME,
        (
            Column(reading.say(M("Objection number")), [row["number"] for row in rows]),
            Column(reading.say(M("Name")), [names.get(row["unit"], row["unit"]) for row in rows]),
            Column(reading.say(M("Matter")), about),
            Column(
                reading.say(M("What became of it")),
                [reading.say(OUTCOMES[row["outcome"] or row["state"]]) for row in rows],
            ),
            Column(reading.say(M("Reasons")), [row["reasons"] or "–" for row in rows]),
            Column(reading.say(M("What changed")), [between.join(changed[row["number"]]) or "–" for row in rows]),
        ),
    )
