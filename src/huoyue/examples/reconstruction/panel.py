"""The panel: six groups of four, their homes, their scales, and who reviews whom."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from huoyue.core.scheme.model import Scheme
from huoyue.examples.reconstruction.register import Member

GROUPS = ("第一组", "第二组", "第三组", "第四组", "第五组", "第六组")
SECRETARY, COMMITTEE, POLICY = "联盟秘书长", "专家（技术）委员会成员", "政策专家"
BACKGROUNDS = (SECRETARY, SECRETARY, COMMITTEE, POLICY)
MEMBER_UNITS = {SECRETARY: 1, COMMITTEE: 2, POLICY: 0}
"""How many further alliances an expert's own organisation is a member of, at most."""


@dataclass(frozen=True)
class Expert:
    """`severity` is the expert's leaning, in points an indicator where it shows: negative is strict."""

    expert: str
    group: str
    background: str
    homes: tuple[str, ...]
    severity: float

    def row(self) -> dict[str, object]:
        """The expert as a row of EXPERTS."""
        return {
            "expert": self.expert, "name": f"专家{self.expert[1:]}", "panel_group": self.group,
            "background": self.background, "homes": list(self.homes),
        }  # fmt: skip


def panel(members: list[Member], rng: Random) -> list[Expert]:
    """Experts come from active alliances, as the report says; no two of them share a home."""
    active = [member.unit for member in members if member.tier in ("high", "fairly_high")]
    others = [member.unit for member in members if member.unit not in set(active)]
    rng.shuffle(active)
    rng.shuffle(others)
    experts = []
    for number in range(len(GROUPS) * len(BACKGROUNDS)):
        background = BACKGROUNDS[number % len(BACKGROUNDS)]
        own = [active.pop()] if background != POLICY else []
        further = [others.pop() for _ in range(rng.randint(0, MEMBER_UNITS[background]))]
        group = GROUPS[number // len(BACKGROUNDS)]
        experts.append(Expert(f"E{number + 1:02d}", group, background, (*own, *further), severity(rng)))
    return experts


def severity(rng: Random) -> float:
    """Half of the experts are near the middle, the others visibly lenient or strict by up to 0.4."""
    return rng.uniform(-0.08, 0.08) if rng.random() < 0.5 else rng.choice((-1, 1)) * rng.uniform(0.15, 0.4)


Reviewers = dict[str, tuple[Expert, ...]]
"""Stage -> who marks a unit in it."""


def assigned(scheme: Scheme, members: list[Member], experts: list[Expert], rng: Random) -> dict[str, Reviewers]:
    """Each stage's reviewers for every evaluated unit: of one group, another group in the next, never at home."""
    units = [member.unit for member in members if member.evaluated]
    rng.shuffle(units)
    return {unit: reviewers(scheme, unit, place, experts, rng) for place, unit in enumerate(units)}


def reviewers(scheme: Scheme, unit: str, place: int, experts: list[Expert], rng: Random) -> Reviewers:
    shift = rng.randrange(1, len(GROUPS))
    found: Reviewers = {}
    for number, stage in enumerate(stage for stage in scheme.review.stages if stage.kind == "marks"):
        group = GROUPS[(place + number * shift) % len(GROUPS)]
        free = [expert for expert in experts if expert.group == group and unit not in expert.homes]
        chosen = rng.sample(free, stage.reviewers)
        found[stage.id] = tuple(sorted(chosen, key=lambda expert: expert.expert))
    return found
