"""Chasing: reminders by hand, and what officers and the secretariat observe about an alliance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from secrets import token_hex

from django.db.models import Max

from huoyue.core.scheme.model import RecordType
from huoyue.server.models import SETTLED, Event, Filing, Mail, Observation, Round
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.outbox import write
from huoyue.server.queries.chasing import PLAIN
from huoyue.server.queries.chasing_standing import Planned, frame_of, plan, reminder_to, standing_of
from huoyue.server.queries.reading import clean_cells
from huoyue.server.wording.chasing import REMINDERS

LONGEST_NOTE = 2000


def done_before(acting: Acting, kind: str) -> Event | None:
    """The event that this very change left when it was sent before: a second press of the button changes nothing."""
    return Event.objects.filter(token=acting.token, kind=kind).first() if acting.token else None


@operation("chase.reminded")
def remind(acting: Acting, round_: Round, filings: Sequence[Filing], *, note: str = "", again: bool = False) -> Event:
    """Write a reminder to every filer of the chosen alliances that still have to submit.

    Its event names the letters, and who was left out and why. Whoever was reminded within 24 hours gets another only
    `again`; of two officers who press the button at once, one writes the letter.
    """
    planned = plan(filings, acting.at, again=again)
    letters = [letter for one in planned if not one.left_out for letter in write_reminders(acting, one, note)]
    if not letters:
        raise Refuse("nobody_to_remind")
    after = {
        "letters": [letter.pk for letter in letters],
        "left_out": {one.filing.alliance.code: one.left_out for one in planned if one.left_out},
        "note": note[:LONGEST_NOTE],
    }
    only = filings[0].alliance if len(filings) == 1 else None
    return record(acting, "chase.reminded", round=round_, alliance=only, subject=str(len(letters)), after=after)


def write_reminders(acting: Acting, planned: Planned, note: str) -> list[Mail]:
    """The letters of one alliance. The key names the reminder before it, so that each is followed by one only."""
    filing, frame, standing = planned.filing, frame_of(planned.filing.round), standing_of(planned.filing)
    written = []
    for account in planned.to:
        text = reminder_to(account, standing, frame, acting.at, note[:LONGEST_NOTE])
        before = Mail.objects.filter(filing=filing, to=account, kind__in=REMINDERS).aggregate(last=Max("pk"))["last"]
        key = f"chase:{filing.pk}:{account.pk}:{before or 0}"
        written.append(
            write(acting, to=account, kind="chase", subject=text.subject, body=text.body, filing=filing, key=key)
        )
    return [letter for letter in written if letter is not None]


@operation("observation.reported")
def report(
    acting: Acting, filing: Filing, kind: RecordType, cells: Mapping[str, str], *, note: str = "",
    promised_on: date | None = None, counts: bool = True,
) -> Observation:  # fmt: skip
    """Add an entry about an alliance: a contact, or something found. One that does not `count` feeds no indicator."""
    if filing.round.stage in SETTLED:
        raise Refuse("facts_settled")
    if kind.reported_by != acting.role and acting.role != "secretariat":
        raise Refuse("not_your_kind")
    made = Observation.objects.create(
        filing=filing, uid=token_hex(12), kind=kind.id if counts and kind != PLAIN else "",
        cells=clean_cells(kind, cells), note=note.strip()[:LONGEST_NOTE], promised_on=promised_on,
        author=acting.doer, at=acting.at,
    )  # fmt: skip
    after = {"kind": made.kind, "cells": made.cells, "note": made.note, "promised_on": promised_on}
    record(acting, "observation.reported", round=filing.round, alliance=filing.alliance, subject=made.uid, after=after)
    return made


@operation("observation.withdrawn")
def withdraw(acting: Acting, entry: Observation, reason: str) -> None:
    """Take an entry back. It stays in the log, struck out, and nobody changes what it says."""
    filing = entry.filing
    if filing.round.stage in SETTLED:
        raise Refuse("facts_settled")
    if acting.role != "secretariat" and (acting.account is None or entry.author_id != acting.account.pk):
        raise Refuse("not_your_entry")
    if Observation.objects.filter(pk=entry.pk, removed_at=None).update(removed_at=acting.at) != 1:
        raise Refuse("entry_withdrawn")
    before = {"kind": entry.kind, "cells": entry.cells, "note": entry.note, "promised_on": entry.promised_on}
    record(
        acting, "observation.withdrawn", round=filing.round, alliance=filing.alliance, subject=entry.uid,
        before=before, after={"reason": reason.strip()[:500]},
    )  # fmt: skip
