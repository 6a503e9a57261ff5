"""Automatic reminders: at each step before a filing's own deadline, and once after the round's. Never twice.

Every letter has a key that names the filing, its deadline, the step and the addressee, so that it is written once by
however many processes, and once more only where the deadline was moved to another day.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from huoyue.server.models import Account, Alliance, Event, Filing, Mail, Round, Stage
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.outbox import write
from huoyue.server.queries.chasing_people import filers_of, officers_of, readers, waiting
from huoyue.server.queries.chasing_standing import days_left, frame_of, link, reminder_to, standing_of
from huoyue.server.queries.windows import deadline_of, why_closed
from huoyue.server.wording.chasing_letters import Text, closing, summary

LATE = timedelta(days=1)
"""How long after its moment a step is still made up for, as when the server was down."""
TOLD = timedelta(days=1)
"""So long after the letter about an own deadline nobody is reminded of it."""
CLOSING_LATE = timedelta(days=3)
log = logging.getLogger("huoyue.reminders")


@dataclass(frozen=True)
class Due:
    """A letter that is due and not written yet."""

    to: Account
    kind: str
    key: str
    text: Text
    filing: Filing | None = None


def remind_due(now: datetime) -> int:
    """Write whatever is due in every round that reminds; how many letters."""
    rounds = Round.objects.filter(reminds=True, stage__in=(Stage.OPEN, Stage.CLOSED))
    return sum(remind_round(round_, now) for round_ in rounds)


def remind_round(round_: Round, now: datetime) -> int:
    """The letters of one round: each filing by itself, so that one that cannot be read does not stop the others."""
    owing = waiting(round_)
    written = 0
    for filing, step, accounts in steps_due(round_, owing, now):
        try:
            due = list(to_filers(filing, step, accounts, now))
            written += written_once(now, round_, str(step), due, filing.alliance)
        except Exception:
            log.exception("filing %s cannot be reminded", filing.pk)
    written += written_once(now, round_, "officers", list(to_officers(round_, owing, now)))
    return written + written_once(now, round_, "deadline", list(after_deadline(round_, owing, now)))


def step_at(deadline: datetime, opens: datetime, now: datetime) -> int | None:
    """The step, in days before the deadline, whose moment has come and is not long past; None if there is none.

    Steps before the opening are left out, and of several the latest counts: nobody gets two letters at once.
    """
    if now >= deadline:
        return None
    moments = {days: deadline - timedelta(days=days) for days in settings.REMINDER_DAYS}
    reached = [days for days, moment in moments.items() if opens <= moment <= now]
    step = min(reached, default=None)
    return step if step is not None and now - moments[step] < LATE else None


def steps_due(round_: Round, owing: Sequence[Filing], now: datetime) -> Iterator[tuple[Filing, int, list[Account]]]:
    """The filings at a step, with those of their filers who were not reminded of it yet.

    Who was given a deadline of their own was told of it that day: steps before the day after are left out.
    """
    told = own_deadlines(round_, now)
    stepped = []
    for filing in owing:
        opens = max(round_.opens_at, told.get(filing.alliance_id, round_.opens_at))
        step = step_at(deadline_of(filing), opens, now) if why_closed(filing, now) is None else None
        if step is not None:
            stepped.append((filing, step))
    people = filers_of(round_, [filing.alliance_id for filing, _ in stepped])
    keys = [step_key(f, step, account) for f, step in stepped for account in people.get(f.alliance_id, [])]
    known = written_keys(keys)
    for filing, step in stepped:
        accounts = [a for a in people.get(filing.alliance_id, []) if step_key(filing, step, a) not in known]
        if accounts:
            yield filing, step, accounts


def own_deadlines(round_: Round, now: datetime) -> dict[int | None, datetime]:
    """By alliance, a day after it was last told of a deadline of its own: by a return, or by more time."""
    kinds = ("filing.returned", "filing.extended")
    recent = Event.objects.filter(round=round_, kind__in=kinds, at__gt=now - TOLD - LATE)
    return {event.alliance_id: event.at + TOLD for event in recent.order_by("seq")}


def step_key(filing: Filing, step: int, account: Account) -> str:
    return f"remind:{filing.pk}:{deadline_of(filing):%Y%m%d}:{step}:{account.pk}"


def written_keys(keys: Sequence[str]) -> set[str]:
    written = Mail.objects.filter(key__in=keys).values_list("key", flat=True) if keys else ()
    return {key for key in written if key is not None}


def to_filers(filing: Filing, step: int, accounts: Iterable[Account], now: datetime) -> Iterator[Due]:
    frame, standing = frame_of(filing.round), standing_of(filing)
    for account in accounts:
        text = reminder_to(account, standing, frame, now)
        yield Due(account, "reminder", step_key(filing, step, account), text, filing)


def to_officers(round_: Round, owing: Sequence[Filing], now: datetime) -> Iterator[Due]:
    """At each step of the round, to every liaison officer: which of their alliances have not submitted."""
    step = step_at(round_.deadline, round_.opens_at, now)
    if step is None or round_.stage != Stage.OPEN:
        return
    frame, address = frame_of(round_), link("chase", round_.key)
    for officer, filings in by_officer(round_, owing).items():
        names = [filing.alliance.name for filing in filings]
        left = days_left(round_.deadline, now)
        text = summary(frame, officer.language, officer.name, names, left=left, address=address)
        yield Due(officer, "summary", f"summary:{round_.pk}:{round_.deadline:%Y%m%d}:{step}:{officer.pk}", text)


def after_deadline(round_: Round, owing: Sequence[Filing], now: datetime) -> Iterator[Due]:
    """Once the deadline has passed, to the secretariat and to liaison officers: who has not filed."""
    if not round_.deadline <= now < round_.deadline + CLOSING_LATE:
        return
    missing = [filing for filing in owing if filing.in_force_id is None]
    everybody = list(Filing.objects.filter(round=round_).select_related("alliance"))
    lists = dict.fromkeys(readers(round_, "secretariat"), (missing, everybody))
    theirs = by_officer(round_, everybody)
    for officer, filings in by_officer(round_, missing).items():
        lists.setdefault(officer, (filings, theirs[officer]))
    frame, address = frame_of(round_), link("chase", round_.key)
    for account, (filings, total) in lists.items():
        late = [filing.alliance.name for filing in filings if why_closed(filing, now) is not None]
        still = [filing.alliance.name for filing in filings if why_closed(filing, now) is None]
        text = closing(frame, account.language, account.name, late, still, total=len(total), address=address)
        yield Due(account, "deadline", f"closed:{round_.pk}:{round_.deadline:%Y%m%d}:{account.pk}", text)


def by_officer(round_: Round, filings: Sequence[Filing]) -> dict[Account, list[Filing]]:
    """Filings by the liaison officers who look after them."""
    officers = officers_of(round_, [filing.alliance_id for filing in filings])
    found: dict[Account, list[Filing]] = {}
    for filing in filings:
        for officer in officers.get(filing.alliance_id, []):
            found.setdefault(officer, []).append(filing)
    return found


def written_once(now: datetime, round_: Round, step: str, due: Sequence[Due], alliance: Alliance | None = None) -> int:
    """Write those of the letters that nobody wrote before; how many."""
    known = written_keys([one.key for one in due])
    fresh = [one for one in due if one.key not in known]
    if not fresh:
        return 0
    try:
        return write_reminders(Acting(None, "", now), round_, step, fresh, alliance)
    except Refuse:  # another process wrote them between the look and the writing
        return 0


@operation("reminder.written")
def write_reminders(acting: Acting, round_: Round, step: str, due: Sequence[Due], alliance: Alliance | None) -> int:
    """Write letters that are due, with one event that names them."""
    written = [
        write(
            acting, to=one.to, kind=one.kind, subject=one.text.subject, body=one.text.body, round=round_,
            filing=one.filing, key=one.key,
        )
        for one in due
    ]  # fmt: skip
    letters = [letter.pk for letter in written if letter is not None]
    if not letters:
        raise Refuse("stale")
    record(acting, "reminder.written", round=round_, alliance=alliance, subject=step, after={"letters": letters})
    return len(letters)
