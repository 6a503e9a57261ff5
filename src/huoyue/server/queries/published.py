"""Editions as they are kept: which there are, which holds, who may see one, and the open data in them."""

from __future__ import annotations

import json
from typing import Any
from zipfile import ZipFile

from django.db.models import QuerySet

from huoyue.core.refusal import Refusal
from huoyue.server.models import Edition, Round
from huoyue.server.queries.doors import ABSENT
from huoyue.server.queries.people import Person
from huoyue.server.queries.results import results_door
from huoyue.server.queries.shelf import shelf_path

DATA = "data/"
"""Where the tables of open data stand in an edition's files."""
NO_TABLE = "dictionary"
"""What stands beside the tables and tells of their columns."""


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


def published() -> QuerySet[Edition]:
    """Every edition, withdrawn ones too."""
    return Edition.objects.filter(round__practice=False).select_related("round", "replaces").defer("round__scheme_text")


def holding_edition_door(person: Person, *, round: str, number: int) -> Edition | Refusal:  # noqa: A002
    """An edition whose data may be read: one that was not withdrawn."""
    found = public_edition_door(person, round=round, number=number)
    if isinstance(found, Refusal) or found.withdrawn_at is None:
        return found
    return Refusal("data_withdrawn")


def open_tables(edition: Edition) -> list[str]:
    """The tables of open data in an edition; none once it is withdrawn."""
    if edition.withdrawn_at is not None:
        return []
    with ZipFile(shelf_path("editions", edition.file_digest)) as archive:
        names = [name for name in archive.namelist() if name.startswith(DATA) and name.endswith(".json")]
    return sorted({name.removeprefix(DATA).removesuffix(".json") for name in names} - {NO_TABLE})


def open_table(edition: Edition, table: str) -> dict[str, Any] | None:
    """A table of open data: what its columns mean, and its rows; None if the edition has no such table."""
    if table not in open_tables(edition):
        return None
    with ZipFile(shelf_path("editions", edition.file_digest)) as archive:
        found: dict[str, Any] = json.loads(archive.read(f"{DATA}{table}.json"))
    return found
