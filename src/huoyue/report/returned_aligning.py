"""Which paragraph of an edited file is which of the report: by the marks they hold, then by their texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Protocol

from huoyue.report.word_marks import fingerprint_of

ALIKE = 0.45
"""How much two texts must have in common for one to be the other, reworded."""
LONGEST_COMPARED = 4000


class Lined(Protocol):
    """A line of the report or of a file, as far as aligning goes."""

    text: str
    marks: dict[str, tuple[int, int]]
    styled: list[tuple[int, int]]
    level: int
    cell: tuple[int, int, int] | None


@dataclass
class Pair:
    """Lines of the report and the lines of the file that became of them, by their places."""

    ours: list[int] = field(default_factory=list)
    theirs: list[int] = field(default_factory=list)


@dataclass
class Aligned:
    """Pairs, and what has no partner."""

    pairs: list[Pair]
    gone: list[int]
    new: list[int]


def tidied(text: str) -> str:
    """A text by which blanks make no difference."""
    return " ".join(text.split())


def renamed(ours: Sequence[Lined], theirs: Sequence[Lined]) -> dict[str, str]:
    """Marks of the file -> marks of the report. Where the wording has changed, places differ and fingerprints tell."""
    known = [name for line in ours for name in line.marks]
    found = [name for line in theirs for name in line.marks]
    both = set(known) & set(found)
    left, right = [n for n in known if n not in both], [n for n in found if n not in both]
    names = {name: name for name in both}
    matcher = SequenceMatcher(None, [*map(fingerprint_of, left)], [*map(fingerprint_of, right)], autojunk=False)
    for block in matcher.get_matching_blocks():
        names |= {right[block.b + at]: left[block.a + at] for at in range(block.size)}
    return names


def aligned_paragraphs(ours: Sequence[Lined], theirs: Sequence[Lined], votes: Sequence[Counter[int]]) -> Aligned:
    """What stands outside tables; a paragraph that was split or joined is paired as a whole."""
    left = [at for at, line in enumerate(ours) if line.cell is None and tidied(line.text)]
    right = [at for at, line in enumerate(theirs) if line.cell is None and tidied(line.text)]
    pairs = joined((at, mine) for at in right for mine in votes[at] if ours[mine].cell is None)
    of_ours = {at: n for n, pair in enumerate(pairs) for at in pair.ours}
    of_theirs = {at: n for n, pair in enumerate(pairs) for at in pair.theirs}
    keys_left = [of_ours.get(at, tidied(ours[at].text)) for at in left]
    keys_right = [of_theirs.get(at, tidied(theirs[at].text)) for at in right]
    free_left, free_right = set(left) - of_ours.keys(), set(right) - of_theirs.keys()

    def take(mine: int, other: int) -> None:
        pairs.append(Pair([mine], [other]))
        free_left.discard(mine)
        free_right.discard(other)

    for tag, a, b, c, d in SequenceMatcher(None, keys_left, keys_right, autojunk=False).get_opcodes():
        if tag == "equal":
            for mine, other in zip(left[a:b], right[c:d], strict=True):
                if mine in free_left:
                    take(mine, other)
        elif tag == "replace":
            gap = [at for at in left[a:b] if at in free_left], [at for at in right[c:d] if at in free_right]
            for mine, other in alike(ours, theirs, *gap):
                take(mine, other)
    for mine, other in moved(ours, theirs, sorted(free_left), sorted(free_right)):
        take(mine, other)
    return Aligned(pairs, sorted(free_left), sorted(free_right))


def joined(links: Iterable[tuple[int, int]]) -> list[Pair]:
    """Pairs of (theirs, ours) that hang together."""
    found: dict[tuple[str, int], Pair] = {}
    for other, mine in links:
        one, two = found.get(("theirs", other), Pair()), found.get(("ours", mine), Pair())
        pair = one if one is two else Pair([*one.ours, *two.ours], [*one.theirs, *two.theirs])
        pair.ours += [] if mine in pair.ours else [mine]
        pair.theirs += [] if other in pair.theirs else [other]
        found |= {("ours", at): pair for at in pair.ours} | {("theirs", at): pair for at in pair.theirs}
    pairs = {id(pair): Pair(sorted(pair.ours), sorted(pair.theirs)) for pair in found.values()}
    return sorted(pairs.values(), key=lambda pair: pair.ours)


def alike(
    ours: Sequence[Lined], theirs: Sequence[Lined], left: Sequence[int], right: Sequence[int]
) -> Iterable[tuple[int, int]]:
    """Texts of a gap that are one another's rewording, in their order."""
    begin = 0
    for other in right:
        best, place = ALIKE, -1
        for at in range(begin, len(left)):
            if (likeness := ratio(ours[left[at]], theirs[other], best)) > best:
                best, place = likeness, at
        if place >= 0:
            yield left[place], other
            begin = place + 1


def ratio(mine: Lined, other: Lined, least: float) -> float:
    """How alike two texts are, 0 to 1; 0 where they are less so than `least`, or a heading and none."""
    if bool(mine.level) != bool(other.level):
        return 0.0
    matcher = SequenceMatcher(None, mine.text[:LONGEST_COMPARED], other.text[:LONGEST_COMPARED], autojunk=False)
    if matcher.real_quick_ratio() <= least or matcher.quick_ratio() <= least:
        return 0.0
    return matcher.ratio()


def moved(
    ours: Sequence[Lined], theirs: Sequence[Lined], left: Sequence[int], right: Sequence[int]
) -> Iterable[tuple[int, int]]:
    """Equal texts that stand elsewhere now."""
    places: dict[str, list[int]] = defaultdict(list)
    for at in left:
        places[tidied(ours[at].text)].append(at)
    for other in right:
        if waiting := places.get(tidied(theirs[other].text)):
            yield waiting.pop(0), other


def headings_of(lines: Sequence[Lined]) -> list[str]:
    """The heading above each line."""
    found, heading = [], ""
    for line in lines:
        found.append(heading)
        if line.level and line.cell is None:
            heading = tidied(line.text)
            found[-1] = heading
    return found
