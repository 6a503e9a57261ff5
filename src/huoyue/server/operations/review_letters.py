"""Letters of the review, written in the operation that takes the step. Each has a key, so that it is written once."""

from __future__ import annotations

from collections.abc import Callable, Collection

from huoyue.server.models import Account, Alliance, Panellist, ReviewStage, Round
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.outbox import write
from huoyue.server.queries.chasing_standing import frame_of, link
from huoyue.server.queries.review_progress import title_of
from huoyue.server.wording import review_letters as words
from huoyue.server.wording.chasing_letters import Text

Say = Callable[[Account, str], Text]


def _send(acting: Acting, round_: Round, seats: Collection[Panellist], kind: str, key: str, say: Say) -> None:
    address = link("seat", round_.key)
    for seat in seats:
        text = say(seat.account, address)
        write(acting, to=seat.account, kind=kind, subject=text.subject, body=text.body, round=round_,
              key=f"{key}:{seat.account_id}")  # fmt: skip


def tell_asked(acting: Acting, seat: Panellist) -> None:
    """To somebody who is asked onto the panel."""
    frame = frame_of(seat.round)
    _send(acting, seat.round, [seat], "panel", f"asked:{seat.pk}",
          lambda to, address: words.asked(frame, to.language, to.name, address))  # fmt: skip


def tell_left(acting: Acting, seat: Panellist) -> None:
    """To somebody who was taken off the panel."""
    frame = frame_of(seat.round)
    _send(acting, seat.round, [seat], "panel", f"left:{seat.pk}:{seat.revision}",
          lambda to, _: words.left(frame, to.language, to.name))  # fmt: skip


def tell_conflict(acting: Acting, seat: Panellist, alliance: Alliance) -> None:
    """To an expert whose sheets were set aside; which alliance it is, the own conflicts on their page tell."""
    frame = frame_of(seat.round)
    _send(acting, seat.round, [seat], "panel", f"moved:{seat.pk}:{alliance.pk}",
          lambda to, address: words.moved(frame, to.language, to.name, address))  # fmt: skip


def _working(stage: ReviewStage) -> list[Panellist]:
    """Who takes part in a stage: those with sheets, or for a meeting the whole panel."""
    panel = Panellist.objects.filter(round=stage.round).exclude(state__in=["left", "declined"])
    if stage.kind != "decisions":
        panel = panel.filter(sheets__stage=stage, sheets__aside_at=None).distinct()
    return list(panel.select_related("account"))


def _tell_stage(acting: Acting, stage: ReviewStage, reason: str = "") -> None:
    frame, title, due = frame_of(stage.round), title_of(stage), stage.due_at or acting.at

    def say(to: Account, address: str) -> Text:
        if stage.kind == "decisions":
            return words.meeting(frame, to.language, to.name, title, due, link("room", stage.round.key, stage.key))
        return words.opened(frame, to.language, to.name, title, due, address, again=reason)

    _send(acting, stage.round, _working(stage), "review", f"stage:{stage.pk}:{stage.revision}", say)


def tell_stage_opened(acting: Acting, stage: ReviewStage) -> None:
    """To everybody with a part in it: a stage is open, until when, where."""
    _tell_stage(acting, stage)


def tell_stage_extended(acting: Acting, stage: ReviewStage, reason: str) -> None:
    """To the same: the new day."""
    _tell_stage(acting, stage, reason)


def tell_stage_reopened(acting: Acting, stage: ReviewStage, reason: str) -> None:
    """To the same: open once more, and why."""
    _tell_stage(acting, stage, reason)


def tell_given(acting: Acting, stage: ReviewStage, seats: set[int]) -> None:
    """To those whose list in an open stage became longer."""
    frame, title = frame_of(stage.round), title_of(stage)
    panel = list(Panellist.objects.filter(pk__in=seats).select_related("account"))
    _send(acting, stage.round, panel, "review", f"given:{stage.pk}:{stage.revision}:{acting.at:%Y%m%d%H%M%S%f}",
          lambda to, address: words.given(frame, to.language, to.name, title, address))  # fmt: skip
