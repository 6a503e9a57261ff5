"""Deeds written down as records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from huoyue.examples.reconstruction.deeds import Deed
from huoyue.examples.reconstruction.ledger import Ledger, skewed

MEETINGS = {
    "council": "理事会会议",
    "expert_committee": "专家（技术）委员会会议",
    "assembly": "成员大会",
    "secretariat": "秘书处工作例会",
}
FRESHNESS = {"fresh": (0, 22), "kept": (45, 150), "stale": (200, 330)}
"""How many days before the end of the period a website was last updated."""


def meetings(ledger: Ledger, deed: Deed) -> None:
    for kind, day in zip(deed.kinds, ledger.days(len(deed.kinds)), strict=True):
        size = ledger.rng.randrange(5, 12) if kind == "secretariat" else ledger.rng.randrange(18, 160)
        ledger.add("meeting", kind=kind, title=ledger.label(MEETINGS[kind]), held_on=day, attendees=size)


def website(ledger: Ledger, deed: Deed) -> None:
    for kind in deed.kinds:
        ago = min(ledger.rng.randint(*FRESHNESS[kind]), FRESHNESS[kind][1])
        day = min(ledger.until, ledger.scheme.period.ends - timedelta(days=ago))
        ledger.add("website", address=f"https://{ledger.unit.lower()}.example.org/", last_updated=day)


def secretariat(ledger: Ledger, deed: Deed) -> None:
    """The yearly statement, without which nobody is evaluated. The contact log is the liaison officer's."""
    staff = ledger.rng.randrange(1, 7) if "staff" in deed.kinds else 0
    members = int(ledger.rng.lognormvariate(3.3, 0.5)) + 5
    ledger.add("secretariat", full_time_staff=staff, working_rules="rules" in deed.kinds, member_organisations=members)


def projects(ledger: Ledger, deed: Deed) -> None:
    """Projects whose funding adds to the deed's amount, in 万元; government projects have a level and any funding."""
    money = skewed(ledger.rng, deed.amount, len(deed.kinds)) if deed.amount else []
    for number, kind in enumerate(deed.kinds):
        graded = kind not in ("self_funded", "commissioned")
        funding = money[number] * 100 if money else int(ledger.rng.lognormvariate(5.2, 0.8)) * 100
        ledger.add(
            "project", kind="government" if graded else kind, title=ledger.label("协同创新项目"),
            number=f"CG-{ledger.unit}-{len(ledger.rows) + 1:03d}", level=kind if graded else None,
            active_on=ledger.day(), funding=funding, members=ledger.rng.randrange(2, 14),
        )  # fmt: skip


def ip_sharing(ledger: Ledger, deed: Deed) -> None:
    for day in ledger.days(len(deed.kinds)):
        rights = int(ledger.rng.lognormvariate(1.2, 0.9)) + 1
        ledger.add("ip_sharing", title=ledger.label("知识产权共享"), shared_on=day, rights=rights)


def standards(ledger: Ledger, deed: Deed) -> None:
    for level in deed.kinds:
        number = f"CG-BZ-{ledger.unit}-{len(ledger.rows) + 1:03d}"
        title = ledger.label("技术标准")
        ledger.add("standard_document", title=title, number=number, level=level, issued_on=ledger.day())


def platforms(ledger: Ledger, deed: Deed) -> None:
    for users in skewed(ledger.rng, deed.amount, len(deed.kinds)):
        ledger.add("platform", title=ledger.label("共建研发平台"), operated_on=ledger.day(), users=users)


def events(ledger: Ledger, deed: Deed) -> None:
    for day in ledger.days(len(deed.kinds)):
        kind = ledger.rng.choice(("forum", "forum", "conference", "exhibition"))
        people = int(ledger.rng.lognormvariate(4.9, 0.7)) + 20
        ledger.add("event", kind=kind, title=ledger.label("行业交流活动"), held_on=day, attendees=people)


def studies(ledger: Ledger, deed: Deed) -> None:
    for kind in deed.kinds:
        ledger.add(
            "study", kind=kind, title=ledger.label("规划与报告"), finished_on=ledger.day(),
            published=ledger.rng.random() < 0.7,
        )  # fmt: skip


def innovation_chain(ledger: Ledger, deed: Deed) -> None:
    if deed.kinds:
        leading = max(1, deed.amount - ledger.rng.randrange(0, 3))
        summary = f"创新链覆盖产业链{deed.amount}个环节，由{leading}家成员分工牵头（重构）"
        ledger.add("innovation_chain", summary=summary, links=deed.amount, leading_members=leading)


def achievements(ledger: Ledger, deed: Deed) -> None:
    for standing in deed.kinds:
        ledger.add("achievement", title=ledger.label("核心技术成果"), achieved_on=ledger.day(), standing=standing)


def services(ledger: Ledger, deed: Deed) -> None:
    for served in skewed(ledger.rng, deed.amount, len(deed.kinds)):
        ledger.add("service", title=ledger.label("技术推广服务"), served_on=ledger.day(), organisations_served=served)


def trainings(ledger: Ledger, deed: Deed) -> None:
    for kind, persons in zip(deed.kinds, skewed(ledger.rng, deed.amount, len(deed.kinds)), strict=True):
        ledger.add("training", kind=kind, title=ledger.label("人才培养活动"), held_on=ledger.day(), persons=persons)


def media(ledger: Ledger, deed: Deed) -> None:
    for level in deed.kinds:
        outlet = f"媒体{ledger.rng.randrange(1, 60):02d}（重构）"
        ledger.add("media_report", title=ledger.label("报道"), outlet=outlet, published_on=ledger.day(), level=level)


WRITERS: dict[str, Callable[[Ledger, Deed], None]] = {
    "council": meetings,
    "expert_committee": meetings,
    "assembly": meetings,
    "secretariat_meetings": meetings,
    "website": website,
    "contact": secretariat,
    "self_funded_projects": projects,
    "government_projects": projects,
    "commissioned_projects": projects,
    "ip_sharing": ip_sharing,
    "standards": standards,
    "platforms": platforms,
    "events": events,
    "studies": studies,
    "innovation_chain": innovation_chain,
    "core_technology": achievements,
    "services": services,
    "talent": trainings,
    "media": media,
}
"""How each indicator's deeds are recorded; cooperation needs partners and is written by `cooperation`."""


def cooperation(ledger: Ledger, deed: Deed, partners: list[str]) -> None:
    """One record for each partner; sometimes a second one with the same partner, which earns nothing more."""
    for partner in ledger.rng.sample(partners, len(deed.kinds)):
        for _ in range(1 + (ledger.rng.random() < 0.15)):
            subject = ledger.label("跨领域合作")
            ledger.add("cooperation", partner=partner, subject=subject, took_place_on=ledger.day())


def written(ledger: Ledger, deeds: dict[str, Deed], partners: list[str]) -> None:
    """All deeds of an alliance in the order of the indicators."""
    for indicator, deed in deeds.items():
        if indicator == "cooperation":
            cooperation(ledger, deed, partners)
        elif deed.kinds:
            WRITERS[indicator](ledger, deed)
