"""An expert's own list: stages with their sheets and how far each is, the own conflicts, and what is to do next.

Nothing here reads a mark of anybody else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from huoyue.core.message import Message, Title
from huoyue.core.review.sheet import Cell
from huoyue.server.models import Conflict, Mark, Panellist, ReviewStage, Round, Sheet
from huoyue.server.queries.people import Person
from huoyue.server.queries.review import readable_sheets, seat_of
from huoyue.server.queries.review_progress import title_of
from huoyue.server.queries.review_sheets import as_points, counted, name_in
from huoyue.server.queries.review_stages import cells_of_filings, scheme_stage
from huoyue.server.saying import last_moment
from huoyue.server.wording.review import CONFLICT_KINDS, time_left


@dataclass(frozen=True)
class SheetWork:
    """A sheet as a line of the list."""

    sheet: Sheet
    name: str
    cells: Sequence[Cell]
    marked: int
    points: int

    @property
    def code(self) -> str:
        return self.sheet.filing.alliance.code

    @property
    def total(self) -> str:
        return as_points(self.points)

    @property
    def maximum(self) -> str:
        return as_points(sum(cell.maximum for cell in self.cells))

    @property
    def handed_in(self) -> bool:
        return self.sheet.submitted_at is not None

    @property
    def missed(self) -> bool:
        """Whether the stage closed before it was handed in, so that it counts for nothing."""
        return self.sheet.aside_at is not None


@dataclass
class StageWork:
    """A stage with the expert's sheets in it."""

    stage: ReviewStage
    title: Title | Message
    now: datetime
    purpose: Title | None = None
    sheets: list[SheetWork] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.stage.state == "open"

    @property
    def done(self) -> int:
        return sum(one.handed_in for one in self.sheets)

    @property
    def left(self) -> int:
        return len(self.sheets) - self.done

    @property
    def missed(self) -> int:
        return sum(one.missed for one in self.sheets)

    @property
    def next(self) -> SheetWork | None:
        """The first sheet to go on with: one that was begun before one that was not."""
        waiting = [one for one in self.sheets if not one.handed_in]
        return next((one for one in waiting if one.marked), waiting[0] if waiting else None)

    @property
    def time_left(self) -> Message:
        return time_left(self.stage.due_at, self.now)

    @property
    def until(self) -> str:
        due = self.stage.due_at
        return last_moment(due, zone=self.stage.round.time_zone) if due is not None else ""


def worklist(seat: Panellist, now: datetime) -> list[StageWork]:
    """The expert's stages in their order, each with its sheets."""
    sheets = list(readable_sheets(seat))
    cells = cells_of_filings({sheet.filing_id: sheet.filing for sheet in sheets}.values())
    points: dict[int, dict[str, int]] = defaultdict(dict)
    marks = Mark.objects.filter(sheet__in=sheets, points__isnull=False)
    for key, indicator, given in marks.values_list("sheet_id", "indicator", "points"):
        points[key][indicator] = given or 0
    found: dict[int, StageWork] = {}
    for sheet in sheets:
        sheet.stage.round, sheet.panellist = seat.round, seat
        if sheet.stage_id not in found:
            known = scheme_stage(sheet.stage)
            found[sheet.stage_id] = StageWork(sheet.stage, title_of(sheet.stage), now, known.purpose if known else None)
        marked, asked = points[sheet.pk], cells[sheet.filing_id]
        total = sum(counted(marked.get(cell.indicator), cell) for cell in asked)
        work = SheetWork(sheet, name_in(sheet), asked, len(marked), total)
        found[sheet.stage_id].sheets.append(work)
    return list(found.values())


@dataclass(frozen=True)
class OwnConflict:
    """An alliance that the expert is barred from, and every reason."""

    name: str
    reasons: list[tuple[Message, str]]
    found_at: datetime


def own_conflicts(seat: Panellist) -> list[OwnConflict]:
    """The conflicts on record of an expert, by alliance in register order."""
    rows = Conflict.objects.filter(panellist=seat, ended_at=None).select_related("alliance")
    by_alliance: dict[str, list[Conflict]] = defaultdict(list)
    for row in rows.order_by("alliance__position", "alliance__code", "pk"):
        by_alliance[row.alliance.name].append(row)
    return [
        OwnConflict(name, [(CONFLICT_KINDS[one.kind], one.because) for one in some], some[0].found_at)
        for name, some in by_alliance.items()
    ]


@dataclass(frozen=True)
class SeatTask:
    """What an expert has to do in a round: answer, sign, declare, mark, or wait; `over` once they declined."""

    step: str
    stage: StageWork | None = None


def seat_task(person: Person, round_: Round, now: datetime) -> SeatTask | None:
    """The next step of a person on the panel of a round; None for who is not on it."""
    seat = seat_of(person, round_)
    if seat is None or seat.state == "left":
        return None
    if seat.state != "accepted":
        return SeatTask("answer" if seat.state == "asked" else "over")
    if not seat.may_mark:
        return SeatTask("sign" if seat.signed_at is None else "declare")
    found = next((work for work in worklist(seat, now) if work.is_open), None)
    return SeatTask("mark" if found is not None and found.left else "wait", found)
