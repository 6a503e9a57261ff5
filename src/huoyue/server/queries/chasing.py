"""The liaison officer's list: every alliance with its state, last contact, last letter, and what was promised."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from huoyue.core.filing.values import read
from huoyue.core.message import M, Message, Title
from huoyue.core.refusal import Refusal
from huoyue.core.scheme.model import FieldSpec, Option, RecordType, Scheme
from huoyue.server.models import Account, Contact, Filing, Mail, Observation, Round, State
from huoyue.server.queries.chasing_people import comings, distinct, filers_of, officers_of
from huoyue.server.queries.doors import ABSENT, filing_door, visible_filings
from huoyue.server.queries.filings import with_counts
from huoyue.server.queries.people import Person
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.windows import deadline_of
from huoyue.server.wording.chasing import REMINDERS

SILENT_FOR = timedelta(days=14)
SHOWN: dict[str, Message] = {
    "": M("All of them"),
    "open": M("Not submitted"),
    "silent": M("Not begun, no contact for {days} days", days=SILENT_FOR.days),
    "overdue": M("Promise overdue"),
    "bounced": M("Last letter did not arrive"),
}
SORTED: dict[str, Message] = {
    "": M("Order of the register"),
    "state": M("State"),
    "contact": M("Longest without contact"),
    "letter": M("Longest without a letter"),
    "promised": M("Promised day"),
}
STATE_ORDER: list[str] = [State.UNTOUCHED, State.DRAFT, State.CHECKING, State.RETURNED, State.SUBMITTED]
PLAIN = RecordType(
    id="contact",
    title=Title(zh="联络记录", en="Contact log"),
    reported_by="liaison",
    fields=(
        FieldSpec(id="day", title=Title(zh="联络日期", en="Day of contact"), type="date", required=True),
        FieldSpec(
            id="means",
            title=Title(zh="联络方式", en="Means"),
            type="choice",
            required=True,
            options=(
                Option(id="telephone", title=Title(zh="电话", en="Telephone")),
                Option(id="email", title=Title(zh="电子邮件", en="E-mail")),
                Option(id="message", title=Title(zh="短信、微信", en="Message")),
                Option(id="visit", title=Title(zh="走访", en="Visit")),
            ),
        ),
        FieldSpec(id="reached", title=Title(zh="是否联系上", en="Reached"), type="yes_no", required=True),
    ),
)
"""A contact where the scheme knows no record of one: kept for the officers, and no indicator looks at it."""


@dataclass
class ChaseRow:
    """One alliance as whoever chases it sees it."""

    filing: Filing
    today: date
    officers: list[Account] = field(default_factory=list)
    filers: list[tuple[Account, str]] = field(default_factory=list)
    """Who files, and how far each has come in: a key of `wording.chasing.COMINGS`."""
    contact: Contact | None = None
    last: Observation | None = None
    last_day: date | None = None
    letter: Mail | None = None
    promised: date | None = None

    @property
    def is_open(self) -> bool:
        return bool(self.filing.state != State.SUBMITTED)

    @property
    def is_silent(self) -> bool:
        """Not begun, and nobody spoke to them lately."""
        lately = self.last_day is not None and self.today - self.last_day < SILENT_FOR
        return bool(self.filing.state == State.UNTOUCHED and not lately)

    @property
    def is_overdue(self) -> bool:
        """Promised for a day that is over, and still not submitted."""
        return self.is_open and self.promised is not None and self.promised < self.today

    @property
    def is_late(self) -> bool:
        """Past its own deadline with nothing that counts."""
        return self.past and self.filing.in_force_id is None

    @property
    def is_bounced(self) -> bool:
        return self.letter is not None and self.letter.state in ("failed", "bounced")

    past: bool = False


KEPT: dict[str, Callable[[ChaseRow], bool]] = {
    "open": lambda row: row.is_open,
    "silent": lambda row: row.is_silent,
    "overdue": lambda row: row.is_overdue,
    "bounced": lambda row: row.is_bounced,
}
KEYS: dict[str, Callable[[ChaseRow], object]] = {
    "state": lambda row: STATE_ORDER.index(row.filing.state),
    "contact": lambda row: row.last_day or date.min,
    "letter": lambda row: row.letter.written_at.timestamp() if row.letter else 0.0,
    "promised": lambda row: row.promised or date.max,
}


def liaison_kinds(scheme: Scheme) -> list[RecordType]:
    """The record types that a liaison officer reports; a plain contact where the scheme has none."""
    return [kind for kind in scheme.records if kind.reported_by == "liaison"] or [PLAIN]


def secretariat_kinds(scheme: Scheme) -> list[RecordType]:
    return [kind for kind in scheme.records if kind.reported_by == "secretariat"]


def chase_rows(person: Person, round_: Round, now: datetime, *, officer: int = 0) -> list[ChaseRow]:
    """The alliances of a round that a person looks after, or all of them for the secretariat. Eight queries."""
    first = Contact.objects.filter(ended_on=None).order_by("-first", "name")
    filings = with_counts(visible_filings(person, round_)).prefetch_related(
        Prefetch("alliance__contacts", queryset=first, to_attr="reachable")
    )
    listed = list(filings)
    alliances = [filing.alliance_id for filing in listed]
    officers, filers = officers_of(round_, alliances), filers_of(round_, alliances)
    come = comings(distinct(one for several in filers.values() for one in several), now)
    if officer:
        listed = [f for f in listed if any(one.pk == officer for one in officers.get(f.alliance_id, ()))]
    rows = {filing.pk: row_of(filing, round_, now) for filing in listed}
    for row in rows.values():
        row.officers = officers.get(row.filing.alliance_id, [])
        row.filers = [(one, come[one.pk]) for one in filers.get(row.filing.alliance_id, [])]
    add_log(rows, scheme_of(round_))
    for letter in Mail.objects.filter(filing__in=rows, kind__in=REMINDERS).order_by("written_at", "pk").defer("body"):
        if letter.filing_id is not None:
            rows[letter.filing_id].letter = letter
    return list(rows.values())


def row_of(filing: Filing, round_: Round, now: datetime) -> ChaseRow:
    filing.round = round_
    contact = next(iter(filing.alliance.reachable), None)
    return ChaseRow(filing, today_in(round_, now), contact=contact, past=now >= deadline_of(filing))


def today_in(round_: Round, now: datetime) -> date:
    return now.astimezone(ZoneInfo(round_.time_zone)).date()


def add_log(rows: dict[int, ChaseRow], scheme: Scheme) -> None:
    """The last contact of each alliance, and what was promised last."""
    kinds = ["", *(kind.id for kind in liaison_kinds(scheme))]
    log = Observation.objects.filter(filing__in=rows, removed_at=None, kind__in=kinds).order_by("at", "pk")
    for entry in log.select_related("author"):
        row, day = rows[entry.filing_id], day_of(scheme, entry)
        if row.last_day is None or day >= row.last_day:
            row.last, row.last_day = entry, day
        row.promised = entry.promised_on or row.promised


def day_of(scheme: Scheme, entry: Observation) -> date:
    """The day an entry is about; the day it was written if it names none."""
    for spec in fields_of(scheme, entry):
        if spec.type == "date" and isinstance(day := read(spec, entry.cells.get(spec.id)).value, date):
            return day
    return entry.at.date()


def fields_of(scheme: Scheme, entry: Observation) -> tuple[FieldSpec, ...]:
    """The fields in which an entry was written. One without a kind was a contact that no indicator looks at."""
    kinds = [kind for kind in (*scheme.records, PLAIN) if kind.id == entry.kind] or [*liaison_kinds(scheme), PLAIN]
    return max(kinds, key=lambda kind: len(set(kind.names) & set(entry.cells))).fields


def chosen(rows: Iterable[ChaseRow], *, shown: str = "", order: str = "") -> list[ChaseRow]:
    """The rows that a filter keeps, in the order asked for."""
    kept = [row for row in rows if shown not in KEPT or KEPT[shown](row)]
    return sorted(kept, key=KEYS[order]) if order in KEYS else kept  # type: ignore[arg-type]


def described(scheme: Scheme, entry: Observation) -> list[tuple[Title, str | Title]]:
    """What an entry says, field by field, as people read it."""
    specs = fields_of(scheme, entry)
    return [(spec.title, told(spec, entry.cells[spec.id])) for spec in specs if entry.cells.get(spec.id)]


def told(spec: FieldSpec, typed: str) -> str | Title:
    """A typed cell by the title of the choice it means."""
    value = read(spec, typed).value
    if spec.type == "yes_no" and isinstance(value, bool):
        return Title(zh="是", en="Yes") if value else Title(zh="否", en="No")
    return next((option.title for option in spec.options if option.id == value), typed)


def entry_door(person: Person, *, round: str, unit: str, entry: str) -> Observation | Refusal:  # noqa: A002
    """An entry about an alliance, by its uid."""
    filing = filing_door(person, round=round, unit=unit)
    if isinstance(filing, Refusal):
        return filing
    found = visible_entries(person, filing).filter(uid=entry).select_related("author").first()
    if found is None:
        return ABSENT
    found.filing = filing
    return found


def visible_entries(person: Person, filing: Filing) -> QuerySet[Observation]:
    """The entries about an alliance that a person sees: a liaison officer those of officers, the secretariat all."""
    entries = Observation.objects.filter(filing=filing).select_related("author")
    if person.is_secretariat:
        return entries
    return entries.filter(kind__in=["", *(kind.id for kind in liaison_kinds(scheme_of(filing.round)))])
