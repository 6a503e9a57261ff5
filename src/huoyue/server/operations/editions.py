"""Publishing results as an edition, and withdrawing one.

Making an edition takes seconds and happens before the transaction; an event that came in between refuses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError

from huoyue.core.message import Title
from huoyue.publication.about import About
from huoyue.publication.edition import Made, make_edition
from huoyue.publication.openness import opened, openness
from huoyue.server.models import Edition, Frozen, Round
from huoyue.server.operations.edition_letters import tell_published, tell_withdrawn
from huoyue.server.operations.freezing import last_event, unmoved
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.revisions import because, change
from huoyue.server.operations.storage import keep_bytes
from huoyue.server.queries.editions import about_next, due_kinds, first_day, why_not_publish
from huoyue.server.queries.errata import errata
from huoyue.server.queries.notice import day_of
from huoyue.server.queries.published import editions_of
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import latest, snapshot_of
from huoyue.server.queries.written import written_of


@dataclass(frozen=True)
class Ready:
    """An edition that was made and not yet published, at the round's event `seq`."""

    made: Made
    about: About
    frozen: Frozen
    seq: int


def ready(round_: Round, at: datetime, reason_zh: str = "", reason_en: str = "") -> Ready:
    """The next edition of a round, in some seconds. A later one takes a written reason, except for what is due.

    Refused where the wording or a passage of its report would let out what does not leave.
    """
    if refusal := why_not_publish(round_, at):
        raise Refuse(refusal.code, **refusal.detail)
    seq, frozen, before = last_event(round_), latest(round_), editions_of(round_).first()
    if frozen is None:
        raise Refuse("edition_not_frozen")
    due = due_kinds(round_, at)
    is_same = before is None or before.frozen_id == frozen.pk
    needs = before is not None and (not is_same or not due)
    told = because(reason_zh) if needs or reason_zh.strip() else ""
    reason = Title(zh=told, en=reason_en.strip()[:500] or told) if told else None
    is_open = opened(openness(scheme_of(round_), first_day(round_, at), day_of(at, round_)))
    former = None if is_same or before is None else snapshot_of(before.frozen)
    lines = errata(former, snapshot_of(frozen), is_open, due, reason) if before else ()
    about = about_next(round_, frozen, at, lines)
    return Ready(make_edition(snapshot_of(frozen), about, written_of(round_)), about, frozen, seq)


@operation("edition.published")
def publish(acting: Acting, round_: Round, done: Ready) -> Edition:
    """Publish an edition as it was made; it replaces the one before. Filers get a letter with the address."""
    if refusal := why_not_publish(round_, acting.at):
        raise Refuse(refusal.code, **refusal.detail)
    body, about = done.made.zipped(), done.about
    unmoved(round_, done.seq, "edition_moved")
    replaces = editions_of(round_).filter(number=about.replaces).first() if about.replaces else None
    try:
        edition = Edition.objects.create(
            round=round_, frozen=done.frozen, number=about.number, digest=done.made.digest,
            file_digest=keep_bytes("editions", body), size=len(body), by=acting.doer, at=acting.at, replaces=replaces,
            errata=[{"zh": one.zh, "en": one.en} for one in about.errata],
        )  # fmt: skip
    except IntegrityError as error:
        raise Refuse("edition_moved") from error
    tell_published(acting, edition)
    after = {"digest": edition.digest, "snapshot": done.frozen.digest, "errata": edition.errata,
             "written": done.made.manifest.get("written", {})}  # fmt: skip
    record(acting, "edition.published", round=round_, subject=str(edition.number), after=after)
    return edition


@operation("edition.withdrawn")
def withdraw(acting: Acting, edition: Edition, reason: str, holds: int | None) -> None:
    """Withdraw an edition for a reason that everybody reads. `holds` is the former one that holds from now on.

    Whatever lies between the two is withdrawn with it; all former ones are if none holds.
    """
    why = because(reason)
    standing = {one.number: one for one in editions_of(edition.round).filter(withdrawn_at=None)}
    if edition.number not in standing:
        raise Refuse("edition_withdrawn")
    if edition.number != max(standing):
        raise Refuse("edition_former")
    if holds is not None and (holds not in standing or holds == edition.number):
        raise Refuse("stale")
    fallen = [one for number, one in sorted(standing.items()) if number > (holds or 0)]
    for one in fallen:
        change(one, {"withdrawn_at": None}, withdrawn_at=acting.at, withdrawn_by=acting.doer, withdrawn_reason=why)
    tell_withdrawn(acting, edition, why)
    record(
        acting, "edition.withdrawn", round=edition.round, subject=str(edition.number),
        before={"holds": edition.number},
        after={"holds": holds, "withdrawn": [one.number for one in fallen], "reason": why},
    )  # fmt: skip
