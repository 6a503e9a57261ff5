"""The register kept: alliances added and changed, renamed with the date, merged; members and contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from huoyue.server.models import (
    ERASED_NAME,
    Alliance,
    AllianceName,
    Contact,
    Duty,
    EarlierResult,
    Event,
    Filing,
    Member,
    RegisterImport,
    Round,
    Stage,
    State,
)
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.queries.filings import forget_names

FIELDS = ("name", "batch", "industry", "status", "basis", "joined_on", "left_on", "note")


def shown(alliance: Alliance) -> dict[str, Any]:
    """What events keep of an alliance."""
    return {name: getattr(alliance, name) for name in FIELDS} | {"fields": alliance.fields}


@operation("alliance.added")
def add_alliance(acting: Acting, code: str, values: Mapping[str, Any]) -> Alliance:
    """A new alliance at the end of the register."""
    if Alliance.objects.filter(code__iexact=code).exists():
        raise Refuse("code_taken", code=code)
    _refuse_taken(str(values["name"]))
    last = Alliance.objects.order_by("-position").values_list("position", flat=True).first() or 0
    known = {name: value for name, value in values.items() if name in (*FIELDS, "fields")}
    alliance = Alliance.objects.create(code=code, position=last + 1, **known)
    forget_names()
    record(acting, "alliance.added", alliance=alliance, subject=code, after=shown(alliance))
    return alliance


def _refuse_taken(name: str) -> None:
    """Refuse the name of another alliance: files and forms call alliances by their names."""
    other = Alliance.objects.filter(name=name.strip(), merged_into=None).first()
    if other is not None:
        raise Refuse("alliance_called_so", name=other.name, code=other.code)


@operation("alliance.changed")
def change_alliance(acting: Acting, alliance: Alliance, revision: int, values: Mapping[str, Any]) -> None:
    """Change an alliance from the revision that was seen; Refuse if somebody else changed it since."""
    before = shown(alliance)
    known = {name: value for name, value in values.items() if name in (*FIELDS, "fields") and name != "name"}
    same = Alliance.objects.filter(pk=alliance.pk, revision=revision)
    if same.update(revision=revision + 1, **known) != 1:
        raise Refuse("stale")
    alliance.refresh_from_db()
    forget_names()
    record(acting, "alliance.changed", alliance=alliance, subject=alliance.code, before=before, after=shown(alliance))


@operation("alliance.renamed")
def rename(acting: Acting, alliance: Alliance, name: str, since: date, *, mistyped: bool = False) -> None:
    """Give an alliance a new name from a day on; the old one is kept with that day, unless it was only mistyped."""
    name = name.strip()
    if not name or name == alliance.name:
        raise Refuse("same_name")
    _refuse_taken(name)
    before = {"name": alliance.name}
    if not mistyped:
        AllianceName.objects.update_or_create(
            alliance=alliance, name=alliance.name, kind="former", defaults={"until": since}
        )
    same = Alliance.objects.filter(pk=alliance.pk, revision=alliance.revision)
    if same.update(name=name, revision=alliance.revision + 1) != 1:
        raise Refuse("stale")
    alliance.name, alliance.revision = name, alliance.revision + 1
    forget_names()
    after: dict[str, Any] = {"name": name} | ({"mistyped": True} if mistyped else {"since": since})
    record(acting, "alliance.renamed", alliance=alliance, subject=alliance.code, before=before, after=after)


@operation("alliance.aliases_set")
def set_aliases(acting: Acting, alliance: Alliance, names: Sequence[str]) -> None:
    """The other names by which an alliance is known."""
    old = AllianceName.objects.filter(alliance=alliance, kind="alias")
    before = {"aliases": list(old.values_list("name", flat=True))}
    old.delete()
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip() and name.strip() != alliance.name))
    AllianceName.objects.bulk_create(AllianceName(alliance=alliance, name=name, kind="alias") for name in wanted)
    forget_names()
    after = {"aliases": wanted}
    record(acting, "alliance.aliases_set", alliance=alliance, subject=alliance.code, before=before, after=after)


@operation("alliance.members_set")
def set_members(acting: Acting, alliance: Alliance, lead: str, others: Sequence[str]) -> None:
    """The member organisations of an alliance and which of them leads."""
    old = Member.objects.filter(alliance=alliance)
    before = {"members": list(old.values_list("organisation", flat=True))}
    old.delete()
    lead = lead.strip()
    rest = list(dict.fromkeys(name.strip() for name in others if name.strip() and name.strip() != lead))
    if lead:
        Member.objects.create(alliance=alliance, organisation=lead, leads=True)
    Member.objects.bulk_create(Member(alliance=alliance, organisation=name) for name in rest)
    after = {"lead": lead, "members": rest}
    record(acting, "alliance.members_set", alliance=alliance, subject=alliance.code, before=before, after=after)


@operation("contact.kept")
def keep_contact(
    acting: Acting, alliance: Alliance, values: Mapping[str, Any], contact: Contact | None = None
) -> Contact:
    """Add or change a contact; the first contact is one at a time."""
    known = {name: values[name] for name in ("name", "position", "phone", "email", "first") if name in values}
    before = {} if contact is None else {name: getattr(contact, name) for name in known}
    if known.get("first"):
        Contact.objects.filter(alliance=alliance, first=True, ended_on=None).update(first=False)
    if contact is None:
        contact = Contact.objects.create(alliance=alliance, **known)
    elif Contact.objects.filter(pk=contact.pk, ended_on=None).update(**known) != 1:
        raise Refuse("stale")
    record(acting, "contact.kept", alliance=alliance, subject=str(contact.pk), before=before, after=known)
    return contact


@operation("contact.ended")
def end_contact(acting: Acting, contact: Contact, on: date) -> None:
    """Note that a contact has left the alliance."""
    if Contact.objects.filter(pk=contact.pk, ended_on=None).update(ended_on=on, first=False) != 1:
        raise Refuse("stale")
    record(acting, "contact.ended", alliance=contact.alliance, subject=str(contact.pk), after={"on": on})


@operation("alliance.merged")
def merge(acting: Acting, gone: Alliance, into: Alliance) -> None:
    """Merge a duplicate into the alliance that stays: names, members, contacts, duties and filings move over.

    Refuse if both have begun to file in the same round: nobody but people can say which filing is meant.
    """
    if gone.pk == into.pk:
        raise Refuse("merge_self")
    clashes = merge_clashes(gone, into)
    if clashes:
        raise Refuse("merge_both_filed", rounds="; ".join(round_.key for round_ in clashes))
    AllianceName.objects.get_or_create(
        alliance=into, name=gone.name, kind="former", defaults={"until": acting.at.date()}
    )
    for name in AllianceName.objects.filter(alliance=gone):
        AllianceName.objects.get_or_create(
            alliance=into, name=name.name, kind=name.kind, defaults={"until": name.until}
        )
    known = set(Member.objects.filter(alliance=into).values_list("organisation", flat=True))
    Member.objects.filter(alliance=gone).exclude(organisation__in=known).update(alliance=into, leads=False)
    asked = Contact.objects.filter(alliance=into, first=True, ended_on=None).exists()
    Contact.objects.filter(alliance=gone).update(alliance=into, **({"first": False} if asked else {}))
    _move_duties(acting, gone, into)
    _move_filings(gone, into)
    known_periods = EarlierResult.objects.filter(alliance=into).values_list("period", flat=True)
    EarlierResult.objects.filter(alliance=gone).exclude(period__in=list(known_periods)).update(alliance=into)
    same = Alliance.objects.filter(pk=gone.pk, merged_into=None, revision=gone.revision)
    if same.update(merged_into=into, revision=gone.revision + 1) != 1:
        raise Refuse("stale")
    forget_names()
    record(acting, "alliance.merged", alliance=into, subject=into.code, before={"merged": gone.code, "name": gone.name})


def merge_moves(gone: Alliance) -> list[Filing]:
    """The filings that would move over; those of frozen rounds stay."""
    begun = gone.filings.exclude(state=State.UNTOUCHED).exclude(round__stage=Stage.FROZEN)
    return list(begun.select_related("round").order_by("round__created_at"))


def merge_clashes(gone: Alliance, into: Alliance) -> list[Round]:
    """The rounds in which both have begun to file; frozen ones stay as they are and hinder nobody."""
    begun = Filing.objects.exclude(state=State.UNTOUCHED).exclude(round__stage=Stage.FROZEN)
    both = begun.filter(alliance=gone, round__in=begun.filter(alliance=into).values("round"))
    return list(Round.objects.filter(pk__in=both.values("round")).order_by("created_at"))


def _move_duties(acting: Acting, gone: Alliance, into: Alliance) -> None:
    """Duties for the duplicate become duties for the one that stays; its responsible filer stays so.

    Where it has none, that of the duplicate becomes it: somebody must be able to hand in.
    """
    answered = Duty.objects.filter(alliance=into, responsible=True, ended_at=None).exists()
    for duty in Duty.objects.filter(alliance=gone, ended_at=None):
        same = Duty.objects.filter(account=duty.account, role=duty.role, round=duty.round, alliance=into, ended_at=None)
        changes: dict[str, Any] = {"ended_at": acting.at} if same.exists() else {"alliance": into}
        answers = duty.responsible and not answered and "alliance" in changes
        Duty.objects.filter(pk=duty.pk).update(responsible=answers, **changes)


def _move_filings(gone: Alliance, into: Alliance) -> None:
    """Filings move over; where the one that stays has an untouched filing in that round, that one makes room.

    Those of frozen rounds stay under the name that the results were frozen with.
    """
    for filing in Filing.objects.filter(alliance=gone).exclude(round__stage=Stage.FROZEN):
        other = Filing.objects.filter(alliance=into, round=filing.round).first()
        if other is None:
            Filing.objects.filter(pk=filing.pk).update(alliance=into)
        elif filing.state == State.UNTOUCHED:
            filing.delete()
        else:
            other.delete()
            Filing.objects.filter(pk=filing.pk).update(alliance=into)


@operation("personal.erased")
def erase_contact(acting: Acting, contact: Contact) -> int:
    """Erase a contact's personal data everywhere, in the details of past events too; how many events lost theirs.

    The chain of events still verifies: it covers the digests of details, which stay.
    """
    texts = [text for text in (contact.name, contact.phone, contact.email) if len(text) > 1]
    mentioned = Event.objects.filter(kind__in=("contact.kept", "contact.ended"), subject=str(contact.pk))
    seqs = sorted({event.seq for event in mentioned.exclude(detail=None)} | set(_naming(contact.alliance, texts)))
    Event.objects.filter(seq__in=seqs).update(detail=None, salt="")
    waiting = RegisterImport.objects.filter(applied_at=None)
    waiting.filter(pk__in=[one.pk for one in waiting if any(text in str(one.rows) for text in texts)]).delete()
    Contact.objects.filter(pk=contact.pk).update(name=ERASED_NAME, position="", phone="", email="", first=False,
                                                 ended_on=contact.ended_on or acting.at.date())  # fmt: skip
    record(acting, "personal.erased", alliance=contact.alliance, subject=str(contact.pk), after={"seqs": seqs})
    return len(seqs)


def _naming(alliance: Alliance, texts: Sequence[str]) -> list[int]:
    """Numbers of the register's events on an alliance whose detail names one of the texts."""
    kinds = ("register.applied", "alliance.added", "alliance.changed", "contact.kept")
    events = Event.objects.filter(kind__in=kinds).filter(alliance=alliance).exclude(detail=None)
    return [event.seq for event in events if any(text in str(event.detail) for text in texts)]
