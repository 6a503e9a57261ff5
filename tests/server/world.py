"""A small world for tests: one open round, three alliances, and one person for every way of standing to them.

ada and ben file for the first alliance (ada answers for it), dov for the second; lin looks after the first two,
lou after the third; sun is the secretariat, obi the observer, eva an expert, cho the chair, nil has no role.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from django.utils import timezone

from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.parse import parse_scheme
from huoyue.schemes import builtin
from huoyue.server.models import Account, Alliance, Contact, Duty, Filing, Member, Role, Round, Stage
from huoyue.server.operations.journal import Acting

PASSWORD = "correct-horse-battery"  # noqa: S105 - of the test world


@cache
def scheme_text(name: str = "alliance_activity_2016") -> str:
    return builtin()[name].read_text(encoding="utf-8")


@cache
def scheme(name: str = "alliance_activity_2016") -> Scheme:
    parsed = parse_scheme(scheme_text(name), name)
    assert parsed.scheme is not None
    return parsed.scheme


@dataclass
class World:
    round: Round
    alliances: list[Alliance]
    filings: list[Filing]
    people: dict[str, Account] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Account:
        try:
            return self.__dict__["people"][name]
        except KeyError:
            raise AttributeError(name) from None

    def acting(self, name: str, *, at: datetime | None = None, token: str = "") -> Acting:
        account = self.people[name]
        duty = account.duties.filter(ended_at=None).first()
        return Acting(account, duty.role if duty else "", at or timezone.now(), "127.0.0.1", token)


def make_account(name: str, role: str = "", *, alliance: Alliance | None = None, responsible: bool = False) -> Account:
    account = Account.objects.create_user(name, PASSWORD, name=name.title(), email=f"{name}@example.org")
    if role:
        Duty.objects.create(account=account, role=role, alliance=alliance, responsible=responsible)
    return account


def make_round(key: str = "r1", *, stage: str = Stage.OPEN, days: int = 20, practice: bool = False) -> Round:
    now = timezone.now()
    text = scheme_text()
    return Round.objects.create(
        key=key, title_zh=f"测试轮次{key}", title_en=f"Test round {key}", scheme_text=text,
        scheme_digest=sha256(text.encode()).hexdigest(), stage=stage, opens_at=now - timedelta(days=10),
        deadline=now + timedelta(days=days), practice=practice, created_at=now,
    )  # fmt: skip


def make_world(*, stage: str = Stage.OPEN) -> World:
    round_ = make_round(stage=stage)
    alliances = [
        Alliance.objects.create(code=f"A{n:03}", name=f"{name}产业技术创新战略联盟", batch=batch, industry="materials",
                                status="pilot", position=n)
        for n, (name, batch) in enumerate((("半导体", "first"), ("木竹", "second"), ("住宅", "third")), 1)
    ]  # fmt: skip
    for alliance in alliances:
        Member.objects.create(alliance=alliance, organisation=f"{alliance.name}牵头单位", leads=True)
        Contact.objects.create(alliance=alliance, name=f"联系人{alliance.position}", phone="010-00000000",
                               email=f"contact{alliance.position}@example.org", first=True)  # fmt: skip
    world = World(round_, alliances, [Filing.objects.create(round=round_, alliance=a) for a in alliances])
    first, second, third = alliances
    world.people = {
        "sun": make_account("sun", Role.SECRETARIAT),
        "lin": make_account("lin", Role.LIAISON, alliance=first),
        "lou": make_account("lou", Role.LIAISON, alliance=third),
        "ada": make_account("ada", Role.FILER, alliance=first, responsible=True),
        "ben": make_account("ben", Role.FILER, alliance=first),
        "dov": make_account("dov", Role.FILER, alliance=second, responsible=True),
        "obi": make_account("obi", Role.OBSERVER),
        "eva": make_account("eva", Role.EXPERT),
        "cho": make_account("cho", Role.CHAIR),
        "nil": make_account("nil"),
    }
    Duty.objects.create(account=world.people["lin"], role=Role.LIAISON, alliance=second)
    return world
