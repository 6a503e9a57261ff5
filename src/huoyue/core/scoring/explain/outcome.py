"""Why a unit has the points it has on an indicator: a sentence down to the records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter

from huoyue.core.filing.measures import Plan
from huoyue.core.filing.quantities import measures_of, quantities_of
from huoyue.core.message import M, Message
from huoyue.core.phrase import both
from huoyue.core.scheme.model import Indicator, Ratio, SimplePart, Step, Steps, hundredths, simple_parts
from huoyue.core.scoring.explain.found import Basis, Row, found_words
from huoyue.core.scoring.explain.standard import descending, ratio_value, rule_words, step_words
from huoyue.core.scoring.explain.words import amount, worth
from huoyue.core.scoring.parts import tag_of

NAMED_RECORDS = 8
"""So many records are named in a sentence; the table EARNED has all."""


class Explainer:
    """Explanations of POINTS in both languages. What depends on values alone is written once, however many have them.

    `columns` are those of the wide table; `records` names what counted by (unit, indicator, part).
    """

    def __init__(self, plan: Plan, columns: Iterable[str], records: Mapping[tuple[str, str, int], list[str]]) -> None:
        self.plan, self.records = plan, records
        known = tuple(columns)
        self.behind = {one.id: values_of(columns_behind(plan, one, known)) for one in plan.scheme.indicators}
        self.written: dict[tuple[object, ...], tuple[str, str]] = {}

    def explained(self, indicator: Indicator, row: Row, outcome: str) -> dict[str, str]:
        """explanation_zh and explanation_en of one unit."""
        key = (indicator.id, outcome, self.behind[indicator.id](row))
        if key not in self.written:
            self.written[key] = both(explanation(Basis(self.plan, indicator, row), outcome))
        zh, en = self.written[key]
        named = record_words(indicator, self.records, str(row["unit"])) if outcome == "scored" else None
        more_zh, more_en = ("", "") if named is None else both(named)
        return {"explanation_zh": zh + more_zh, "explanation_en": en + more_en}


def values_of(columns: tuple[str, ...]) -> Callable[[Row], object]:
    """What takes the values of `columns` from a row."""
    return itemgetter(*columns) if columns else lambda _: ()


def columns_behind(plan: Plan, indicator: Indicator, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of the wide table that an explanation reads."""
    parts = list(simple_parts(indicator.standard))
    drawn = {plan.columns[found] for part in parts for found in quantities_of(part)}
    named = {plan.name(measure) for part in parts for measure in measures_of(part)}
    tags = tuple(tag_of(indicator, number) for number in range(len(parts)))
    own = {f"{kind}_{indicator.id}" for kind in ("max", "raw", "points")}
    return tuple(name for name in columns if name in drawn | named | own or (tags and name.startswith(tags)))


def explanation(basis: Basis, outcome: str) -> Message:
    """The sentence for one of the four outcomes, without the records."""
    match outcome:
        case "not_applicable":
            words = basis.plan.scheme.words
            return M(
                "Does not apply to this {batch} or {industry}; its points go to other indicators as the scheme says",
                batch=words.batch, industry=words.industry,
            )  # fmt: skip
        case "judged":
            return M("Marked by experts by a written rubric, at most {maximum}", maximum=worth(_maximum(basis)))
        case "not_available":
            return M("{parts}: not available, so no points by rule", parts=_findings(basis))
        case _:
            return _scored(basis)


def _maximum(basis: Basis) -> int:
    return basis.whole(f"max_{basis.indicator.id}") or 0


def _findings(basis: Basis) -> tuple[Message, ...]:
    parts = enumerate(simple_parts(basis.indicator.standard))
    return tuple(found_words(basis, number, part) for number, part in parts)


def _scored(basis: Basis) -> Message:
    parts = list(enumerate(simple_parts(basis.indicator.standard)))
    said = [_part(basis, number, part) for number, part in parts]
    reasons = said[0] if len(said) == 1 else _numbered(said)
    return M("{reasons}{result}", reasons=reasons, result=_result(basis, len(said)))


def _numbered(said: list[Message]) -> Message:
    joined = M("({number}) {part}", number=1, part=said[0])
    for number, part in enumerate(said[1:], 2):
        joined = M("{before}; ({number}) {part}", before=joined, number=number, part=part)
    return joined


def _part(basis: Basis, number: int, part: SimplePart) -> Message:
    points = basis.points(number)
    found = found_words(basis, number, part)
    if points is None:
        return M("{found} → not available, no points", found=found)
    return M("{found}; standard: {rule} → {points}", found=found, rule=_rule(basis, number, part), points=worth(points))


def _rule(basis: Basis, number: int, part: SimplePart) -> Message:
    """The line of the standard that decided."""
    value = basis.value(number) or Fraction(0)
    match part:
        case Steps():
            step = deciding(part.steps, value)
            return step_words(step, amount(basis.scheme, part.measure, step.at_least))
        case Ratio() if part.steps:
            step = deciding(part.steps, value)
            return step_words(step, ratio_value(basis.scheme, part, step.at_least))
        case _:
            return rule_words(basis.scheme, part)


def deciding(steps: tuple[Step, ...], value: Fraction) -> Step:
    """The highest step reached, or the lowest if none is."""
    ordered = descending(steps)
    return next((step for step in ordered if value >= step.at_least), ordered[-1])


def _result(basis: Basis, parts: int) -> Message | str:
    """The points of the indicator, where the parts alone do not say them."""
    most, full = _maximum(basis), hundredths(basis.indicator.points)
    raw, points = basis.whole(f"raw_{basis.indicator.id}") or 0, basis.whole(f"points_{basis.indicator.id}") or 0
    if most != full:
        return M(
            "; {raw} of {full}, redistributed to {points} of {most}",
            raw=worth(raw), full=Decimal(full) / 100, points=worth(points), most=Decimal(most) / 100,
        )  # fmt: skip
    if parts > 1 or raw != (basis.points(0) or 0):
        return M("; together {points} (at most {most})", points=worth(points), most=Decimal(most) / 100)
    return M(" (at most {most})", most=Decimal(most) / 100)


def record_words(indicator: Indicator, records: Mapping[tuple[str, str, int], list[str]], unit: str) -> Message | None:
    """The records that counted for a unit, the first few by name; None when none did."""
    parts = range(len(list(simple_parts(indicator.standard))))
    named = (name for part in parts for name in records.get((unit, indicator.id, part), ()))
    distinct = tuple(dict.fromkeys(named))
    if not distinct:
        return None
    shown, more = distinct[:NAMED_RECORDS], len(distinct) - NAMED_RECORDS
    if len(distinct) == 1:
        return M("; record {record}", record=distinct[0])
    if more <= 0:
        return M("; records {records}", records=shown)
    return M("; records {records} and {more} more", records=shown, more=more)
