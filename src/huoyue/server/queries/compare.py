"""What a version held, and how two versions differ, record by record and cell by cell."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from huoyue.core.message import Title
from huoyue.core.scheme.model import FieldSpec, RecordType, Scheme
from huoyue.server.models import Filing
from huoyue.server.queries.filings import live_evidence, live_records, own_kinds
from huoyue.server.queries.reading import EVIDENCE, shown_choice

EVIDENCE_TITLE = Title(zh="证明材料", en="Evidence")

YES_NO = {"是": Title(zh="是", en="yes"), "否": Title(zh="否", en="no")}


class KeptFile(NamedTuple):
    """A file of a record, as a version names it."""

    uid: str
    name: str
    digest: str
    kind: str = ""


@dataclass(frozen=True)
class Kept:
    """A record of a version: its cells, and the names and digests of its files."""

    uid: str
    kind: str
    cells: dict[str, str]
    files: tuple[KeptFile, ...] = ()


@dataclass
class Content:
    """The records of a version in their order."""

    records: list[Kept] = field(default_factory=list)

    def of(self, kind: str) -> list[Kept]:
        return [record for record in self.records if record.kind == kind]


@dataclass(frozen=True)
class Change:
    """One cell on both sides."""

    title: Title
    old: str | Title
    new: str | Title

    @property
    def differs(self) -> bool:
        return self.old != self.new


@dataclass(frozen=True)
class Pair:
    """A record on both sides: added, removed, changed or same."""

    state: str
    cells: list[Change]


@dataclass(frozen=True)
class Compared:
    """The records of one type on both sides."""

    kind: RecordType
    pairs: list[Pair]

    @property
    def changed(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.state != "same"]


def content_from(text: str) -> Content:
    """A version's content, read."""
    return Content([_kept(record) for record in json.loads(text)["records"]])


def _kept(record: dict[str, Any]) -> Kept:
    files = tuple(KeptFile(f["uid"], f["name"], f["digest"], f.get("kind", "")) for f in record["evidence"])
    return Kept(record["uid"], record["kind"], record["cells"], files)


def content_now(filing: Filing) -> Content:
    """What stands in the filing now, submitted or not."""
    files: dict[str, list[KeptFile]] = {}
    for found in live_evidence(filing):
        files.setdefault(found.record, []).append(KeptFile(found.uid, found.name, found.digest, found.kind))
    return Content([Kept(r.uid, r.kind, r.cells, tuple(files.get(r.uid, ()))) for r in live_records(filing)])


def compared(scheme: Scheme, old: Content, new: Content) -> list[Compared]:
    """Every section of two versions, records matched by what they are called, not by where they stand."""
    return [Compared(kind, list(_pairs(kind, old.of(kind.id), new.of(kind.id)))) for kind in own_kinds(scheme)]


def _pairs(kind: RecordType, old: list[Kept], new: list[Kept]) -> list[Pair]:
    before, after = {r.uid: r for r in old}, {r.uid: r for r in new}
    order = [*before, *(uid for uid in after if uid not in before)]
    return [_pair(kind, before.get(uid), after.get(uid)) for uid in order]


def _pair(kind: RecordType, old: Kept | None, new: Kept | None) -> Pair:
    cells = [Change(spec.title, shown_cell(spec, old), shown_cell(spec, new)) for spec in kind.fields]
    if kind.evidence != "none":
        cells.append(Change(EVIDENCE_TITLE, shown_evidence(old), shown_evidence(new)))
    if old is None or new is None:
        return Pair("added" if old is None else "removed", cells)
    return Pair("changed" if any(cell.differs for cell in cells) else "same", cells)


def title_of(kind: RecordType, cell: str) -> Title | None:
    """What a cell is called; None for the record as a whole."""
    if not cell:
        return None
    return EVIDENCE_TITLE if cell == EVIDENCE else kind.field(cell).title


def shown_cell(spec: FieldSpec, record: Kept | None) -> str | Title:
    """A cell as people read it: the title of a choice, yes or no in their language, the text of the rest."""
    typed = record.cells.get(spec.id, "") if record else ""
    if spec.type == "yes_no":
        return YES_NO.get(shown_choice(spec, typed), typed)
    if spec.type == "choice":
        titles = {option.id: option.title for option in spec.options}
        chosen = shown_choice(spec, typed)
        return titles.get(chosen, typed)
    return typed


def shown_evidence(record: Kept | None) -> str:
    """Links and files of a record, in one line."""
    if record is None:
        return ""
    named = [f"{file.name} ({file.digest[:8]})" for file in record.files]
    return "; ".join([text for text in (record.cells.get(EVIDENCE, ""),) if text] + named)
