"""What a feedback card says: a unit's score beside its batch and tier, what earned points and what would earn more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from huoyue.core.message import M, Message, Title
from huoyue.core.scheme.bands import tiers_from_top
from huoyue.core.scheme.model import Indicator
from huoyue.core.scoring.explain import next_step
from huoyue.report.told import BY_MARKS, EVERYTHING, Shown, told_notes
from huoyue.snapshot.store import Snapshot
from huoyue.wording import number, render

Row = dict[str, Any]
MOST = 6
"""Indicators with the largest losses that the card gives advice on."""

BASIS = {
    "synthetic": M("assigned for this example, not known"),
    "inferred": M("inferred"),
}


@dataclass(frozen=True)
class Averages:
    """Mean settled points per indicator among the units of each batch and of each tier, and how many units."""

    points: dict[tuple[str, str], Fraction]
    units: dict[str, int]


class Cards:
    """The data of all cards of a round in one language."""

    def __init__(self, snapshot: Snapshot, lang: str, shown: Shown = EVERYTHING) -> None:
        self.scheme, self.lang, self.shown = snapshot.scheme, lang, shown
        results = snapshot.results
        self.digest = snapshot.digest
        self.units: list[Row] = snapshot.facts.units.sort("position").to_dicts()
        self.screening = _by(results["screening"], "unit")
        self.scores = _by(results["scores"], "unit")
        self.points = _by(results["points"], "unit", "indicator")
        self.settled = _by(results["settled"], "unit", "indicator")
        self.pillars = _by(results["pillar_scores"], "unit", "pillar")
        self.parts: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in results["parts"].iter_rows(named=True):
            self.parts[row["unit"], row["indicator"]].append(row)
        self.averages = self._averages()
        self.own_notes = {} if shown.marks else told_notes(snapshot)

    def text(self, message: Message) -> str:
        return render(message, self.lang)

    def _averages(self) -> Averages:
        sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        counts: dict[tuple[str, str], int] = defaultdict(int)
        batch_of = {unit["unit"]: unit["batch"] for unit in self.units}
        for (unit, indicator), row in self.settled.items():
            if row["basis"] == "not_applicable":
                continue
            for group in (f"batch {batch_of[unit]}", f"tier {self.scores[unit,]['tier']}"):
                sums[group, indicator] += Fraction(row["settled_num"], row["settled_den"])
                counts[group, indicator] += 1
        units: dict[str, int] = defaultdict(int)
        for (unit,), row in self.scores.items():
            units[f"batch {batch_of[unit]}"] += 1
            units[f"tier {row['tier']}"] += 1
        return Averages({key: total / counts[key] for key, total in sums.items()}, units)

    def each(self) -> Iterator[tuple[Row, Row]]:
        """Every unit of an evaluated status, in register order, with the data of its card."""
        for unit in self.evaluated():
            yield unit, self.card(unit)

    def evaluated(self) -> list[Row]:
        """The units of an evaluated status, in register order."""
        return [unit for unit in self.units if (unit["unit"],) in self.screening]

    def card(self, unit: Row) -> Row:
        scored = self.scores.get((unit["unit"],))
        heading = M("{period} {index} evaluation: feedback card",
                    period=self.scheme.period.label, index=self.scheme.words.index)  # fmt: skip
        common = {
            "lang": self.lang,
            "heading": self.text(heading),
            "name": unit["name"],
            "facts": self._facts(unit),
            "headings": [self.text(heading) for heading in headings(self.scheme.words.batch)],
            "foot": self.text(
                M("Computed from the snapshot {digest}. {note}", digest=self.digest[:16], note=self._note())
            ),
        }
        return common | (self._evaluated(unit, scored) if scored else self._not_evaluated(unit))

    def _note(self) -> str:
        notes = self.scheme.report.notes
        return notes[-1].in_language(self.lang) if notes else ""

    def _facts(self, unit: Row) -> list[str]:
        batch = {entry.id: entry.title for entry in self.scheme.batches}[unit["batch"]].in_language(self.lang)
        marked = BASIS.get(unit["basis"])
        industry = {entry.id: entry.title for entry in self.scheme.industries}.get(unit["industry"] or "")
        facts = [self.text(M("Code {code}", code=unit["unit"]))]
        facts.append(self.text(M("{batch} ({basis})", batch=batch, basis=marked)) if marked else batch)
        return facts + ([industry.in_language(self.lang)] if industry else [])

    def _evaluated(self, unit: Row, scored: Row) -> Row:
        tier = self.scheme.tier(scored["tier"])
        place = M("rank {rank} of {count} evaluated", rank=scored["rank"], count=len(self.scores))
        counts = self.averages.units
        legend = M(
            "Bar: own points. Line: mean of the {group} (n={units}). Ring: mean of the tier (n={tier}).",
            group=self.scheme.words.batch, units=counts[f"batch {unit['batch']}"], tier=counts[f"tier {tier.id}"],
        )  # fmt: skip
        vetoes = {veto.id: veto.title for veto in self.scheme.vetoes}
        veto = vetoes.get(scored["veto"] or "")
        held = [{"title": self.text(M("Held to this tier")), "entries": [veto.in_language(self.lang)]}] if veto else []
        return {
            "score": self._points(Fraction(scored["score"])),
            "tier": tier.title.in_language(self.lang),
            "colour": tier.colour,
            "place": self.text(place) if self.shown.ranks else "",
            "notes": held,
            "pillars": [self._pillar(unit, pillar.id, tier.id) for pillar in self.scheme.pillars],
            "legend": self.text(legend),
            "advice": self._advice(unit),
        }

    def _points(self, hundredths: Fraction) -> str:
        return number(hundredths / 100, self.lang)

    def _pillar(self, unit: Row, pillar: str, tier: str | None) -> Row:
        entry = {p.id: p for p in self.scheme.pillars}[pillar]
        rows = [self._indicator(unit, indicator, tier) for indicator in entry.indicators]
        own = self.pillars.get((unit["unit"], pillar))
        points = ""
        if own is not None:
            exact = Fraction(own["score_num"], own["score_den"])
            points = f"{self._points(exact)}/{self._points(Fraction(own['maximum']))}"
        return {"name": entry.title.in_language(self.lang), "points": points, "rows": rows}

    def _indicator(self, unit: Row, indicator: Indicator, tier: str | None) -> Row:
        code = unit["unit"]
        settled, suggested = self.settled.get((code, indicator.id)), self.points.get((code, indicator.id))
        exact = self._own(settled, suggested)
        maximum = Fraction(suggested["maximum"] if suggested else 0)
        batch = self._mean(f"batch {unit['batch']}", indicator.id)
        peers = self._mean(f"tier {tier}", indicator.id)
        why = str(suggested[f"explanation_{self.lang}"]) if suggested else ""
        if settled is not None and settled["basis"] in ("marks", "decision", "correction"):
            why = f"{why}　{self._note_on(code, indicator.id, settled)}"
        return {
            "name": indicator.short.in_language(self.lang),
            "own": float(exact or 0),
            "max": float(maximum),
            "points": "–" if exact is None else self._points(exact),
            "maximum": self._points(maximum),
            "batch": None if batch is None else float(batch),
            "tier": None if peers is None else float(peers),
            "batch_text": average_text(batch),
            "tier_text": average_text(peers),
            "why": why,
        }

    def _mean(self, group: str, indicator: str) -> Fraction | None:
        """The mean of a group of units that are enough to be told of together."""
        enough = self.averages.units.get(group, 0) >= self.shown.least
        return self.averages.points.get((group, indicator)) if enough else None

    def _note_on(self, unit: str, indicator: str, settled: Row) -> str:
        if self.shown.marks:
            return str(settled[f"note_{self.lang}"])
        return self.text(self.own_notes.get((unit, indicator), BY_MARKS))

    @staticmethod
    def _own(settled: Row | None, suggested: Row | None) -> Fraction | None:
        if settled is not None and settled["basis"] != "not_applicable":
            return Fraction(settled["settled_num"], settled["settled_den"])
        if suggested is not None and suggested["points"] is not None:
            return Fraction(suggested["points"])
        return None

    def _advice(self, unit: Row) -> list[Row]:
        lost = []
        for indicator in self.scheme.indicators:
            row = self.settled.get((unit["unit"], indicator.id))
            if row is not None and row["basis"] != "not_applicable" and not indicator.bonus:
                gap = row["maximum"] - Fraction(row["settled_num"], row["settled_den"])
                lost.append((gap, indicator, row))
        largest = sorted((entry for entry in lost if entry[0] > 0), key=lambda entry: -entry[0])[:MOST]
        entries = [self._entry(unit["unit"], *entry) for entry in largest]
        if not entries:
            return [{"title": self.text(M("Full points")), "entries": [self.text(M("Nothing was lost this time."))]}]
        return [{"title": self.text(M("Where most was lost, and what would earn it next time")), "entries": entries}]

    def _entry(self, unit: str, gap: Fraction, indicator: Indicator, row: Row) -> str:
        exact = Fraction(row["settled_num"], row["settled_den"])
        step = next_step(self.scheme, indicator, self.parts[unit, indicator.id], row["maximum"], exact)
        said = self.text(M("{indicator}: {points} points lost.", indicator=indicator.title, points=gap / 100))
        advice = [self.text(step)] if step else []
        advice += [indicator.advice.in_language(self.lang)] if indicator.advice else []
        between = "" if self.lang == "zh" else " "
        return between.join([said, *(ended(sentence, self.lang) for sentence in advice)])

    def _not_evaluated(self, unit: Row) -> Row:
        verdict = self.screening[unit["unit"],]
        rules = {rule.id: rule for rule in self.scheme.screening}
        rule = rules.get(verdict["rule"] or "")
        entries = [verdict[f"reason_{self.lang}"]]
        notes = [{"title": self.text(M("Why it was not evaluated")), "entries": entries}]
        if rule is not None and rule.mend is not None:
            mend = [rule.mend.in_language(self.lang)]
            notes.append({"title": self.text(M("What to do next time")), "entries": mend})
        filed = any((unit["unit"], indicator.id) in self.points for indicator in self.scheme.indicators)
        needed = [rule.title.in_language(self.lang) for rule in self.scheme.screening]
        if not filed:
            notes.append({"title": self.text(M("What is needed to be evaluated")), "entries": needed})
        legend = M("Points by rule for what was filed; they are for orientation and are no score.")
        return {
            "score": None,
            "tier": self.text(M("Not evaluated")),
            "colour": tiers_from_top(self.scheme)[0].colour,
            "place": "",
            "notes": notes,
            "pillars": [self._pillar(unit, pillar.id, None) for pillar in self.scheme.pillars] if filed else [],
            "legend": self.text(legend),
            "advice": [],
        }


def headings(group: Title) -> tuple[Message, ...]:
    """Of the columns of a card, where a group of units is called `group`."""
    mean = M("Mean of the {group}", group=group)
    return M("Indicator"), M("Points earned"), M("Compared"), mean, M("Tier mean"), M("What earned the points")


def ended(sentence: str, lang: str) -> str:
    """The sentence with a full stop."""
    return sentence if sentence.endswith(("。", ".", "！", "!")) else sentence + ("。" if lang == "zh" else ".")


def _by(frame: pl.DataFrame, *key: str) -> dict[tuple[Any, ...], Row]:
    return {tuple(row[name] for name in key): row for row in frame.iter_rows(named=True)}


def average_text(hundredths: Fraction | None) -> str:
    """A mean with two places whatever they are, so that those of a column stand below one another; a dash for none."""
    if hundredths is None:
        return "–"
    exact = Decimal(hundredths.numerator) / Decimal(hundredths.denominator) / 100
    return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
