"""What is to be done next in the review of a round, in plain words, with the page on which it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from huoyue.core.message import M, Message, Value
from huoyue.server.models import SETTLED, Panellist, Round
from huoyue.server.queries.review_progress import PanelCounts, Progress, groups_wanted, panel_counts, progress_of
from huoyue.server.queries.schemes import scheme_of


@dataclass(frozen=True)
class Todo:
    """A next step: what, where (empty: on the page itself), and whether it presses."""

    what: Message
    address: str = ""
    presses: bool = False
    over: bool = False
    """Whether it only says that nothing is left to do."""
    leads: bool = False
    """Whether it is the chair's to do as well: leading the meeting."""


def todo_of(round_: Round, now: datetime) -> list[Todo]:
    """What there is to do for whoever runs the review, the most pressing first."""
    if not scheme_of(round_).review.stages:
        return []
    counts, stages = panel_counts(round_), progress_of(round_)
    main = [one for one in stages if one.stage.kind != "calibration"]
    found = list(_panel_todo(round_, counts, bool(main)))
    if round_.stage not in SETTLED:
        found.append(Todo(M("Settle screening: the review is of what it lets in."),
                          reverse("screening_settle", args=[round_.key])))  # fmt: skip
        return found
    if not main:
        found.append(Todo(M("Lay out the review: its stages and the suggested points are then fixed."), presses=True))
        return found
    found += [_stage_todo(one, now) for one in stages if one.stage.state == "open"]
    if not any(one.stage.state == "open" for one in main):
        found += _next_todo(main)
    return sorted(found, key=lambda one: not one.presses)


def _panel_todo(round_: Round, counts: PanelCounts, laid_out: bool) -> list[Todo]:
    if not counts.asked:
        return [Todo(M("Ask experts onto the panel."), reverse("panel", args=[round_.key]), presses=True)]
    found = []
    if counts.late:
        what = M("{count} experts cannot mark yet: they have not answered, signed or declared.", count=len(counts.late))
        found.append(Todo(what, reverse("panel", args=[round_.key])))
    bare = Panellist.objects.filter(round=round_, state__in=("asked", "accepted"), group="")
    if laid_out and groups_wanted(round_) and bare.exists():
        what = M("{count} experts are in no group; a stage across groups needs them.", count=bare.count())
        found.append(Todo(what, reverse("panel_groups", args=[round_.key]), presses=True))
    return found


def _stage_todo(one: Progress, now: datetime) -> Todo:
    """What an open stage waits for."""
    address = reverse("review_stage", args=[one.stage.round.key, one.stage.key])
    if one.short:
        what = M("{stage}: {count} alliances are short of experts.", stage=one.title, count=len(one.short))
        return Todo(what, address, presses=True)
    if one.stage.kind == "decisions":
        what = M("{stage}: {decided} of {cases} alliances on the agenda are decided.", stage=one.title,
                 decided=one.decided, cases=one.cases)  # fmt: skip
        board = reverse("board", args=[one.stage.round.key, one.stage.key])
        return Todo(what, board, presses=True, leads=True)
    if not one.missing:
        return Todo(M("{stage}: every sheet is handed in; close the stage.", stage=one.title), address, presses=True)
    values: dict[str, Value] = {"stage": one.title, "count": one.not_handed_in, "all": one.sheets}
    if one.is_late(now):
        what = M("{stage}: the day is over and {count} of {all} sheets are missing. Remind, extend or close.", **values)
        return Todo(what, address, presses=True)
    return Todo(M("{stage} is open: {count} of {all} sheets are not handed in yet.", **values), address)


def _next_todo(main: list[Progress]) -> list[Todo]:
    """What leads to the next stage, when none is open."""
    one = next((one for one in main if one.stage.state == "waiting"), None)
    if one is None:
        return [Todo(M("Every stage is closed: the review is done."), over=True)]
    address = [one.stage.round.key, one.stage.key]
    if one.stage.kind == "marks" and (one.short or not one.sheets):
        what = M("{stage}: {count} alliances are short of experts.", stage=one.title, count=len(one.short))
        if not one.sheets:
            what = M("{stage}: assign the alliances to experts.", stage=one.title)
        return [Todo(what, reverse("assignment", args=address), presses=True)]
    return [Todo(M("{stage} can be opened.", stage=one.title), reverse("review_step", args=[*address, "open"]), True)]
