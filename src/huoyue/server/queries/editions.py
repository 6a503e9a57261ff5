"""Editions of a round's results: what stands against the next, what it says of itself, and its files for everybody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from zipfile import ZipFile

from huoyue.core.message import Title
from huoyue.core.refusal import Refusal
from huoyue.publication.about import About, Former
from huoyue.publication.openness import came_out, openness
from huoyue.publication.standing import STANDING, standing_script, withdrawn_site
from huoyue.server.models import Correction, Edition, Frozen, NoticePeriod, Round
from huoyue.server.queries.finalising import is_frozen
from huoyue.server.queries.notice import day_of, undecided
from huoyue.server.queries.published import editions_of, holding
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import latest, shelf_path, snapshot_of
from huoyue.server.queries.written import written_of
from huoyue.snapshot.digests import MANIFEST


def against_publishing(round_: Round) -> Iterator[Refusal]:
    """Everything in the round that has to come before an edition."""
    if round_.practice:
        yield Refusal("edition_practice")
    if not is_frozen(round_):
        yield Refusal("edition_not_frozen")
    if scheme_of(round_).notice.hold and not notice_is_over(round_):
        yield Refusal("edition_notice")
    if waiting := undecided(round_).count():
        yield Refusal("edition_objections", {"count": str(waiting)})
    if Correction.objects.filter(filing__round=round_, frozen=None).exists():
        yield Refusal("edition_corrections")


def why_not_publish(round_: Round, at: datetime) -> Refusal | None:
    """What stands against publishing an edition now; None if nothing does."""
    if refusal := next(against_publishing(round_), None):
        return refusal
    frozen, last = latest(round_), editions_of(round_).first()
    if frozen is None:
        return Refusal("edition_not_frozen")
    if last is None or last.withdrawn_at or last.frozen_id != frozen.pk or due_kinds(round_, at):
        return None
    if rewritten(last, at):
        return None
    return Refusal("edition_same")


def was_moved(round_: Round) -> bool:
    """Whether the scheme asks for a notice and the latest snapshot, which may have other results, was on none."""
    frozen = latest(round_)
    if frozen is None or not scheme_of(round_).notice.hold:
        return False
    return not NoticePeriod.objects.filter(frozen=frozen, withdrawn_at=None).exists()


def rewritten(last: Edition, at: datetime) -> bool:
    """Whether the public report of the last edition would be worded otherwise now, or have other passages."""
    round_ = last.round
    kinds = openness(scheme_of(round_), first_day(round_, at), day_of(at, round_))
    if not kinds["report"].is_open:
        return False
    manifest = json.loads(public_file(last, MANIFEST) or b"{}")
    return bool(manifest.get("written", {}) != written_of(round_).stamps())


def notice_is_over(round_: Round) -> bool:
    """Whether results were on public notice and the period is closed."""
    periods = NoticePeriod.objects.filter(round=round_, withdrawn_at=None)
    return periods.exists() and not periods.filter(closed_at=None).exists()


def due_kinds(round_: Round, at: datetime) -> tuple[str, ...]:
    """Kinds of results that were delayed when the edition that holds was made, and are public by now."""
    now = holding(round_)
    if now is None:
        return ()
    return came_out(scheme_of(round_), first_day(round_, at), day_of(now.at, round_), day_of(at, round_))


def first_day(round_: Round, at: datetime) -> date:
    """The day from which delays are counted: that of the first edition."""
    first = editions_of(round_).last()
    return day_of(first.at if first else at, round_)


def about_next(round_: Round, frozen: Frozen, at: datetime, errata: tuple[Title, ...]) -> About:
    """What the next edition says of itself."""
    former = list(editions_of(round_))
    before = holding(round_) or (former[0] if former else None)
    return About(
        key=round_.key, number=former[0].number + 1 if former else 1, on=day_of(at, round_),
        first_on=first_day(round_, at), replaces=before.number if before else None, errata=errata,
        former=tuple(former_of(one) for one in former), signature=snapshot_of(frozen).signature,
    )  # fmt: skip


def former_of(edition: Edition) -> Former:
    return Former(edition.number, day_of(edition.at, edition.round), edition.digest,
                  tuple(Title(**one) for one in edition.errata), edition.withdrawn_reason)  # fmt: skip


def public_file(edition: Edition, name: str) -> bytes | None:
    """A file of an edition's site; None if it has no such file. What was withdrawn is not read any more."""
    now = holding(edition.round)
    if edition.withdrawn_at:
        return withdrawn_files(edition).get(name)
    if name == STANDING:
        return standing_script(now.number if now and now.number != edition.number else None)
    with ZipFile(shelf_path("editions", edition.file_digest)) as archive:
        return archive.read(name) if name in archive.NameToInfo else None


def withdrawn_files(edition: Edition) -> dict[str, bytes]:
    """The site that stands in the place of a withdrawn edition."""
    if edition.withdrawn_at is None:
        raise ValueError(edition.pk)
    round_, scheme, now = edition.round, scheme_of(edition.round), holding(edition.round)
    day = day_of(edition.at, round_)
    return withdrawn_site(
        About(round_.key, edition.number, day, day), scheme.report.title, scheme.report.issuer, edition.digest,
        day_of(edition.withdrawn_at, round_), edition.withdrawn_reason, now.number if now else None,
    )  # fmt: skip
