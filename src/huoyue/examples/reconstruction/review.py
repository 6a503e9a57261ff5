"""The three review stages made up so that they settle at the published scores, and not at exact whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from random import Random

from huoyue.core.scheme.bands import rounded, tier_of
from huoyue.core.scheme.model import Judged, Scheme, hundredths
from huoyue.examples.reconstruction.marking import dispute, mark
from huoyue.examples.reconstruction.meeting import decide_dispute, decide_widest
from huoyue.examples.reconstruction.panel import Reviewers
from huoyue.examples.reconstruction.profiles import Deeds, Limits, profile
from huoyue.examples.reconstruction.register import Member
from huoyue.examples.reconstruction.sheets import Sheet, balance, blank
from huoyue.examples.reconstruction.worth import Choice

DISPUTED = 9
NEAR_BORDER = 150
SEED = "huoyue 2016"


@dataclass(frozen=True)
class Reviewed:
    """What an alliance did, and how it was marked."""

    member: Member
    deeds: Deeds
    sheet: Sheet


def stream(*what: object) -> Random:
    """A random stream of its own for every purpose, so that a change in one leaves the others as they are."""
    return Random("/".join(map(str, (SEED, *what))))  # noqa: S311  # why: meant to be the same every time


def disputed(members: Sequence[Member], rng: Random) -> set[str]:
    """The alliances in which one reviewer rejects an activity; the full scores are beyond dispute."""
    return set(rng.sample([member.unit for member in members if 3500 < (member.target or 0) < 9500], DISPUTED))


def reviewed(
    scheme: Scheme, member: Member, choices: dict[str, list[Choice]], limit: Limits, reviewers: Reviewers, quarrel: bool
) -> Reviewed:
    """Deeds and marks that lead to the member's score: deeds aimed anew until the marks nearly agree, then balanced.

    The meeting settles an indicator only of a unit that its rules bring before it; otherwise the marks stand.
    """
    for meets in (True, False):
        marking = partial(marked, scheme, member, reviewers=reviewers, quarrel=quarrel, meets=meets)
        found = aimed(member, choices, limit, marking)
        balance(found.sheet, exact_target(member), stream("balance", member.unit))
        if quarrel or not found.sheet.decided or crosses(scheme, found.sheet):
            break
    return found


def aimed(
    member: Member, choices: dict[str, list[Choice]], limit: Limits, marking: Callable[[Deeds], Sheet]
) -> Reviewed:
    """Deeds whose marks come within 0.6 of the target, or near it: what marks miss is added to what deeds aim at."""
    target = aim = exact_target(member)
    for attempt in range(6):
        deeds = profile(member, min(10000, aim), choices, limit, stream("deeds", member.unit, attempt))
        sheet = marking(deeds)
        gap = target - sheet.total()
        if abs(gap) < 60:
            break
        aim += int(gap)
    return Reviewed(member, deeds, sheet)


def crosses(scheme: Scheme, sheet: Sheet) -> bool:
    """Experts' totals fall into different tiers."""
    totals = sheet.totals_by_expert()
    return len({tier_of(scheme, rounded(total, scheme.rounding)).id for total in totals}) > 1


def exact_target(member: Member) -> int:
    """Hundredths that round to the published score without being whole points; full marks stay next to full."""
    return min(9985, (member.target or 0) + stream("target", member.unit).randint(-34, 34))


def marked(scheme: Scheme, member: Member, deeds: Deeds, reviewers: Reviewers, quarrel: bool, meets: bool) -> Sheet:
    """A filled sheet with the meeting's decisions."""
    start = {indicator.id: deeds[indicator.id].points for indicator in scheme.indicators}
    judged = frozenset(i.id for i in scheme.indicators if isinstance(i.standard, Judged))
    sheet, rng = blank(scheme, member.unit, start, judged), stream("marks", member.unit)
    mark(sheet, reviewers, rng)
    if quarrel:
        dispute(sheet, rng)
        decide_dispute(sheet, rng)
    elif meets and at_border(scheme, sheet.total()) and rng.random() < 0.6:
        decide_widest(sheet)
    return sheet


def at_border(scheme: Scheme, total: Fraction) -> bool:
    borders = [hundredths(tier.at_least) for tier in scheme.tiers if tier.at_least]
    return min(abs(total - border) for border in borders) < NEAR_BORDER
