"""Words of the meeting, of what is settled, and of what is measured."""

from __future__ import annotations

from decimal import Decimal

from huoyue.core.message import M, Message
from huoyue.core.scheme.model import Scheme

BASES: dict[str, Message] = {
    "rule": M("By rule"),
    "marks": M("By marks"),
    "decision": M("By the meeting"),
    "correction": M("After an objection"),
    "not_available": M("No figure"),
}


def difference_words(scheme: Scheme, row: dict[str, object]) -> Message:
    """One row of DIFFERENCES as a sentence: the rule, its size and its limit."""
    size, limit = figure(row["size"]), figure(row["limit"])
    match row["rule"]:
        case "total":
            return M("Experts' totals lie {size} points apart (limit {limit})", size=size, limit=limit)
        case "stages":
            return M("Results of stages lie {size} points apart (limit {limit})", size=size, limit=limit)
        case "tier_crossing":
            return M("Experts' totals fall into different tiers ({size} points apart)", size=size)
        case "border":
            return M("{size} points from a tier border (limit {limit})", size=size, limit=limit)
        case _:
            title = scheme.indicator(str(row["indicator"])).title
            return M("{indicator}: marks lie {size}% apart (limit {limit}%)", indicator=title, size=size, limit=limit)


def figure(value: object) -> Decimal:
    """A real number to two decimals."""
    return Decimal(str(round(float(str(value or 0)), 2)))


STEPS: dict[str, Message] = {
    "suggested": M("Suggested"),
    "before": M("Before the meeting"),
    "settled": M("Settled"),
}
"""Steps on the way to a score that are no stage."""
