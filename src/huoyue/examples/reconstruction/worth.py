"""What each deed earns, asked of the scoring engine: a trial alliance for every deed, scored by the scheme."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from huoyue.core.scheme.model import Scheme
from huoyue.core.scoring.points import suggest
from huoyue.core.screening import screen
from huoyue.core.tables import Facts
from huoyue.examples.assembly import gathered
from huoyue.examples.reconstruction.contacts import contact_log
from huoyue.examples.reconstruction.deeds import DEEDS, Deed
from huoyue.examples.reconstruction.ledger import Ledger, Row
from huoyue.examples.reconstruction.records import written

Options = dict[str, "list[Choice]"]

PARTNERS = ["partner-1", "partner-2", "partner-3", "partner-4"]


@dataclass(frozen=True)
class Choice:
    """A deed and the hundredths it brings: by rule, or by what a fair expert thinks of it."""

    deed: Deed
    points: int


def choices(scheme: Scheme) -> dict[str, list[Choice]]:
    """All deeds of every indicator with what they bring, fewest points first."""
    trials = [(indicator, deed) for indicator, deeds in DEEDS.items() for deed in deeds]
    facts = trial_facts(scheme, trials)
    points = suggest(scheme, facts, screen(scheme, facts)).points
    earned = {row[:2]: row[2] for row in points.select("unit", "indicator", "points").iter_rows()}
    found: dict[str, list[Choice]] = {indicator: [] for indicator in DEEDS}
    for number, (indicator, deed) in enumerate(trials):
        by_rule = earned[f"trial-{number}", indicator]
        found[indicator].append(Choice(deed, by_rule if by_rule is not None else deed.merit or 0))
    return {indicator: sorted(listed, key=lambda choice: choice.points) for indicator, listed in found.items()}


def trial_facts(scheme: Scheme, trials: list[tuple[str, Deed]]) -> Facts:
    rows: dict[str, list[Row]] = {"units": [], "filings": []}
    for number, (indicator, deed) in enumerate(trials):
        unit = f"trial-{number}"
        rows["units"].append(trial_unit(scheme, unit, number))
        rows["filings"].append({"unit": unit, "submitted_on": scheme.filing.closes})
        ledger = Ledger(scheme, unit, Random(number), scheme.period.ends)  # noqa: S311  # why: reproducible
        written(ledger, {indicator: deed}, PARTNERS)
        for kind, row in ledger.rows:
            rows.setdefault(f"records/{kind}", []).append(row)
        if indicator == "contact":
            log = contact_log(scheme, unit, "", deed.kinds[0], ledger.rng)
            rows.setdefault("records/contact_attempt", []).extend(log)
    return gathered(scheme, rows)


def trial_unit(scheme: Scheme, unit: str, number: int) -> Row:
    return {
        "unit": unit, "name": unit, "aliases": [], "batch": scheme.batches[0].id, "status": scheme.statuses[0].id,
        "basis": "synthetic", "position": number + 1,
    }  # fmt: skip
