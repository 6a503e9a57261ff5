"""A filing as people see it: its sections, what is complete, missing or wrong, and who is in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from time import monotonic

from django.db.models import Count, Q, QuerySet

from huoyue.core.filing.conditions import Clause
from huoyue.core.filing.names import Names
from huoyue.core.filing.quantities import measures_of, quantities_of, quantity
from huoyue.core.filing.values import Value
from huoyue.core.message import M
from huoyue.core.scheme.model import Indicator, Judged, Pillar, RecordType, Scheme, simple_parts
from huoyue.server.models import Alliance, Evidence, Filing, Presence, Record
from huoyue.server.queries.prepared import Prepared
from huoyue.server.queries.reading import Flaw, Reading, duplicates, read_record
from huoyue.server.queries.schemes import scheme_of

PRESENT_FOR = timedelta(seconds=45)
NAMES_KEPT = 20.0
"""Seconds for which the register's names are taken from memory."""
_names: dict[tuple[str, ...], tuple[float, Names]] = {}


@dataclass
class Row:
    """One record of a section with its reading and evidence."""

    record: Record
    reading: Reading
    files: list[Evidence] = field(default_factory=list)


@dataclass
class Section:
    """A record type in a filing."""

    kind: RecordType
    rows: list[Row]

    @property
    def errors(self) -> int:
        """Records in error."""
        return sum(row.reading.state == "error" for row in self.rows)

    @property
    def missing(self) -> int:
        """Records that lack something."""
        return sum(row.reading.state == "missing" for row in self.rows)

    @property
    def unconfirmed(self) -> int:
        """Records carried over that nobody has looked at yet."""
        return sum(not row.record.confirmed for row in self.rows)

    @property
    def state(self) -> str:
        """empty, error, missing, unconfirmed or complete."""
        if not self.rows:
            return "empty"
        if self.errors:
            return "error"
        if self.missing:
            return "missing"
        return "unconfirmed" if self.unconfirmed else "complete"


@dataclass
class Aim:
    """An indicator as the side list shows it: the record types it looks at, and how far they have come."""

    indicator: Indicator
    kinds: list[RecordType]
    own: bool
    """Whether the alliance files for it, or others report on it."""
    count: int = 0
    state: str = "empty"


@dataclass
class Chapter:
    """A pillar with its indicators."""

    pillar: Pillar
    aims: list[Aim]


@dataclass
class Overview:
    """A whole filing, read."""

    scheme: Scheme
    filing: Filing
    sections: dict[str, Section]

    @cached_property
    def chapters(self) -> list[Chapter]:
        """Pillars and indicators with their state; indicators that do not apply to the alliance are left out."""
        alliance = self.filing.alliance
        return [
            Chapter(pillar, [self._aim(i) for i in pillar.indicators if applies(i, alliance)])
            for pillar in self.scheme.pillars
        ]

    @cached_property
    def basic(self) -> list[Section]:
        """Sections that are filled in once, and those that no indicator looks at."""
        used = {kind.id for chapter in self.chapters for aim in chapter.aims for kind in aim.kinds}
        return [section for name, section in self.sections.items() if section.kind.single or name not in used]

    def _aim(self, indicator: Indicator) -> Aim:
        looked = looks_at(indicator)
        kinds = [self.scheme.record_type(name) for name in looked]
        own = [kind for kind in kinds if kind.id in self.sections]
        rows = [row for kind in own for row in self.sections[kind.id].rows if meets(row.reading, looked[kind.id])]
        states = [row.reading.state for row in rows]
        whole = "complete" if all(row.record.confirmed for row in rows) else "unconfirmed"
        state = next((s for s in ("error", "missing") if s in states), whole if rows else "empty")
        return Aim(indicator, own or kinds, bool(own) or not kinds, len(rows), state)

    @property
    def count(self) -> int:
        return sum(len(section.rows) for section in self.sections.values())

    @property
    def errors(self) -> int:
        return sum(section.errors for section in self.sections.values())

    @property
    def missing(self) -> int:
        return sum(section.missing for section in self.sections.values())

    @property
    def unconfirmed(self) -> int:
        return sum(section.unconfirmed for section in self.sections.values())

    def findings(self) -> Iterable[tuple[Section, int, Row, Flaw]]:
        """Everything missing or wrong: section, number of the record in it, the record, the flaw."""
        for section in self.sections.values():
            for number, row in enumerate(section.rows, 1):
                for flaw in row.reading.flaws:
                    yield section, number, row, flaw


def applies(indicator: Indicator, alliance: Alliance) -> bool:
    """Whether an indicator applies to the alliance's batch and industry."""
    scope = indicator.applies
    return (not scope.batches or alliance.batch in scope.batches) and (
        not scope.industries or alliance.industry in scope.industries
    )


def looks_at(indicator: Indicator) -> dict[str, list[tuple[Clause, ...]]]:
    """The record types that an indicator looks at, each with the conditions under which a record counts."""
    found: dict[str, list[tuple[Clause, ...]]] = defaultdict(list)
    standard = indicator.standard
    if isinstance(standard, Judged):
        for name in standard.facts:
            found[name].append(())
    parts = [] if isinstance(standard, Judged) else list(simple_parts(standard))
    for part in parts:
        drawn = (*quantities_of(part), *filter(None, map(quantity, measures_of(part))))
        for one in drawn:
            found[one.of].append(one.tests)
    if indicator.participation is not None and (taken := quantity(indicator.participation)) is not None:
        found[taken.of].append(taken.tests)
    return dict(found)


def meets(reading: Reading, ways: Iterable[tuple[Clause, ...]]) -> bool:
    """Whether a record counts in one of the `ways`; what cannot be told here (numbers, dates) is taken as met."""
    return any(all(passes(reading.values.get(name), test) for name, test in way) for way in ways)


def passes(value: Value, test: object) -> bool:
    wanted, several = getattr(test, "is_", None), getattr(test, "in_", ())
    if wanted is not None and isinstance(wanted, str | bool):
        return value == wanted
    return not several or value in several


def names_of(scheme: Scheme) -> Names:
    """The names of the register as they may be typed into a field that names an alliance."""
    suffixes = tuple(scheme.words.suffixes)
    known = _names.get(suffixes)
    if known is not None and monotonic() - known[0] < NAMES_KEPT:
        return known[1]
    others: dict[int, list[str]] = defaultdict(list)
    for alliance in Alliance.objects.prefetch_related("names"):
        others[alliance.pk] = [name.name for name in alliance.names.all()]
    rows = Alliance.objects.filter(merged_into=None).values_list("pk", "code", "name")
    names = Names(((code, name, others[pk]) for pk, code, name in rows), suffixes)
    _names[suffixes] = (monotonic(), names)
    return names


def forget_names() -> None:
    """After a change of the register, read its names anew."""
    _names.clear()


def own_kinds(scheme: Scheme) -> list[RecordType]:
    """The record types that alliances file themselves."""
    return [kind for kind in scheme.records if kind.reported_by == "unit"]


def live_records(filing: Filing) -> QuerySet[Record]:
    """The records of a filing that were not removed, in their order."""
    return Record.objects.filter(filing=filing, removed_at=None)


def live_evidence(filing: Filing) -> QuerySet[Evidence]:
    return Evidence.objects.filter(filing=filing, removed_at=None)


def evidence_of(filing: int, record: str) -> QuerySet[Evidence]:
    """The files of one record, for counting."""
    return Evidence.objects.filter(filing_id=filing, record=record, removed_at=None).only("id").order_by()


files_of: Prepared[Evidence] = Prepared(evidence_of)


def overview_of(filing: Filing, scheme: Scheme | None = None) -> Overview:
    """The filing with every record read. Three queries, whatever its size."""
    scheme = scheme or scheme_of(filing.round)
    files: dict[str, list[Evidence]] = defaultdict(list)
    for evidence in live_evidence(filing):
        files[evidence.record].append(evidence)
    records: dict[str, list[Record]] = defaultdict(list)
    for record in live_records(filing):
        records[record.kind].append(record)
    kinds = own_kinds(scheme)
    sections = {kind.id: section_of(scheme, kind, records[kind.id], files) for kind in kinds}
    return Overview(scheme, filing, sections)


def section_of(
    scheme: Scheme, kind: RecordType, records: Iterable[Record], files: Mapping[str, list[Evidence]]
) -> Section:
    """One section, its records read, duplicates among them found."""
    names = names_of(scheme) if any(spec.type == "unit" for spec in kind.fields) else None
    rows = [
        Row(
            record,
            read_record(scheme, kind, record.cells, files=len(files.get(record.uid, ())), names=names),
            list(files.get(record.uid, ())),
        )
        for record in records
    ]
    twice = duplicates(kind, {row.record.uid: row.reading for row in rows})
    for row in rows:
        if row.record.uid in twice:
            row.reading.flaws.append(twice[row.record.uid])
    if kind.single and len(rows) > 1:
        what = M("Only one record of {title} can be filed.", title=kind.title)
        for row in rows[1:]:
            row.reading.flaws.append(Flaw("", what, M("Delete the others.")))
    return Section(kind, rows)


def others_present(filing: Filing, account_id: int, at: datetime) -> list[Presence]:
    """Who else has the filing open."""
    recent = Presence.objects.filter(filing=filing, seen_at__gt=at - PRESENT_FOR).exclude(account_id=account_id)
    return list(recent.select_related("account"))


def with_counts(filings: QuerySet[Filing]) -> QuerySet[Filing]:
    """Filings with `record_count`, the number of records typed so far, in the order that counting drops."""
    count = Count("records", filter=Q(records__removed_at=None))
    counted = filings.annotate(record_count=count)  # type: ignore[no-redef]  # the model declares it for readers
    return counted.order_by("alliance__position", "alliance__code")
