"""A score sheet as its expert sees it: facts and evidence beside the indicators, as far as the stage's rights go."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from huoyue.core.filing.conditions import Clause
from huoyue.core.message import M, Message, Title
from huoyue.core.review.sheet import Cell, Entry, Flaw, flaw, read_points
from huoyue.core.scheme.model import Indicator, Judged, Level, Pillar, RecordType, Rights, Scheme
from huoyue.core.scoring.explain.standard import standard_words
from huoyue.server.models import Filing, Mark, Observation, Sheet, Suggestion
from huoyue.server.queries.compare import Kept, KeptFile, content_from, shown_cell
from huoyue.server.queries.filings import looks_at, meets, names_of
from huoyue.server.queries.reading import EVIDENCE, read_record
from huoyue.server.queries.review_stages import cells_of, rights_of
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import current_language

SHORT = ("date", "integer", "decimal", "money", "yes_no")
"""Fields whose cells stand on one line."""
RECORD = re.compile(r"\b(?:[A-Za-z0-9]{1,20}-)?([A-Za-z0-9]{8,32})\b")
"""A record as an explanation cites it: what it is called inside, with the alliance's code where two share that."""
SHOWN = 40
"""Records of a section on the page, before one asks for all of them."""
Ways = dict[str, dict[str, list[tuple[Clause, ...]]]]
"""Indicator -> record type -> the conditions under which a record counts."""


def as_points(points: int | None) -> str:
    """Hundredths as people write points."""
    return "" if points is None else f"{points / 100:.2f}".rstrip("0").rstrip(".")


def same_points(one: str, other: str) -> bool:
    """Whether two ways of writing points mean the same."""
    try:
        return read_points(one) == read_points(other)
    except ValueError:
        return one == other


@dataclass
class Line:
    """An indicator on the sheet: what is asked, what the rules suggest, what was marked."""

    pillar: Pillar
    indicator: Indicator
    cell: Cell
    standard: list[Message]
    suggestion: Suggestion | None = None
    earlier: list[Mark] = field(default_factory=list)
    mark: Mark | None = None
    kinds: list[str] = field(default_factory=list)
    """Record types on the page that it looks at."""
    typed: str = ""
    reason: str = ""
    taken: bool = False
    revision: int = 0
    flaw: Flaw | None = None
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The records of the filing by the number that each has in its table on the page."""
    theirs: Mark | None = None
    """What was saved meanwhile in another window, where it differs from what was typed here."""

    @property
    def levels(self) -> Sequence[Level]:
        """The levels of the rubric, where the indicator is judged."""
        return self.indicator.standard.rubric if isinstance(self.indicator.standard, Judged) else ()

    @property
    def maximum(self) -> str:
        return as_points(self.cell.maximum)

    @property
    def suggested(self) -> str:
        return as_points(self.cell.suggested)

    def explained(self, lang: str) -> str:
        """Why the rules suggest these points; records are called by their numbers."""
        if self.suggestion is None:
            return ""
        text = self.suggestion.explanation_en if lang == "en" else self.suggestion.explanation_zh
        return RECORD.sub(lambda found: str(self.numbers.get(found[1], found[0])), text)

    @property
    def why(self) -> str:
        """The same in the reader's language."""
        return self.explained(current_language())

    @property
    def shown_flaw(self) -> Message | None:
        """What is wrong; that nothing is typed yet is no reproach before handing in."""
        return self.flaw.message if self.flaw is not None and self.flaw.code != "unmarked" else None


def lines_of(sheet: Sheet) -> list[Line]:
    """The indicators of a sheet in the scheme's order, with the marks as they stand."""
    scheme, rights = scheme_of(sheet.filing.round), rights_of(sheet.stage)
    cells = {cell.indicator: cell for cell in cells_of(sheet)}
    marks = {mark.indicator: mark for mark in Mark.objects.filter(sheet=sheet)}
    suggested = Suggestion.objects.filter(filing=sheet.filing) if rights.points else Suggestion.objects.none()
    suggestions, earlier = {one.indicator: one for one in suggested}, earlier_marks(sheet, rights)
    lines = [
        Line(pillar, indicator, cells[indicator.id], standard_words(scheme, indicator),
             suggestions.get(indicator.id), earlier.get(indicator.id, []))
        for pillar in scheme.pillars
        for indicator in pillar.indicators
        if indicator.id in cells
    ]  # fmt: skip
    for line in lines:
        fill(scheme, line, marks.get(line.indicator.id))
    return lines


def fill(scheme: Scheme, line: Line, mark: Mark | None) -> None:
    """Put a mark into its line as it stands."""
    line.mark = mark
    if mark is not None:
        line.typed, line.reason = mark.typed or as_points(mark.points), mark.reason
        line.taken, line.revision = mark.taken, mark.revision
    line.flaw = flaw_of(scheme, line.cell, mark)


def flaw_of(scheme: Scheme, cell: Cell, mark: Mark | None) -> Flaw | None:
    """What is wrong with a mark as it stands; something that cannot be read is told as such."""
    if mark is not None and mark.typed:
        most = Decimal(cell.maximum) / 100
        unread = M("This is no number of points; write one from 0 to {maximum}.", maximum=most)
        return Flaw(cell.indicator, "unreadable", unread)
    return flaw(scheme, cell, Entry(mark.points, mark.reason) if mark is not None else Entry(None))


def earlier_marks(sheet: Sheet, rights: Rights) -> dict[str, list[Mark]]:
    """Marks of closed stages before by indicator: the expert's own, those of the group without names, or none."""
    if rights.earlier == "none":
        return {}
    before = Mark.objects.filter(
        sheet__filing=sheet.filing, sheet__stage__round=sheet.stage.round, sheet__stage__kind="marks",
        sheet__stage__state="closed", sheet__stage__position__lt=sheet.stage.position, sheet__aside_at=None,
        points__isnull=False,
    ).exclude(sheet__submitted_at=None)  # fmt: skip
    own = before.filter(sheet__panellist=sheet.panellist)
    group = sheet.panellist.group
    found = own if rights.earlier == "own" or not group else before.filter(sheet__panellist__group=group)
    by_indicator: dict[str, list[Mark]] = defaultdict(list)
    for mark in found.order_by("sheet__stage__position", "points", "reason"):
        by_indicator[mark.indicator].append(mark)
    return by_indicator


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
    masked = (lambda text: text) if rights.names else masking(sheet.filing)
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
    scheme: Scheme, kind: RecordType, number: int, record: Kept, ways: Ways, masked: Callable[[str], str], *,
    evidence: bool,
) -> Fact:  # fmt: skip
    """One record, read for what it counts for."""
    names = names_of(scheme) if any(spec.type == "unit" for spec in kind.fields) else None
    reading = read_record(scheme, kind, record.cells, files=len(record.files), names=names)
    counts = [one for one, of in ways.items() if kind.id in of and meets(reading, of[kind.id])]
    cells = [
        (text if isinstance(text := shown_cell(spec, record), Title) else masked(text), spec.type in SHORT)
        for spec in kind.fields
    ]
    files = [one._replace(name=masked(one.name)) for one in record.files] if evidence else []
    return Fact(number, cells, masked(record.cells.get(EVIDENCE, "")) if evidence else "", files, counts)


def masking(filing: Filing) -> Callable[[str], str]:
    """What puts an alliance's code in the place of its names, longest first, wherever they stand in a text."""
    alliance = filing.alliance
    known = [alliance.name, *alliance.names.values_list("name", flat=True)]
    suffixes = sorted(scheme_of(filing.round).words.suffixes, key=len, reverse=True)
    short = [name.removesuffix(suffix) for name in known for suffix in suffixes if name.endswith(suffix)]
    names = sorted({name for name in (*known, *short) if len(name) > 1}, key=len, reverse=True)

    def masked(text: str) -> str:
        for name in names:
            text = text.replace(name, alliance.code)
        return text

    return masked


def name_in(sheet: Sheet) -> str:
    """What the alliance is called on the sheet: its name, or its code where the stage hides names."""
    alliance = sheet.filing.alliance
    return alliance.name if rights_of(sheet.stage).names else alliance.code


def total_of(lines: Iterable[Line]) -> int:
    """The marks added up, in hundredths."""
    return sum(line.mark.points or 0 for line in lines if line.mark is not None)


def marked_in(lines: Iterable[Line]) -> int:
    """How many indicators have points."""
    return sum(line.mark is not None and line.mark.points is not None for line in lines)


def by_id(lines: Iterable[Line]) -> Mapping[str, Line]:
    return {line.indicator.id: line for line in lines}
