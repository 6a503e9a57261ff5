"""What of a round travels to another installation: which tables, in which order, and by what their rows are called.

Rows are called by what people call them (code, user name, number), never by the keys of the database; a row that has
no such name is called by its place in its table. Rows stand in the order in which they were made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Field, FloatField, ForeignKey, JSONField, Model

from huoyue.server import models as m

CONTACTS, OBJECTORS = "contacts", "objectors"
CHOICES = (CONTACTS, OBJECTORS)
"""Personal data that travel only where they are asked for: how people are reached, and who objected."""
WHOLE = 1e16
"""From here on a float is written as PostgreSQL keeps it: as a whole number."""


@dataclass(frozen=True)
class Table:
    """One table: its model, the path to the round, the columns that name a row, columns left out or filled last."""

    model: type[Model]
    path: str = "round"
    key: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    """Columns that archives of versions before do not have: empty there."""
    only: tuple[str, ...] = ()
    needs: str = ""
    """Of `CHOICES`, the one without which the table stays behind."""
    register: bool = False
    """Belongs to an alliance of the register, and comes along where the alliance is new."""

    @property
    def name(self) -> str:
        """The table's name in the archive."""
        return str(self.model._meta.model_name)

    def fields(self, chosen: frozenset[str]) -> list[Field[Any, Any]]:
        """The columns that travel."""
        contacts = ("email", "phone") if self.model is m.Account and CONTACTS in chosen else ()
        wanted = {*self.only, *contacts}
        found = [f for f in self.model._meta.concrete_fields if not f.primary_key and f.name not in self.without]
        return [f for f in found if not (isinstance(f, ForeignKey) and f.related_model is m.Round)
                and (not self.only or f.name in wanted)]  # fmt: skip


TABLES: tuple[Table, ...] = (
    Table(m.Account, "", ("username",), only=("username", "name", "organisation", "erased_at")),
    Table(m.Alliance, "", ("code",), without=("revision", "note"), later=("merged_into",)),
    Table(m.AllianceName, "alliance", register=True),
    Table(m.Member, "alliance", register=True),
    Table(m.Contact, "alliance", needs=CONTACTS, register=True),
    Table(m.EarlierResult, "alliance", register=True),
    Table(m.Round, "pk", ("key",), without=("scheme_text",)),
    Table(m.Notice),
    Table(m.Filing, key=("alliance",), later=("in_force",)),
    Table(m.Record, "filing__round"),
    Table(m.SelfScore, "filing__round"),
    Table(m.Version, "filing__round", ("filing", "number")),
    Table(m.Evidence, "filing__round"),
    Table(m.Remark, "filing__round"),
    Table(m.Observation, "filing__round"),
    Table(m.Verdict, "filing__round"),
    Table(m.Finding),
    Table(m.Sample),
    Table(m.SampleUnit, "sample__round"),
    Table(m.Suggestion, "filing__round"),
    Table(m.Panellist, key=("code",)),
    Table(m.Interest, "panellist__round"),
    Table(m.Conflict, "panellist__round"),
    Table(m.ReviewStage, key=("key",)),
    Table(m.Sheet, "stage__round", ("stage", "panellist", "filing")),
    Table(m.Mark, "sheet__stage__round"),
    Table(m.Case, "stage__round", ("stage", "filing"), since=("led_by",)),
    Table(m.Attendance, "case__stage__round", since=("chair",)),
    Table(m.Decision, "case__stage__round"),
    Table(m.Frozen, key=("number",), later=("previous",)),
    Table(m.Study, "frozen__round"),
    Table(m.NoticePeriod, key=("number",)),
    Table(m.Objection, key=("number",)),
    Table(m.ObjectionFile, "objection__round", needs=OBJECTORS),
    Table(m.Handler, "objection__round", needs=OBJECTORS),
    Table(m.Correction, "objection__round"),
    Table(m.Edition, key=("number",), later=("replaces",)),
    Table(m.Wording),
    Table(m.Returned),
    Table(m.Passage),
)
"""A row comes after those that it names, but for the columns that are filled `later`."""
BEHIND = {
    "Duty": "who may do what is decided where the round is looked after",
    "Invitation": "ways in hold at one installation",
    "Mail": "letters are personal data, and were sent from where they were written",
    "Presence": "who has a page open",
    "Upload": "files that are not whole yet",
    "RegisterImport": "previews of files",
    "EarlierImport": "previews of files",
    "Job": "work of one installation; documents are built anew from the snapshot",
    "Document": "built anew from the snapshot",
    "ApiKey": "ways in hold at one installation",
    "Webhook": "told by one installation",
    "Delivery": "told by one installation",
    "Event": "carried as lines of the journal, without their details",
    "Head": "the chain of one installation",
    "Carried": "the journal that came along, carried on in the journal",
}
"""Models that stay behind, and why. A test compares both lists with all there are."""
SHELVES: dict[type[Model], tuple[tuple[str, str], ...]] = {
    m.Evidence: (("evidence", "digest"),),
    m.Frozen: (("snapshots", "file_digest"),),
    m.ObjectionFile: (("objections", "digest"),),
    m.Edition: (("editions", "file_digest"),),
    m.Returned: (("returned", "digest"), ("returned", "marked_digest")),
}
"""Files that rows name: on which shelf, by which column."""
Row = dict[str, Any]


def name_of(table: Table, row: Mapping[str, Any], place: int) -> Any:
    """What a row is called by others: its one name, a list of several, or its place."""
    if not table.key:
        return place
    named = [row[column] for column in table.key]
    return named[0] if len(named) == 1 else named


def hashable(name: Any) -> Any:
    """A name as a key of dictionaries."""
    return tuple(hashable(part) for part in name) if isinstance(name, list) else name


def plain(field: Field[Any, Any], value: Any) -> Any:
    """A column's value as JSON has it, the same from either database."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(field, FloatField):
        return value + 0.0  # there is one zero in a database
    if isinstance(field, JSONField):
        return settled(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def settled(value: Any) -> Any:
    """JSON as both databases keep it: PostgreSQL knows one zero, and writes large floats as whole numbers."""
    if isinstance(value, dict):
        return {name: settled(one) for name, one in value.items()}
    if isinstance(value, list):
        return [settled(one) for one in value]
    if isinstance(value, float):
        return int(Decimal(repr(value))) if abs(value) >= WHOLE else value + 0.0
    return value
