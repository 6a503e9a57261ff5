"""Filings on which a panel can practise: submitted ones of other rounds whose scheme has the same indicators."""

from __future__ import annotations

from huoyue.server.models import Filing, Round
from huoyue.server.queries.schemes import scheme_of

MOST_OFFERED = 200


def candidates(round_: Round) -> list[Filing]:
    """Submitted filings of practice rounds and of the round before, in that order; none of the round itself."""
    own = [one.id for one in scheme_of(round_).indicators]
    others = Round.objects.exclude(pk=round_.pk)
    before = [*others.filter(practice=True), *others.filter(next_rounds__pk=round_.pk)]
    rounds = [one for one in before if [i.id for i in scheme_of(one).indicators] == own]
    found: list[Filing] = []
    for one in rounds:
        filings = Filing.objects.filter(round=one).exclude(in_force=None).select_related("alliance", "in_force")
        for filing in filings.order_by("alliance__position", "pk"):
            filing.round = one
            found.append(filing)
    return found[:MOST_OFFERED]
