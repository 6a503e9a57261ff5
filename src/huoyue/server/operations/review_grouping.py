"""Groups of a panel, proposed by the programme of `form_groups`: even sizes, fields and backgrounds spread, and every
alliance to be evaluated can be marked by one of them in the scheme's first stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from huoyue.core.message import Message
from huoyue.core.review.assignment import Expert, GroupTask, Impossible, Task, Unit, Wanted, form_groups
from huoyue.server.models import Panellist, Round
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_conflicts import barred
from huoyue.server.queries.review_stages import evaluated_filings
from huoyue.server.queries.schemes import scheme_of

NUMERALS = "一二三四五六七八九十"


def propose(
    round_: Round, seats: Sequence[Panellist], *, count: int, seed: int
) -> tuple[dict[int, str], tuple[Message, ...]]:
    """The group of each seat by its key, or why there are none. Refuse more groups than people.

    Before screening is settled there are no alliances to look at, and the experts alone are spread.
    """
    if count > len(seats):
        raise Refuse("groups_count", most=str(max(2, len(seats))))
    marking = [one for one in scheme_of(round_).review.stages if one.kind == "marks"]
    filings = {one.alliance_id: one.alliance for one in evaluated_filings(round_)}
    never: dict[str, set[str]] = {one.code: set() for one in seats}
    codes = {one.pk: one.code for one in seats}
    for seat, alliance in barred(round_):
        if seat in codes and alliance in filings:
            never[codes[seat]].add(filings[alliance].code)
    task = Task(
        experts=tuple(Expert(id=one.code, capacity=one.capacity, fields=frozenset(one.fields),
                             background=one.background, name=str(one)) for one in seats),
        units=tuple(Unit(id=one.code, batch=one.batch, industry=one.industry, name=f"{one.code} {one.name}")
                    for one in filings.values()),
        wanted=Wanted(reviewers=marking[0].reviewers if marking else 1),
        barred=never,
    )  # fmt: skip
    names = tuple(group_name(number) for number in range(1, count + 1))
    found = form_groups(GroupTask(task=task, names=names), seed=seed)
    if isinstance(found, Impossible):
        alone = form_groups(GroupTask(task=replace(task, units=(), barred={}), names=names), seed=seed)
        groups = {} if isinstance(alone, Impossible) else alone.experts
        return {one.pk: groups.get(one.code, "") for one in seats}, found.reasons
    return {one.pk: found.experts[one.code] for one in seats}, ()


def group_name(number: int) -> str:
    """What a proposed group is called: 第一组, 第二组, … as panels call them; beyond ten by number."""
    return f"第{NUMERALS[number - 1]}组" if number <= len(NUMERALS) else f"第{number}组"
