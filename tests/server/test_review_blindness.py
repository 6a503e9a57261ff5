"""Blindness: two worlds that differ only in others' marks give an expert the same bytes.

Random people do random permitted things. After each of them somebody looks at everything they can reach - pages,
lists, downloads, refusals, letters - once in the world as it is, and once in a world in which every mark that they may
not know is another one. What they get must be the same, byte for byte, and cost the same number of queries. Which marks
somebody may know is written down here once more, apart from the code it tests.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from tests.server.reviewing import NAMES, Reviewing, assigned, make_reviewing, mark_all

from huoyue.server.models import Account, Alliance, ApiKey, Attendance, Case, Duty, Evidence, Mail, Mark, Role, Sheet
from huoyue.server.operations.api_keys import digest_of_key
from huoyue.server.operations.journal import Acting, Refuse
from huoyue.server.operations.review_agenda import add_case
from huoyue.server.operations.review_conflicts import record_conflict
from huoyue.server.operations.review_meeting import Decided, close_case, decide, open_case
from huoyue.server.operations.review_panel import leave
from huoyue.server.operations.review_sheets import Given, save_marks, submit_sheet, take_back_sheet
from huoyue.server.operations.review_stages import close_stage, open_stage, reopen_stage
from huoyue.server.queries import filings
from huoyue.server.queries.review import own_sheets
from huoyue.server.queries.review_stages import cells_of
from huoyue.server.routes import API, ROUTES
from huoyue.server.views import review_seat
from huoyue.server.wording.interfaces import SCOPES

NOISE = re.compile(
    rb'(name="csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]*|nonce-[\w-]+'
    rb'|name="token" value="[^"]*|(?<=/letters/)\d+'
)
"""What differs at every request; and the number of a letter that a step writes, which PostgreSQL counts on."""
NEVER = frozenset({"account_data", "api", "api_specification", "switch_role", "switch_language", "healthy"})
STAGES = ("preliminary", "cross", "meeting")


class Clock:
    """Time that passes only when somebody does something, so that both worlds show the same."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now


class Count:
    """How many queries were made."""

    def __init__(self) -> None:
        self.queries = 0

    def __call__(self, execute, sql, params, many, context):
        self.queries += 1
        return execute(sql, params, many, context)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside has not happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def plain(body: bytes, kind: str) -> bytes:
    """A response without what differs at every request; of an Excel file its sheets."""
    if "spreadsheet" in kind:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return b"".join(archive.read(n) for n in sorted(archive.namelist()) if not n.startswith("docProps/"))
    return NOISE.sub(rb"\1", body)


def addresses(found: Reviewing, role: str) -> list[str]:
    """Everything that a role may ask for with GET, for every stage, an alliance of each half and an expert of each
    group: of each kind one is the own and one another's."""
    units = [found.world.filings[1].alliance.code, found.world.filings[-1].alliance.code]
    values: dict[str, list[object]] = {
        "round": [found.round.key], "unit": units, "stage": list(STAGES),
        "expert": [found.seats["eva"].code, found.seats["ivy"].code],
        "file": list(Evidence.objects.values_list("uid", flat=True)),
    }  # fmt: skip
    made = []
    for name, route in sorted(ROUTES.items()):
        if "GET" not in route.methods or name in NEVER or not (role in route.roles or "signed-in" in route.roles):
            continue
        wanted = re.findall(r"<(?:\w+:)?(\w+)>", route.address)
        if all(part in values for part in wanted):
            combinations = product(*(values[part] for part in wanted))
            made += [reverse(name, kwargs=dict(zip(wanted, one, strict=True))) for one in combinations]
    made.append("/api/v1/rounds/r1/sheets?limit=1&cursor=WzEsIDEsICJBMDAxIl0")
    return [*made, f"/why/?page={made[0]}", "/rounds/r1/seat/?q=A&sort=total", "/nothing/"]


def key_for(account: Account, role: str) -> dict[str, str]:
    """A key for everything, with which the API is asked; its calls are counted anew."""
    cache.clear()
    fields = {"account": account, "role": role, "scopes": list(SCOPES), "at": timezone.now(), "used_on": None}
    # always the same row: PostgreSQL numbers rows on, whatever is rolled back, and the page of keys shows the number
    ApiKey.objects.update_or_create(pk=9_000_000, defaults=fields | {"digest": digest_of_key("blind")})
    return {"Authorization": "Bearer blind"}


def look(found: Reviewing, name: str, role: str) -> dict[str, tuple[int, bytes, int]]:
    """Everything that somebody gets: by address the status, the bytes and the number of queries; and the letters."""
    client = Client(raise_request_exception=True)
    account = found.world.people[name]
    client.force_login(account)
    session = client.session
    session["role"] = role
    session.save()
    own = key_for(account, role)
    seen = {}
    for address in addresses(found, role):
        count = Count()
        with connection.execute_wrapper(count):
            answer = client.get(address, headers=own if address.startswith(API) else {})
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        kind = answer.headers.get("Content-Type", "")
        head = repr(sorted((k, v) for k, v in answer.headers.items() if k not in ("Set-Cookie", "Content-Length")))
        text = plain(head.encode(), "") + plain(body, kind)
        seen[address] = (answer.status_code, text, count.queries)
    for number, letter in enumerate(Mail.objects.filter(to=account).order_by("pk")):
        seen[f"letter {number}"] = (0, f"{letter.subject}\n{letter.body}".encode(), 0)
    return seen


def hidden_from(found: Reviewing, name: str, role: str) -> list[int]:
    """The marks that somebody may not know, as the issue has it; written apart from the doors."""
    account = found.world.people[name]
    marks = Mark.objects.filter(sheet__stage__round=found.round).exclude(sheet__panellist__account=account)
    if role == Role.CHAIR:
        marking = Sheet.objects.filter(
            panellist__account=account, aside_at=None, stage__kind="marks", stage__state__in=["waiting", "open"]
        )
        return list(marks.values_list("pk", flat=True)) if marking.exists() else []
    open_here = Attendance.objects.filter(
        panellist__account=account, present=True, case__state="open", case__stage__state="open"
    )
    shown = list(open_here.values_list("case__filing", flat=True)) if role == Role.EXPERT else []
    return list(marks.exclude(sheet__filing__in=shown).values_list("pk", flat=True))


def another_world(marks: list[int], seed: int) -> None:
    """Give every one of these marks other points and another reason."""
    chance = random.Random(seed)
    for mark in Mark.objects.filter(pk__in=marks).order_by("pk"):
        points = chance.choice([p for p in (0, 25, 100, 175, 250, 325, 500) if p != mark.points])
        Mark.objects.filter(pk=mark.pk).update(points=points, reason=f"别的理由{chance.random()}", taken=not mark.taken)


def compare(found: Reviewing, name: str, role: str, step: Callable[[], None] | None = None) -> None:
    """Look in both worlds, after the same `step` in each if there is one; fail at the first difference."""
    worlds, hidden = [], set(hidden_from(found, name, role))
    if step is not None:
        with undone():  # what the step itself gives somebody to know is theirs to see
            step()
            hidden &= set(hidden_from(found, name, role))
    for other in (False, True):
        with undone():
            if other:
                another_world(sorted(hidden), 7)
            if step is not None:
                step()
            worlds.append(look(found, name, role))
    here, there = worlds
    assert here.keys() == there.keys()
    if (
        here != there
    ):  # what is kept of schemes and names is read at the first look: only a difference that stays counts
        with undone():
            if step is not None:
                step()
            here = look(found, name, role)
    for address, got in here.items():
        assert got == there[address], f"{name} as {role} sees others' marks at {address}"


class Panel(RuleBasedStateMachine):
    """People of a small round doing what they may, in any order."""

    found: Reviewing
    clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize()
    def assign(self) -> None:
        assigned(self.found, "preliminary")
        assigned(self.found, "cross")

    def acting(self, name: str, role: str) -> Acting:
        return Acting(self.found.world.people[name], role, self.clock(), "127.0.0.1")

    def trying(self, act: Callable[[], object]) -> None:
        self.clock.now += timedelta(minutes=3)
        try:
            with transaction.atomic():
                act()
        except Refuse:
            return

    def sheets(self, name: str) -> list[Sheet]:
        seat = self.found.seat(name)
        sheets = list(own_sheets(seat).filter(stage__state="open")) if seat.state != "left" else []
        for sheet in sheets:
            sheet.stage.round, sheet.panellist = self.found.round, seat
        return sheets

    @rule(name=st.sampled_from(NAMES), choice=st.integers(0, 9), points=st.integers(0, 20), hand=st.booleans())
    def mark(self, name: str, choice: int, points: int, hand: bool) -> None:
        """Somebody marks one of their sheets as a whole, and perhaps hands it in."""
        if not (sheets := self.sheets(name)):
            return
        sheet, own = sheets[choice % len(sheets)], self.acting(name, Role.EXPERT)
        known = {one.indicator: one.revision for one in sheet.marks.all()}
        given = {
            cell.indicator: Given(
                f"{min(points * 25, cell.maximum) / 100:g}", "核对材料", revision=known.get(cell.indicator, 0)
            )
            for cell in cells_of(sheet)
        }
        self.trying(lambda: save_marks(own, sheet, given, how="test"))
        if hand:
            self.trying(lambda: submit_sheet(own, sheet))
        elif sheet.submitted_at is not None:
            self.trying(lambda: take_back_sheet(own, sheet))

    @rule(key=st.sampled_from(STAGES), what=st.sampled_from(["open", "open", "close", "reopen"]))
    def step(self, key: str, what: str) -> None:
        """The secretariat opens, closes or reopens a stage."""
        stage, sun = self.found.fresh(key), self.acting("sun", Role.SECRETARIAT)
        acts = {
            "open": lambda: open_stage(sun, stage, reason="按计划"),
            "close": lambda: close_stage(sun, stage, "按计划结束"),
            "reopen": lambda: reopen_stage(sun, stage, self.clock() + timedelta(days=2), "补充核对"),
        }
        self.trying(acts[what])

    @rule(name=st.sampled_from(NAMES), unit=st.integers(0, 5))
    def late_conflict(self, name: str, unit: int) -> None:
        alliance = Alliance.objects.get(code=f"A{unit + 1:03}")
        sun = self.acting("sun", Role.SECRETARIAT)
        self.trying(lambda: record_conflict(sun, self.found.seat(name), alliance, "近亲属在该联盟任职"))

    @rule(name=st.sampled_from(NAMES[1:3]))
    def drop(self, name: str) -> None:
        self.trying(lambda: leave(self.acting("sun", Role.SECRETARIAT), self.found.seat(name), "身体原因退出"))

    @rule(unit=st.integers(0, 5), out=st.sets(st.sampled_from(NAMES), max_size=3), ends=st.booleans())
    def discuss(self, unit: int, out: set[str], ends: bool) -> None:
        """The chair takes an alliance onto the agenda, opens it for some, decides, and perhaps closes it."""
        meeting, cho = self.found.fresh("meeting"), self.acting("cho", Role.CHAIR)
        filing = self.found.world.filings[unit]
        self.trying(lambda: add_case(cho, meeting, filing, "会上提出讨论"))
        found = Case.objects.filter(stage=meeting, filing=filing).select_related("stage", "filing__alliance").first()
        if found is None:
            return
        found.stage.round = found.filing.round = self.found.round
        barred = set(filing.alliance.conflicts.filter(ended_at=None).values_list("panellist", flat=True))
        present = [s.pk for n, s in self.found.seats.items() if n not in out and s.pk not in barred]
        self.trying(lambda: open_case(cho, found, present))
        self.trying(lambda: decide(cho, found, Decided("council", "3", "会议核对材料后认定")))
        if ends:
            self.trying(lambda: close_case(cho, found, ""))

    @invariant()
    def blind(self) -> None:
        """Somebody, chosen by how far the clock is, looks at everything in both worlds."""
        turn = self.clock.now.minute
        name = NAMES[turn % len(NAMES)]
        if self.found.seat(name).state != "left":
            compare(self.found, name, Role.EXPERT)


def test_the_api_gives_an_expert_the_own_marks_while_others_are_hidden(found):
    """Not an empty answer that would be the same in every world."""
    steps = through(found)
    for _ in range(2):
        next(steps)[1]()
    hidden = hidden_from(found, "eva", Role.EXPERT)
    body = look(found, "eva", Role.EXPERT)["/api/v1/rounds/r1/sheets"][1].decode()
    own = Mark.objects.filter(sheet__panellist__account__username="eva")
    assert body.count('"indicator"') == own.count() > 0
    assert len(hidden) > own.count()


@pytest.fixture
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    monkeypatch.setattr(filings, "NAMES_KEPT", float("inf"))  # on a slow machine a comparison takes longer than that
    return clock


@pytest.fixture
def found(db, clock) -> Reviewing:
    made = make_reviewing()
    Duty.objects.create(account=made.world.people["gil"], role=Role.CHAIR)
    return made


def run(found: Reviewing, clock: Clock, *, examples: int, steps: int) -> None:
    machine = type("PanelOfThis", (Panel,), {"found": found, "clock": clock})
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True,
                          suppress_health_check=list(HealthCheck), print_blob=True, database=None),
    )  # fmt: skip


@pytest.mark.slow
def test_whatever_people_do_no_answer_to_an_expert_depends_on_anothers_marks(found, clock):
    run(found, clock, examples=3, steps=12)


def sun(found: Reviewing) -> Acting:
    return found.acting("sun", Role.SECRETARIAT)


def through(found: Reviewing) -> Iterator[tuple[str, Callable[[], None]]]:
    """A whole review, step by step; the caller takes each step."""
    for key, shift in (("preliminary", 0), ("cross", 200)):
        assigned(found, key)
        yield f"open {key}", lambda key=key: open_stage(sun(found), found.fresh(key), reason="按计划")
        yield f"mark {key}", lambda key=key, shift=shift: mark_all(found, key, shift=shift)
        yield f"close {key}", lambda key=key: close_stage(sun(found), found.fresh(key))
    yield "meet", lambda: open_stage(sun(found), found.fresh("meeting"))
    yield "discuss", lambda: discuss(found)
    yield "end", lambda: close_stage(sun(found), found.fresh("meeting"), "其余维持")


def discuss(found: Reviewing) -> None:
    """The chair opens the second alliance for everybody but ivy, who sits outside."""
    meeting, filing = found.fresh("meeting"), found.world.filings[1]
    cho = found.acting("cho", Role.CHAIR)
    if not meeting.cases.filter(filing=filing).exists():
        add_case(cho, meeting, filing, "会上提出讨论")
    case = Case.objects.select_related("stage", "filing__alliance").get(stage=meeting, filing=filing)
    case.stage.round = case.filing.round = found.round
    open_case(cho, case, [seat.pk for name, seat in found.seats.items() if name != "ivy"])


@pytest.mark.slow
@pytest.mark.once
def test_at_every_step_of_a_review_experts_are_blind_before_it_and_after_it(found):
    """Each step is also taken in both worlds, so that what it writes - letters, agendas - gives nothing away."""
    hidden = {}
    for title, step in through(found):
        for name in ("eva", "ivy"):
            compare(found, name, Role.EXPERT, step)
        step()
        hidden[title] = len(hidden_from(found, "eva", Role.EXPERT))
    assert hidden["mark preliminary"] > 0
    assert hidden["discuss"] < hidden["close cross"], "in the room the marks on the alliance are known"


@pytest.mark.slow
@pytest.mark.once
def test_a_chair_who_marks_is_as_blind_as_everybody_who_marks(found):
    """gil is an expert and a chair. As long as gil has sheets in a stage, the board and the figures stay shut."""
    for title, step in through(found):
        step()
        if title != "end":
            compare(found, "gil", Role.CHAIR)


@pytest.mark.slow
def test_alliances_liaison_officers_and_strangers_see_nothing_of_the_review(found):
    """Neither a mark nor the name or code of an expert, at any address, whatever has been closed."""
    names = re.compile(rb"\b(Eva|Fox|Gil|Hua|Ivy|E0[1-6])\b")
    for title, step in through(found):
        step()
        if title in ("mark preliminary", "discuss"):
            for name, role in (("dov", Role.FILER), ("lou", Role.LIAISON), ("nil", "")):
                compare_all(found, name, role)
                for address, (_, text, _) in look(found, name, role).items():
                    assert names.search(text) is None, (title, address)


def compare_all(found: Reviewing, name: str, role: str) -> None:
    """As `compare`, with every mark of the round another one."""
    worlds = []
    for other in (False, False, True):  # the first look fills what is kept of schemes and names
        with undone():
            if other:
                another_world(list(Mark.objects.values_list("pk", flat=True)), 11)
            worlds.append(look(found, name, role))
    assert worlds[1] == worlds[2]


def test_a_leak_by_the_order_of_a_list_would_be_found(found, monkeypatch):
    """The control: the list of an expert ordered by what the others gave is a leak, and the test above sees it."""
    steps = through(found)
    for _ in range(2):
        next(steps)[1]()

    real = review_seat.worklist

    def leaking(seat, *more):
        """The own list in the order of what the others gave."""
        work = real(seat, *more)
        for stage in work:
            stage.sheets.sort(key=lambda own: -given(own.sheet))
        return work

    def given(sheet: Sheet) -> int:
        return sum(mark.points or 0 for mark in Mark.objects.filter(sheet__filing=sheet.filing))

    def blind() -> bool:
        try:
            for name in ("eva", "fox", "gil"):
                compare(found, name, Role.EXPERT)
        except AssertionError:
            return False
        return True

    assert blind()
    monkeypatch.setattr(review_seat, "worklist", leaking)
    assert not blind()
