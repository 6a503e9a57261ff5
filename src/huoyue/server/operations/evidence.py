"""Evidence: files come in parts, continue after a dropped line, and are kept once they are whole and what they say."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from secrets import token_hex

from django.conf import settings
from django.db.models import Sum

from huoyue.server.models import Evidence, Filing, Upload
from huoyue.server.operations.content import kind_of_file, scan
from huoyue.server.operations.filing import hold, kind_of
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.storage import append, digest_of_file, keep, upload_path
from huoyue.server.queries.filings import live_evidence, live_records


def safe_name(name: str) -> str:
    """The name people gave a file, without folders and signs that turn or hide writing, at most 200 characters."""
    plain = PurePosixPath(name.replace("\\", "/")).name
    legible = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co"))
    stem, dot, ending = legible.strip(" .").rpartition(".")
    return f"{stem[:190]}{dot}{ending[:10]}" if stem else (ending[:200] or "file")


def megabytes(size: int) -> str:
    return f"{size / 2**20:.0f} MB"


def check_room(filing: Filing, size: int) -> None:
    """Refuse a file that is empty, too large, or more than the filing has room for."""
    if size <= 0:
        raise Refuse("file_empty")
    if size > settings.LARGEST_FILE:
        raise Refuse("file_too_large", limit=megabytes(settings.LARGEST_FILE))
    used = Evidence.objects.filter(filing=filing).aggregate(used=Sum("size"))["used"] or 0
    if used + size > settings.QUOTA:
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
    if offset != upload.received:
        raise Refuse("upload_offset", offset=str(upload.received))
    length = append(upload_path(upload.uid), blocks, offset, upload.size)
    if Upload.objects.filter(pk=upload.pk, received=offset).update(received=length) != 1:
        raise Refuse("upload_offset", offset="0")
    upload.received = length
    return upload


def finish_upload(acting: Acting, filing: Filing, upload: Upload) -> Evidence:
    """Keep a whole upload as evidence. Asked twice, it is kept once."""
    if upload.finished_as:
        return Evidence.objects.get(uid=upload.finished_as)
    if upload.received != upload.size:
        raise Refuse("upload_offset", offset=str(upload.received))
    part = upload_path(upload.uid)
    try:
        found = examined(part, upload.name)
    except Refuse:
        part.unlink(missing_ok=True)
        upload.delete()
        raise
    return attach(acting, filing, upload.record, upload.name, part, found, upload=upload)


def examined(path: Path, name: str) -> tuple[str, str, str, int]:
    """Digest, media type, scan and size of a file that is about to be kept. Refuse what must not be."""
    kind = kind_of_file(path, name)
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
    check_room(filing, size)
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
