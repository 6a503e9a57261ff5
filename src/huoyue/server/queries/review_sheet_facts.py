"""What was filed, beside a score sheet: the records of the version in force, as far as the stage's rights go."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from huoyue.core.filing.conditions import Clause
from huoyue.core.message import Title
from huoyue.core.scheme.model import FieldSpec, RecordType, Scheme
from huoyue.server.models import Filing, Observation, Sheet
from huoyue.server.queries.compare import Kept, KeptFile, content_from, shown_cell
from huoyue.server.queries.filings import looks_at, meets, names_of
from huoyue.server.queries.reading import EVIDENCE, read_record
from huoyue.server.queries.review_masking import Masking, masking_of
from huoyue.server.queries.review_sheets import Line
from huoyue.server.queries.review_stages import rights_of
from huoyue.server.queries.schemes import scheme_of

SHORT = ("date", "integer", "decimal", "money", "yes_no")
"""Fields whose cells stand on one line."""
SHOWN = 40
"""Records of a section on the page, before one asks for all of them."""
Ways = dict[str, dict[str, list[tuple[Clause, ...]]]]
"""Indicator -> record type -> the conditions under which a record counts."""


@dataclass
class Fact:
    """A record beside the sheet: its number in the table, its cells as people read them (and whether they are short),
    its files, and the indicators it counts for."""

    number: int
    cells: list[tuple[str | Title, bool]]
    evidence: str = ""
    files: list[KeptFile] = field(default_factory=list)
    counts: list[str] = field(default_factory=list)


@dataclass
class FactSection:
    """The records of one type, and how many of them are not shown."""

    kind: RecordType
    facts: list[Fact]
    more: int = 0

    @property
    def has_evidence(self) -> bool:
        return self.kind.evidence != "none"


def facts_of_sheet(sheet: Sheet, lines: Sequence[Line], *, whole: str = "") -> list[FactSection]:
    """What counts of a filing, by record type in the scheme's order; of the type `whole` every record.

    Tells each line which types it looks at. Nothing where the stage shows no facts.
    """
    scheme, rights = scheme_of(sheet.filing.round), rights_of(sheet.stage)
    ways: Ways = {line.indicator.id: looks_at(line.indicator) for line in lines}
    if not rights.facts:
        return []
    masked = masking_of(sheet)
    kept, found = kept_by_kind(sheet.filing, scheme), []
    number_records(lines, kept)
    for kind in scheme.records:
        records = kept.get(kind.id, [])
        looking = [indicator for indicator, of in ways.items() if kind.id in of]
        if not records and not looking:
            continue
        shown = records if kind.id == whole else records[:SHOWN]
        facts = [
            fact_of(scheme, kind, n, one, ways, masked, evidence=rights.evidence) for n, one in enumerate(shown, 1)
        ]
        found.append(FactSection(kind, facts, len(records) - len(shown)))
        for line in lines:
            if line.indicator.id in looking:
                line.kinds.append(kind.id)
    return found


def kept_by_kind(filing: Filing, scheme: Scheme) -> dict[str, list[Kept]]:
    """The records of the version in force and what others reported, by record type."""
    by_kind: dict[str, list[Kept]] = defaultdict(list)
    if filing.in_force is not None:
        for record in content_from(filing.in_force.content).records:
            by_kind[record.kind].append(record)
    reported = [kind.id for kind in scheme.records if kind.reported_by != "unit"]
    for one in Observation.objects.filter(filing=filing, kind__in=reported, removed_at=None).order_by("at", "pk"):
        by_kind[one.kind].append(Kept(one.uid, one.kind, one.cells))
    return by_kind


def number_records(lines: Iterable[Line], kept: Mapping[str, Sequence[Kept]]) -> None:
    """Let the explanations call records by their numbers, as the tables of facts do."""
    numbers = {one.uid: n for records in kept.values() for n, one in enumerate(records, 1)}
    for line in lines:
        line.numbers = numbers


def fact_of(
    scheme: Scheme, kind: RecordType, number: int, record: Kept, ways: Ways, masked: Masking, *,
    evidence: bool,
) -> Fact:  # fmt: skip
    """One record, read for what it counts for."""
    names = names_of(scheme) if any(spec.type == "unit" for spec in kind.fields) else None
    reading = read_record(scheme, kind, record.cells, files=len(record.files), names=names)
    counts = [one for one, of in ways.items() if kind.id in of and meets(reading, of[kind.id])]
    cells = [(said_cell(spec, record, masked), spec.type in SHORT) for spec in kind.fields]
    files = list(record.files) if evidence else []
    if masked.hides:
        files = [one._replace(name=masked.file_name(one.uid, one.kind)) for one in files]
    return Fact(number, cells, masked(record.cells.get(EVIDENCE, "")) if evidence else "", files, counts)


def said_cell(spec: FieldSpec, record: Kept, masked: Masking) -> str | Title:
    """A cell as people read it, in their language where the scheme or we have the words."""
    text = shown_cell(spec, record)
    return text if isinstance(text, Title) else masked(text)
