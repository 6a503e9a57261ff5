"""Carrying a round from one installation to another: all of it, or nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.db import DatabaseError, transaction

from huoyue.core.scheme.parse import parse_scheme
from huoyue.server.models import Account, Alliance, Round
from huoyue.server.models import Carried as Kept
from huoyue.server.operations.audit import one_moment
from huoyue.server.operations.carrying_reading import Carried, damaged, read_archive
from huoyue.server.operations.carrying_rows import Bringing
from huoyue.server.operations.chain import canonical
from huoyue.server.operations.demonstration import holds_demonstration
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.storage import append, keep, upload_path
from huoyue.server.queries.carried_differences import Difference, differences
from huoyue.server.queries.carrying import EXPORTED, IMPORTED, carriage_of, is_named
from huoyue.server.queries.shelf import Shelf, shelf_path
from huoyue.snapshot.archive import JOURNAL, SCHEME, Archive, NotAnArchive, opened, write
from huoyue.snapshot.digests import MANIFEST, NotASnapshot, manifest_of

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
    stays: list[Difference] = field(default_factory=list)
    """Everything that is said otherwise here, and stays so."""
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
    plan.stays = differences(found.tables, found.chosen)
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

    `digest` is the archive's as it was looked at. Files are on the disk before rows name them; those of an import that
    is refused or breaks off are taken away again.
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
            with brought_files(archive), transaction.atomic():
                return brought_in(acting, plan)
    except NotAnArchive as error:
        raise refusal_of(error) from error
    except DatabaseError as error:
        raise Refuse("carried_clash") from error


def brought_in(acting: Acting, plan: Plan) -> Round:
    """Every row, the archive's journal, and that somebody brought it in."""
    found, round_ = plan.archive, bring_rows(plan.archive)
    Kept.objects.create(round=round_, source=found.source, archive_digest=found.digest, journal=found.journal,
                        by=acting.account, at=acting.at)  # fmt: skip
    after = {"digest": found.digest, "source": found.source, "rows": sum(plan.made.values()),
             "accounts": len(plan.new_accounts), "alliances": len(plan.new_alliances),
             "stays": [[one.kind, one.key, one.what] for one in plan.stays]}  # fmt: skip
    record(acting, IMPORTED, round=round_, after=after)
    return round_


@contextmanager
def brought_files(archive: Archive) -> Iterator[None]:
    """Every file in its place, where it is not there already; where rows are refused, the new ones go again."""
    fresh: list[tuple[Shelf, str]] = []
    try:
        for name in archive.names:
            if name.startswith("files/"):
                _, shelf, digest = name.split("/")
                place: Shelf = shelf  # type: ignore[assignment]  # one of the shelves, as its name was checked
                if not shelf_path(place, digest).exists():
                    fresh.append((place, digest))
                    bring_file(archive, name, place, digest)
        yield
    except BaseException:
        for place, digest in fresh:
            upload_path(f"carried-{digest}").unlink(missing_ok=True)
            if not is_named(place, digest):
                shelf_path(place, digest).unlink(missing_ok=True)
        raise


def bring_file(archive: Archive, name: str, shelf: Shelf, digest: str) -> None:
    """Put one file in its place."""
    part = upload_path(f"carried-{digest}")
    append(part, archive.blocks(name), 0, archive.zip.getinfo(name).file_size)
    keep(part, digest, shelf)


def bring_rows(archive: Carried) -> Round:
    """Every row; a frozen round is frozen last, since nothing is put into one that is."""
    bringing = Bringing(archive)
    for table, rows in archive.tables.items():
        bringing.bring(table, rows)
    for table, rows in archive.tables.items():
        bringing.fill_later(table, rows)
    Round.objects.filter(key=archive.round["key"]).update(stage=archive.round["stage"])
    return Round.objects.get(key=archive.round["key"])
