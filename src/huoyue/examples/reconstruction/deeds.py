"""What an alliance may have done for one indicator, from nothing to plenty: the choices the reconstruction draws from.

Nothing here says what a deed earns: that is asked of the scoring engine (`worth.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Deed:
    """`kinds` has one entry a record; `amount` is their total of what the standard measures.

    `merit` is what a fair expert thinks of it, in hundredths, where the indicator is judged.
    """

    kinds: tuple[str, ...] = ()
    amount: int = 0
    merit: int | None = None


NOTHING = Deed()


def repeated(kind: str, counts: tuple[int, ...]) -> tuple[Deed, ...]:
    return (NOTHING, *(Deed((kind,) * count) for count in counts))


def measured(kind: str, counts: tuple[int, ...], amounts: tuple[int, ...]) -> tuple[Deed, ...]:
    """Records of one kind whose amounts add to a total that each record can share in."""
    return (NOTHING, *(Deed((kind,) * n, amount) for n, amount in product(counts, amounts) if amount >= n))


def mixed(*combinations: str) -> tuple[Deed, ...]:
    """Records of several kinds; each combination is a space-separated list."""
    return (NOTHING, *(Deed(tuple(combination.split())) for combination in combinations))


DEEDS: dict[str, tuple[Deed, ...]] = {
    "council": repeated("council", (1, 2, 3)),
    "expert_committee": repeated("expert_committee", (1, 2, 3)),
    "assembly": repeated("assembly", (1,)),
    "secretariat_meetings": repeated("secretariat", (1, 2, 3, 4, 5, 6, 8, 10, 12, 13)),
    "website": mixed("stale", "kept", "fresh"),
    "contact": tuple(
        Deed((reach, *extras))
        for reach, extras in product(
            ("seldom", "half", "mostly", "always"), ((), ("staff",), ("rules",), ("staff", "rules"))
        )
    ),
    "self_funded_projects": measured("self_funded", (1, 2, 3, 4), (*range(40, 401, 40), 650, 1100)),
    "government_projects": mixed(
        "local", "provincial", "national", "local local", "provincial local", "provincial provincial",
        "national local", "national provincial", "national provincial local", "national national",
        "provincial provincial provincial", "national national provincial",
    ),
    "commissioned_projects": measured("commissioned", (1, 2, 3, 4), (*range(20, 201, 20), 300, 475)),
    "ip_sharing": repeated("sharing", (1, 2, 3, 4, 5)),
    "standards": mixed(
        "alliance", "local", "industry", "national", "alliance alliance", "industry alliance", "national alliance",
        "industry industry", "national industry", "national industry alliance", "national national",
        "international industry", "international national alliance",
    ),
    "platforms": measured("platform", (1, 2, 3), (2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 26, 35)),
    "events": repeated("event", (1, 2, 3, 4, 5, 6)),
    "studies": mixed("report", "plan", "report report", "plan report", "plan plan", "plan report report"),
    "cooperation": repeated("partner", (1, 2, 3, 4)),
    "innovation_chain": (
        NOTHING, Deed(("chain",), 2, 100), Deed(("chain",), 2, 150), Deed(("chain",), 3, 250),
        Deed(("chain",), 4, 300), Deed(("chain",), 5, 350), Deed(("chain",), 6, 400), Deed(("chain",), 7, 450),
        Deed(("chain",), 9, 500),
    ),
    "core_technology": (
        NOTHING, Deed(("domestic_lead",), 1, 150), Deed(("domestic_lead",), 1, 250),
        Deed(("domestic_lead",) * 2, 2, 300),
        Deed(("international_level", "domestic_lead"), 2, 350), Deed(("international_level",), 2, 400),
        Deed(("international_lead", "domestic_lead"), 3, 450), Deed(("international_lead",) * 2, 3, 500),
    ),
    "services": measured("service", (1, 2, 3, 4), (*range(10, 101, 10), 155, 275)),
    "talent": tuple(
        [NOTHING]
        + [
            Deed(kinds, persons)
            for kinds in (("course",), ("course",) * 2, ("course", "joint_degree"), ("course", "course", "secondment"))
            for persons in (10, 20, 30, 40, 60, 80, 100, 120, 140, 160, 180, 200, 290, 450)
        ]
    ),
    "media": mixed(
        "local", "industry", "local local", "national", "industry local", "industry industry", "national industry",
        "national local local", "national national", "national national local", "national national industry",
        "national national national", "national national national local",
        "national national national local industry",
    ),
}  # fmt: skip
"""Everything that the round's twenty indicators look at, as deeds."""
