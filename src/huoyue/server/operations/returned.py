"""Word files handed back: checked against the snapshot they say they are of, kept with their marked copy.

Checking takes seconds and happens before the transaction. What was written by hand is carried into the next report
until somebody drops it.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from huoyue.core.problem import Refused
from huoyue.report.context import Document
from huoyue.report.context_seal import Known
from huoyue.report.documents import Wanted, composed
from huoyue.report.returned import LARGEST, Stamp, Unchecked, check, stamp
from huoyue.report.returned_expected import expected
from huoyue.report.returned_findings import Checked
from huoyue.report.scope import scope_of
from huoyue.server.models import Frozen, Passage, Returned, Round
from huoyue.server.operations.evidence import safe_name
from huoyue.server.operations.journal import Acting, Refuse, operation, record
from huoyue.server.operations.storage import CHUNK, append, keep_bytes
from huoyue.server.queries.returned import carried, counted, placed, snapshot_named
from huoyue.server.queries.shelf import snapshot_of
from huoyue.server.queries.wordings import in_force, written_into

MOST_FINDINGS, MOST_PASSAGES = 2000, 200
AT_ONCE = threading.BoundedSemaphore(1)
"""One file at a time is checked by each process; the other threads answer those who work."""


@dataclass(frozen=True)
class LookedThrough:
    """A file that was checked and is on the disk, with its marked copy, before a row names it."""

    name: str
    said: Stamp
    frozen: Frozen
    digest: str
    marked_digest: str
    checked: Checked


def look_through(round_: Round, file: UploadedFile | None) -> LookedThrough:
    """Check a file that somebody sent, in some seconds. Refuse what is no Word file of this round's report."""
    if not AT_ONCE.acquire(blocking=False):
        raise Refuse("returned_busy")
    try:
        with sent(file) as path:
            said = stamp(path)
            frozen = of_round(round_, said)
            marked = path.with_name("marked.docx")
            checked = check(path, expected(report_of(frozen, said, path.parent), said.lang), said.lang, marked)
            kept, copy = (keep_bytes("returned", one.read_bytes()) for one in (path, marked))
            name = safe_name(file.name or "" if file else "")
            return LookedThrough(name, said, frozen, kept, copy, checked)
    except Unchecked as unchecked:
        raise Refuse(f"returned_{unchecked.code}") from unchecked
    except Refused as refused:
        raise Refuse("returned_wording") from refused
    finally:
        AT_ONCE.release()


@contextmanager
def sent(file: UploadedFile | None) -> Iterator[Path]:
    """The file on the disk, in a folder of its own, while it is checked."""
    if file is None or not file.size:
        raise Refuse("file_empty")
    if file.size > LARGEST:
        raise Refuse("file_too_large", limit=f"{LARGEST // 2**20} MB")
    place = Path(settings.FILES, "imports")
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="word-", dir=place, ignore_cleanup_errors=True) as folder:
        path = Path(folder, "sent.docx")
        append(path, file.chunks(CHUNK), 0, LARGEST)
        yield path


def of_round(round_: Round, said: Stamp) -> Frozen:
    """The snapshot that a file says it is of. Refuse if that is none of this round."""
    frozen = snapshot_named(said.snapshot)
    if frozen is None:
        raise Refuse("returned_other_snapshot")
    if frozen.round_id != round_.pk:
        raise Refuse("returned_other_round", round=frozen.round.title_zh)
    return frozen


def report_of(frozen: Frozen, said: Stamp, folder: Path) -> Document:
    """The report as it would be built today: that snapshot, the wording that holds, the passages that are carried."""
    templates = written_into(in_force(frozen.round, said.lang), folder / "templates")
    on = frozen.at.astimezone(ZoneInfo(frozen.round.time_zone)).date()
    passages = placed(carried(frozen.round, said.lang))
    return composed(
        snapshot_of(frozen), said.lang, Wanted(scope_of(said.part), templates, Known(frozen.number, on), passages)
    )


def rows_of(checked: Checked, part: str) -> list[dict[str, Any]]:
    """What was found, as it is kept: `kind` is a verdict, "unchanged" with its count, "reworded", or "written".

    The last is what was written by hand in a report on a part: passages go into the report on the whole alone.
    """
    rows: list[dict[str, Any]] = [{"kind": "unchanged", "count": checked.unchanged}]
    for one in checked.findings[:MOST_FINDINGS]:
        found = asdict(one)
        rows.append({"kind": found.pop("verdict"), **found})
    rows += [{"kind": "reworded", **asdict(one)} for one in checked.reworded[:MOST_FINDINGS]]
    return rows + [{"kind": "written", **asdict(one)} for one in checked.passages[:MOST_PASSAGES] if part]


@operation("documents.returned")
def hand_back(acting: Acting, round_: Round, looked: LookedThrough) -> Returned:
    """Keep a file that was looked through; its passages are carried into the next report, unless it is on a part."""
    checked, said = looked.checked, looked.said
    rows = rows_of(checked, said.part)
    carried_on = [] if said.part else checked.passages[:MOST_PASSAGES]
    found = Returned.objects.create(
        round=round_, frozen=looked.frozen, lang=said.lang, name=looked.name, digest=looked.digest,
        marked_digest=looked.marked_digest, findings=rows, by=acting.doer, at=acting.at,
    )  # fmt: skip
    Passage.objects.bulk_create(
        Passage(round=round_, returned=found, lang=said.lang, heading=one.heading[:200], after=one.after,
                text=one.text, position=at)
        for at, one in enumerate(carried_on, 1)
    )  # fmt: skip
    counts = counted(rows)
    after = {"file": looked.name, "digest": looked.digest, "snapshot": looked.frozen.number, **counts,
             "passages": len(carried_on)}  # fmt: skip
    record(acting, "documents.returned", round=round_, subject=str(found.pk), after=after)
    return found


@operation("passage.dropped")
def drop_passage(acting: Acting, passage: Passage) -> None:
    """Leave a passage out of the next reports."""
    if Passage.objects.filter(pk=passage.pk, dropped_at=None).update(dropped_at=acting.at, dropped_by=acting.doer) != 1:
        raise Refuse("stale")
    _told(acting, "passage.dropped", passage)


@operation("passage.taken")
def take_passage(acting: Acting, passage: Passage) -> None:
    """Carry a passage that was dropped after all."""
    dropped = Passage.objects.filter(pk=passage.pk, dropped_at__isnull=False)
    if dropped.update(dropped_at=None, dropped_by=None) != 1:
        raise Refuse("stale")
    _told(acting, "passage.taken", passage)


def _told(acting: Acting, kind: str, passage: Passage) -> None:
    after = {"heading": passage.heading, "text": passage.text[:200], "position": passage.position}
    record(acting, kind, round=passage.round, subject=str(passage.returned_id), after=after)
