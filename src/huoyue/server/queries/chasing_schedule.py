"""The schedule of reminders: what goes out when and to how many, and what went out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from huoyue.server.models import Filing, Mail, Round
from huoyue.server.queries.chasing_people import filers_of, officers_of, readers, waiting
from huoyue.server.queries.windows import deadline_of


@dataclass
class Step:
    """One step of a round: its moment, how many letters it would be now, and what became of those written."""

    days: int
    """Days before the deadline; 0 stands for the letter after it."""
    moment: datetime
    is_past: bool
    is_skipped: bool = False
    """Its moment lay before the opening."""
    alliances: int = 0
    letters: int = 0
    written: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.written.values())

    @property
    def trouble(self) -> int:
        return self.written.get("failed", 0) + self.written.get("bounced", 0)


def schedule_of(round_: Round, now: datetime) -> list[Step]:
    """The steps of a round in the order of time; the last is the letter after the deadline."""
    owing = waiting(round_)
    people = filers_of(round_, [filing.alliance_id for filing in owing])
    filers = sum(len(people.get(filing.alliance_id, ())) for filing in owing)
    steps = []
    for days in sorted(set(settings.REMINDER_DAYS), reverse=True):
        moment = round_.deadline - timedelta(days=days)
        step = Step(days, moment, moment <= now, moment < round_.opens_at, len(owing), filers)
        step.written = written_at(round_, days)
        steps.append(step)
    missing = [filing.alliance_id for filing in owing if filing.in_force_id is None]
    told = {one.pk for officers in officers_of(round_, missing).values() for one in officers}
    told |= {account.pk for account in readers(round_, "secretariat")}
    after = Mail.objects.filter(round=round_, kind="deadline").values_list("state", flat=True)
    last = Step(0, round_.deadline, round_.deadline <= now, False, len(missing), len(told), tally(after))
    return [*steps, last]


def written_at(round_: Round, days: int) -> dict[str, int]:
    """How many letters of a step were written, by state: to filers and to officers."""
    letters = Mail.objects.filter(round=round_, kind__in=("reminder", "summary")).order_by()
    keys = letters.values_list("key", "state")
    return tally(state for key, state in keys if key and key.split(":")[3:4] == [str(days)])


def tally(states: Iterable[str]) -> dict[str, int]:
    return dict(Counter(states))


def own_deadlines(round_: Round) -> list[Filing]:
    """Filings that are reminded by a deadline of their own: extended, or returned for correction."""
    owing = [filing for filing in waiting(round_) if deadline_of(filing) != round_.deadline]
    for filing in owing:
        filing.until = deadline_of(filing)
    return sorted(owing, key=deadline_of)
