"""Carrying a round from one installation to another: all of it, or nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, transaction
from django.db.models import ForeignKey, Model

from huoyue.core.scheme.parse import parse_scheme
from huoyue.server.models import Account, Alliance, Round, Stage
from huoyue.server.models import Carried as Kept
from huoyue.server.operations.audit import one_moment
from huoyue.server.operations.carrying_reading import Carried, damaged, read_archive
from huoyue.server.operations.chain import canonical
from huoyue.server.operations.demonstration import holds_demonstration
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.storage import append, keep, upload_path
from huoyue.server.queries.carriage import Row, Table, hashable, name_of
from huoyue.server.queries.carrying import EXPORTED, IMPORTED, carriage_of
from huoyue.server.queries.shelf import Shelf, shelf_path
from huoyue.snapshot.archive import JOURNAL, SCHEME, Archive, NotAnArchive, opened, write
from huoyue.snapshot.digests import MANIFEST, NotASnapshot, manifest_of

BATCH = 500
LARGEST_MANIFEST = 2**20
FAULTS = {"newer": "carried_newer", "other": "carried_other", "missing": "carried_file_gone"}
"""What is said of an archive, by the code of what is wrong with it; of all others, that it is damaged."""


@dataclass(frozen=True)
class Differing:
    """Somebody or something that has the same name here and there, and is not the same."""

    kind: str
    key: str
    there: str
    here: str


@dataclass
class Plan:
    """What bringing an archive in would make, what it would meet, and what stands against it."""

    archive: Carried
    made: dict[str, int] = field(default_factory=dict)
    """Rows by table."""
    new_alliances: list[str] = field(default_factory=list)
    new_accounts: list[str] = field(default_factory=list)
    known: int = 0
    differing: list[Differing] = field(default_factory=list)
    against: list[Refuse] = field(default_factory=list)


def lines(rows: Iterable[Any]) -> bytes:
    """Rows as lines of canonical JSON; those that are lines already stay as they are."""
    return "".join((row if isinstance(row, str) else canonical(row)) + "\n" for row in rows).encode()


def write_round(round_: Round, chosen: Iterable[str], out: IO[bytes]) -> str:
    """Write a round to `out` as it stands at one moment; the archive's digest."""
    with one_moment():
        found = carriage_of(Round.objects.get(pk=round_.pk), frozenset(chosen))
        demonstration = holds_demonstration()
    members = {f"tables/{name}.jsonl": lines(rows) for name, rows in found.tables.items()}
    members |= {SCHEME: found.scheme_text.encode(), JOURNAL: lines(found.journal)}
    about = {"round": round_.key, "with": sorted(chosen), "demonstration": demonstration}
    try:
        return write(out, about, members, found.files)
    except NotAnArchive as error:
        raise refusal_of(error) from error


def refusal_of(error: NotAnArchive) -> Refuse:
    """What is wrong with an archive, as a refusal."""
    code = FAULTS.get(error.code, "carried_damaged")
    return Refuse(code, where=error.name) if code in ("carried_damaged", "carried_file_gone") else Refuse(code)


@operation(EXPORTED)
def export_round(acting: Acting, round_: Round, chosen: Iterable[str], out: IO[bytes]) -> str:
    """Write a round to `out`, and down that somebody took it along, with which personal data."""
    digest = write_round(round_, chosen, out)
    record(acting, EXPORTED, round=round_, after={"digest": digest, "with": sorted(chosen)})
    return digest


def planned(path: Path) -> Plan:
    """What bringing in the archive at `path` would do. Refuse an archive that is not sound."""
    try:
        with opened(path) as archive:
            return plan_of(archive)
    except NotAnArchive as error:
        raise refusal_of(error) from error


def plan_of(archive: Archive) -> Plan:
    found = read_archive(archive)
    if parse_scheme(found.scheme_text, SCHEME).scheme is None:
        raise damaged(SCHEME)
    check_snapshots(archive, found)
    plan = Plan(found, {table.name: len(rows) for table, rows in found.tables.items() if rows})
    if Round.objects.filter(key=found.round["key"]).exists():
        plan.against.append(Refuse("carried_key", key=str(found.round["key"])))
    if found.demonstration != holds_demonstration():
        plan.against.append(Refuse("carried_demonstration"))
    meet_alliances(plan)
    meet_accounts(plan)
    return plan


def check_snapshots(archive: Archive, found: Carried) -> None:
    """Every snapshot is the one whose digest its row has."""
    for row in found.rows("frozen"):
        name = f"files/snapshots/{row['file_digest']}"
        try:
            with archive.zip.open(name) as stream, zipfile.ZipFile(stream) as snapshot:
                entry = snapshot.getinfo(MANIFEST)
                stored = entry.compress_type == zipfile.ZIP_STORED and entry.file_size <= LARGEST_MANIFEST
                digest = manifest_of({MANIFEST: snapshot.read(entry)})["digest"] if stored else ""
        except (zipfile.BadZipFile, NotASnapshot, KeyError, RuntimeError, EOFError) as error:
            raise damaged(name) from error
        if digest != row["digest"]:
            raise damaged(name)


def meet_alliances(plan: Plan) -> None:
    """Which alliances are in the register already, and whether they are the same."""
    rows = plan.archive.rows("alliance")
    here = dict(Alliance.objects.filter(code__in=[row["code"] for row in rows]).values_list("code", "name"))
    plan.new_alliances = [row["code"] for row in rows if row["code"] not in here]
    plan.known += len(here)
    plan.differing += [Differing("alliance", row["code"], row["name"], here[row["code"]])
                       for row in rows if here.get(row["code"], row["name"]) != row["name"]]  # fmt: skip


def meet_accounts(plan: Plan) -> None:
    """Which people have an account already, and whether they are the same; an address is one person's."""
    rows = plan.archive.rows("account")
    known = Account.objects.filter(username__in=[row["username"] for row in rows])
    here = {one.username: f"{one.name} {one.organisation}".strip() for one in known}
    plan.new_accounts = [row["username"] for row in rows if row["username"] not in here]
    plan.known += len(here)
    for row in rows:
        there = f"{row['name']} {row['organisation']}".strip()
        if here.get(row["username"], there) != there:
            plan.differing.append(Differing("account", row["username"], there, here[row["username"]]))
        email = row.get("email")
        if email and row["username"] not in here and Account.objects.filter(email__iexact=email).exists():
            plan.against.append(Refuse("carried_email", name=row["name"]))


@operation(IMPORTED)
def import_round(acting: Acting, path: Path, *, digest: str = "", accept: bool = False) -> Round:
    """Bring a round in, all of it or nothing; `accept` says that what differs here was looked at and stays as it is.

    `digest` is the archive's as it was looked at. Files are on the disk before rows name them; what a refused import
    left of them is named by no row, and used when it is tried again.
    """
    try:
        with opened(path) as archive:
            plan = plan_of(archive)
            if digest and digest != archive.digest:
                raise Refuse("stale")
            for refused in plan.against:
                raise refused
            if plan.differing and not accept:
                raise Refuse("carried_differing", count=str(len(plan.differing)))
            bring_files(archive)
    except NotAnArchive as error:
        raise refusal_of(error) from error
    try:
        with transaction.atomic():
            round_ = Bringing(plan.archive).all()
    except DatabaseError as error:
        raise Refuse("carried_clash") from error
    found = plan.archive
    Kept.objects.create(round=round_, source=found.source, archive_digest=found.digest, journal=found.journal,
                        by=acting.account, at=acting.at)  # fmt: skip
    after = {"digest": found.digest, "source": found.source, "rows": sum(plan.made.values()),
             "accounts": len(plan.new_accounts), "alliances": len(plan.new_alliances)}  # fmt: skip
    record(acting, IMPORTED, round=round_, after=after)
    return round_


def bring_files(archive: Archive) -> None:
    """Put every file in its place, where it is not there already."""
    for name in archive.names:
        if not name.startswith("files/"):
            continue
        _, shelf, digest = name.split("/")
        place: Shelf = shelf  # type: ignore[assignment]  # one of the shelves, as its name was checked
        if not shelf_path(place, digest).exists():
            part = upload_path(f"carried-{digest}")
            append(part, archive.blocks(name), 0, archive.zip.getinfo(name).file_size)
            keep(part, digest, place)


@dataclass
class Bringing:
    """Rows on their way in: which key of the database each name stands for."""

    archive: Carried
    keys: dict[type[Model], dict[Any, int]] = field(default_factory=dict)
    round: Round | None = None
    fresh: set[int] = field(default_factory=set)
    """Alliances that are new here."""

    def all(self) -> Round:
        """Every row; a frozen round is frozen last, since nothing is put into one that is."""
        for table, rows in self.archive.tables.items():
            self.bring(table, rows)
        for table, rows in self.archive.tables.items():
            self.fill_later(table, rows)
        assert self.round is not None  # noqa: S101 - the archive was checked to have one
        Round.objects.filter(pk=self.round.pk).update(stage=self.archive.round["stage"])
        self.round.refresh_from_db()
        return self.round

    def bring(self, table: Table, rows: list[Row]) -> None:
        """The rows of one table in their order, those of the register only where they are new."""
        names = self.keys.setdefault(table.model, {})
        missing = []
        for place, row in enumerate(rows, 1):
            name = hashable(name_of(table, row, place))
            if name in names:
                raise damaged(table.name)
            names[name] = 0
            missing.append((name, row))
        if table.model in (Account, Alliance):
            missing = self.met(table, missing)
        made = [(name, self.made(table, row)) for name, row in missing]
        kept = [(name, one) for name, one in made if not table.register or one.alliance_id in self.fresh]
        table.model._default_manager.bulk_create([one for _, one in kept], batch_size=BATCH)
        names.update({name: one.pk for name, one in kept})
        if table.model is Round:
            self.round = kept[0][1]
        if table.model is Alliance:
            self.fresh = {one.pk for _, one in kept}

    def met(self, table: Table, rows: list[tuple[Any, Row]]) -> list[tuple[Any, Row]]:
        """Of people and alliances, those that are not here; the others keep what stands here."""
        column = table.key[0]
        wanted: dict[str, Any] = {f"{column}__in": [name for name, _ in rows]}
        here = dict(table.model._default_manager.filter(**wanted).values_list(column, "pk"))
        self.keys[table.model].update(here)
        return [(name, row) for name, row in rows if name not in here]

    def made(self, table: Table, row: Row) -> Any:
        """A row as its model has it."""
        values: dict[str, Any] = {}
        for one in table.fields(self.archive.chosen):
            if one.name in table.later:
                continue
            value = row[one.name]
            values[one.attname] = self.key_of(one, value) if isinstance(one, ForeignKey) else value
        values |= self.more(table)
        return table.model(**values)

    def more(self, table: Table) -> Mapping[str, Any]:
        """What a row has beside what travelled."""
        if table.model is Account:
            return {"password": make_password(None)}
        if table.model is Round:
            before = Round.objects.filter(key=self.archive.previous).first() if self.archive.previous else None
            frozen = self.archive.round["stage"] == Stage.FROZEN
            held = {"stage": Stage.SCREENED} if frozen else {}
            return {"scheme_text": self.archive.scheme_text, "previous": before, **held}
        own = [one.name for one in table.model._meta.concrete_fields if one.related_model is Round]
        return {own[0]: self.round} if own else {}

    def key_of(self, column: Any, name: Any) -> int | None:
        """The key of the row that a name stands for."""
        if name is None:
            return None
        found = self.keys.get(column.related_model, {}).get(hashable(name))
        if not found:
            raise damaged(f"{column.model._meta.model_name}, {column.name}")
        return found

    def fill_later(self, table: Table, rows: list[Row]) -> None:
        """The columns that name rows of the same table, or of one that comes after it."""
        for column in (one for one in table.fields(self.archive.chosen) if one.name in table.later):
            for place, row in enumerate(rows, 1):
                key = self.keys[table.model][hashable(name_of(table, row, place))]
                if row[column.name] is not None and (table.model is not Alliance or key in self.fresh):
                    to = self.key_of(column, row[column.name])
                    table.model._default_manager.filter(pk=key).update(**{column.attname: to})
