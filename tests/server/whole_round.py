"""The example round as its people would run it: every step through the operation that their pages call.

Nothing is put into the database past an operation. Days are those of the report: filing from 8 December 2016 to 27
January 2017, the panel meets from the end of March. Whom the example shows as late gets more time, and screening
decides that it was too late all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile

from huoyue.core.tables import Facts
from huoyue.examples.rounds import facts_of as example_facts
from huoyue.exchange.layout import sheets
from huoyue.schemes import EXAMPLE, builtin
from huoyue.server.demonstration import as_typed
from huoyue.server.models import (
    Account,
    Alliance,
    Case,
    Edition,
    Filing,
    Frozen,
    NoticePeriod,
    Objection,
    Panellist,
    ReviewStage,
    Role,
    Round,
    Verdict,
)
from huoyue.server.operations.accounts import give_duty, make_account
from huoyue.server.operations.chasing import report
from huoyue.server.operations.editions import publish, ready
from huoyue.server.operations.filing import Typed, add_records, kind_of
from huoyue.server.operations.freezing import cut, cut_again, freeze_again, freeze_round
from huoyue.server.operations.invitations import accept, find, invite
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.notice import Office as Desk
from huoyue.server.operations.notice import close_period, put_up
from huoyue.server.operations.objection_handling import Ruling, admit, decide_objection, give, write_opinion
from huoyue.server.operations.objections import Asked, file_objection, take_in
from huoyue.server.operations.register import add_alliance, set_aliases, set_members
from huoyue.server.operations.review_agenda import add_case
from huoyue.server.operations.review_assignment import assign_stage
from huoyue.server.operations.review_meeting import WHOLE, Decided, close_case, decide, open_case
from huoyue.server.operations.review_panel import Declared, Seat, answer, ask, declare, sign
from huoyue.server.operations.review_sheets import Given, save_marks, submit_sheet
from huoyue.server.operations.review_stages import close_stage, lay_out, open_stage
from huoyue.server.operations.rounds import (
    Plan,
    close_round,
    evaluated_alliances,
    extend_one,
    make_round,
    open_round,
    read_scheme_text,
)
from huoyue.server.operations.screening import confirm, screen_round, settle_screening
from huoyue.server.operations.screening import decide as decide_verdict
from huoyue.server.operations.submission import submit
from huoyue.server.queries.objection_handlers import bar_of
from huoyue.server.queries.objections import in_round
from huoyue.server.queries.review import own_sheets
from huoyue.server.queries.schemes import scheme_of

ZONE = ZoneInfo("Asia/Shanghai")
CLOSES = datetime(2017, 1, 27, 18, tzinfo=ZONE)
PASSWORD = "correct-horse-battery"  # noqa: S105 - of the test


@cache
def facts() -> Facts:
    return example_facts(EXAMPLE)


def on(*day: int, hour: int = 9) -> datetime:
    return datetime(*day, hour, tzinfo=ZONE)


@dataclass
class Office:
    """The round and its people."""

    round: Round | None = None
    filers: dict[str, Account] = field(default_factory=dict)
    officers: dict[str, Account] = field(default_factory=dict)
    seats: dict[str, Panellist] = field(default_factory=dict)
    secretary: Account | None = None
    chair: Account | None = None

    def acting(self, at: datetime, account: Account | None = None, role: str = Role.SECRETARIAT) -> Acting:
        return Acting(account or self.secretary, role, at, "127.0.0.1")

    def fresh(self, key: str) -> ReviewStage:
        return ReviewStage.objects.select_related("round").get(round=self.round, key=key)


def founded() -> Office:
    """The first account of an installation: whoever sets it up is its secretariat."""
    secretary = Account.objects.create_user("secretary", PASSWORD, name="秘书处", email="secretary@example.org")
    first = Acting(secretary, "", on(2016, 11, 1))
    give_duty(first, secretary, Role.SECRETARIAT)
    return Office(secretary=secretary)


def enter(office: Office, at: datetime, username: str, name: str, *, by_letter: bool = True) -> Account:
    """An account made, invited, and the invitation taken up."""
    account = make_account(office.acting(at), username=username, name=name, email=f"{username}@example.org")
    sent = invite(office.acting(at), account, by_letter=by_letter)
    found = find(at, code=sent.code)
    assert found is not None
    return accept(Acting(None, "", at), found, name=name, password=PASSWORD)


def register(office: Office) -> None:
    """146 alliances with their other names and members; a filer each; the liaison officers."""
    at = on(2016, 11, 10)
    for row in facts().units.sort("position").iter_rows(named=True):
        values = {"name": row["name"], "batch": row["batch"], "industry": row["industry"] or "",
                  "status": row["status"], "basis": row["basis"]}  # fmt: skip
        alliance = add_alliance(office.acting(at), row["unit"], values)
        set_members(office.acting(at), alliance, f"{row['name']}牵头单位", [])
        if row["aliases"]:
            set_aliases(office.acting(at), alliance, row["aliases"])
        filer = enter(office, at, f"filer{row['position']:03}", f"填报人{row['position']:03}")
        give_duty(office.acting(at), filer, Role.FILER, alliance=alliance, responsible=True)
        office.filers[row["unit"]] = filer
        name = row["liaison"] or "联络员"
        if name not in office.officers:
            office.officers[name] = enter(office, at, f"officer{len(office.officers) + 1}", name)
        give_duty(office.acting(at), office.officers[name], Role.LIAISON, alliance=alliance)


def begin(office: Office) -> None:
    """The round made from the scheme file and opened on the day of the report."""
    text = builtin()[EXAMPLE].read_text(encoding="utf-8")
    plan = Plan("2016", "2016年度活跃度评价", "Activity 2016", text, on(2016, 12, 8, hour=0), on(2017, 1, 28, hour=0),
                reminds=False)  # fmt: skip
    at = on(2016, 11, 20)
    office.round = make_round(office.acting(at), plan, alliances=evaluated_alliances(read_scheme_text(text)))
    open_round(office.acting(at), office.round)


def file(office: Office) -> None:
    """Everybody files what the example has, and hands it in on its day; officers report their contacts."""
    scheme = scheme_of(office.round)
    typed = {sheet.table: as_typed(scheme, sheet, facts()) for sheet in sheets(scheme)}
    filings = {one.alliance.code: one for one in of_round(office.round)}
    days = {code: datetime.fromisoformat(rows[0]["submitted_on"]) for code, rows in typed["filings"].items()}
    for code, day in sorted(days.items(), key=lambda item: item[1]):
        at = day.replace(hour=10, tzinfo=ZONE)
        if at > CLOSES:
            filing = of_round(office.round).get(pk=filings[code].pk)
            extend_one(office.acting(CLOSES), filing, on(2017, 2, 10), "来函说明填报遇到困难")
            filings[code] = of_round(office.round).get(pk=filing.pk)
        own = Acting(office.filers[code], Role.FILER, at, "127.0.0.1")
        rows = [(kind_of(filings[code], kind.id), Typed(uid_of(code, kind.id, n), cells_of(row)))
                for kind in scheme.records if kind.reported_by == "unit"
                for n, row in enumerate(typed[f"records/{kind.id}"].get(code, []))]  # fmt: skip
        add_records(own, filings[code], rows, how="pasted")
        filing = of_round(office.round).get(pk=filings[code].pk)
        submit(own, filing, signed_as=str(own.account), agreed=True)
    for kind in scheme.records:
        if kind.reported_by == "unit":
            continue
        for code, rows in typed[f"records/{kind.id}"].items():
            liaison = dict(facts().units.select("unit", "liaison").iter_rows())[code] or "联络员"
            reporter = Acting(office.officers[liaison], Role.LIAISON, on(2017, 1, 20), "127.0.0.1")
            for row in rows:
                report(reporter if kind.reported_by == "liaison" else office.acting(on(2017, 1, 20)), filings[code],
                       kind, cells_of(row))  # fmt: skip


def of_round(round_: Round | None) -> Any:
    return Filing.objects.filter(round=round_).select_related("round", "alliance", "in_force")


def uid_of(code: str, kind: str, number: int) -> str:
    return sha256(f"{code}/{kind}/{number}".encode()).hexdigest()[:24]


def cells_of(row: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in row.items() if name not in ("unit", "record")}


def screen(office: Office) -> None:
    """Filing closed, screened by the rules, every verdict looked at, settled."""
    round_ = office.round
    close_round(office.acting(on(2017, 2, 10)), round_, "")
    screen_round(office.acting(on(2017, 2, 11)), round_)
    for verdict in Verdict.objects.filter(filing__round=round_).select_related("filing__round", "filing__alliance"):
        verdict.filing.round = round_
        if verdict.filing.extended_until and verdict.ruled == "evaluated":
            decide_verdict(office.acting(on(2017, 2, 12)), verdict, "incomplete", "逾期提交，影响评价进度")
        else:
            confirm(office.acting(on(2017, 2, 12)), verdict)
    settle_screening(office.acting(on(2017, 2, 13)), round_)


def seat(office: Office) -> None:
    """The panel: asked, accepted, signed, declared; the stages laid out. Plus a chair who marks nothing."""
    alliances = {one.code: one for one in Alliance.objects.all()}
    at = on(2017, 3, 20)
    office.chair = enter(office, at, "chair", "专家组组长")
    give_duty(office.acting(at), office.chair, Role.CHAIR)
    for row in facts().experts.iter_rows(named=True):
        account = enter(office, at, f"expert{row['expert'].lower()}", row["name"])
        wanted = Seat(code=row["expert"], group=row["panel_group"], background=row["background"] or "", capacity=40)
        made = ask(office.acting(at), office.round, account, wanted)
        own = Acting(account, Role.EXPERT, at, "127.0.0.1")
        answer(own, made, accepts=True)
        sign(own, made, signed_as=str(account), agreed=True)
        declare(own, made, [Declared("在该联盟任职", alliance=alliances[home]) for home in row["homes"] or []])
        office.seats[row["expert"]] = made
    lay_out(office.acting(at), office.round)


def mark(office: Office) -> None:
    """Both stages: assigned as in the example, every sheet marked and handed in, the stage closed."""
    filings = {one.alliance.code: one for one in of_round(office.round)}
    for number, key in enumerate(("preliminary", "cross")):
        at = on(2017, 3, 29) + timedelta(days=10 * number)
        marks = facts().marks.filter(stage=key)
        pairs = [(office.seats[expert].pk, filings[unit].pk)
                 for expert, unit in marks.select("expert", "unit").unique(maintain_order=True).rows()]  # fmt: skip
        assign_stage(office.acting(at), office.fresh(key), pairs, how="test")
        open_stage(office.acting(at), office.fresh(key))
        typed = marks.partition_by("expert", "unit", as_dict=True)
        for code, own_seat in office.seats.items():
            own_seat.round = office.round
            own = Acting(own_seat.account, Role.EXPERT, at + timedelta(days=1), "127.0.0.1")
            for sheet in own_sheets(own_seat).filter(stage__key=key):
                sheet.stage.round, sheet.panellist = office.round, own_seat
                rows = typed[code, sheet.filing.alliance.code].iter_rows(named=True)
                given = {row["indicator"]: Given(f"{row['mark'] / 100:g}", row["reason"] or "") for row in rows}
                save_marks(own, sheet, given, how="test")
                submit_sheet(own, sheet)
        close_stage(office.acting(at + timedelta(days=2)), office.fresh(key))


def meet(office: Office) -> None:
    """The meeting: what the example decided; the rest of the agenda is left as it was marked."""
    at = on(2017, 4, 20)
    filings = {one.alliance.code: one for one in of_round(office.round)}
    open_stage(office.acting(at), office.fresh("meeting"))
    chair = Acting(office.chair, Role.CHAIR, at, "127.0.0.1")
    for (unit,), rows in facts().decisions.partition_by("unit", as_dict=True).items():
        meeting = office.fresh("meeting")
        if not meeting.cases.filter(filing=filings[unit]).exists():
            add_case(office.acting(at), meeting, filings[unit], "会议临时列入议题")
        case = Case.objects.select_related("stage", "filing__alliance").get(stage=meeting, filing=filings[unit])
        case.stage.round = case.filing.round = office.round
        barred = set(filings[unit].alliance.conflicts.values_list("panellist", flat=True))
        open_case(chair, case, [one.pk for one in office.seats.values() if one.pk not in barred])
        for row in rows.iter_rows(named=True):
            points = "" if row["indicator"] == WHOLE else f"{row['settled'] / 100:g}"
            decide(chair, case, Decided(row["indicator"], points, row["reason"]))
        close_case(chair, case)
    close_stage(office.acting(at), office.fresh("meeting"), "其余议题维持原打分")


def reviewed() -> Iterator[Office]:
    """Every step up to settled scores, the clock of the machine going along."""
    steps = (
        (on(2016, 11, 10), register), (on(2016, 11, 20), begin), (on(2017, 1, 20), file), (on(2017, 2, 10), screen),
        (on(2017, 3, 20), seat), (on(2017, 3, 29), mark), (on(2017, 4, 20), meet),
    )  # fmt: skip
    with time_machine.travel(on(2016, 11, 1), tick=False):
        office = founded()
    for at, step in steps:
        with time_machine.travel(at, tick=False):
            step(office)
        yield office


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
GROUNDS = "第二次理事会的会议纪要已随材料提交，评分时漏计一次，请予核实。"


def freeze(office: Office) -> Frozen:
    """The round frozen as it was settled."""
    office.round = Round.objects.get(pk=office.round.pk)
    return freeze_round(office.acting(on(2017, 5, 2)), office.round, cut(office.round), "疑点已在会议上说明")


def object_to(office: Office, frozen: Frozen, code: str, indicator: str, points: int) -> Frozen:
    """On notice for five working days; the alliance's filer objects, two people look into it, it is upheld."""
    filing = of_round(office.round).get(alliance__code=code)
    put_up(office.acting(on(2017, 5, 2)), office.round, Desk("活跃度评价秘书处", "010-12345678"))
    with time_machine.travel(on(2017, 5, 4), tick=False):
        own = Acting(office.filers[code], Role.FILER, on(2017, 5, 4), "127.0.0.1")
        asked = Asked("score", indicator, GROUNDS, str(own.account), signed_as=str(own.account), sealed=True,
                      files=(take_in(SimpleUploadedFile("纪要.pdf", PDF)),))  # fmt: skip
        number = file_objection(own, filing, asked).number
    with time_machine.travel(on(2017, 5, 5), tick=False):
        at = on(2017, 5, 5)
        admit(office.acting(at), objection(office, number))
        free = [one.account for one in office.seats.values() if not bar_of(one.account, objection(office, number))]
        for account in free[:2]:
            handler = give(office.acting(at), objection(office, number), account)
            handler.objection = objection(office, number)
            write_opinion(
                Acting(account, Role.EXPERT, at, "127.0.0.1"), handler, "upheld", points, "纪要属实，应予更正。"
            )
        ruling = Ruling("upheld", "第二次理事会纪要属实，原评分漏计", points={indicator: points})
        decide_objection(office.acting(at), objection(office, number), ruling)
    return freeze_again(office.acting(on(2017, 5, 8)), frozen, cut_again(frozen), "异议成立，更正得分")


def objection(office: Office, number: str) -> Objection:
    return in_round(office.round).get(number=number)


def publish_edition(office: Office, at: datetime, reason: str = "") -> Edition:
    """The notice closed once its days have passed, and an edition published."""
    with time_machine.travel(at, tick=False):
        for period in NoticePeriod.objects.filter(round=office.round, closed_at=None).select_related("round", "frozen"):
            close_period(office.acting(at), period)
        return publish(office.acting(at), office.round, ready(office.round, at, reason))
