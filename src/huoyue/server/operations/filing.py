"""Filling in a filing: every change of a record is one operation, checked against the revision it was made from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

from django.db.models import Max, QuerySet

from huoyue.core.scheme.model import RecordType
from huoyue.server.models import Duty, Event, Filing, Record, Role, State
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.statements import insert, update
from huoyue.server.queries import matching
from huoyue.server.queries.filings import live_records, own_kinds
from huoyue.server.queries.prepared import Prepared
from huoyue.server.queries.reading import clean_cells
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.windows import why_not_edit

MOST_ROWS = 500
"""Rows taken in one paste."""
MOST_RECORDS = 3000
"""Records kept in one section."""


@dataclass(frozen=True)
class Typed:
    """What somebody typed into one record, and the revision they saw; 0 for a new one."""

    uid: str
    cells: Mapping[str, Any]
    revision: int = 0
    origin: str = "typed"


@dataclass(frozen=True)
class Taken:
    """What became of many rows taken over at once: how many records are new, corrected, as they were, and removed."""

    added: int = 0
    corrected: int = 0
    unchanged: int = 0
    removed: int = 0


class Stale(Refuse):
    """Somebody else saved the record first; `current` is what stands now."""

    def __init__(self, current: Record | None) -> None:
        super().__init__("stale" if current is not None and current.removed_at is None else "removed")
        self.current = current


def records_of(filing: int, uid: str) -> QuerySet[Record]:
    """The record called `uid` of a filing."""
    return Record.objects.filter(filing_id=filing, uid=uid).order_by()


record_of: Prepared[Record] = Prepared(records_of)
NEXT = (
    "1 + COALESCE((SELECT position FROM server_record WHERE filing_id = %s AND kind = %s AND removed_at IS NULL "
    "ORDER BY position DESC LIMIT 1), 0)"
)
"""The place after the last record of a section, worked out as a record is inserted."""


def kind_of(filing: Filing, name: str) -> RecordType:
    """The record type called `name` that alliances file. Refuse if there is none."""
    for kind in own_kinds(scheme_of(filing.round)):
        if kind.id == name:
            return kind
    raise Refuse("no_kind")


def answers_for(acting: Acting, filing: Filing) -> bool:
    """Whether whoever acts is the alliance's responsible person."""
    held = Duty.objects.filter(account=acting.account, alliance_id=filing.alliance_id, role=Role.FILER, ended_at=None)
    return held.filter(responsible=True).exists()


def hold(acting: Acting, filing: Filing) -> None:
    """Make sure the filing may be edited and stays so until this transaction ends: no submission slips between."""
    responsible = filing.state == State.CHECKING and answers_for(acting, filing)
    if refusal := why_not_edit(filing, acting.at, responsible=responsible):
        raise Refuse(refusal.code, **refusal.detail)
    state = State.DRAFT if filing.state == State.UNTOUCHED else filing.state
    same = {"id": filing.pk, "revision": filing.revision, "state": filing.state}
    if update(Filing, same, state=state, changed_at=acting.at) != 1:
        now = Filing.objects.select_related("round", "alliance").get(pk=filing.pk)
        if now.revision == filing.revision and now.state == State.DRAFT:  # somebody else's first save came between
            filing.state = now.state
            return
        refusal = why_not_edit(now, acting.at)
        raise Refuse(refusal.code if refusal else "stale")
    filing.state = state


def answered_before(acting: Acting, filing: Filing) -> Event | None:
    """The event that this very change left when it was sent before and the answer got lost."""
    if not acting.token:
        return None
    return Event.objects.filter(token=acting.token, alliance_id=filing.alliance_id, round_id=filing.round_id).first()


@operation("filing.record_saved")
def save_record(acting: Acting, filing: Filing, kind: RecordType, typed: Typed) -> Record:
    """Save one record. Stale if it was changed since; a save that was answered before is not made again."""
    cells = clean_cells(kind, typed.cells)
    current = record_of.first(filing=filing.pk, uid=typed.uid)
    if current is None:
        if typed.revision:
            raise Refuse("no_record")
        hold(acting, filing)
        return _begin(acting, filing, kind, typed, cells)
    if current.kind != kind.id or current.removed_at is not None or current.revision != typed.revision:
        raise Stale(current)
    hold(acting, filing)
    before = {"cells": current.cells}
    current.cells, current.revision, current.confirmed = cells, typed.revision + 1, True
    current.changed_at, current.changed_by = acting.at, acting.doer
    same = {"id": current.pk, "revision": typed.revision, "removed_at": None}
    values = {"cells": cells, "revision": current.revision, "confirmed": True, "changed_at": acting.at}
    if update(Record, same, **values, changed_by=current.changed_by_id) != 1:
        raise Stale(Record.objects.filter(pk=current.pk).first())
    _told(acting, "filing.record_saved", filing, current, before)
    return current


def _begin(acting: Acting, filing: Filing, kind: RecordType, typed: Typed, cells: dict[str, str]) -> Record:
    """A new record at the end of its section, unless the section is full."""
    made = Record(
        filing=filing,
        uid=typed.uid,
        kind=kind.id,
        cells=cells,
        origin=typed.origin,
        changed_at=acting.at,
        changed_by=acting.account,
    )
    insert(made, "position", NEXT, (filing.pk, kind.id))
    if made.position > MOST_RECORDS:
        raise Refuse("full", limit=str(MOST_RECORDS))
    _told(acting, "filing.record_saved", filing, made, {})
    return made


def _told(acting: Acting, kind: str, filing: Filing, changed: Record, before: Mapping[str, object]) -> None:
    after = {"kind": changed.kind, "revision": changed.revision, "cells": changed.cells}
    record(acting, kind, round=filing.round, alliance=filing.alliance, subject=changed.uid, before=before, after=after)


@operation("filing.record_removed")
def remove_record(acting: Acting, filing: Filing, uid: str, revision: int) -> Record:
    """Take a record out of the filing; it can be restored, and earlier versions keep it."""
    current = Record.objects.filter(filing=filing, uid=uid).first()
    if current is None:
        raise Refuse("no_record")
    hold(acting, filing)
    same = Record.objects.filter(pk=current.pk, revision=revision, removed_at=None)
    if same.update(removed_at=acting.at, revision=revision + 1, changed_at=acting.at, changed_by=acting.account) != 1:
        raise Stale(Record.objects.filter(pk=current.pk).first())
    current.revision = revision + 1
    _told(acting, "filing.record_removed", filing, current, {"cells": current.cells})
    return current


@operation("filing.record_restored")
def restore_record(acting: Acting, filing: Filing, uid: str) -> Record:
    """Bring a removed record back to the end of its section."""
    current = Record.objects.filter(filing=filing, uid=uid).exclude(removed_at=None).first()
    if current is None:
        raise Refuse("no_record")
    hold(acting, filing)
    current.revision += 1
    same = Record.objects.filter(pk=current.pk, revision=current.revision - 1)
    if same.update(removed_at=None, revision=current.revision, changed_at=acting.at, changed_by=acting.account) != 1:
        raise Stale(Record.objects.filter(pk=current.pk).first())
    _told(acting, "filing.record_restored", filing, current, {})
    return current


@operation("filing.records_added")
def add_records(
    acting: Acting,
    filing: Filing,
    rows: Sequence[tuple[RecordType, Typed]],
    *,
    how: str,
    seen: Mapping[str, int] | None = None,
) -> Taken:
    """Add many records at once, all or none: pasted, from a workbook, or carried over. What became of them.

    Rows whose uid is there already are left as they are, so sending the same twice adds them once. Rows of a workbook
    that mean a record which is there correct it, or leave it as it is. Stale if such a record is not as it was `seen`.
    """
    if len(rows) > MOST_ROWS and how == "pasted":
        raise Refuse("too_many_rows", limit=str(MOST_ROWS))
    hold(acting, filing)
    if how != "workbook":
        return Taken(added=_add(acting, filing, rows, how))
    plans = _plans(filing, rows, {kind.id: kind for kind, _ in rows}.values())
    return _take(acting, _unnamed(acting), filing, plans, rows, seen)


def _plans(
    filing: Filing, rows: Sequence[tuple[RecordType, Typed]], kinds: Iterable[RecordType]
) -> list[matching.Plan]:
    return matching.plans_of(scheme_of(filing.round), filing, [(kind, typed.cells) for kind, typed in rows], kinds)


def _unnamed(acting: Acting) -> Acting:
    """The same doer for the further events of a change: its token names the first alone."""
    return Acting(acting.account, acting.role, acting.at, acting.address)


def _unseen(record: Record, seen: Mapping[str, int] | None) -> bool:
    return seen is not None and seen.get(record.uid) != record.revision


def _take(
    acting: Acting,
    further: Acting,
    filing: Filing,
    plans: Sequence[matching.Plan],
    rows: Sequence[tuple[RecordType, Typed]],
    seen: Mapping[str, int] | None,
) -> Taken:
    """Correct, confirm and add what the plans say."""
    new, same = [], []
    counts: Counter[str] = Counter()
    for plan in plans:
        for number, fate in zip(plan.numbers, plan.fates, strict=True):
            counts[fate.state] += 1
            if fate.record is None:
                new.append((number, rows[number]))
            elif fate.state == "corrected":
                _correct(further, filing, plan.records[fate.record], fate.cells, seen)
            else:
                same.append(plan.records[fate.record])
    if unconfirmed := [one for one in same if not one.confirmed]:
        _confirmed(further, filing, unconfirmed)
    added = _add(acting, filing, [row for _, row in sorted(new, key=itemgetter(0))], "workbook")
    return Taken(added, counts["corrected"], counts["unchanged"])


def _correct(
    acting: Acting, filing: Filing, current: Record, cells: dict[str, str], seen: Mapping[str, int] | None
) -> None:
    """Put other cells into a record; its uid and files stay."""
    if _unseen(current, seen):
        raise Stale(current)
    before, same = {"cells": current.cells}, {"id": current.pk, "revision": current.revision, "removed_at": None}
    current.cells, current.revision, current.confirmed = cells, current.revision + 1, True
    values = {"cells": cells, "revision": current.revision, "confirmed": True, "changed_at": acting.at}
    if update(Record, same, **values, changed_by=acting.doer.pk) != 1:
        raise Stale(Record.objects.filter(pk=current.pk).first())
    _told(acting, "filing.record_saved", filing, current, before)


def _add(acting: Acting, filing: Filing, rows: Sequence[tuple[RecordType, Typed]], how: str) -> int:
    """Add records at the end of their sections. How many are new."""
    known = set(Record.objects.filter(filing=filing).values_list("uid", flat=True))
    places = dict(
        live_records(filing).values_list("kind").annotate(last=Max("position")).values_list("kind", "last").order_by()
    )
    made = []
    for kind, typed in rows:
        if typed.uid in known:
            continue
        known.add(typed.uid)
        places[kind.id] = places.get(kind.id, 0) + 1
        made.append(
            Record(
                filing=filing, uid=typed.uid, kind=kind.id, cells=clean_cells(kind, typed.cells),
                position=places[kind.id], origin=typed.origin, confirmed=typed.origin != "carried",
                changed_at=acting.at, changed_by=acting.account,
            )
        )  # fmt: skip
    if any(place > MOST_RECORDS for place in places.values()):
        raise Refuse("full", limit=str(MOST_RECORDS))
    Record.objects.bulk_create(made)
    after = {"how": how, "records": [{"uid": one.uid, "kind": one.kind, "cells": one.cells} for one in made]}
    record(acting, "filing.records_added", round=filing.round, alliance=filing.alliance, subject=how, after=after)
    return len(made)


@operation("filing.records_confirmed")
def confirm_records(acting: Acting, filing: Filing, uids: Sequence[str]) -> int:
    """Confirm records that were carried over from the round before: they hold for this one as they stand."""
    hold(acting, filing)
    found = list(live_records(filing).filter(uid__in=uids, confirmed=False))
    _confirmed(acting, filing, found)
    return len(found)


def _confirmed(acting: Acting, filing: Filing, found: Sequence[Record]) -> None:
    for one in found:
        Record.objects.filter(pk=one.pk).update(confirmed=True, changed_at=acting.at, changed_by=acting.account)
    after = {"records": [one.uid for one in found]}
    record(acting, "filing.records_confirmed", round=filing.round, alliance=filing.alliance, after=after)


@operation("filing.sections_emptied")
def replace_sections(
    acting: Acting,
    filing: Filing,
    kinds: Sequence[RecordType],
    rows: Sequence[tuple[RecordType, Typed]],
    *,
    seen: Mapping[str, int] | None = None,
) -> Taken:
    """Make the sections `kinds` hold what a workbook does. Records that a row means stay, with their files.

    The others are removed and can be restored. Stale if a record that changes or goes is not as it was `seen`.
    """
    hold(acting, filing)
    plans = _plans(filing, rows, kinds)
    gone = [one for plan in plans for one in plan.gone]
    for one in gone:
        if _unseen(one, seen):
            raise Stale(one)
        Record.objects.filter(pk=one.pk).update(
            removed_at=acting.at, revision=one.revision + 1, changed_at=acting.at, changed_by=acting.account
        )
    before = {"records": [{"uid": one.uid, "kind": one.kind, "cells": one.cells} for one in gone]}
    record(acting, "filing.sections_emptied", round=filing.round, alliance=filing.alliance, before=before)
    further = _unnamed(acting)
    return replace(_take(further, further, filing, plans, rows, seen), removed=len(gone))
