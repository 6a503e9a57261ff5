"""Groups of a panel, proposed: of even size, with each field, background and organisation spread over the groups.

Solved like an assignment: groups stand for experts, members for units, each member in exactly one group. Members of one
organisation, or of one background, are kept apart as units of one industry or batch are spread over experts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from huoyue.core.filing.values import folded
from huoyue.core.review.assignment import Expert, Impossible, Task, Unit, Wanted, assign
from huoyue.server.models import Panellist
from huoyue.server.operations.journal import Refuse

NUMERALS = "一二三四五六七八九十"


def propose(seats: Sequence[Panellist], *, count: int, seed: int) -> dict[int, str]:
    """The group of each seat by its key. Refuse more groups than people."""
    if count > len(seats):
        raise Refuse("groups_count", most=str(max(2, len(seats))))
    size = math.ceil(len(seats) / count)
    experts = tuple(Expert(id=group_name(n), capacity=size) for n in range(1, count + 1))
    units = tuple(
        Unit(id=one.code, batch=one.background or "–", industry=folded(one.account.organisation) or one.code)
        for one in seats
    )
    found = assign(
        Task(experts=experts, units=units, wanted=Wanted(reviewers=1, connected=False, competition=None)), seed=seed
    )
    if isinstance(found, Impossible):
        raise Refuse("groups_count", most=str(max(2, len(seats))))
    groups = {code: group for group, code in found.pairs}
    return {one.pk: groups[one.code] for one in seats}


def group_name(number: int) -> str:
    """What a proposed group is called: 一组, 二组, … as panels call them; beyond ten by number."""
    return f"{NUMERALS[number - 1]}组" if number <= len(NUMERALS) else f"{number}组"
