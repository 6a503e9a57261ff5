"""Why a unit has the points it has on an indicator: a sentence down to the records."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from huoyue.core.message import M, Message
from huoyue.core.phrase import both
from huoyue.core.scheme.model import Ratio, SimplePart, Step, Steps, hundredths, simple_parts
from huoyue.core.scoring.explain.found import Basis, found_words
from huoyue.core.scoring.explain.standard import descending, ratio_value, rule_words, step_words
from huoyue.core.scoring.explain.words import amount, worth

NAMED_RECORDS = 8
"""So many records are named in a sentence; the table EARNED has all."""


def explained(basis: Basis, outcome: str) -> dict[str, str]:
    """explanation_zh and explanation_en of POINTS."""
    zh, en = both(explanation(basis, outcome))
    return {"explanation_zh": zh, "explanation_en": en}


def explanation(basis: Basis, outcome: str) -> Message:
    """The sentence for one of the four outcomes."""
    match outcome:
        case "not_applicable":
            return M("Does not apply to this batch or industry; its points go to other indicators as the scheme says")
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
    reasons = said[0] if len(said) == 1 else M("{parts}", parts=_numbered(said))
    return M(
        "{reasons}{result}{records}",
        reasons=reasons, result=_result(basis, len(said)), records=_records(basis, len(said)),
    )  # fmt: skip


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


def _records(basis: Basis, parts: int) -> Message | str:
    unit = str(basis.row["unit"])
    named = [name for part in range(parts) for name in basis.records.get((unit, basis.indicator.id, part), [])]
    distinct = tuple(dict.fromkeys(named))
    if not distinct:
        return ""
    if len(distinct) <= NAMED_RECORDS:
        return M("; records {records}", records=distinct)
    return M(
        "; records {records} and {more} more", records=distinct[:NAMED_RECORDS], more=len(distinct) - NAMED_RECORDS
    )
