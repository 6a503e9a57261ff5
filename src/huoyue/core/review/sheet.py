"""One expert's score sheet for one unit: what it asks for, and what stands in the way of handing it in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from huoyue.core.message import M, Message
from huoyue.core.scheme.model import Scheme, hundredths

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Cell:
    """An indicator that the sheet asks for: `suggested` and `maximum` in hundredths; no suggestion where judged."""

    indicator: str
    maximum: int
    suggested: int | None = None


@dataclass(frozen=True)
class Entry:
    """What an expert gave: points in hundredths, None while unmarked, and the reason."""

    points: int | None
    reason: str = ""


@dataclass(frozen=True)
class Flaw:
    """Why one indicator of a sheet cannot stand: `code` is unmarked, unreadable, out_of_bounds or reason_missing."""

    indicator: str
    code: str
    message: Message


def read_points(typed: str) -> int | None:
    """Points as people type them, in hundredths; None for nothing. ValueError where it is no number to the hundredth.

    Full-width digits and decimal commas are read; negative numbers are read too, and refused by `flaw`.
    """
    plain = typed.strip().replace("，", ".").replace(",", ".").replace("。", ".").replace("．", ".")
    if not plain:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(typed) from error
    if not value.is_finite() or abs(value) >= 1_000_000:
        raise ValueError(typed)
    return hundredths(value)


def owes_reason(scheme: Scheme, cell: Cell, points: int) -> bool:
    """Whether `points` leave the suggestion by more than the scheme allows without a reason."""
    if cell.suggested is None:
        return False
    return abs(points - cell.suggested) > hundredths(scheme.review.reason_beyond)


def flaw(scheme: Scheme, cell: Cell, entry: Entry) -> Flaw | None:
    """What is wrong with one mark; None if it can stand. A sheet may be saved with flaws, but not handed in."""
    most = Decimal(cell.maximum) / 100
    if entry.points is None:
        return Flaw(cell.indicator, "unmarked", M("Not marked yet"))
    if not 0 <= entry.points <= cell.maximum:
        return Flaw(cell.indicator, "out_of_bounds", M("Points from 0 to {maximum}", maximum=most))
    if owes_reason(scheme, cell, entry.points) and not entry.reason.strip():
        return Flaw(cell.indicator, "reason_missing", M("Differs from the suggested points: give the reason"))
    return None


def flaws(scheme: Scheme, cells: Iterable[Cell], entries: Mapping[str, Entry]) -> Iterator[Flaw]:
    """Everything that stands in the way of handing in a sheet, in its order."""
    for cell in cells:
        if (found := flaw(scheme, cell, entries.get(cell.indicator, Entry(None)))) is not None:
            yield found


def total(cells: Iterable[Cell], entries: Mapping[str, Entry]) -> int:
    """The marks so far added up, in hundredths; what is unmarked counts nothing."""
    return sum(entry.points or 0 for cell in cells if (entry := entries.get(cell.indicator)) is not None)
