"""The demonstration: the example round as it was filed, a practice round that is open now, one account a role.

Nothing here is used by a real round, and a database that holds it can never serve one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts
from huoyue.examples.csv_files import as_people_write
from huoyue.examples.rounds import facts_of
from huoyue.exchange.layout import Sheet, sheets
from huoyue.schemes import EXAMPLE, builtin
from huoyue.server.demonstration.earlier import earlier_results
from huoyue.server.demonstration.published import end_notice, put_on_notice
from huoyue.server.demonstration.results import NOTICED, PUBLISHED, WHOLE, fill_results
from huoyue.server.demonstration.results import round_of as results_round_of
from huoyue.server.demonstration.review import fill_review, round_of
from huoyue.server.models import (
    Account,
    Alliance,
    AllianceName,
    Contact,
    Duty,
    Filing,
    Member,
    Observation,
    Record,
    Role,
    Round,
    Stage,
    State,
    Version,
)
from huoyue.server.operations.chain import canonical
from huoyue.server.operations.demonstration import load_round, mark
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.rounds import read_scheme_text
from huoyue.server.operations.submission import digest_of_content, receipt_number
from huoyue.server.queries.schemes import digest_of_scheme, scheme_of

PASSWORD = "huoyue-demo-2016"  # noqa: S105 - printed at every start, and refused outside a demonstration
PRACTICE = "practice"
ACCOUNTS = (
    ("secretariat", Role.SECRETARIAT, "秘书处演示员"),
    ("liaison", Role.LIAISON, "联络员演示员"),
    ("filer", Role.FILER, "填报人演示员"),
    ("colleague", Role.FILER, "填报人同事"),
    ("expert", Role.EXPERT, "评价专家演示员"),
    ("chair", Role.CHAIR, "专家组组长演示员"),
    ("observer", Role.OBSERVER, "主管部门演示员"),
)
"""Sign-in name, role and name of the demonstration's accounts."""
LOOKED_AFTER = 12
"""How many alliances the demonstration's liaison officer looks after."""


def load(echo: Callable[[str], None], *, empty: bool = False) -> None:
    """Fill an empty database with the demonstration; with `empty` only with the accounts, for trying a round anew."""
    if not Account.objects.filter(username=ACCOUNTS[0][0]).exists():
        with transaction.atomic():
            mark()
            people = {name: account(name, role, title) for name, role, title in ACCOUNTS}
            if not empty:
                fill(people)
    echo("")
    for name, role, title in ACCOUNTS:
        if Account.objects.filter(username=name, is_active=True).exists():
            echo(f"  {name:<12} {PASSWORD}   {title} ({role})")
    echo("")


@cache
def hashed() -> str:
    """The one password, hashed once: that is slow on purpose."""
    return make_password(PASSWORD)


def account(name: str, role: str, title: str) -> Account:
    """One account of the demonstration; network-wide duties at once, those for alliances when there are any."""
    made = Account.objects.create_user(name, None, name=title, email=f"{name}@example.org")
    made.password = hashed()
    made.save(update_fields=["password"])
    if role not in (Role.FILER, Role.LIAISON):
        Duty.objects.create(account=made, role=role)
    return made


def fill(people: dict[str, Account]) -> None:
    """The register, the rounds, and the duties for alliances."""
    example = example_round()
    scheme = scheme_of(example)
    facts = facts_of(scheme.id)
    alliances = register(facts)
    officers = liaison_officers(facts, alliances, people["liaison"])
    filers(alliances, people)
    earlier_results(facts, alliances, people["secretariat"])
    typed = {sheet.table: as_typed(scheme, sheet, facts) for sheet in sheets(scheme)}
    acting = Acting(None, "", timezone.now())
    filings = file_round(example, scheme, alliances, typed, shift=0, submitted=len(alliances))
    observe(scheme, filings, typed, officers)
    digests = Version.objects.filter(filing__round=example).values_list("digest", flat=True)
    load_round(acting, example, [str(digest) for digest in digests])
    review = round_of(example)
    again = file_round(review, scheme, alliances, typed, shift=0, submitted=len(alliances))
    observe(scheme, again, typed, officers)
    fill_review(review, facts, alliances, people["expert"])
    handed = Version.objects.filter(filing__round=review).values_list("digest", flat=True)
    load_round(acting, review, [str(digest) for digest in handed])
    for shown in (WHOLE, PUBLISHED, NOTICED):
        results = results_round_of(example, shown)
        taking = shown.alliances(alliances)
        settled = file_round(results, scheme, taking, typed, shift=0, submitted=len(taking))
        observe(scheme, settled, typed, officers)
        fill_results(shown, results, facts, alliances, people)
        load_round(acting, results, [one.digest for one in Version.objects.filter(filing__round=results)])
        if shown == PUBLISHED:
            end_notice(results, people["secretariat"])
        if shown == NOTICED:
            put_on_notice(results, people["secretariat"])
    practice = practice_round(example)
    years = practice.opens_at.year - example.opens_at.year
    file_round(practice, scheme_of(practice), alliances, typed, shift=years, submitted=45)
    load_round(acting, practice, [])
    have_come_in(acting.at)


def have_come_in(at: datetime) -> None:
    """Whoever handed something in or sits on a panel has signed in before."""
    filed = Account.objects.filter(duties__role=Role.FILER, duties__alliance__filings__versions__isnull=False)
    seated = Account.objects.filter(panels__isnull=False)
    for people in (filed, seated):
        Account.objects.filter(pk__in=people.values("pk"), last_login=None).update(last_login=at)


def example_round() -> Round:
    """The round of the example scheme, its filing closed."""
    text = builtin()[EXAMPLE].read_text(encoding="utf-8")
    scheme = read_scheme_text(text)
    zone, year = ZoneInfo(scheme.filing.timezone), scheme.period.starts.year
    return Round.objects.create(
        key=str(year), title_zh=f"{year}年度活跃度评价（示例）", title_en=f"Activity evaluation {year} (example)",
        scheme_text=text, scheme_digest=digest_of_scheme(text), stage=Stage.CLOSED, reminds=False,
        opens_at=datetime.combine(scheme.filing.opens, time(), zone),
        deadline=datetime.combine(scheme.filing.closes + timedelta(days=1), time(), zone),
        created_at=timezone.now(),
    )  # fmt: skip


def practice_round(example: Round) -> Round:
    """A practice round under the same scheme, moved to today: open since three weeks, closing in ten days."""
    zone = ZoneInfo(example.time_zone)
    today = timezone.localdate(timezone=zone)
    opens, closes = today - timedelta(days=21), today + timedelta(days=10)
    text = moved(example.scheme_text, today, opens, closes)
    return Round.objects.create(
        key=PRACTICE, title_zh=f"{today.year}年度活跃度评价（演练）",
        title_en=f"Activity evaluation {today.year} (practice)",
        scheme_text=text, scheme_digest=digest_of_scheme(text), stage=Stage.OPEN, practice=True, previous=example,
        opens_at=datetime.combine(opens, time(), zone),
        deadline=datetime.combine(closes + timedelta(days=1), time(), zone),
        created_at=timezone.now(),
    )  # fmt: skip


def moved(text: str, today: date, opens: date, closes: date) -> str:
    """The scheme's text with its period and window moved to this year."""
    first = date(today.year - 1, 12, 1) if today.month == 1 else date(today.year, 1, 1)
    changes = (
        (r"(?m)^  label: .*$", f'  label: {{zh: {today.year}年度（演练）, en: "{today.year} (practice)"}}'),
        (r"(?m)^  starts: .*$", f"  starts: {first}"),
        (r"(?m)^  ends: .*$", f"  ends: {closes}"),
        (
            r"(?m)^filing: .*$",
            f"filing: {{opens: {opens}, closes: {closes}, timezone: Asia/Shanghai, self_assessment: true}}",
        ),
    )
    for pattern, line in changes:
        text = re.sub(pattern, line, text, count=1)
    return text


def register(facts: Facts) -> dict[str, Alliance]:
    """The alliances of the example round, by code."""
    made = {}
    for row in facts.units.sort("position").iter_rows(named=True):
        alliance = Alliance.objects.create(
            code=row["unit"], name=row["name"], batch=row["batch"], industry=row["industry"] or "",
            status=row["status"], basis=row["basis"], position=row["position"],
        )  # fmt: skip
        made[alliance.code] = alliance
        names = [
            AllianceName(alliance=alliance, name=name, kind="alias") for name in dict.fromkeys(row["aliases"] or [])
        ]
        AllianceName.objects.bulk_create(names)
        leader = f"{alliance.name.removesuffix('联盟')}牵头单位（虚拟）"
        Member.objects.create(alliance=alliance, organisation=leader, leads=True)
        Contact.objects.create(
            alliance=alliance, name=f"联系人{row['position']:03}（虚拟）", position="秘书长",
            phone=f"010-5550{row['position']:04}", email=f"contact{row['position']:03}@example.org", first=True,
        )  # fmt: skip
    return made


def liaison_officers(facts: Facts, alliances: dict[str, Alliance], shown: Account) -> dict[str, Account]:
    """The officers that the register names, with their alliances; the demonstration's own has the first ones."""
    officers: dict[str, Account] = {}
    for code, name in facts.units.sort("position").select("unit", "liaison").iter_rows():
        if alliances[code].position <= LOOKED_AFTER:
            officer = shown
        else:
            title = name or "联络员"
            if title not in officers:
                officers[title] = Account.objects.create_user(
                    f"officer{len(officers) + 1}", None, name=title, email=f"officer{len(officers) + 1}@example.org"
                )
            officer = officers[title]
        Duty.objects.create(account=officer, role=Role.LIAISON, alliance=alliances[code])
        officers[code] = officer
    return officers


def filers(alliances: dict[str, Alliance], people: dict[str, Account]) -> None:
    """The demonstration's two filers answer for an alliance that has not submitted in the practice round."""
    for number, alliance in enumerate(alliances.values()):
        if number == shown_alliance(len(alliances)):
            Duty.objects.create(account=people["filer"], role=Role.FILER, alliance=alliance, responsible=True)
            Duty.objects.create(account=people["colleague"], role=Role.FILER, alliance=alliance)
        else:
            made = Account.objects.create_user(
                f"filer{alliance.position:03}", None, name=f"填报人{alliance.position:03}（虚拟）",
                email=f"filer{alliance.position:03}@example.org",
            )  # fmt: skip
            Duty.objects.create(account=made, role=Role.FILER, alliance=alliance, responsible=True)


def shown_alliance(count: int) -> int:
    """Which alliance, counted from 0, the demonstration's filer files for: one the shown officer looks after."""
    return min(4, count - 1)


def as_typed(scheme: Scheme, sheet: Sheet, facts: Facts) -> dict[str, list[dict[str, str]]]:
    """The rows of a sheet by alliance, each cell as a person would have typed it."""
    rows: dict[str, list[dict[str, str]]] = {}
    if sheet.table not in facts.tables() or sheet.table in ("units", "experts"):
        return rows
    for row in as_people_write(scheme, sheet, facts.tables()[sheet.table]).iter_rows(named=True):
        written = {name: str(value) for name, value in row.items() if value not in (None, "")}
        rows.setdefault(row["unit"], []).append(written)
    return rows


def file_round(
    round_: Round,
    scheme: Scheme,
    alliances: dict[str, Alliance],
    typed: dict[str, dict[str, list[dict[str, str]]]],
    *,
    shift: int,
    submitted: int,
) -> dict[str, Filing]:
    """The filings of a round from the example's facts, moved by `shift` years; the first `submitted` are handed in."""
    filings = {code: Filing.objects.create(round=round_, alliance=alliance) for code, alliance in alliances.items()}
    own = [kind for kind in scheme.records if kind.reported_by == "unit"]
    handed = 0
    for number, (code, filing) in enumerate(filings.items()):
        if code not in typed["filings"] or (shift and number == shown_alliance(len(filings))):
            continue
        if shift and not number % 3:
            continue
        person = Account.objects.filter(duties__alliance=filing.alliance, duties__role=Role.FILER).first()
        rows = [(kind.id, row) for kind in own for row in typed[f"records/{kind.id}"].get(code, [])]
        rows = rows if not shift or handed < submitted else rows[: len(rows) // 2]
        at = moment(round_, typed["filings"][code][0]["submitted_on"], number, shift)
        records = typed_records(filing, rows, person, at, shift)
        Record.objects.bulk_create(records)
        if handed < submitted:
            hand_in(filing, records, person, at)
            handed += 1
        else:
            Filing.objects.filter(pk=filing.pk).update(state=State.DRAFT, changed_at=at)
    return filings


def moment(round_: Round, day: str, number: int, shift: int) -> datetime:
    """When a filing was handed in: on its day in the example, spread over the open window in the practice round."""
    zone = ZoneInfo(round_.time_zone)
    if not shift:
        return datetime.combine(date.fromisoformat(day), time(9 + number % 9, number * 7 % 60), zone)
    return round_.opens_at + timedelta(days=2 + number * 18 // 146, hours=8 + number % 9, minutes=number * 7 % 60)


def typed_records(
    filing: Filing, rows: Iterable[tuple[str, dict[str, str]]], person: Account | None, at: datetime, shift: int
) -> list[Record]:
    """The records of a filing as its filer typed them."""
    made: list[Record] = []
    positions: dict[str, int] = {}
    for number, (kind, row) in enumerate(rows):
        cells = {name: later(text, shift) for name, text in row.items() if name not in ("unit", "record")}
        positions[kind] = positions.get(kind, 0) + 1
        uid = sha256(f"{filing.pk}/{kind}/{number}".encode()).hexdigest()[:24]
        made.append(
            Record(filing=filing, uid=uid, kind=kind, cells=cells, position=positions[kind], origin="workbook",
                   changed_at=at, changed_by=person)
        )  # fmt: skip
    return made


def later(text: str, years: int) -> str:
    """A day moved by some years, everything else as it was; 29 February becomes the 28th."""
    if not years or re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) is None:
        return text
    year = min(int(text[:4]) + years, timezone.localdate().year)
    return f"{year}-{'02-28' if text[5:] == '02-29' else text[5:]}"


def hand_in(filing: Filing, records: Iterable[Record], person: Account | None, at: datetime) -> None:
    """A version of a filing, as submitted then."""
    kept: list[dict[str, Any]] = [{"uid": r.uid, "kind": r.kind, "cells": r.cells, "evidence": []} for r in records]
    content = canonical(
        {"round": filing.round.key, "alliance": filing.alliance.code, "records": kept, "self_scores": {}}
    )
    digest = digest_of_content(content)
    version = Version.objects.create(
        filing=filing, number=1, content=content, digest=digest, submitted_at=at, submitted_by=person,
        signed_as=str(person or ""), receipt=receipt_number(filing.round, filing, 1, digest),
    )  # fmt: skip
    Filing.objects.filter(pk=filing.pk).update(state=State.SUBMITTED, in_force=version, changed_at=at)


def observe(
    scheme: Scheme,
    filings: dict[str, Filing],
    typed: dict[str, dict[str, list[dict[str, str]]]],
    officers: dict[str, Account],
) -> None:
    """What liaison officers and the secretariat reported about the alliances in the example."""
    made = []
    for kind in scheme.records:
        if kind.reported_by == "unit":
            continue
        for code, rows in typed[f"records/{kind.id}"].items():
            for number, row in enumerate(rows if code in filings else ()):
                cells = {name: text for name, text in row.items() if name not in ("unit", "record")}
                uid = sha256(f"{filings[code].pk}/{kind.id}/{number}".encode()).hexdigest()[:24]
                at = filings[code].round.opens_at + timedelta(days=number)
                made.append(Observation(filing=filings[code], uid=uid, kind=kind.id, cells=cells,
                                        author=officers[code], at=at))  # fmt: skip
    Observation.objects.bulk_create(made)
