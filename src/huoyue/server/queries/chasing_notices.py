"""Notices of a round, as the secretariat keeps them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from huoyue.core.message import Message
from huoyue.core.refusal import Refusal
from huoyue.server.models import Mail, Notice, Round
from huoyue.server.queries.doors import ABSENT, round_door
from huoyue.server.queries.people import Person
from huoyue.server.queries.tasks import notices_for
from huoyue.server.wording.chasing import AUDIENCES

visible_notices = notices_for
"""What the secretariat tells a person, for the first page."""


@dataclass
class Sent:
    """A notice with what became of its letters."""

    notice: Notice
    letters: dict[str, int]

    @property
    def audience(self) -> Message:
        return AUDIENCES[self.notice.audience]

    @property
    def total(self) -> int:
        return sum(self.letters.values())

    @property
    def trouble(self) -> int:
        return self.letters.get("failed", 0) + self.letters.get("bounced", 0)


def notices_of(round_: Round) -> list[Sent]:
    """The notices of a round, the newest first."""
    states: dict[str, Counter[str]] = {}
    for key, state in Mail.objects.filter(round=round_, kind="notice").order_by().values_list("key", "state"):
        states.setdefault((key or "::").split(":")[1], Counter())[state] += 1
    notices = Notice.objects.filter(round=round_).select_related("by")
    return [Sent(notice, dict(states.get(str(notice.pk), {}))) for notice in notices]


def notice_door(person: Person, *, round: str, notice: int) -> Notice | Refusal:  # noqa: A002
    """A notice of a round, for the secretariat, who writes them."""
    found = round_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    if not person.is_secretariat:
        return ABSENT
    return Notice.objects.filter(round=found, pk=notice).select_related("round").first() or ABSENT
