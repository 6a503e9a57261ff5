"""The forty-six that were not evaluated: seventeen never filed, twenty-nine filed in ways that the screening stops."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from huoyue.core.scheme.model import Scheme
from huoyue.examples.reconstruction.deeds import Deed
from huoyue.examples.reconstruction.ledger import Ledger
from huoyue.examples.reconstruction.profiles import JOINT
from huoyue.examples.reconstruction.register import Member
from huoyue.examples.reconstruction.worth import Choice

FATES = {"not_filed": 17, "late": 7, "no_statement": 6, "little_joint": 8, "little_at_all": 4, "gaps": 4}
"""What became of the forty-six. That 17 and 29 they were is published; how the 29 split is ours."""

REACH = {"not_filed": ("never", "seldom", "seldom", "half"), "": ("half", "mostly", "always")}
OTHERS = (
    "council", "expert_committee", "assembly", "secretariat_meetings", "website", "core_technology", "services",
    "talent", "media",
)  # fmt: skip


def fates(members: list[Member], rng: Random) -> dict[str, str]:
    """What became of each unit that was not evaluated."""
    units = [member.unit for member in members if not member.evaluated]
    rng.shuffle(units)
    return dict(zip(units, (fate for fate, count in FATES.items() for _ in range(count)), strict=True))


def reach(fate: str, rng: Random) -> str:
    """How well the secretariat could be reached."""
    return rng.choice(REACH.get(fate, REACH[""]))


def submitted(scheme: Scheme, fate: str, rng: Random) -> date:
    """Late ones within two weeks after the close, the others in its last three weeks."""
    closes = scheme.filing.closes
    return closes + timedelta(days=rng.randint(1, 14) if fate == "late" else -rng.randrange(0, 21))


def sketchy(fate: str, choices: dict[str, list[Choice]], rng: Random) -> dict[str, Deed]:
    """The few deeds that such a filing tells of. Without the contact deed there is no statement of the secretariat."""
    joint, others = EXTENT[fate]
    named = rng.sample(JOINT, rng.randint(*joint)) + rng.sample(OTHERS, rng.randint(*others))
    if fate != "no_statement":
        named.append("contact")
    return {name: modest(listed, rng) for name, listed in choices.items() if name in named}


EXTENT = {
    "late": ((3, 6), (4, 7)),
    "no_statement": ((2, 4), (4, 6)),
    "little_joint": ((0, 1), (5, 8)),
    "little_at_all": ((2, 2), (1, 3)),
    "gaps": ((2, 4), (5, 7)),
}
"""How many activities of joint innovation, and how many others, each kind of filing has facts for."""


def modest(listed: list[Choice], rng: Random) -> Deed:
    """A deed from the lower half of those that are something."""
    done = [choice for choice in listed if choice.deed.kinds]
    return rng.choice(done[: max(1, len(done) // 2)]).deed


def with_gaps(ledger: Ledger) -> None:
    """Leave references to evidence and two dates in three out, as somebody in a hurry does."""
    for kind, row in ledger.rows:
        dated = ledger.scheme.record_type(kind).dated
        row["evidence"] = None
        if dated and ledger.rng.random() < 0.67:
            row[dated] = None
