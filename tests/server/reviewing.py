"""A round in review for tests: six alliances that were evaluated, a panel in two groups, stages laid out.

E01 to E03 are of the first group, E04 to E06 of the second; ada, who files for the first alliance, is E06, so a
conflict bars her from it. The secretariat (sun) and the chair (cho) are not on the panel.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl
from django.utils import timezone
from tests.server.world import World, make_account, make_world

from huoyue.core.review.settlement import Settlement, settle
from huoyue.core.scheme.model import Scheme
from huoyue.core.scoring.points import suggest
from huoyue.core.screening import screen
from huoyue.core.tables import Facts
from huoyue.server.demonstration import hand_in
from huoyue.server.models import (
    Alliance,
    Case,
    Filing,
    Member,
    Panellist,
    Record,
    ReviewStage,
    Role,
    Round,
    Stage,
    Verdict,
)
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.review_assignment import assign_stage
from huoyue.server.operations.review_panel import Seat, answer, ask, declare, sign
from huoyue.server.operations.review_sheets import Given, save_marks, submit_sheet
from huoyue.server.operations.review_stages import close_stage, lay_out, open_stage
from huoyue.server.operations.screening import decide, screen_round
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.review_facts import with_review
from huoyue.server.queries.review_stages import cells_of
from huoyue.server.queries.schemes import scheme_of

COUNT = 6
NAMES = ("eva", "fox", "gil", "hua", "ivy", "ada")


@dataclass
class Reviewing:
    world: World
    seats: dict[str, Panellist] = field(default_factory=dict)
    stages: dict[str, ReviewStage] = field(default_factory=dict)

    @property
    def round(self) -> Round:
        return self.world.round

    def fresh(self, key: str) -> ReviewStage:
        stage = ReviewStage.objects.select_related("round").get(round=self.round, key=key)
        self.stages[key] = stage
        return stage

    def seat(self, name: str) -> Panellist:
        return Panellist.objects.select_related("account", "round").get(round=self.round, account__username=name)

    def acting(self, name: str, role: str = "") -> Acting:
        account = self.world.people[name]
        duty = account.duties.filter(ended_at=None).first()
        return Acting(account, role or (duty.role if duty else ""), timezone.now(), "127.0.0.1")


def make_reviewing(*, count: int = COUNT) -> Reviewing:
    """The world, screened and settled, with a panel that has signed and declared, its stages laid out."""
    world = make_world()
    at = timezone.now() - timedelta(days=3)
    for n in range(4, count + 1):
        alliance = Alliance.objects.create(code=f"A{n:03}", name=f"第{n}产业技术创新战略联盟", batch="third",
                                           industry="energy", status="pilot", position=n)  # fmt: skip
        Member.objects.create(alliance=alliance, organisation=f"{alliance.name}牵头单位", leads=True)
        world.alliances.append(alliance)
        world.filings.append(Filing.objects.create(round=world.round, alliance=alliance))
    for number, filing in enumerate(world.filings):
        rows = [
            {"kind": "council", "title": f"理事会{n}", "held_on": f"2016-0{n}-0{number + 1}", "evidence": f"纪要{n}"}
            for n in range(1, 3 + number % 3)
        ]
        records = [
            Record(filing=filing, uid=f"{number:02}{n:02}".ljust(24, "a"), kind="meeting", cells=cells, position=n,
                   changed_at=at, changed_by=world.ada)
            for n, cells in enumerate(rows, 1)
        ]  # fmt: skip
        Record.objects.bulk_create(records)
        filing.round = world.round
        hand_in(filing, records, world.ada, at)
    Round.objects.filter(pk=world.round.pk).update(stage=Stage.CLOSED, closed_at=at)
    world.round.refresh_from_db()
    sun = world.acting("sun")
    screen_round(sun, world.round)
    for filing in Filing.objects.filter(round=world.round).select_related("verdict", "alliance"):
        filing.verdict.filing = filing
        filing.round = world.round
        decide(sun, filing.verdict, "evaluated", "测试轮次按评审需要予以评价")
    Round.objects.filter(pk=world.round.pk).update(stage=Stage.SCREENED)
    world.round.refresh_from_db()
    found = Reviewing(world)
    for number, name in enumerate(NAMES):
        account = world.people.get(name) or make_account(name)
        world.people[name] = account
        seat = ask(sun, world.round, account, Seat(group="一组" if number < 3 else "二组", capacity=12))
        own = Acting(account, Role.EXPERT, timezone.now(), "127.0.0.1")
        answer(own, seat, accepts=True)
        sign(own, seat, signed_as=account.name, agreed=True)
        declare(own, seat, [])
        found.seats[name] = seat
    lay_out(sun, world.round)
    for stage in ReviewStage.objects.filter(round=world.round):
        found.fresh(stage.key)
    return found


def assigned(found: Reviewing, key: str = "preliminary") -> None:
    """The first half of the alliances to the first group, the others to the second; across groups the other way."""
    stage = found.fresh(key)
    filings = list(Filing.objects.filter(round=found.round).order_by("alliance__position"))
    half = len(filings) // 2
    pairs = []
    for number, name in enumerate(NAMES):
        first = (number < 3) == (key == "cross")  # so that ada (second group) starts with the first half … not A001
        own = filings[half:] if first else filings[:half]
        pairs += [(found.seats[name].pk, one.pk) for one in own if not (name == "ada" and one.alliance.code == "A001")]
    assign_stage(found.world.acting("sun"), stage, pairs, how="test")


def opened(found: Reviewing, key: str = "preliminary") -> ReviewStage:
    """A stage assigned and open."""
    if found.fresh(key).kind == "marks":
        assigned(found, key)
    open_stage(found.world.acting("sun"), found.fresh(key), reason="测试")
    return found.fresh(key)


def mark_all(found: Reviewing, key: str, *, shift: int = 0, skip: str = "") -> None:
    """Everybody marks every indicator as suggested (or the middle), `shift` hundredths less, and hands in."""
    from huoyue.server.queries.review import own_sheets

    for name in found.seats:
        if name == skip:
            continue
        own = Acting(found.world.people[name], Role.EXPERT, timezone.now(), "127.0.0.1")
        for sheet in own_sheets(found.seat(name)).filter(stage__key=key):
            sheet.stage.round, sheet.panellist = found.round, found.seat(name)
            given = {}
            for cell in cells_of(sheet):
                base = cell.suggested if cell.suggested is not None else cell.maximum // 2
                points = max(0, base - shift)
                given[cell.indicator] = Given(f"{points / 100:g}", "材料不足" if points != cell.suggested else "")
            save_marks(own, sheet, given, how="test")
            submit_sheet(own, sheet)


def furnish_meeting(world: World) -> None:
    """A meeting that was held in the world's round, with a case of the first alliance, and a seat for eva."""
    now = timezone.now()
    stage, _ = ReviewStage.objects.get_or_create(
        round=world.round, key="meeting", defaults={"kind": "decisions", "position": 3, "state": "closed",
                                                    "opened_at": now, "closed_at": now})  # fmt: skip
    Case.objects.get_or_create(stage=stage, filing=world.filings[0], defaults={"state": "closed"})
    Verdict.objects.filter(filing=world.filings[0]).update(decided="evaluated", decided_by=world.people["sun"])
    Panellist.objects.get_or_create(round=world.round, account=world.people["eva"],
                                    defaults={"code": "E01", "state": "accepted"})  # fmt: skip


def met(found: Reviewing, **kwargs: int) -> ReviewStage:
    """Both stages of marks marked and closed, the second `shift` hundredths lower; the meeting open."""
    for key in ("preliminary", "cross"):
        opened(found, key)
        mark_all(found, key, shift=kwargs.get("shift", 60) if key == "cross" else 0)
        close_stage(found.world.acting("sun"), found.fresh(key))
    return opened(found, "meeting")


def opened_world() -> World:
    """The world of a round whose first stage of review is open, with nothing marked."""
    found = make_reviewing()
    opened(found)
    return found.world


@dataclass(frozen=True)
class Review:
    """A round's facts with the review in them, the points that the rules suggest, and what is settled so far."""

    scheme: Scheme
    facts: Facts
    screening: pl.DataFrame
    points: pl.DataFrame
    settlement: Settlement


def review_of(round_: Round, *, closed_only: bool = True) -> Review:
    """What the review settles to, worked out from all facts as the snapshot does: the check on `standing_of`.

    Of stages that are open only where `closed_only` is false.
    """
    scheme = scheme_of(round_)
    facts = with_review(round_, facts_of(round_), closed_only=closed_only)
    screening = screen(scheme, facts)
    points = suggest(scheme, facts, screening).points
    return Review(scheme, facts, screening, points, settle(scheme, facts, points, screening))
