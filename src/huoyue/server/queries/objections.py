"""Objections: who reaches them, the register of them without who made them, and what one is decided on.

Whoever objected is seen by the secretariat and by those who look into the objection, and by nobody else. So there is
one door for each, and the register, for those who see results, is made of `Registered`, which holds no such field.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet

from huoyue.core.message import Message, Title
from huoyue.core.refusal import Refusal
from huoyue.server.models import Correction, Evidence, Filing, Handler, Objection, ObjectionFile, Role, Round, Stage
from huoyue.server.queries.doors import ABSENT, filing_door, round_door
from huoyue.server.queries.objection_handlers import bar_of
from huoyue.server.queries.people import Person
from huoyue.server.queries.review_sheets import as_points
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.scorecard import card_in
from huoyue.server.queries.shelf import latest
from huoyue.server.saying import said
from huoyue.server.wording.notice import BARS, KINDS

READS = (Role.SECRETARIAT, Role.CHAIR, Role.OBSERVER)


def in_round(round_: Round) -> QuerySet[Objection]:
    """The objections of a round, in the order in which they came."""
    found = Objection.objects.filter(round=round_).select_related(
        "filing__alliance", "filing__round", "filing__in_force", "round", "notice", "by", "entered_by", "decided_by"
    )
    return found.order_by("at", "pk")


def register_door(person: Person, *, round: str) -> Round | Refusal:  # noqa: A002 - the address's word
    """A frozen round, for those who see the register of its objections."""
    found = round_door(person, round=round)
    if isinstance(found, Refusal) or person.role not in READS or found.stage != Stage.FROZEN:
        return ABSENT
    return found


def one_in(person: Person, round: str, number: str) -> Objection | None:  # noqa: A002
    found = round_door(person, round=round)
    return None if isinstance(found, Refusal) else in_round(found).filter(number=number).first()


def objection_door(person: Person, *, round: str, number: str) -> Objection | Refusal:  # noqa: A002
    """An objection to steer (secretariat), or to decide (a chair who did not mark the alliance)."""
    found = one_in(person, round, number)
    if found is None or person.account is None or person.role not in (Role.SECRETARIAT, Role.CHAIR):
        return ABSENT
    if person.role == Role.CHAIR and (bar := bar_of(person.account, found)):
        return Refusal("objection_barred", {"why": said(BARS[bar])})
    return found


def handling_door(person: Person, *, round: str, number: str) -> Handler | Refusal:  # noqa: A002
    """An objection that somebody was asked to look into, as long as nothing bars them."""
    found = one_in(person, round, number)
    if found is None or person.account is None or person.role not in (Role.EXPERT, Role.SECRETARIAT):
        return ABSENT
    handler = Handler.objects.filter(objection=found, account=person.account, ended_at=None).first()
    if handler is None:
        return ABSENT
    if bar := bar_of(person.account, found):
        return Refusal("objection_barred", {"why": said(BARS[bar])})
    handler.objection = found
    return handler


def handled_evidence_door(
    person: Person, *, round: str, number: str, file: str  # noqa: A002
) -> Evidence | Refusal:  # fmt: skip
    """A file of the alliance's filing, for whoever looks into an objection to its result."""
    handler = handling_door(person, round=round, number=number)
    if isinstance(handler, Refusal):
        return ABSENT
    return Evidence.objects.filter(filing=handler.objection.filing, uid=file).first() or ABSENT


def own_objection_door(
    person: Person, *, round: str, unit: str, number: str  # noqa: A002
) -> Objection | Refusal:  # fmt: skip
    """An objection that the alliance made itself, for its filers. What others object is not theirs to see."""
    filing = filing_door(person, round=round, unit=unit)
    if isinstance(filing, Refusal) or person.role != Role.FILER:
        return ABSENT
    return own_objections(filing).filter(number=number).first() or ABSENT


def own_objections(filing: Filing) -> QuerySet[Objection]:
    """What the alliance itself objected, online."""
    return in_round(filing.round).filter(filing=filing).exclude(by=None)


def objection_file_door(
    person: Person, *, round: str, number: str, file: str  # noqa: A002
) -> ObjectionFile | Refusal:  # fmt: skip
    """A file of an objection: for the secretariat, who looks into it, and who made it."""
    found = one_in(person, round, number)
    if found is None or person.account is None:
        return ABSENT
    allowed = person.is_secretariat or not isinstance(handling_door(person, round=round, number=number), Refusal)
    if not allowed and person.role == Role.FILER and found.by_id is not None:
        allowed = found.filing.alliance_id in person.alliances_in(found.round_id)
    return found.files.filter(uid=file).first() or ABSENT if allowed else ABSENT


@dataclass(frozen=True)
class Registered:
    """An objection as the register shows it: not who made it."""

    number: str
    alliance: str
    about: Title | Message
    received_on: date
    state: str
    due_on: date | None
    refused_because: str
    outcome: str
    reasons: str
    changed: list[tuple[Title | Message, str]]
    overdue: bool
    opens: bool


def registered(round_: Round, person: Person, today: date) -> list[Registered]:
    """The register of a round. A chair opens only what nothing bars them from."""
    titles = {one.id: one.title for one in scheme_of(round_).indicators}
    changed: dict[int, list[Correction]] = {}
    for one in Correction.objects.filter(filing__round=round_).order_by("pk"):
        changed.setdefault(one.objection_id, []).append(one)
    return [
        Registered(
            number=one.number, alliance=one.filing.alliance.name,
            about=titles.get(one.indicator) or KINDS[one.kind], received_on=one.received_on, state=one.state,
            due_on=one.due_on, refused_because=one.refused_because, outcome=one.outcome, reasons=one.reasons,
            changed=[(titles.get(row.indicator) or KINDS["facts"], row.verdict or as_points(row.points))
                     for row in changed.get(one.pk, [])],
            overdue=one.state == "admitted" and one.due_on is not None and one.due_on < today,
            opens=person.is_secretariat or person.role == Role.CHAIR,
        )
        for one in in_round(round_)
    ]  # fmt: skip


def opinions_on(objection: Objection) -> QuerySet[Handler]:
    """The opinions that count."""
    return objection.handlers.filter(ended_at=None).exclude(opinion_at=None).select_related("account").order_by("pk")


def points_of(objection: Objection) -> dict[str, tuple[Fraction, int]]:
    """By indicator that applies to the alliance: settled points as they stand, and the most, in hundredths."""
    frozen = latest(objection.round)
    card = card_in(frozen, objection.filing) if frozen is not None else None
    return {line.indicator.id: (line.settled, line.maximum) for line in card.lines} if card else {}


def not_in_register(round_: Round) -> bool:
    """Whether the snapshot that holds lacks a correction, or what became of an objection."""
    frozen = latest(round_)
    if frozen is None:
        return False
    later = Objection.objects.filter(round=round_, decided_at__gt=frozen.at).exists()
    return later or Correction.objects.filter(filing__round=round_, frozen=None).exists()
