"""Reminding experts of what they owe: sheets of an open stage, or an answer, a signature, a declaration.

The letters name no alliance and no number. Each is written once: a second one within a day has to be asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from huoyue.server.models import Mail, Panellist, ReviewStage, Round
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.outbox import write
from huoyue.server.queries.chasing_standing import AGAIN_AFTER, frame_of, link
from huoyue.server.queries.review_progress import panel_counts, progress, title_of
from huoyue.server.wording import review_letters as words
from huoyue.server.wording.chasing_letters import Text

LONGEST_NOTE = 2000


@dataclass(frozen=True)
class Planned:
    """Somebody who owes something: the letter they would get, or why they get none."""

    seat: Panellist
    key: str
    text: Text
    left_out: str = ""
    """recent or no_address; empty where a letter goes out."""
    last: datetime | None = None


def plan_missing(stage: ReviewStage, now: datetime, *, note: str = "", again: bool = False) -> list[Planned]:
    """Who has sheets of an open stage that are not handed in."""
    if stage.state != "open":
        raise Refuse("stage_not_open")
    frame, title, due = frame_of(stage.round), title_of(stage), stage.due_at or now
    address = link("seat", stage.round.key)
    return [
        _planned(
            one.seat, f"missing:{stage.pk}:{one.seat.pk}:", now, again=again,
            text=words.missing(frame, one.seat.account.language, one.seat.account.name, title, due, address, note=note),
        )
        for one in progress(stage).missing
    ]  # fmt: skip


def plan_late(round_: Round, now: datetime, *, note: str = "", again: bool = False) -> list[Planned]:
    """Who was asked onto the panel and cannot mark yet."""
    frame, address = frame_of(round_), link("seat", round_.key)
    return [
        _planned(
            seat, f"late:{round_.pk}:{seat.pk}:", now, again=again,
            text=words.late(frame, seat.account.language, seat.account.name, address, note=note),
        )
        for seat, _ in panel_counts(round_).late
    ]  # fmt: skip


def _planned(seat: Panellist, prefix: str, now: datetime, *, text: Text, again: bool) -> Planned:
    """The number of letters so far is part of the key: of two people who press at once, one writes."""
    before = Mail.objects.filter(key__startswith=prefix).order_by("-written_at")
    last = before.values_list("written_at", flat=True).first()
    left_out = ""
    if not seat.account.email:
        left_out = "no_address"
    elif last is not None and now - last < AGAIN_AFTER and not again:
        left_out = "recent"
    return Planned(seat, f"{prefix}{before.count()}", text, left_out, last)


@operation("review.reminded")
def remind_missing(acting: Acting, stage: ReviewStage, *, note: str = "", again: bool = False) -> int:
    """Write to everybody with sheets missing in an open stage. How many letters."""
    planned = plan_missing(stage, acting.at, note=note[:LONGEST_NOTE], again=again)
    written = _written(acting, stage.round, planned)
    record(acting, "review.reminded", round=stage.round, subject=stage.key, after={"to": written, "note": note})
    return len(written)


@operation("panel.reminded")
def remind_late(acting: Acting, round_: Round, *, note: str = "", again: bool = False) -> int:
    """Write to everybody who was asked and cannot mark yet. How many letters."""
    planned = plan_late(round_, acting.at, note=note[:LONGEST_NOTE], again=again)
    written = _written(acting, round_, planned)
    record(acting, "panel.reminded", round=round_, after={"to": written, "note": note})
    return len(written)


def _written(acting: Acting, round_: Round, planned: list[Planned]) -> list[str]:
    """Write the letters of those who are not left out. Refuse where nobody gets one."""
    written = [
        one.seat.code
        for one in planned
        if not one.left_out
        and write(acting, to=one.seat.account, kind="review", subject=one.text.subject, body=one.text.body,
                  round=round_, key=one.key) is not None
    ]  # fmt: skip
    if not written:
        raise Refuse("nobody_to_remind")
    return written
