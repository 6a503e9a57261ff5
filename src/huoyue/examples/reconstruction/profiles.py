"""What each evaluated alliance did: deeds that earn about the points its published score asks for."""

from __future__ import annotations

from random import Random

from huoyue.examples.reconstruction.deeds import Deed
from huoyue.examples.reconstruction.register import Member
from huoyue.examples.reconstruction.worth import Choice

JOINT = (
    "self_funded_projects", "government_projects", "commissioned_projects", "ip_sharing", "standards", "platforms",
    "events", "studies", "cooperation",
)  # fmt: skip
CARRIED_OUT = {
    "high": (28, 29, 29, 27, 27, 28, 29, 29, 29),
    "fairly_high": (20, 21, 17, 18, 21, 20, 22, 18, 18),
    "average": (20, 27, 18, 19, 24, 25, 28, 20, 24),
    "poor": (4, 13, 7, 6, 9, 9, 15, 6, 9),
}
"""How many alliances of a tier carried out each joint activity: tables 1 and 2 of the report, the lower tiers ours."""
WEBSITES = {"high": 26, "fairly_high": 15, "average": 15, "poor": 4}
"""Sixty have a website, says the report; how the sixty fall on the tiers is ours."""

LEANINGS: dict[str, dict[str, float]] = {
    "high": {},
    "fairly_high": {},
    "average": {
        "self_funded_projects": -0.28, "commissioned_projects": -0.28, "ip_sharing": -0.3, "standards": -0.26,
        "studies": -0.28, "innovation_chain": -0.26, "media": -0.22, "contact": 0.2, "assembly": 0.1,
    },
    "poor": {
        "council": -0.32, "expert_committee": -0.4, "self_funded_projects": -0.28, "commissioned_projects": -0.3,
        "ip_sharing": -0.32, "standards": -0.2, "studies": -0.25, "cooperation": -0.15, "innovation_chain": -0.2,
        "assembly": 0.1, "contact": 0.35, "services": 0.15, "talent": 0.15,
    },
}  # fmt: skip
"""Where a tier does better or worse than its score, as the report's text has it."""

Limits = dict[str, bool]
"""Indicator -> whether the alliance certainly did (True) or did not (False) do anything for it."""
Deeds = dict[str, Choice]


def limits(members: list[Member], rng: Random) -> dict[str, Limits]:
    """For every evaluated unit, what the report's counts leave no choice about."""
    found = {member.unit: always(member) for member in members if member.evaluated}
    for tier in LEANINGS:
        group = [member for member in members if member.tier == tier]
        abstaining(found, group, "website", len(group) - WEBSITES[tier], rng)
        for indicator, count in zip(JOINT, CARRIED_OUT[tier], strict=True):
            abstaining(found, group, indicator, len(group) - count, rng)
    return found


def always(member: Member) -> Limits:
    """Everyone can be reached at times; the lower tiers still do enough to be evaluated."""
    sure: Limits = {"contact": True}
    if member.tier == "high":
        return sure | {"innovation_chain": True}
    if member.tier in ("average", "poor"):
        return sure | dict.fromkeys(("secretariat_meetings", "services", "talent"), True)
    return sure


def abstaining(found: dict[str, Limits], group: list[Member], indicator: str, count: int, rng: Random) -> None:
    """Choose the `count` units of a tier that did nothing for an indicator: those with most points to spare.

    The spare points of the best would not do, so each unit is chosen the less often the more it already leaves out.
    """
    for member in group:
        found[member.unit][indicator] = True
    for _ in range(count):
        free = [member for member in group if found[member.unit][indicator]]
        member = max(free, key=lambda m: spare(m, found[m.unit]) + rng.uniform(0, 900))
        found[member.unit][indicator] = False


def spare(member: Member, limit: Limits) -> int:
    """Hundredths a unit may still lose once it does nothing for what it leaves out."""
    return 10000 - (member.target or 0) - 500 * sum(not did for did in limit.values())


def profile(member: Member, aim: int, choices: dict[str, list[Choice]], limit: Limits, rng: Random) -> Deeds:
    """Deeds whose points add to `aim` hundredths, near enough, uneven over the indicators as life is."""
    open_ = {name: allowed(listed, limit.get(name)) for name, listed in choices.items()}
    sway = rng.gauss(0, 0.06)
    chosen: Deeds = {}
    for place, (name, listed) in enumerate(open_.items()):
        bent = LEANINGS[member.tier].get(name, 0) + (sway if place < 6 else 0) + rng.gauss(0, 0.16)
        chosen[name] = nearest(listed, round(500 * (aim / 10000 + bent)), rng)
    return settled(chosen, aim, open_, rng)


def allowed(listed: list[Choice], did: bool | None) -> list[Choice]:
    if did is None:
        return listed
    return [choice for choice in listed if bool(choice.deed.kinds) == did]


def nearest(listed: list[Choice], wanted: int, rng: Random) -> Choice:
    """One of the choices that come nearest to `wanted` points."""
    gap = min(abs(choice.points - wanted) for choice in listed)
    return rng.choice([choice for choice in listed if abs(choice.points - wanted) == gap])


def settled(chosen: Deeds, aim: int, open_: dict[str, list[Choice]], rng: Random, near: int = 20) -> Deeds:
    """Change one deed at a time, each change bringing the sum nearer to `aim`: small steps first, then any."""
    names = list(open_)
    for attempt in range(3000):
        gap = aim - sum(choice.points for choice in chosen.values())
        if abs(gap) <= near:
            break
        name = rng.choice(names)
        most = 150 if attempt < 200 else 500
        step = max(-most, min(most, gap))
        trial = nearest(open_[name], chosen[name].points + step, rng)
        if abs(gap - trial.points + chosen[name].points) < abs(gap):
            chosen[name] = trial
    return chosen


def deeds_of(chosen: Deeds) -> dict[str, Deed]:
    return {name: choice.deed for name, choice in chosen.items()}
