"""Every number of an edited file against the report: as it was, changed, gone, or written by hand.

A number whose mark is still there is compared with what it should be. Where the mark went with the old number, the
paragraph tells (`returned_pairing`). What people wrote is looked up among the numbers that the report knows nearby.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from huoyue.report.returned_aligning import Lined, Pair, headings_of, renamed, tidied
from huoyue.report.returned_findings import Checked, Finding, Reworded, Verdict, Written
from huoyue.report.returned_numbers import all_numbers, one_rounded, one_same, rounded, same, tokens
from huoyue.report.returned_pairing import Number, settle
from huoyue.report.returned_tables import align
from huoyue.report.word_marks import Bound

DIGITS = re.compile(r"\d[\d,.]*")
AROUND = 18
"""Signs before and after a number by which people find it."""
MOST_LISTED = 12


@dataclass(frozen=True)
class Expected:
    """The report as it would be written today: its lines, its numbers by mark, its tables' labels by name."""

    lines: Sequence[Lined]
    bound: Mapping[str, Bound]
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Nearby:
    """A number that the report knows: its table, and what it counts, where that is said."""

    text: str
    table: str
    unit: str = ""

    def may_be(self, other: Number) -> bool:
        """Whether a number somebody wrote can mean this one. A small one that says not what it counts could be any."""
        if self.text.endswith(("%", "％")) != (other.token.unit == "%"):
            return False
        return self.unit == other.token.unit if self.unit else len(other.token.plain) > 1


def compare(ours: Expected, theirs: Sequence[Lined]) -> Checked:
    """What became of the report's numbers and wording in the lines of a file."""
    return Comparing(ours, theirs).run()


@dataclass
class Comparing:
    """One comparison: the report, the file's lines, and what was found so far."""

    ours: Expected
    theirs: Sequence[Lined]
    checked: Checked = field(default_factory=Checked)

    def __post_init__(self) -> None:
        self.names = renamed(self.ours.lines, self.theirs)
        self.headings = headings_of(self.theirs)
        self.found = [self.numbers_of(at) for at in range(len(self.theirs))]
        self.there = {mark for numbers in self.found for one in numbers for mark in one.mark.split()}
        self.tables: dict[str, list[str]] = defaultdict(list)
        for bound in self.ours.bound.values():
            self.tables[bound.table] += [token.text for token in all_numbers(bound.text)]

    def run(self) -> Checked:
        """Everything, in the order of the file."""
        aligned = align(self.ours.lines, self.theirs, self.names)
        became = {at: pair for pair in aligned.pairs for at in pair.theirs}
        for pair in aligned.pairs:
            self.pair(pair)
        for at in aligned.gone:
            self.gone(self.known_of(0, at), self.ours.lines[at])
        for at in sorted(aligned.new):
            self.new(at, became)
        self.checked.findings.sort(key=lambda one: (one.line < 0, one.line, one.start))
        return self.checked

    def numbers_of(self, at: int) -> list[Number]:
        """The numbers of a line of the file. One in a mark counts whatever it looks like, and as a whole."""
        line = self.theirs[at]
        counted = {token.start for token in tokens(line.text)}
        numbers = [Number(0, token) for token in all_numbers(line.text)]
        for one in numbers:
            start, end = one.token.start, one.token.end
            marks = [
                self.names[mark]
                for mark, (a, b) in line.marks.items()
                if mark in self.names and ((a < end and start < b) or (a == b == start))
            ]
            one.mark = " ".join(marks)
            one.styled = any(a < end and start < b for a, b in line.styled)
        return [one for one in numbers if one.mark or one.token.start in counted]

    def known_of(self, number: int, at: int) -> list[Number]:
        """The numbers of a line of the report: those that were computed, by their mark, and those of the wording."""
        line = self.ours.lines[at]
        counted = {token.start for token in tokens(line.text)}
        numbers = [Number(number, token) for token in all_numbers(line.text)]
        for one in numbers:
            marks = [m for m, (a, b) in line.marks.items() if a < one.token.end and one.token.start < b]
            one.mark = marks[0] if marks else ""
            one.settled = one.mark in self.there
        return [one for one in numbers if one.mark or one.token.start in counted]

    def pair(self, pair: Pair) -> None:
        """Lines of the report and what became of them."""
        known = [one for n, at in enumerate(pair.ours) for one in self.known_of(n, at)]
        found: list[Number] = []
        for n, at in enumerate(pair.theirs):
            self.marked(at)
            for one in self.found[at]:
                one.line = n
                found.append(one)
        texts = [self.ours.lines[at].text for at in pair.ours], [self.theirs[at].text for at in pair.theirs]

        def told(mine: Number, other: Number) -> None:
            at = pair.theirs[other.line]
            if mine.mark:
                self.tell(at, [other], self.ours.bound[mine.mark].table, [mine.token.text])
            elif not one_same(other.token.text, mine.token.text):
                self.add(at, [other], "differs", mine.token.text, "", typed=True)

        settle(known, found, texts, told)
        self.gone(known, self.ours.lines[pair.ours[0]], pair.theirs[0])
        near = self.near(pair.ours, pair.theirs)
        for one in found:
            if not one.settled:
                self.look_up(pair.theirs[one.line], one, near)
        self.reword(texts, pair.theirs[0])

    def marked(self, at: int) -> None:
        """Numbers of a line that still stand in their mark."""
        by_mark: dict[str, list[Number]] = defaultdict(list)
        for one in self.found[at]:
            if one.mark:
                one.settled = True
                by_mark[one.mark].append(one)
        for marks, found in by_mark.items():
            bound = [self.ours.bound[mark] for mark in marks.split()]
            wanted = [token.text for one in bound for token in all_numbers(one.text)]
            self.tell(at, found, bound[0].table, wanted, " ".join(one.text for one in bound))

    def tell(self, at: int, found: Sequence[Number], table: str, wanted: Sequence[str], shown: str = "") -> None:
        """A computed number as found and as it should be."""
        texts = [one.token.text for one in found]
        if same(texts, wanted):
            self.checked.unchanged += 1
            return
        verdict: Verdict = "agrees" if rounded(texts, wanted) else "differs"
        self.add(at, found, verdict, shown or " ".join(wanted), table)

    def add(
        self, at: int, found: Sequence[Number], verdict: Verdict, known: str, table: str, *, typed: bool = False
    ) -> None:
        start, end = found[0].token.start, found[-1].token.end
        finding = Finding(
            verdict, self.theirs[at].text[start:end], known, table, self.ours.labels.get(table, ""), self.headings[at],
            self.context(at, start, end), typed, at, start, end,
        )  # fmt: skip
        self.checked.findings.append(finding)

    def context(self, at: int, start: int = 0, end: int = 0) -> str:
        """The words around a number; in a table the head of its row."""
        line = self.theirs[at]
        before, after = max(0, start - AROUND), end + AROUND
        words = line.text[before:after]
        if line.cell is not None:
            first = at
            while first and self.theirs[first - 1].cell and self.theirs[first - 1].cell[:2] == line.cell[:2]:  # type: ignore[index]
                first -= 1
            head = self.theirs[first].text if first != at else ""
            return tidied(f"{head} | {words}" if head else words)
        return tidied(f"{'…' if before else ''}{words}{'…' if after < len(line.text) else ''}")

    def gone(self, known: Sequence[Number], line: Lined, at: int = -1) -> None:
        """Computed numbers that are not there any more, as one finding a paragraph or cell."""
        marks = list(dict.fromkeys(one.mark for one in known if one.mark and not one.settled))
        if not marks:
            return
        texts = [self.ours.bound[mark].text for mark in marks]
        shown = "、".join(texts[:MOST_LISTED]) + ("…" if len(texts) > MOST_LISTED else "")
        table = self.ours.bound[marks[0]].table
        heading = self.headings[at] if at >= 0 else ""
        self.checked.findings.append(
            Finding("removed", "", shown, table, self.ours.labels.get(table, ""), heading, tidied(line.text)[:60])
        )

    def near(self, ours: Iterable[int], theirs: Iterable[int]) -> list[Nearby]:
        """What the report knows nearby: the numbers of these lines, then those of the tables they cite."""
        found, cited = [], []
        for at in ours:
            line = self.ours.lines[at]
            for one in self.known_of(0, at):
                table = self.ours.bound[one.mark].table if one.mark else ""
                found.append(Nearby(one.token.text, table, one.token.unit if line.cell is None else ""))
            cited += [self.ours.bound[mark].table for mark in line.marks]
        texts = "\n".join(self.theirs[at].text for at in theirs)
        cited += [name for name, label in self.ours.labels.items() if re.search(rf"{re.escape(label)}(?!\d)", texts)]
        return found + [Nearby(text, table) for table in dict.fromkeys(cited) for text in self.tables[table]]

    def look_up(self, at: int, one: Number, near: Sequence[Nearby]) -> None:
        """A number that somebody wrote, among those the report knows nearby."""
        text = one.token.text
        alike = [known for known in near if known.may_be(one)]
        exact = [known for known in alike if one_same(text, known.text)]
        close = [known for known in alike if "." in text and one_rounded(text, known.text)]
        if best := exact or close:
            self.add(at, [one], "agrees", best[0].text, best[0].table, typed=True)
        else:
            self.add(at, [one], "unknown", "", "", typed=True)

    def new(self, at: int, became: Mapping[int, Pair]) -> None:
        """A line that the report does not have: a passage written by hand, or a row somebody added to a table."""
        line = self.theirs[at]
        self.marked(at)
        before, after = self.beside(at, became, -1), self.beside(at, became, 1)
        around = [mine for pair in (before, after) if pair for mine in pair.ours]
        near = self.near(around, [at])
        for one in self.found[at]:
            if not one.settled:
                self.look_up(at, one, near)
        if line.cell is None:
            stands = self.before(at, became)
            text = self.ours.lines[became[stands].ours[-1]].text if stands >= 0 else ""
            self.checked.passages.append(Written(self.headings[at], tidied(text), tidied(line.text)))

    def beside(self, at: int, became: Mapping[int, Pair], step: int) -> Pair | None:
        """The nearest lines before or after that the report has, unless a heading stands between."""
        at += step
        while 0 <= at < len(self.theirs) and not self.theirs[at].level:
            if at in became:
                return became[at]
            at += step
        return None

    def before(self, at: int, became: Mapping[int, Pair]) -> int:
        """The paragraph of the report behind which a line stands; for one behind a table that above it, its caption."""
        at -= 1
        while at >= 0 and (at not in became or self.theirs[at].cell is not None):
            at -= 1
        return at

    def reword(self, texts: tuple[Sequence[str], Sequence[str]], at: int) -> None:
        """Whether the words have changed, whatever the numbers."""
        before, after = ("\n".join(map(tidied, side)) for side in texts)
        if masked(before) != masked(after):
            self.checked.reworded.append(Reworded(self.headings[at], before, after))


def masked(text: str) -> str:
    """A text without blanks, any number in it as good as another."""
    return "".join(DIGITS.sub("#", text).split())
