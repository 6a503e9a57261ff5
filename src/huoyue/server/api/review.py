"""An expert's own score sheets with the own marks; never another's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Query, Schema
from pydantic import Field

from huoyue.core.message import M
from huoyue.server.api.declaring import reading
from huoyue.server.api.paging import Paging, part_of
from huoyue.server.api.shapes import Code, Part, Points, local, points
from huoyue.server.models import Panellist, Sheet
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.review import own_sheets, seat_door
from huoyue.server.queries.review_sheets import name_in

OF = M("Own score sheets").text


class MarkShown(Schema):
    """A mark that one gave."""

    indicator: str
    points: Points | None
    reason: str


class SheetShown(Schema):
    """A score sheet of one's own that counts."""

    stage: str
    alliance: Code
    name: str
    state: str = Field(description="open, submitted")
    submitted_at: datetime | None
    marks: list[MarkShown]


def shown(sheet: Sheet, zone: str) -> dict[str, Any]:
    marks = [
        {"indicator": mark.indicator, "points": None if mark.points is None else points(mark.points),
         "reason": mark.reason}
        for mark in sheet.marks.all()
    ]  # fmt: skip
    return {
        "stage": sheet.stage.key, "alliance": sheet.filing.alliance.code, "name": name_in(sheet),
        "state": "open" if sheet.submitted_at is None else "submitted",
        "submitted_at": local(sheet.submitted_at, zone), "marks": sorted(marks, key=lambda mark: mark["indicator"]),
    }  # fmt: skip


@reading("rounds/{slug:round}/sheets", "api_sheets", M("Own score sheets in a round"), Part[SheetShown], of=OF,
         roles=("expert",), door=seat_door, scope="review:read")  # fmt: skip
def sheets(row: Panellist, paging: Query[Paging]) -> dict[str, Any]:
    if not row.may_mark:
        raise Refuse("not_ready_to_mark")
    order = {"stage__position": int, "filing__alliance__position": int, "filing__alliance__code": str}
    found = own_sheets(row).prefetch_related("marks")
    return part_of(found, order, paging, lambda one: shown(one, row.round.time_zone))
