"""Which kinds of results are public on a day: the scheme's choice, and the day on which what is delayed comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from huoyue.core.scheme.model import Scheme

KINDS = ("scores", "ranks", "pillars", "indicators", "not_evaluated", "history", "candidates", "report")
"""Kinds of results that the scheme opens, delays or withholds. Names and tiers of evaluated units always leave."""


@dataclass(frozen=True)
class Openness:
    """How a kind stands on a day. `due` is the day from which a delayed kind is public."""

    kind: str
    choice: str
    due: date | None
    is_open: bool


def openness(scheme: Scheme, first_on: date, on: date) -> dict[str, Openness]:
    """How every kind stands on the day `on` in a round that was published first on `first_on`."""
    due = first_on + timedelta(days=scheme.publication.delay_days)
    found = {}
    for kind in KINDS:
        choice = getattr(scheme.publication, kind)
        later = due if choice == "delayed" else None
        found[kind] = Openness(kind, choice, later, choice == "public" or (later is not None and on >= later))
    return found


def came_out(scheme: Scheme, first_on: date, made_on: date, on: date) -> tuple[str, ...]:
    """The kinds that are public on `on` and were not yet on `made_on`."""
    before, now = openness(scheme, first_on, made_on), openness(scheme, first_on, on)
    return tuple(kind for kind in KINDS if now[kind].is_open and not before[kind].is_open)


def opened(found: Mapping[str, Openness]) -> frozenset[str]:
    """The kinds that are open."""
    return frozenset(kind for kind, one in found.items() if one.is_open)
