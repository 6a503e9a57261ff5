"""A round whose review is over, for tests of what follows: six alliances, both stages marked, the meeting held.

`make_settled` leaves it as the secretariat finds it before freezing; `make_frozen` freezes it. The facts are those of
`reviewing`: the scores of the six alliances differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.server.reviewing import Reviewing, make_reviewing, met

from huoyue.server.models import Case, Frozen
from huoyue.server.operations.freezing import cut, freeze_round
from huoyue.server.operations.review_meeting import WHOLE, Decided, close_case, decide, open_case
from huoyue.server.operations.review_stages import close_stage

REASON = "测试轮次：未查看的疑点不影响本次测试"
"""Why the test round is frozen with open points."""


@dataclass
class Settled(Reviewing):
    frozen: Frozen | None = None

    @property
    def snapshot(self) -> Frozen:
        assert self.frozen is not None
        return self.frozen


def make_settled(*, count: int = 6) -> Settled:
    """Both stages of marks closed, every case decided as upheld, the meeting closed."""
    found = make_reviewing(count=count)
    met(found)
    cho = found.acting("cho")
    for case in Case.objects.filter(stage__key="meeting", stage__round=found.round).select_related("filing__alliance"):
        case.stage = found.fresh("meeting")
        case.filing.round = found.round
        unbarred = [s for s in found.seats.values() if not s.conflicts.filter(alliance=case.filing.alliance).exists()]
        open_case(cho, case, [seat.pk for seat in unbarred])
        decide(cho, case, Decided(WHOLE, "", "各专家意见接近，维持原打分"))
        close_case(cho, case)
    close_stage(found.world.acting("sun"), found.fresh("meeting"))
    return Settled(found.world, found.seats, found.stages)


def make_frozen(*, count: int = 6) -> Settled:
    """The same, frozen: its first snapshot holds."""
    found = make_settled(count=count)
    found.round.refresh_from_db()
    found.frozen = freeze_round(found.world.acting("sun"), found.round, cut(found.round), REASON)
    found.round.refresh_from_db()
    return found
