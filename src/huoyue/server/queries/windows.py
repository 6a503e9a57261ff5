"""Whether a filing may be changed at a moment, and if not, why."""

from __future__ import annotations

from datetime import datetime

from huoyue.core.refusal import Refusal
from huoyue.server.models import Filing, Stage, State


def deadline_of(filing: Filing) -> datetime:
    """The first moment that is too late for this filing: extended, or for a correction, where that was given."""
    if filing.state == State.RETURNED and filing.correct_until is not None:
        return filing.correct_until
    return max(filing.round.deadline, filing.extended_until or filing.round.deadline)


def why_closed(filing: Filing, at: datetime) -> Refusal | None:
    """Why nothing may be handed in at `at`: not open yet, past the deadline, closed, or past the correction."""
    round_ = filing.round
    if filing.state == State.RETURNED and filing.correct_until is not None:
        return None if at < filing.correct_until else Refusal("correction_over")
    if round_.stage == Stage.PREPARING or at < round_.opens_at:
        return Refusal("not_open")
    extended = filing.extended_until is not None and at < filing.extended_until
    if round_.stage != Stage.OPEN and not (extended and round_.stage == Stage.CLOSED):
        return Refusal("round_closed")
    return None if at < deadline_of(filing) else Refusal("deadline_passed")


def why_not_edit(filing: Filing, at: datetime, *, responsible: bool = False) -> Refusal | None:
    """Why records may not be changed: the window, or the state the filing is in."""
    if closed := why_closed(filing, at):
        return closed
    if filing.state == State.SUBMITTED:
        return Refusal("already_submitted")
    if filing.state == State.CHECKING and not responsible:
        return Refusal("with_responsible")
    return None
