"""How far a round has come: states now, against the same day of the last round, by batch and by officer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from huoyue.core.message import Title
from huoyue.core.scheme.model import Scheme
from huoyue.server.models import Duty, Filing, Role, Round, State, Version

COLUMNS = [State.UNTOUCHED, State.DRAFT, State.CHECKING, State.RETURNED, State.SUBMITTED]


@dataclass
class Line:
    """A line of the funnel: how many alliances, in which state, and how many had submitted this day last time."""

    title: Title | str
    total: int = 0
    states: Counter[str] = field(default_factory=Counter)
    before: int | None = None

    @property
    def cells(self) -> list[int]:
        return [self.states[state] for state in COLUMNS]

    @property
    def counts(self) -> int:
        """Filings of which a version counts."""
        return self.states["in_force"]


def same_day_before(round_: Round, now: datetime) -> datetime | None:
    """The moment of the round before that was as far from its deadline as `now` is from this one's."""
    previous = round_.previous
    return None if previous is None else previous.deadline - (round_.deadline - now)


def handed_in(round_: Round, at: datetime) -> set[int]:
    """Ids of the alliances of which a version counted at a moment."""
    versions = Version.objects.filter(filing__round=round_, submitted_at__lte=at)
    counted = versions.filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=at))
    return set(counted.values_list("filing__alliance_id", flat=True))


def lines(
    filings: Iterable[Filing], groups: dict[int, list[str]], titles: dict[str, Title | str], before: set[int] | None
) -> list[Line]:
    """A line for each group in the order of `titles`; `groups` says which alliance belongs to which."""
    found = {name: Line(title, before=None if before is None else 0) for name, title in titles.items()}
    for filing in filings:
        for name in groups.get(filing.alliance_id, []):
            line = found[name]
            line.total += 1
            line.states[filing.state] += 1
            line.states["in_force"] += filing.in_force_id is not None
            if before is not None:
                line.before = (line.before or 0) + (filing.alliance_id in before)
    return [line for line in found.values() if line.total]


def by_batch(scheme: Scheme, filings: Sequence[Filing], before: set[int] | None) -> list[Line]:
    groups = {filing.alliance_id: [filing.alliance.batch] for filing in filings}
    titles: dict[str, Title | str] = {batch.id: batch.title for batch in scheme.batches}
    titles |= {name: name for names in groups.values() for name in names if name not in titles}
    return lines(filings, groups, titles, before)


def by_officer(filings: Sequence[Filing], before: set[int] | None) -> list[Line]:
    groups: dict[int, list[str]] = defaultdict(list)
    titles: dict[str, Title | str] = {}
    ids = [filing.alliance_id for filing in filings]
    duties = Duty.objects.filter(role=Role.LIAISON, ended_at=None, alliance_id__in=ids).select_related("account")
    for duty in duties.order_by("account__name"):
        if duty.alliance_id is not None and str(duty.account_id) not in groups[duty.alliance_id]:
            groups[duty.alliance_id].append(str(duty.account_id))
            titles[str(duty.account_id)] = duty.account.name
    return lines(filings, groups, titles, before)
