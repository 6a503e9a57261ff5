"""What a reminder says about a filing, and why an alliance gets none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse

from huoyue.core.message import Title
from huoyue.server.models import Account, Filing, Mail, Round, State
from huoyue.server.queries.chasing_people import filers_of
from huoyue.server.queries.filings import overview_of
from huoyue.server.queries.windows import deadline_of, why_closed
from huoyue.server.saying import organisation
from huoyue.server.wording.chasing import REMINDERS
from huoyue.server.wording.chasing_letters import Frame, Standing, Text, reminder

AGAIN_AFTER = timedelta(hours=24)
"""A second reminder within this time has to be asked for on purpose."""
MOST_EMPTY = 8
"""Sections named as empty in one letter."""

LATE = timedelta(hours=1)
"""By how much a letter may be late and still count the days of its reminder; the pages count whole days too."""


@dataclass(frozen=True)
class Planned:
    """An alliance that somebody wants to remind: who gets a letter, or why nobody does."""

    filing: Filing
    to: tuple[Account, ...] = ()
    left_out: str = ""
    """A key of `wording.chasing.LEFT_OUT`."""
    last: Mail | None = None


def frame_of(round_: Round) -> Frame:
    """What all letters of a round share."""
    title = Title(zh=round_.title_zh, en=round_.title_en)
    return Frame(title, round_.time_zone, organisation(), settings.HELP_CONTACT, round_.practice)


def link(name: str, *parts: object) -> str:
    """An address of ours as it stands in letters."""
    return str(settings.SITE_ADDRESS) + str(reverse(name, args=parts))


def standing_of(filing: Filing) -> Standing:
    """How a filing stands; records are read only where something was begun."""
    round_, version = filing.round, filing.in_force
    address = link("filing", round_.key, filing.alliance.code)
    number = version.number if version else None
    plain = Standing(filing.alliance.name, filing.state, deadline_of(filing), address, version=number)
    if filing.state == State.UNTOUCHED:
        return plain
    overview = overview_of(filing)
    empty = tuple(section.kind.title for section in overview.sections.values() if not section.rows)
    return Standing(
        plain.alliance, plain.state, plain.deadline, address, number, overview.count, overview.errors, overview.missing,
        filing.remarks.filter(answered_at=None).count(), empty if len(empty) <= MOST_EMPTY else (),
    )  # fmt: skip


def reminder_to(account: Account, standing: Standing, frame: Frame, now: datetime, note: str = "") -> Text:
    """The reminder that an account gets, in its language."""
    left = days_left(standing.deadline, now)
    return reminder(frame, account.language, account.name, standing, left=left, note=note)


def days_left(deadline: datetime, now: datetime) -> int:
    """The days until a deadline as letters say them: a letter that is a little late still names the step's days."""
    day, remaining = timedelta(days=1), deadline - now
    return 1 if remaining <= day else max(2, (remaining + LATE) // day)


def last_reminders(filings: Iterable[Filing]) -> dict[int, Mail]:
    """The last reminder of each filing that did not fail, written by hand or by itself."""
    letters = Mail.objects.filter(filing__in=list(filings), kind__in=REMINDERS).exclude(state__in=("failed", "bounced"))
    ordered = letters.order_by("written_at", "pk").defer("body")
    return {letter.filing_id: letter for letter in ordered if letter.filing_id is not None}


def plan(filings: Sequence[Filing], now: datetime, *, again: bool = False) -> list[Planned]:
    """For each filing the accounts that a reminder would go to, or why it gets none."""
    if not filings:
        return []
    people = filers_of(filings[0].round, [filing.alliance_id for filing in filings])
    last = last_reminders(filings)
    return [planned(one, people.get(one.alliance_id, []), last.get(one.pk), now, again=again) for one in filings]


def planned(filing: Filing, accounts: Sequence[Account], last: Mail | None, now: datetime, *, again: bool) -> Planned:
    reached = tuple(account for account in accounts if account.email)
    if filing.state == State.SUBMITTED:
        why = "submitted"
    elif why_closed(filing, now) is not None:
        why = "closed"
    elif not reached:
        why = "no_address" if accounts else "no_filer"
    elif last is not None and now - last.written_at < AGAIN_AFTER and not again:
        why = "recent"
    else:
        return Planned(filing, reached, last=last)
    return Planned(filing, left_out=why, last=last)
