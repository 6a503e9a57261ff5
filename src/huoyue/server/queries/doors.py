"""Doors: the only ways to a row. A door takes who asks and what the address names, and gives the row or a refusal.

What somebody may not see is answered like what does not exist, so that addresses tell nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from huoyue.core.refusal import Refusal
from huoyue.server.models import Alliance, Evidence, Filing, Role, Round, Stage
from huoyue.server.queries.people import Person
from huoyue.server.queries.prepared import Prepared

Door = Callable[..., Any]
"""(person, **what the address names) -> the row, or a Refusal."""

ABSENT = Refusal("absent")
READS_ALL = {Role.SECRETARIAT, Role.OBSERVER}


def visible_rounds(person: Person) -> QuerySet[Round]:
    """Rounds in which the person has a part; what is being prepared is the secretariat's alone."""
    rounds = Round.objects.all()
    if person.role not in READS_ALL and all(duty.round_id for duty in person.duties):
        rounds = rounds.filter(id__in=[duty.round_id for duty in person.duties])
    return rounds if person.is_secretariat else rounds.exclude(stage=Stage.PREPARING)


def visible_filings(person: Person, round_: Round) -> QuerySet[Filing]:
    """Filings of a round that the person may see: all, their own alliances', or none."""
    filings = Filing.objects.filter(round=round_).select_related("alliance", "in_force")
    if not person.serves(round_.id):
        return filings.none()
    if person.role in READS_ALL:
        return filings
    if person.role in (Role.FILER, Role.LIAISON):
        return filings.filter(alliance_id__in=person.alliances_in(round_.id))
    return filings.none()


def visible_alliances(person: Person) -> QuerySet[Alliance]:
    """Alliances of the register that the person may see."""
    alliances = Alliance.objects.filter(merged_into=None)
    if person.role in READS_ALL:
        return alliances
    return alliances.filter(id__in={duty.alliance_id for duty in person.duties if duty.alliance_id})


def round_door(person: Person, *, round: str) -> Round | Refusal:  # noqa: A002 - the address's word
    """The round called `round`, for everybody who has a part in it."""
    found = round_by_key.first(key=round)
    return found if found is not None and sees_round(person, found) else ABSENT


def called(key: str) -> QuerySet[Round]:
    """The round with that key."""
    return Round.objects.filter(key=key)


round_by_key: Prepared[Round] = Prepared(called)


def filing_door(person: Person, *, round: str, unit: str) -> Filing | Refusal:  # noqa: A002
    """The filing of the alliance with the code `unit` in a round."""
    filing = filing_by_address.first(key=round, unit=unit)
    if filing is None or not (sees_round(person, filing.round) and sees_filing(person, filing)):
        return ABSENT
    return filing


def sees_round(person: Person, round_: Round) -> bool:
    """Whether a round is among `visible_rounds`, and the role holds in it: the same said of a row that is at hand."""
    if round_.stage == Stage.PREPARING and not person.is_secretariat:
        return False
    return person.serves(round_.id)


def sees_filing(person: Person, filing: Filing) -> bool:
    """Whether a filing is among `visible_filings`: the same said of a row that is at hand."""
    if not person.serves(filing.round_id):
        return False
    if person.role in (Role.FILER, Role.LIAISON):
        return filing.alliance_id in person.alliances_in(filing.round_id)
    return person.role in READS_ALL


def addressed(key: str, unit: str) -> QuerySet[Filing]:
    """The filing that an address names. The scheme's text and what was submitted are long, and read if asked for."""
    found = Filing.objects.filter(round__key=key, alliance__code=unit).select_related("round", "alliance", "in_force")
    return found.defer("round__scheme_text", "in_force__content").order_by()


filing_by_address: Prepared[Filing] = Prepared(addressed)


def evidence_door(person: Person, *, round: str, unit: str, file: str) -> Evidence | Refusal:  # noqa: A002
    """A file of a filing; what was removed stays readable, since earlier versions name it."""
    filing = filing_door(person, round=round, unit=unit)
    if isinstance(filing, Refusal):
        return filing
    evidence = Evidence.objects.filter(filing=filing, uid=file).first()
    if evidence is None:
        return ABSENT
    evidence.filing = filing
    return evidence


def alliance_door(person: Person, *, unit: str) -> Alliance | Refusal:
    """An alliance of the register."""
    return visible_alliances(person).filter(code=unit).first() or ABSENT


def may_edit(person: Person, filing: Filing) -> bool:
    """Whether this is one of the alliance's own filers; the filing's state is the operations' question."""
    return person.role == Role.FILER and filing.alliance_id in person.alliances_in(filing.round_id)
