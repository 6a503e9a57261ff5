"""Evidence: files come in parts, continue after a dropped line, and are kept once they are whole and what they say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from secrets import token_hex

from django.conf import settings
from django.db.models import Sum

from huoyue.server.models import Evidence, Filing, Upload
from huoyue.server.operations.content import kind_of_file, scan
from huoyue.server.operations.filing import hold, kind_of
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.storage import append, digest_of_file, keep, sealed, upload_path
from huoyue.server.queries.filings import live_evidence, live_records

RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""Names that Windows keeps for devices."""
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
NEVER = {"file_kind", "file_cut", "file_macros", "file_locked", "file_bomb", "file_infected"}
"""Refusals that stay however often a file is sent: its upload is given up."""
KEPT_FOR = timedelta(days=7)
"""How long an upload may wait for its rest."""


def safe_name(name: str) -> str:
    """The name people gave a file, without folders and signs that turn or hide writing, at most 200 characters."""
    plain = PurePosixPath(name.replace("\\", "/")).name
    legible = "".join(sign for sign in plain if unicodedata.category(sign) not in HIDDEN)
    stem, dot, ending = legible.strip(" .").rpartition(".")
    whole = f"{stem[:189]}{dot}{ending[:10]}" if stem else (ending[:199] or "file")
    return f"_{whole}" if RESERVED.match(whole) else whole


def megabytes(size: int) -> str:
    return f"{size / 2**20:.0f} MB"


def check_room(filing: Filing, size: int, upload: Upload | None = None) -> None:
    """Refuse a file that is empty, too large, or more than the filing has room for.

    What other uploads have brought so far counts: they are on the disk. So do files taken off their records.
    """
    if size <= 0:
        raise Refuse("file_empty")
    if size > settings.LARGEST_FILE:
        raise Refuse("file_too_large", limit=megabytes(settings.LARGEST_FILE))
    used = Evidence.objects.filter(filing=filing).aggregate(used=Sum("size"))["used"] or 0
    others = Upload.objects.filter(filing=filing, finished_as="")
    coming = (others if upload is None else others.exclude(pk=upload.pk)).aggregate(coming=Sum("received"))[
        "coming"
    ] or 0
    if used + coming + size > settings.QUOTA:
        raise Refuse("quota", limit=megabytes(settings.QUOTA))


def check_record(filing: Filing, uid: str) -> None:
    """Refuse evidence for a record that is not there or takes none."""
    found = live_records(filing).filter(uid=uid).first()
    if found is None:
        raise Refuse("no_record")
    if kind_of(filing, found.kind).evidence == "none":
        raise Refuse("no_evidence_here")


@operation("evidence.upload_begun")
def begin_upload(acting: Acting, filing: Filing, *, uid: str, name: str, size: int) -> Upload:
    """Announce a file for the record `uid`: its name and size. Its parts follow."""
    check_room(filing, size)
    check_record(filing, uid)
    hold(acting, filing)
    upload = Upload.objects.create(
        filing=filing, uid=token_hex(16), record=uid, name=safe_name(name), size=size, by=acting.doer,
        begun_at=acting.at,
    )  # fmt: skip
    after = {"record": uid, "name": upload.name, "size": size}
    record(
        acting, "evidence.upload_begun", round=filing.round, alliance=filing.alliance, subject=upload.uid, after=after
    )
    return upload


def add_part(upload: Upload, offset: int, blocks: Iterable[bytes]) -> Upload:
    """Add what arrived at `offset`. Refuse if the upload continues elsewhere: what is there is said in the answer.

    A part is no change of the filing: it becomes one, and an event, when the file is whole.
    """
    part = upload_path(upload.uid)
    there = part.stat().st_size if part.exists() else 0
    if there < upload.received and not upload.finished_as:  # the disk came back from an older state than the database
        Upload.objects.filter(pk=upload.pk, received=upload.received).update(received=there)
        upload.received = there
    if offset != upload.received:
        raise Refuse("upload_offset", offset=str(upload.received))
    if upload.received == upload.size:
        return upload
    check_room(upload.filing, upload.size, upload)
    length = append(part, blocks, offset, upload.size)
    if Upload.objects.filter(pk=upload.pk, received=offset).update(received=length) != 1:
        raise Refuse("upload_offset", offset="0")
    upload.received = length
    return upload


def finish_upload(acting: Acting, filing: Filing, upload: Upload) -> Evidence:
    """Keep a whole upload as evidence. Asked twice, it is kept once.

    What is examined is a copy: nothing that still arrives can change it. The upload itself stays until the evidence
    is in the database, so that whoever is stopped in between asks again.
    """
    if upload.finished_as:
        return Evidence.objects.get(uid=upload.finished_as)
    if upload.received != upload.size:
        raise Refuse("upload_offset", offset=str(upload.received))
    part = upload_path(upload.uid)
    try:
        whole = sealed(part)
        try:
            evidence = attach(acting, filing, upload.record, upload.name, whole, examined(whole), upload=upload)
        finally:
            whole.unlink(missing_ok=True)
    except (Refuse, FileNotFoundError) as error:
        if kept := _finished_meanwhile(upload):
            return kept
        if isinstance(error, FileNotFoundError):
            raise Refuse("no_upload") from error
        if error.refusal.code in NEVER:
            upload.delete()
            part.unlink(missing_ok=True)
        raise
    part.unlink(missing_ok=True)
    return evidence


def _finished_meanwhile(upload: Upload) -> Evidence | None:
    """What another line made of the upload while this one tried the same."""
    name = Upload.objects.filter(pk=upload.pk).values_list("finished_as", flat=True).first()
    return Evidence.objects.filter(uid=name).first() if name else None


def examined(path: Path) -> tuple[str, str, str, int]:
    """Digest, media type, scan and size of a file that is about to be kept. Refuse what must not be."""
    kind = kind_of_file(path)
    return digest_of_file(path), kind, scan(path), path.stat().st_size


@operation("evidence.attached")
def attach(
    acting: Acting,
    filing: Filing,
    uid: str,
    name: str,
    part: Path,
    found: tuple[str, str, str, int],
    *,
    upload: Upload | None = None,
) -> Evidence:
    """Keep an examined file and attach it to the record `uid`. The same file on the same record is kept once."""
    digest, kind, scanned, size = found
    check_room(filing, size, upload)
    check_record(filing, uid)
    hold(acting, filing)
    keep(part, digest)
    same = live_evidence(filing).filter(record=uid, digest=digest).first()
    evidence = same or Evidence.objects.create(
        filing=filing, uid=token_hex(16), record=uid, name=safe_name(name), size=size, kind=kind, digest=digest,
        scan=scanned, by=acting.doer, at=acting.at,
    )  # fmt: skip
    if upload is not None:
        Upload.objects.filter(pk=upload.pk).update(finished_as=evidence.uid)
    after = {"record": uid, "file": evidence.uid, "name": evidence.name, "digest": digest, "size": size, "kind": kind}
    record(acting, "evidence.attached", round=filing.round, alliance=filing.alliance, subject=evidence.uid, after=after)
    return evidence


@operation("evidence.removed")
def remove_evidence(acting: Acting, evidence: Evidence) -> None:
    """Take a file off its record. Versions that were submitted with it keep it."""
    filing = evidence.filing
    hold(acting, filing)
    if live_evidence(filing).filter(pk=evidence.pk).update(removed_at=acting.at) != 1:
        raise Refuse("absent")
    before = {"record": evidence.record, "name": evidence.name, "digest": evidence.digest}
    record(
        acting, "evidence.removed", round=filing.round, alliance=filing.alliance, subject=evidence.uid, before=before
    )


def drop_abandoned(now: datetime) -> int:
    """Forget uploads begun longer than `KEPT_FOR` ago, finished or not, and parts that no row knows. How many."""
    before = now - KEPT_FOR
    old = list(Upload.objects.filter(begun_at__lt=before))
    for upload in old:
        upload.delete()
        upload_path(upload.uid).unlink(missing_ok=True)
    return len(old) + _drop_unknown(before)


def _drop_unknown(before: datetime) -> int:
    """Remove files of the folder of uploads that nothing wrote to since: their process was stopped."""
    dropped = 0
    for part in upload_path("").parent.glob("*.part"):
        try:
            if part.stat().st_mtime < before.timestamp():
                part.unlink()
                dropped += 1
        except FileNotFoundError:
            continue
    return dropped
