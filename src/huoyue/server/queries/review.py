"""Doors of the review. Blindness is here: what a door does not give, no page, count, list or export can show.

An expert reaches the own seat and the own sheets that count, of stages that were opened; never another's marks. Whoever
leads or serves the round sees marks of a stage only once it is closed, or while it is open if they do not mark in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from huoyue.core.refusal import Refusal
from huoyue.server.models import Account, Conflict, Evidence, Panellist, ReviewStage, Role, Round, Sheet
from huoyue.server.queries.doors import ABSENT, round_door
from huoyue.server.queries.people import Person
from huoyue.server.queries.prepared import Prepared
from huoyue.server.queries.review_stages import rights_of

LEADS = {Role.SECRETARIAT, Role.CHAIR}
READS = {Role.SECRETARIAT, Role.CHAIR, Role.OBSERVER}


def panel_of(round_: Round) -> QuerySet[Panellist]:
    """The panel of a round, with accounts."""
    return Panellist.objects.filter(round=round_).select_related("account")


def seat_of(person: Person, round_: Round) -> Panellist | None:
    """The person's own seat on the panel of a round, whatever role they act in."""
    if person.account is None:
        return None
    seat = seat_by_account.first(round_id=round_.pk, account=person.account.pk)
    if seat is not None:
        seat.round = round_
    return seat


def seated(round_id: int, account: int) -> QuerySet[Panellist]:
    """The seat of an account on the panel of a round."""
    return Panellist.objects.filter(round_id=round_id, account_id=account).select_related("account")


seat_by_account: Prepared[Panellist] = Prepared(seated)


def review_door(person: Person, *, round: str) -> Round | Refusal:  # noqa: A002
    """A round for those who lead or observe its review."""
    found = round_door(person, round=round)
    return found if not isinstance(found, Refusal) and person.role in READS else ABSENT


def seat_door(person: Person, *, round: str) -> Panellist | Refusal:  # noqa: A002
    """The own seat of an expert in a round."""
    found = round_door(person, round=round)
    if isinstance(found, Refusal) or person.role != Role.EXPERT:
        return ABSENT
    seat = seat_of(person, found)
    return seat if seat is not None and seat.state != "left" else ABSENT


def panellist_door(person: Person, *, round: str, expert: str) -> Panellist | Refusal:  # noqa: A002
    """A seat of the panel for those who lead the review; observers read."""
    found = review_door(person, round=round)
    if isinstance(found, Refusal):
        return ABSENT
    seat = panel_of(found).filter(code=expert).first()
    if seat is None:
        return ABSENT
    seat.round = found
    return seat


def stage_door(person: Person, *, round: str, stage: str) -> ReviewStage | Refusal:  # noqa: A002
    """A stage of the review for those who lead or observe it. It shows progress; marks are `sees_stage_marks`."""
    found = review_door(person, round=round)
    if isinstance(found, Refusal):
        return ABSENT
    row = ReviewStage.objects.filter(round=found, key=stage).first()
    if row is None:
        return ABSENT
    row.round = found
    return row


def is_marking(account: Account, stage: ReviewStage) -> bool:
    """Whether somebody has sheets in a stage of the round that is not closed: then others' marks would bias them."""
    own = Sheet.objects.filter(
        stage__round_id=stage.round_id, panellist__account=account, aside_at=None, stage__kind="marks"
    )
    return own.exclude(stage__state="closed").exists()


def sees_stage_marks(person: Person, stage: ReviewStage) -> bool:
    """Whether somebody who leads or observes may see the marks of a stage (of a meeting: those before it).

    Who still marks in the round sees none, in whatever role. Observers wait until the stage is closed, and who leads
    sees them live.
    """
    if person.account is None or person.role not in READS or not person.serves(stage.round_id):
        return False
    if is_marking(person.account, stage) and stage.kind != "calibration":
        return False
    if stage.state == "waiting":
        return False
    return stage.state == "closed" or stage.kind == "decisions" or person.role in LEADS


def marks_door(person: Person, *, round: str, stage: str) -> ReviewStage | Refusal:  # noqa: A002
    """A stage together with its marks."""
    found = stage_door(person, round=round, stage=stage)
    if isinstance(found, Refusal):
        return found
    return found if sees_stage_marks(person, found) else Refusal("marks_hidden")


def own_sheets(seat: Panellist) -> QuerySet[Sheet]:
    """The sheets of an expert that count, of stages that were opened."""
    return counting(seat.pk)


def counting(panellist: int) -> QuerySet[Sheet]:
    """The same by the number of the expert's seat."""
    return told(Sheet.objects.filter(panellist_id=panellist, aside_at=None).exclude(stage__state="waiting"))


def readable_sheets(seat: Panellist) -> QuerySet[Sheet]:
    """Those, and what was not handed in when its stage closed: it counts for nothing, and its expert may read it.

    A conflict found since then takes it away, as it does a sheet that counts.
    """
    return readable(seat.pk)


def readable(panellist: int) -> QuerySet[Sheet]:
    """The same by the number of the expert's seat."""
    barred = Conflict.objects.filter(panellist_id=panellist, ended_at=None).values("alliance")
    missed = Q(aside_kind="closed", stage__state="closed") & ~Q(filing__alliance__in=barred, stage__kind="marks")
    sheets = Sheet.objects.filter(Q(aside_at=None) | missed, panellist_id=panellist)
    return told(sheets.exclude(stage__state="waiting"))


def told(sheets: QuerySet[Sheet]) -> QuerySet[Sheet]:
    """Sheets in the order of stages and of the register, with what their pages need."""
    return sheets.select_related("stage", "filing__alliance", "filing__round", "filing__in_force").order_by(
        "stage__position", "filing__alliance__position", "filing__alliance__code"
    )


def readable_at(panellist: int, stage: str, unit: str) -> QuerySet[Sheet]:
    """What an expert may read of an alliance in a stage."""
    return readable(panellist).filter(stage__key=stage, filing__alliance__code=unit)


def first_counting(panellist: int, stage: str) -> QuerySet[Sheet]:
    """The first of an expert's sheets that count in a stage."""
    return counting(panellist).filter(stage__key=stage)[:1]


sheet_by_address: Prepared[Sheet] = Prepared(readable_at)
sheet_of_stage: Prepared[Sheet] = Prepared(first_counting)


def sheet_door(person: Person, *, round: str, stage: str, unit: str) -> Sheet | Refusal:  # noqa: A002
    """An expert's own sheet, to mark or to read. Before signing and declaring there is none to see."""
    seat = seat_door(person, round=round)
    if isinstance(seat, Refusal):
        return ABSENT
    sheet = sheet_by_address.first(panellist=seat.pk, stage=stage, unit=unit)
    if sheet is None:
        return Refusal("sheet_aside") if was_set_aside(seat, stage, unit) else ABSENT
    if not seat.may_mark:
        return Refusal("not_ready_to_mark")
    sheet.stage.round, sheet.panellist = seat.round, seat
    return sheet


def was_set_aside(seat: Panellist, stage: str, unit: str) -> bool:
    """Whether an expert had begun a sheet that does not count any more: they are told so instead of nothing."""
    aside = Sheet.objects.filter(panellist=seat, stage__key=stage, filing__alliance__code=unit)
    return aside.exclude(aside_at=None).exclude(begun_at=None).exists()


@dataclass(frozen=True)
class OwnStage:
    """An expert's part in a stage that was opened."""

    seat: Panellist
    stage: ReviewStage

    @property
    def round(self) -> Round:
        return self.stage.round


def own_stage_door(person: Person, *, round: str, stage: str) -> OwnStage | Refusal:  # noqa: A002
    """A stage for an expert who has sheets in it."""
    seat = seat_door(person, round=round)
    if isinstance(seat, Refusal):
        return ABSENT
    sheet = sheet_of_stage.first(panellist=seat.pk, stage=stage)
    if sheet is None:
        return ABSENT
    if not seat.may_mark:
        return Refusal("not_ready_to_mark")
    sheet.stage.round = seat.round
    return OwnStage(seat, sheet.stage)


def calibration_door(person: Person, *, round: str) -> OwnStage | Refusal:  # noqa: A002
    """The calibration of a round for whoever is on its panel, once it is closed: only then marks are compared."""
    seat = seat_door(person, round=round)
    if isinstance(seat, Refusal) or not seat.may_mark:
        return ABSENT
    stage = ReviewStage.objects.filter(round=seat.round, kind="calibration", state="closed").first()
    if stage is None:
        return ABSENT
    stage.round = seat.round
    return OwnStage(seat, stage)


def sheet_evidence_door(
    person: Person, *, round: str, stage: str, unit: str, file: str  # noqa: A002
) -> tuple[Sheet, Evidence] | Refusal:  # fmt: skip
    """A file of evidence beside an expert's own sheet, where the stage shows evidence."""
    sheet = sheet_door(person, round=round, stage=stage, unit=unit)
    if isinstance(sheet, Refusal):
        return sheet
    evidence = Evidence.objects.filter(filing=sheet.filing, uid=file).first()
    if evidence is None or not rights_of(sheet.stage).evidence:
        return ABSENT
    evidence.filing = sheet.filing
    return sheet, evidence


def managed_sheet_door(
    person: Person, *, round: str, stage: str, unit: str, expert: str  # noqa: A002
) -> Sheet | Refusal:  # fmt: skip
    """Somebody's sheet as a line of the assignment, without its marks, for the secretariat."""
    found = stage_door(person, round=round, stage=stage)
    if isinstance(found, Refusal) or person.role != Role.SECRETARIAT:
        return ABSENT
    sheet = found.sheets.filter(filing__alliance__code=unit, panellist__code=expert, aside_at=None)
    one = sheet.select_related("panellist__account", "filing__alliance").first()
    if one is None:
        return ABSENT
    one.stage, one.panellist.round = found, found.round
    return one
