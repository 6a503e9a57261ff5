"""The table of a section: cells to type into, rows that clash with somebody else's, and what a browser posts of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from secrets import token_hex

from django.http import QueryDict

from huoyue.core.filing.values import folded
from huoyue.core.message import Title
from huoyue.core.scheme.model import FieldSpec, RecordType
from huoyue.server.models import Alliance, Evidence, Filing, Record
from huoyue.server.operations.filing import Typed
from huoyue.server.queries.filings import Row, Section
from huoyue.server.queries.reading import EVIDENCE, Flaw, Reading, is_uid, shown_choice

PAGE = 50
"""Rows shown at a time, so that no page grows past what a slow line carries."""
BLANK = 1
MOST_NAMES = 300
"""Alliances offered by name while typing; beyond that they are typed and checked."""
FIELD = re.compile(r"r(\d{1,4})\.(uid|rev|remove|c\.(\w{1,80}))")
Clash = tuple[Typed, Record | None]


@dataclass
class Cell:
    """One cell: the field it belongs to, what stands in it, and what is wrong with it."""

    spec: FieldSpec | None
    name: str
    title: Title
    value: str
    flaw: Flaw | None = None
    theirs: str | None = None
    """What somebody else saved here meanwhile, where it differs."""

    @property
    def options(self) -> list[tuple[str, Title | str, bool]]:
        """value, title, chosen of a field with choices; an unreadable entry stays choosable, so it is not lost."""
        if self.spec is None:
            return []
        if self.spec.type == "yes_no":
            known: list[tuple[str, Title | str]] = [("是", Title(zh="是", en="Yes")), ("否", Title(zh="否", en="No"))]
        else:
            known = [(option.id, option.title) for option in self.spec.options]
        chosen = shown_choice(self.spec, self.value)
        listed = [("", "", not chosen), *((value, title, value == chosen) for value, title in known)]
        if chosen and chosen not in {value for value, _ in known}:
            listed.append((chosen, f"{chosen} ?", True))
        return listed

    @property
    def is_choice(self) -> bool:
        return self.spec is not None and self.spec.type in ("choice", "yes_no")

    @property
    def wide(self) -> bool:
        return self.spec is None or (self.spec.type == "text" and self.spec.longest > 60) or self.spec.type == "link"

    @property
    def long(self) -> bool:
        return self.spec is not None and self.spec.type == "text" and self.spec.longest > 300


@dataclass
class Line:
    """One row of the table."""

    number: int
    uid: str
    revision: int
    cells: list[Cell]
    files: list[Evidence] = field(default_factory=list)
    confirmed: bool = True
    flaw: Flaw | None = None
    clash: Record | None = None
    is_new: bool = False
    state: str = "empty"


@dataclass
class Shown:
    """The table as it is shown: a page of lines, and where in the whole it stands."""

    lines: list[Line]
    total: int
    page: int
    pages: int
    query: str
    names: list[str]


class Grid:
    """The table of the records of one kind in a filing."""

    def __init__(
        self, filing: Filing, kind: RecordType, query: QueryDict, clashes: Mapping[str, Clash] | None = None
    ) -> None:
        self.filing, self.kind, self.clashes = filing, kind, clashes or {}
        self.query = query.get("q", "").strip()
        typed = query.get("page", "1")
        self.page = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1
        more = query.get("more", "")
        self.blank = min(int(more), 20) if more.isascii() and more.isdigit() and len(more) < 4 else BLANK

    def shown(self, section: Section, *, editable: bool) -> Shown:
        """The page of the table that was asked for, with empty lines at its end where one may type."""
        numbered = list(enumerate(section.rows, 1))
        if self.query:
            wanted = folded(self.query)
            numbered = [(n, row) for n, row in numbered if wanted in folded(" ".join(row.record.cells.values()))]
        pages = max(1, -(-len(numbered) // PAGE))
        page = min(max(1, self.page), pages)
        lines = [self._line(n, row) for n, row in numbered[(page - 1) * PAGE : page * PAGE]]
        known = {row.record.uid for row in section.rows}
        lines += [self._typed(typed, now) for uid, (typed, now) in self.clashes.items() if uid not in known]
        room = 0 if self.kind.single and section.rows else (1 if self.kind.single else self.blank)
        if editable and page == pages and not self.query:
            lines += [self._blank(len(section.rows) + n) for n in range(1, room + 1)]
        return Shown(lines, len(numbered), page, pages, self.query, self._names())

    def _line(self, number: int, row: Row) -> Line:
        record = row.record
        typed, now = self.clashes.get(record.uid, (None, None))
        cells = dict(typed.cells) if typed else record.cells
        line = self._filled(number, record.uid, record.revision, cells, row.reading, record.cells if typed else None)
        line.files, line.confirmed, line.clash = row.files, record.confirmed, now if typed else None
        line.state = row.reading.state
        return line

    def _filled(
        self,
        number: int,
        uid: str,
        revision: int,
        typed: Mapping[str, str],
        reading: Reading,
        theirs: Mapping[str, str] | None = None,
    ) -> Line:
        flaws = reading.by_cell
        columns: list[tuple[FieldSpec | None, str, Title]] = [(spec, spec.id, spec.title) for spec in self.kind.fields]
        if self.kind.evidence != "none":
            columns.append(
                (None, EVIDENCE, Title(zh="证明材料（文件或链接、文号）", en="Evidence (file, link or reference)"))
            )
        cells = [
            Cell(spec, name, title, typed.get(name, ""), flaws.get(name), _other(theirs, typed, name))
            for spec, name, title in columns
        ]
        return Line(number, uid, revision, cells, flaw=flaws.get(""))

    def _typed(self, typed: Typed, now: Record | None) -> Line:
        """A line that could not be saved, as it was typed."""
        line = self._filled(0, typed.uid, typed.revision, dict(typed.cells), Reading(), now.cells if now else None)
        line.clash = now
        return line

    def _blank(self, number: int) -> Line:
        line = self._filled(number, token_hex(12), 0, {}, Reading())
        line.is_new = True
        return line

    def _names(self) -> list[str]:
        if all(spec.type != "unit" for spec in self.kind.fields):
            return []
        found = Alliance.objects.filter(merged_into=None).exclude(pk=self.filing.alliance_id)
        names = list(found.values_list("name", flat=True)[: MOST_NAMES + 1])
        return names if len(names) <= MOST_NAMES else []


def _other(theirs: Mapping[str, str] | None, typed: Mapping[str, str], name: str) -> str | None:
    if theirs is None or theirs.get(name, "") == typed.get(name, ""):
        return None
    return theirs.get(name, "")


def posted_rows(post: QueryDict) -> Iterator[tuple[Typed, bool]]:
    """The rows of a posted table in their order: what was typed, and whether the row is to go."""
    rows: dict[int, dict[str, str]] = {}
    cells: dict[int, dict[str, str]] = {}
    for name, value in post.items():
        if (found := FIELD.fullmatch(name)) is None:
            continue
        number = int(found[1])
        if found[3] is not None:
            cells.setdefault(number, {})[found[3]] = str(value)
        else:
            rows.setdefault(number, {})[found[2]] = str(value)
    for number in sorted(rows):
        uid, revision = rows[number].get("uid", ""), rows[number].get("rev", "0")
        if is_uid(uid) and revision.isascii() and revision.isdigit() and len(revision) < 10:
            yield Typed(uid, cells.get(number, {}), int(revision)), "remove" in rows[number]
