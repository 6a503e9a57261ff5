"""A score sheet as its expert sees it: facts and evidence beside the indicators, as far as the stage's rights go."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import itemgetter

from huoyue.core.message import M, Message
from huoyue.core.review.sheet import Cell, Entry, Flaw, flaw, read_points
from huoyue.core.scheme.model import Indicator, Judged, Level, Pillar, Rights, Scheme
from huoyue.core.scoring.explain.standard import standard_words
from huoyue.server.models import Mark, Sheet, Suggestion
from huoyue.server.queries.review_masking import Masking, masking_of
from huoyue.server.queries.review_stages import cells_of, rights_of
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.saying import current_language

RECORD = re.compile(r"(?<![A-Za-z0-9-])(?:[A-Za-z0-9]{1,20}-)?([A-Za-z0-9]{8,32})(?![A-Za-z0-9-])")
"""A record as an explanation cites it: what it is called inside, with the alliance's code where two share that."""


SEVERAL = re.compile(rf"{RECORD.pattern}(?:(?:、|, ){RECORD.pattern})+")


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
    masked: Masking | None = None
    """What takes names out of a text, where the stage hides them."""
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
        text = RECORD.sub(lambda found: str(self.numbers.get(found[1], found[0])), SEVERAL.sub(self._in_order, text))
        return self.masked(text, lang) if self.masked else text

    def _in_order(self, several: re.Match[str]) -> str:
        """Records that an explanation cites together, in the order of the table."""
        mark = "、" if "、" in several[0] else ", "
        cited = [(self.numbers.get(found[1], len(self.numbers) + 1), found[0]) for found in RECORD.finditer(several[0])]
        return mark.join(one for _, one in sorted(cited, key=itemgetter(0)))

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
    masked = masking_of(sheet)
    lines = [
        Line(pillar, indicator, cells[indicator.id], standard_words(scheme, indicator),
             suggestions.get(indicator.id), earlier.get(indicator.id, []), masked=masked)
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
    masked = masking_of(sheet)
    for mark in found.order_by("sheet__stage__position", "points", "reason"):
        mark.reason = masked(mark.reason)
        by_indicator[mark.indicator].append(mark)
    return by_indicator


def name_in(sheet: Sheet) -> str:
    """What the alliance is called on the sheet: its name, or its code where the stage hides names."""
    alliance = sheet.filing.alliance
    return alliance.name if rights_of(sheet.stage).names else alliance.code


def total_of(lines: Iterable[Line]) -> int:
    """The marks added up, in hundredths."""
    return sum(counted(line.mark.points, line.cell) for line in lines if line.mark is not None)


def counted(points: int | None, cell: Cell) -> int:
    """What a mark adds to a total: nothing while it lies outside the range, as it is to be corrected first."""
    return points if points is not None and 0 <= points <= cell.maximum else 0


def marked_in(lines: Iterable[Line]) -> int:
    """How many indicators have points."""
    return sum(line.mark is not None and line.mark.points is not None for line in lines)


def by_id(lines: Iterable[Line]) -> Mapping[str, Line]:
    return {line.indicator.id: line for line in lines}
