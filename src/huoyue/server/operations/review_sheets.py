"""Marking: each mark is saved by itself against the revision it was made from, and a sheet is handed in as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from huoyue.core.review.sheet import LONGEST_REASON, Cell, Entry, Flaw, flaws, read_points
from huoyue.server.models import Evidence, Mark, ReviewStage, Sheet
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.statements import insert, update
from huoyue.server.queries.review_stages import cells_of
from huoyue.server.queries.schemes import scheme_of

LONGEST_PAUSE = timedelta(minutes=5)
"""Of a pause between two marks, as much counts as time spent on the sheet."""


SAME = ("points", "typed", "reason", "taken")
"""Columns by which a mark that is sent again is known to be the same."""


@dataclass(frozen=True)
class Given:
    """What an expert typed for one indicator, and the revision they saw; 0 for one that was not marked before."""

    typed: str
    reason: str = ""
    taken: bool = False
    revision: int = 0


class StaleMark(Refuse):
    """Somebody (the same person in another window) saved this mark first; `current` is what stands now."""

    def __init__(self, current: Mark) -> None:
        super().__init__("stale")
        self.current = current


class Flawed(Refuse):
    """A sheet that cannot be handed in, with everything that stands in the way."""

    def __init__(self, found: list[Flaw]) -> None:
        super().__init__("sheet_flawed", count=str(len(found)))
        self.flaws = found


def hold(sheet: Sheet) -> None:
    """Make sure that the sheet may be marked and stays so until this transaction ends: no closing slips between."""
    if not sheet.panellist.may_mark:
        raise Refuse("not_ready_to_mark")
    if update(ReviewStage, {"id": sheet.stage_id, "state": "open"}, state="open") != 1:
        raise Refuse("stage_closed")
    if update(Sheet, {"id": sheet.pk, "submitted_at": None, "aside_at": None}, aside_at=None) != 1:
        now = Sheet.objects.get(pk=sheet.pk)
        raise Refuse("sheet_aside" if now.aside_at is not None else "sheet_handed_in")


@operation("review.sheet_begun")
def begin_sheet(acting: Acting, sheet: Sheet) -> None:
    """The expert opens a sheet for the first time."""
    hold(sheet)
    if update(Sheet, {"id": sheet.pk, "begun_at": None}, begun_at=acting.at) != 1:
        raise Refuse("stale")
    sheet.begun_at = acting.at
    record(acting, "review.sheet_begun", round=sheet.stage.round, alliance=sheet.filing.alliance,
           subject=sheet.panellist.code, after={"stage": sheet.stage.key})  # fmt: skip


@operation("review.marked")
def save_mark(acting: Acting, sheet: Sheet, indicator: str, given: Given) -> Mark:
    """Save one mark. What cannot be read is kept as typed; a sheet with flaws cannot be handed in."""
    hold(sheet)
    cells = {cell.indicator: cell for cell in cells_of(sheet)}
    current = Mark.objects.filter(sheet=sheet, indicator=indicator).first()
    before = shown(current)
    mark = _put(sheet, read(acting.at, cells, indicator, given), current, given)
    if current is None:
        insert(mark)
    _spent(acting.at, sheet)
    after = shown(mark) | {"stage": sheet.stage.key, "indicator": indicator, "typed": mark.typed, "taken": mark.taken}
    record(acting, "review.marked", round=sheet.stage.round, alliance=sheet.filing.alliance,
           subject=sheet.panellist.code, before=before, after=after)  # fmt: skip
    return mark


@operation("review.sheet_imported")
def save_marks(acting: Acting, sheet: Sheet, given: Mapping[str, Given], *, how: str) -> int:
    """Save many marks of a sheet at once, all or none. How many changed."""
    hold(sheet)
    if sheet.begun_at is None:
        update(Sheet, {"id": sheet.pk}, begun_at=acting.at)
        sheet.begun_at = acting.at
    cells = {cell.indicator: cell for cell in cells_of(sheet)}
    known = {mark.indicator: mark for mark in Mark.objects.filter(sheet=sheet)}
    done, new = {}, []
    for indicator, one in given.items():
        values = read(acting.at, cells, indicator, one)
        current = known.get(indicator)
        if current is not None and all(getattr(current, name) == values[name] for name in SAME):
            continue
        mark = _put(sheet, values, current, one)
        if current is None:
            new.append(mark)
        done[indicator] = {"points": mark.points, "reason": mark.reason}
    Mark.objects.bulk_create(new)
    if how == "form":
        _spent(acting.at, sheet)
    record(acting, "review.sheet_imported", round=sheet.stage.round, alliance=sheet.filing.alliance,
           subject=sheet.panellist.code, after={"stage": sheet.stage.key, "how": how, "marks": done})  # fmt: skip
    return len(done)


def shown(mark: Mark | None) -> dict[str, object]:
    """What events keep of a mark."""
    return {} if mark is None else {"points": mark.points, "reason": mark.reason, "revision": mark.revision}


def read(at: datetime, cells: Mapping[str, Cell], indicator: str, given: Given) -> dict[str, Any]:
    """What an expert typed as columns. Refuse an indicator that the sheet does not ask for."""
    if indicator not in cells:
        raise Refuse("no_indicator")
    typed = given.typed.strip()[:40]
    try:
        points, unread = read_points(typed), ""
    except ValueError:
        points, unread = None, typed
    return {
        "indicator": indicator, "points": points, "typed": unread, "reason": given.reason.strip()[:LONGEST_REASON],
        "taken": given.taken and points is not None and points == cells[indicator].suggested, "changed_at": at,
    }  # fmt: skip


def _put(sheet: Sheet, values: dict[str, Any], current: Mark | None, given: Given) -> Mark:
    """A new mark, not stored yet, or the one that stands changed in its row. StaleMark if it is not as it was seen."""
    if current is None:
        if given.revision:
            raise Refuse("stale")
        return Mark(sheet=sheet, **values)
    if current.revision != given.revision:
        raise StaleMark(current)
    if update(Mark, {"id": current.pk, "revision": given.revision}, revision=given.revision + 1, **values) != 1:
        raise StaleMark(Mark.objects.get(pk=current.pk))
    for name, value in values.items():
        setattr(current, name, value)
    current.revision += 1
    return current


def _spent(at: datetime, sheet: Sheet) -> None:
    """Add the time since the last mark to what the expert has spent on the sheet, long pauses cut off."""
    last = Mark.objects.filter(sheet=sheet, changed_at__lt=at).order_by("-changed_at").first()
    since = max(filter(None, (sheet.begun_at, last.changed_at if last else None)), default=at)
    gap = min(max(at - since, timedelta()), LONGEST_PAUSE)
    Sheet.objects.filter(pk=sheet.pk).update(seconds=F("seconds") + round(gap.total_seconds()))


def entries_of(sheet: Sheet) -> dict[str, Entry]:
    """The marks of a sheet by indicator."""
    return {one.indicator: Entry(one.points, one.reason) for one in Mark.objects.filter(sheet=sheet)}


@operation("review.sheet_submitted")
def submit_sheet(acting: Acting, sheet: Sheet) -> None:
    """Hand in a sheet: every indicator marked within bounds, with the reasons it owes. Flawed says what is missing."""
    hold(sheet)
    if found := list(flaws(scheme_of(sheet.filing.round), cells_of(sheet), entries_of(sheet))):
        raise Flawed(found)
    same = {"id": sheet.pk, "revision": sheet.revision, "submitted_at": None}
    if update(Sheet, same, submitted_at=acting.at, revision=sheet.revision + 1) != 1:
        raise Refuse("stale")
    sheet.submitted_at, sheet.revision = acting.at, sheet.revision + 1
    marks = dict(Mark.objects.filter(sheet=sheet).values_list("indicator", "points"))
    record(acting, "review.sheet_submitted", round=sheet.stage.round, alliance=sheet.filing.alliance,
           subject=sheet.panellist.code, after={"stage": sheet.stage.key, "marks": marks})  # fmt: skip


@operation("review.sheet_taken_back")
def take_back_sheet(acting: Acting, sheet: Sheet) -> None:
    """Take a sheet back that was handed in, while the stage is open."""
    if update(ReviewStage, {"id": sheet.stage_id, "state": "open"}, state="open") != 1:
        raise Refuse("stage_closed")
    same = Sheet.objects.filter(pk=sheet.pk, revision=sheet.revision, aside_at=None).exclude(submitted_at=None)
    if same.update(submitted_at=None, revision=sheet.revision + 1) != 1:
        raise Refuse("stale")
    sheet.submitted_at, sheet.revision = None, sheet.revision + 1
    record(acting, "review.sheet_taken_back", round=sheet.stage.round, alliance=sheet.filing.alliance,
           subject=sheet.panellist.code, after={"stage": sheet.stage.key})  # fmt: skip


@operation("review.evidence_opened")
def look_at(acting: Acting, sheet: Sheet, evidence: Evidence) -> None:
    """Note that an expert opened a file of evidence from a sheet."""
    Sheet.objects.filter(pk=sheet.pk).update(looks=F("looks") + 1)
    record(acting, "review.evidence_opened", round=sheet.stage.round, alliance=sheet.filing.alliance,
           subject=sheet.panellist.code, after={"stage": sheet.stage.key, "file": evidence.uid})  # fmt: skip
