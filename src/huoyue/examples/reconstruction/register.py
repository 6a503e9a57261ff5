"""The register: a hundred alliances from the annex, forty-six that nobody has named, three batches."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from random import Random

from huoyue.core.scheme.bands import tier_of
from huoyue.core.scheme.model import Scheme
from huoyue.examples.reconstruction.annex import annex

BATCHES_OF_TIERS = {
    "high": {"first": 16, "second": 5, "third": 8},
    "fairly_high": {"first": 9, "second": 7, "third": 7},
    "average": {"first": 6, "second": 6, "third": 18},
    "poor": {"first": 4, "second": 8, "third": 6},
}
"""How many alliances of each tier belong to each batch, as the report's text says."""

UNNAMED = 46
LETTERS = {"first": "A", "second": "B", "third": "C"}
OFFICERS = 12


@dataclass(frozen=True)
class Member:
    """A unit of the register. `target` is its published score in hundredths; none for those not evaluated."""

    unit: str
    name: str
    batch: str
    industry: str
    basis: str
    position: int
    liaison: str
    target: int | None = None
    tier: str = ""

    @property
    def evaluated(self) -> bool:
        return self.target is not None


def register(scheme: Scheme, rng: Random) -> list[Member]:
    """All members in register order: the annex's order first, so that ties come out as published."""
    members = batched(named(scheme), rng) + unnamed(scheme, rng)
    return coded(members, rng)


def named(scheme: Scheme) -> list[Member]:
    """The hundred of the annex, batch empty where no source tells it."""
    return [
        Member(
            "", entry.name, entry.batch, entry.industry, entry.basis, entry.serial, "",
            entry.score * 100, tier_of(scheme, entry.score * 100).id,
        )
        for entry in annex()
    ]  # fmt: skip


def batched(members: list[Member], rng: Random) -> list[Member]:
    """Batches for those without evidence, drawn so that tiers by batches come out as the report says."""
    pools = {tier: free_places(tier, members) for tier in BATCHES_OF_TIERS}
    for pool in pools.values():
        rng.shuffle(pool)
    return [member if member.batch else replace(member, batch=pools[member.tier].pop()) for member in members]


def free_places(tier: str, members: list[Member]) -> list[str]:
    """The batches still to be given out in a tier, one entry a place."""
    taken = Counter(member.batch for member in members if member.tier == tier and member.batch)
    return [batch for batch, places in BATCHES_OF_TIERS[tier].items() for _ in range(places - taken[batch])]


def unnamed(scheme: Scheme, rng: Random) -> list[Member]:
    """Neutral placeholders for the alliances that no source names."""
    filled = Counter(batch for tiers in BATCHES_OF_TIERS.values() for batch, n in tiers.items() for _ in range(n))
    places = [batch.id for batch in scheme.batches for _ in range((batch.expected or 0) - filled[batch.id])]
    rng.shuffle(places)
    industries = [industry.id for industry in scheme.industries]
    return [
        Member("", f"试点联盟（未公开）{number}", batch, rng.choice(industries), "synthetic", number, "")
        for number, batch in enumerate(places, start=101)
    ]


def coded(members: list[Member], rng: Random) -> list[Member]:
    """Codes by batch with shuffled numbers, so that no code tells a rank, and a liaison officer for each."""
    numbers = {batch: list(range(1, count + 1)) for batch, count in Counter(m.batch for m in members).items()}
    for free in numbers.values():
        rng.shuffle(free)
    codes = [f"{LETTERS[member.batch]}{numbers[member.batch].pop():03d}" for member in members]
    order = {code: place for place, code in enumerate(sorted(codes))}
    return [
        replace(member, unit=code, liaison=f"联络员{order[code] % OFFICERS + 1:02d}")
        for member, code in zip(members, codes, strict=True)
    ]


def aliases(scheme: Scheme, name: str) -> list[str]:
    """Other ways in which people write a name: without spaces, without brackets, without its ending."""
    plain = name.replace(" ", "")
    bare = re.sub(r"（[A-Za-z]+）", "", plain)
    inside = re.findall(r"（([A-Za-z]+)）", plain)
    short = [stripped(scheme, spelling) for spelling in (plain, bare)]
    found = dict.fromkeys([plain, bare, *short, *inside])
    return [alias for alias in found if alias != name]


def stripped(scheme: Scheme, name: str) -> str:
    """`name` without the longest ending that the scheme lets off."""
    endings = sorted(scheme.words.suffixes, key=len, reverse=True)
    return next((name.removesuffix(ending) for ending in endings if name.endswith(ending)), name)
