"""Editions of a round's results: which holds, what stands against the next, and their files for everybody."""

from __future__ import annotations

from datetime import date, datetime
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from huoyue.core.message import Title
from huoyue.core.refusal import Refusal
from huoyue.publication.about import About, Former
from huoyue.publication.openness import came_out
from huoyue.publication.standing import STANDING, standing_script, withdrawn_site
from huoyue.server.models import Correction, Edition, Frozen, NoticePeriod, Round
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.finalising import is_frozen
from huoyue.server.queries.notice import undecided
from huoyue.server.queries.people import Person
from huoyue.server.queries.results import results_door
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import latest, shelf_path, snapshot_of


def editions_of(round_: Round) -> QuerySet[Edition]:
    """All editions of a round, the latest first."""
    found = Edition.objects.filter(round=round_).select_related("round", "frozen", "by", "replaces", "withdrawn_by")
    return found.order_by("-number")


def holding(round_: Round) -> Edition | None:
    """The edition that holds: the last that was not withdrawn."""
    return editions_of(round_).filter(withdrawn_at=None).first()


def edition_door(person: Person, *, round: str, number: int) -> Edition | Refusal:  # noqa: A002
    """An edition, for those who may see what it was made from."""
    found = results_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    return editions_of(found).filter(number=number).first() or ABSENT


def published_rounds() -> QuerySet[Round]:
    """Rounds of which anything was published, the latest first."""
    return Round.objects.filter(editions__isnull=False, practice=False).distinct().order_by("-deadline")


def public_round_door(person: Person, *, round: str) -> Round | Refusal:  # noqa: A002
    """A round with an edition, for everybody."""
    del person
    return published_rounds().filter(key=round).first() or ABSENT


def public_edition_door(person: Person, *, round: str, number: int) -> Edition | Refusal:  # noqa: A002
    """An edition as the public has it, withdrawn or not."""
    found = public_round_door(person, round=round)
    if isinstance(found, Refusal):
        return found
    return editions_of(found).filter(number=number).first() or ABSENT


def today(round_: Round, at: datetime) -> date:
    """The day in the round's time zone."""
    return at.astimezone(ZoneInfo(round_.time_zone)).date()


def why_not_publish(round_: Round, at: datetime) -> Refusal | None:
    """What stands against publishing an edition now; None if nothing does."""
    frozen = latest(round_)
    if round_.practice:
        return Refusal("edition_practice")
    if not is_frozen(round_) or frozen is None:
        return Refusal("edition_not_frozen")
    if scheme_of(round_).notice.hold and not notice_is_over(round_):
        return Refusal("edition_notice")
    if waiting := undecided(round_).count():
        return Refusal("edition_objections", {"count": str(waiting)})
    if Correction.objects.filter(filing__round=round_, frozen=None).exists():
        return Refusal("edition_corrections")
    last = editions_of(round_).first()
    if last is None or last.withdrawn_at or last.frozen_id != frozen.pk or due_kinds(round_, at):
        return None
    return Refusal("edition_same")


def was_moved(round_: Round) -> bool:
    """Whether the scheme asks for a notice and the latest snapshot, which may have other results, was on none."""
    frozen = latest(round_)
    if frozen is None or not scheme_of(round_).notice.hold:
        return False
    return not NoticePeriod.objects.filter(frozen=frozen, withdrawn_at=None).exists()


def notice_is_over(round_: Round) -> bool:
    """Whether results were on public notice and the period is closed."""
    periods = NoticePeriod.objects.filter(round=round_, withdrawn_at=None)
    return periods.exists() and not periods.filter(closed_at=None).exists()


def due_kinds(round_: Round, at: datetime) -> tuple[str, ...]:
    """Kinds of results that were delayed when the edition that holds was made, and are public by now."""
    now = holding(round_)
    if now is None:
        return ()
    return came_out(scheme_of(round_), first_day(round_, at), today(round_, now.at), today(round_, at))


def first_day(round_: Round, at: datetime) -> date:
    """The day from which delays are counted: that of the first edition."""
    first = editions_of(round_).last()
    return today(round_, first.at if first else at)


def about_next(round_: Round, frozen: Frozen, at: datetime, errata: tuple[Title, ...]) -> About:
    """What the next edition says of itself."""
    former = list(editions_of(round_))
    before = holding(round_) or (former[0] if former else None)
    return About(
        key=round_.key, number=former[0].number + 1 if former else 1, on=today(round_, at),
        first_on=first_day(round_, at), replaces=before.number if before else None, errata=errata,
        former=tuple(former_of(one) for one in former), signature=snapshot_of(frozen).signature,
    )  # fmt: skip


def former_of(edition: Edition) -> Former:
    return Former(edition.number, today(edition.round, edition.at), edition.digest,
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
    day = today(round_, edition.at)
    return withdrawn_site(
        About(round_.key, edition.number, day, day), scheme.report.title, scheme.report.issuer, edition.digest,
        today(round_, edition.withdrawn_at), edition.withdrawn_reason, now.number if now else None,
    )  # fmt: skip
