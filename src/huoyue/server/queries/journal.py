"""Events that somebody may see, and what changed in each, as rows to read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from huoyue.core.message import M, Message, Title
from huoyue.core.scheme.model import FieldSpec, RecordType, Scheme
from huoyue.server.models import (
    ERASED_NAME,
    Account,
    ApiKey,
    Contact,
    Event,
    Filing,
    Job,
    Role,
    Round,
    Sheet,
    Study,
    Webhook,
)
from huoyue.server.queries.compare import Kept, shown_cell
from huoyue.server.queries.people import Person
from huoyue.server.wording.documents import KINDS, SECTION_TITLES
from huoyue.server.wording.journal import ERASED_ACCOUNT, ERASED_CONTACT

REVIEW_KINDS = ("review.", "meeting.", "panel.", "conflict")
OWN_KINDS = ("filing.", "evidence.")
"""Kinds of events that belong to the filing itself; what officers note and how it is screened stays with them."""
TOLD = frozenset(
    ("cells", "kind", "version", "receipt", "digest", "until", "remarks", "answer", "reason", "how", "name", "records")
)
"""What of a detail readers of a filing are told; the rest (addresses, who signed) is for the journal alone."""
ABOUT_ACCOUNTS = ("account.", "duty.", "alliance.handed_over")
ABOUT_CONTACTS = ("contact.", "personal.")
"""Kinds of events whose subject is the number of an account, or of a contact."""
NUMBERED = {
    "edition.": M("Edition {number}"), "notice_period.": M("Notice {number}"),
    "round.corrected": M("Snapshot {number}"), "round.frozen": M("Snapshot {number}"),
}  # fmt: skip
"""Kinds of events whose subject is the number of something in the round."""
NAMED: tuple[tuple[str, type[ApiKey | Study | Webhook], str, str], ...] = (
    ("key.", ApiKey, "pk", "name"),
    ("study.", Study, "pk", "name"),
    ("webhook.", Webhook, "uid", "address"),
)
"""Kinds of events about something that has a name: where it is kept, by what the event knows it, and its name."""
LONGEST = 400
MOST_CHANGES = 60


@dataclass(frozen=True)
class Change:
    """One thing that an event changed. `label` is a field's title, or the key as the detail has it."""

    label: Title | str
    before: Title | str
    after: Title | str


def visible_events(person: Person) -> QuerySet[Event]:
    """Every event for the secretariat of all rounds; that of one round sees the events of that round."""
    events = Event.objects.select_related("actor", "round", "alliance").order_by("-seq")
    if person.role != Role.SECRETARIAT or person.account is None:
        return events.none()
    if hidden := marking_in(person.account):
        events = events.exclude(of_review(), round_id__in=hidden)
    if any(duty.round_id is None for duty in person.duties):
        return events
    return events.filter(round_id__in=[duty.round_id for duty in person.duties])


def of_review() -> Q:
    """Events that tell of the review: of the panel, its marks, the meeting."""
    told = Q()
    for kind in REVIEW_KINDS:
        told |= Q(kind__startswith=kind)
    return told


def marking_in(account: Account) -> set[int]:
    """Rounds in which somebody has sheets of stages that are not closed: their events of the review stay hidden."""
    own = Sheet.objects.filter(panellist__account=account, aside_at=None, stage__kind="marks")
    return set(own.exclude(stage__state="closed").values_list("stage__round_id", flat=True))


def latest_events(round_: Round) -> QuerySet[Event]:
    """What happened in a round last, for everybody who sees it: nothing that names experts, or who objected."""
    events = (
        Event.objects.filter(round=round_)
        .exclude(of_review())
        .exclude(kind__startswith="objection.")
        .select_related("actor", "alliance")
    )
    return events.order_by("-seq")


def filing_events(filing: Filing) -> QuerySet[Event]:
    """What happened to one filing, the last first. The filing itself comes through its door."""
    own = Q()
    for kind in OWN_KINDS:
        own |= Q(kind__startswith=kind)
    events = Event.objects.filter(own, round_id=filing.round_id, alliance_id=filing.alliance_id)
    return events.select_related("actor", "round").order_by("-seq")


def account_name(account: Account) -> Message | str:
    """What an account is called, also where nothing of it is left."""
    return ERASED_ACCOUNT if account.erased_at is not None else str(account)


def subject_names(events: Sequence[Event]) -> dict[int, Message | str]:
    """By the number of the event, what it is about in words: an account, a contact, a document, a numbered thing."""
    listed = [event for event in events if event.subject.isascii() and event.subject.isdigit()]
    of_accounts = {event.seq: int(event.subject) for event in listed if event.kind.startswith(ABOUT_ACCOUNTS)}
    of_contacts = {event.seq: int(event.subject) for event in listed if event.kind.startswith(ABOUT_CONTACTS)}
    accounts = Account.objects.in_bulk(of_accounts.values())
    contacts = Contact.objects.in_bulk(of_contacts.values())
    names: dict[int, Message | str] = {
        seq: account_name(accounts[pk]) for seq, pk in of_accounts.items() if pk in accounts
    }
    for seq, pk in of_contacts.items():
        if pk in contacts:
            names[seq] = ERASED_CONTACT if contacts[pk].name == ERASED_NAME else contacts[pk].name
    return names | document_names(events) | called(events) | {
        event.seq: Message(text.text, {"number": event.subject})
        for event in listed for kind, text in NUMBERED.items() if event.kind.startswith(kind)
    }  # fmt: skip


def called(events: Sequence[Event]) -> dict[int, Message | str]:
    """By the number of the event, the key, the study or the webhook that it is about."""
    names: dict[int, Message | str] = {}
    for kind, model, number, name in NAMED:
        subjects = {event.seq: event.subject for event in events if event.kind.startswith(kind)}
        if subjects:
            kept = model._default_manager.filter(**{f"{number}__in": subjects.values()}).values_list(number, name)
            by_subject = {str(one): title for one, title in kept}
            names |= {seq: by_subject[subject] for seq, subject in subjects.items() if subject in by_subject}
    return names


def document_names(events: Iterable[Event]) -> dict[int, Message | str]:
    """By the number of the event, the document or the section of the report that it is about."""
    of_jobs = {event.seq: event.subject for event in events if event.kind.startswith("document.")}
    kinds = dict(Job.objects.filter(uid__in=of_jobs.values()).values_list("uid", "kind"))
    names: dict[int, Message | str] = {
        seq: KINDS[kinds[uid]] for seq, uid in of_jobs.items() if kinds.get(uid) in KINDS
    }
    sections = {event.seq: event.subject.partition("/")[2] for event in events if event.kind.startswith("wording.")}
    return names | {seq: SECTION_TITLES[name] for seq, name in sections.items() if name in SECTION_TITLES}


def whole_changes(event: Event, scheme: Scheme | None) -> list[Change]:
    """Everything that an event changed, as the journal shows it."""
    return changes(event, scheme, None)


def told_changes(event: Event, scheme: Scheme | None) -> list[Change]:
    """What an event changed, as far as the readers of a filing are told."""
    return changes(event, scheme, TOLD)


def changes(event: Event, scheme: Scheme | None, told: frozenset[str] | None) -> list[Change]:
    """What an event changed; of its detail only what is in `told`, if that is given."""
    old, new = side(event, "before"), side(event, "after")
    before, after = dict(flat(old, told)), dict(flat(new, told))
    kind = kind_of(scheme, new.get("kind") or old.get("kind"))
    found = [
        Change(label_of(path, kind), *(shown_at(path, kind, one.get(path)) for one in (before, after)))
        for path in dict.fromkeys((*before, *after))
        if before.get(path) != after.get(path) and path != ("kind",)
    ]
    return found[:MOST_CHANGES]


def side(event: Event, name: str) -> dict[str, Any]:
    """One side of an event's detail: before or after."""
    found = event.detail.get(name) if isinstance(event.detail, dict) else None
    return found if isinstance(found, dict) else {}


def flat(value: dict[str, Any], told: frozenset[str] | None) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The leaves of a detail with the keys that lead to them; lists are leaves."""
    for key, inner in value.items():
        if told is not None and key not in told:
            continue
        if isinstance(inner, dict):
            yield from (((key, *path), leaf) for path, leaf in flat(inner, None))
        else:
            yield (key,), inner


def kind_of(scheme: Scheme | None, name: object) -> RecordType | None:
    """The record type called `name`, if the scheme has it."""
    if scheme is None or not isinstance(name, str):
        return None
    return next((kind for kind in scheme.records if kind.id == name), None)


def section_title(event: Event, scheme: Scheme | None) -> Title | None:
    """The section of the record that an event is about."""
    kind = kind_of(scheme, side(event, "after").get("kind"))
    return kind.title if kind else None


def label_of(path: tuple[str, ...], kind: RecordType | None) -> Title | str:
    """What people call the place in a detail."""
    if spec := spec_of(path, kind):
        return spec.title
    return path[1] if path[0] == "cells" and len(path) > 1 else ".".join(path)


def spec_of(path: tuple[str, ...], kind: RecordType | None) -> FieldSpec | None:
    """The field of a record that a place in a detail is."""
    if kind is None or path[0] != "cells" or len(path) < 2:
        return None
    return next((spec for spec in kind.fields if spec.id == path[1]), None)


def shown_at(path: tuple[str, ...], kind: RecordType | None, value: object) -> Title | str:
    """A leaf of a detail: a choice by its title, anything else as text."""
    spec = spec_of(path, kind)
    if spec is None or spec.type != "choice" or not isinstance(value, str):
        return shown(value)
    return shown_cell(spec, Kept("", "", {spec.id: value}))


def shown(value: object) -> str:
    """A leaf of a detail as text; a list as its members, one a line."""
    if value is None:
        return ""
    if isinstance(value, list):
        lines = [" ".join(str(v) for v in one.values() if v) if isinstance(one, dict) else str(one) for one in value]
        text = "\n".join(lines)
    else:
        text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
