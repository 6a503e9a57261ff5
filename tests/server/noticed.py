"""A frozen round on public notice, for tests: the notice runs, and people who marked nothing can be asked.

kim and leo are experts off the panel, sam a second member of the secretariat; pia answers for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.server.settled import Settled
from tests.server.world import make_account

from huoyue.server.models import Filing, NoticePeriod, Objection, Role
from huoyue.server.operations.notice import Office, put_up
from huoyue.server.operations.objection_handling import Ruling, admit, decide_objection, give, write_opinion
from huoyue.server.operations.objections import Asked, Kept, enter_objection
from huoyue.server.operations.storage import append, upload_path
from huoyue.server.queries.notice import day_of
from huoyue.server.queries.objections import in_round

OFFICE = Office("协发网秘书处评价办公室", "010-12345678", "office@example.org", "北京市海淀区")
GROUNDS = "第二次理事会的会议纪要已随材料提交，评分时漏计一次，请予核实更正。"
REASONS = "经核实，第二次理事会纪要真实有效"


def pdf(text: str = "evidence") -> SimpleUploadedFile:
    body = b"%PDF-1.4\n% " + text.encode() + b"\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
    return SimpleUploadedFile("纪要.pdf", body, content_type="application/pdf")


def on_notice(found: Settled, *, days: int = 10) -> NoticePeriod:
    """Put the results up and let the first day be today."""
    for name, role in (("kim", Role.EXPERT), ("leo", Role.EXPERT), ("sam", Role.SECRETARIAT)):
        found.world.people.setdefault(name, make_account(name, role))
    period = put_up(found.world.acting("sun"), found.round, OFFICE)
    return moved(period, starts=0, ends=days)


def moved(period: NoticePeriod, *, starts: int, ends: int) -> NoticePeriod:
    """Let a notice run from and until so many days from today."""
    today = day_of(timezone.now(), period.round)
    NoticePeriod.objects.filter(pk=period.pk).update(starts_on=today + timedelta(days=starts),
                                                     ends_on=today + timedelta(days=ends))  # fmt: skip
    return NoticePeriod.objects.select_related("round", "frozen").get(pk=period.pk)


def kept_file(text: str = "a") -> Kept:
    body = pdf(text).read()
    part = upload_path(token_hex(16))
    append(part, [body], 0, len(body))
    return Kept("纪要.pdf", part, sha256(body).hexdigest(), "application/pdf", len(body))


def asked(found: Settled, **changes: Any) -> Asked:
    """A complete objection to the first indicator."""
    whole = {
        "kind": "score", "indicator": "council", "grounds": GROUNDS, "name": "某某某", "organisation": "某某研究院",
        "telephone": "010-87654321", "signed_as": "某某某", "sealed": True, "files": (kept_file(),),
    }  # fmt: skip
    return Asked(**(whole | changes))


def filing_of(found: Settled, unit: str = "A002") -> Filing:
    return Filing.objects.select_related("round", "alliance", "in_force").get(round=found.round, alliance__code=unit)


def entered(found: Settled, unit: str = "A002", *, on: date | None = None, **changes: Any) -> Objection:
    """An objection on paper about an alliance."""
    day = on or day_of(timezone.now(), found.round)
    made = enter_objection(found.world.acting("sun"), filing_of(found, unit), asked(found, **changes), day)
    return fresh(made)


def fresh(objection: Objection) -> Objection:
    return in_round(objection.round).get(pk=objection.pk)


def looked_into(found: Settled, objection: Objection, by: Sequence[str] = ("kim", "leo")) -> Objection:
    """Taken up, given to people who marked nothing, their opinions written."""
    sun = found.world.acting("sun")
    admit(sun, objection)
    for name in by:
        handler = give(sun, fresh(objection), found.world.people[name])
        handler.objection = fresh(objection)
        write_opinion(found.world.acting(name), handler, "upheld", None, "已核对纪要原件，情况属实。")
    return fresh(objection)


def upheld(found: Settled, objection: Objection, points: int, *, by: str = "sun") -> Objection:
    """Decided in favour of whoever objected."""
    ruling = Ruling("upheld", REASONS, {objection.indicator: points})
    decide_objection(found.acting(by), looked_into(found, objection), ruling)
    return fresh(objection)


def signed_in(found: Settled, name: str, role: str = "") -> Client:
    client = Client()
    if name:
        client.force_login(found.world.people[name])
    if role:
        session = client.session
        session["role"] = role
        session.save()
    return client
