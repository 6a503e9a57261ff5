"""Which number of an edited paragraph stands for which of the report's, where a mark is lost.

By what stands around it, by its value, by its place, and in a sentence written anew by its clause. Nothing is guessed:
a number that is not clearly one of the report's is left for looking up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from huoyue.report.returned_numbers import Token, one_same

WORDS = re.compile(r"[A-Za-z]+|\S")
CLAUSE = re.compile(r"[，。；：、！？,;:!?（）()\n]|\.(?!\d)")
MOST_WORDS = 6000
TIGHT = 2
"""Words that may have changed beside a number for it to be still in its place."""
CLEAR, LEAST = 0.6, 2
"""Share of a clause's words that another must have to be the same said otherwise, and how many at least."""


@dataclass
class Number:
    """A number of a line, ours or theirs; `mark` names ours, several where they have grown together."""

    line: int
    token: Token
    mark: str = ""
    settled: bool = False
    """What became of it, or what it stands for, is known."""
    styled: bool = False
    """Written where a computed number stood."""


Settled = Callable[[Number, Number], None]
"""Told (ours, theirs) of each pair."""


def settle(
    ours: Sequence[Number], theirs: Sequence[Number], texts: tuple[Sequence[str], Sequence[str]], told: Settled
) -> None:
    """Pair what can be paired. `ours` and `theirs` are all numbers of the paragraph, settled ones too."""
    for step in (by_neighbours, by_value, by_place, by_clause, by_style):
        left, free = ([one for one in side if not one.settled] for side in (ours, theirs))
        if not left or not free:
            return
        for mine, other in step(ours, theirs, texts):
            if not mine.settled and not other.settled:
                mine.settled = other.settled = True
                told(mine, other)


Pairs = Iterator[tuple[Number, Number]]
Texts = tuple[Sequence[str], Sequence[str]]


def by_neighbours(ours: Sequence[Number], theirs: Sequence[Number], texts: Texts) -> Pairs:
    """The same number between the same words."""
    for tag, left, right, _ in blocks(ours, theirs, texts):
        if tag == "equal":
            yield from zip(left, right, strict=True)


def by_value(ours: Sequence[Number], theirs: Sequence[Number], texts: Texts) -> Pairs:
    """The same number elsewhere in the paragraph; those that the report computed first."""
    del texts
    for mine in sorted(ours, key=lambda one: not one.mark):
        for other in theirs:
            if not mine.settled and not other.settled and one_same(other.token.text, mine.token.text):
                yield mine, other


def by_place(ours: Sequence[Number], theirs: Sequence[Number], texts: Texts) -> Pairs:
    """As many numbers between the same words, in clauses that say the same: each is what became of the one before."""
    for tag, left, right, changed in blocks(ours, theirs, texts):
        left, right = ([one for one in side if not one.settled] for side in (left, right))
        if tag == "replace" and len(left) == len(right) and changed <= TIGHT:
            for mine, other in zip(left, right, strict=True):
                if likeness(clause(texts[0][mine.line], mine), clause(texts[1][other.line], other)) >= CLEAR:
                    yield mine, other


def by_style(ours: Sequence[Number], theirs: Sequence[Number], texts: Texts) -> Pairs:
    """As many numbers typed where computed ones stood as computed ones are missing."""
    del texts
    left = [one for one in ours if one.mark and not one.settled]
    right = [one for one in theirs if one.styled and not one.settled]
    if len(left) == len(right):
        yield from zip(left, right, strict=True)


def by_clause(ours: Sequence[Number], theirs: Sequence[Number], texts: Texts) -> Pairs:
    """Numbers of one unit in clauses that say the same, each the other's best and no second one as good."""
    left = [(one, clause(texts[0][one.line], one)) for one in ours if one.mark and not one.settled]
    right = [(one, clause(texts[1][one.line], one)) for one in theirs if not one.settled]
    scores = {
        (m, o): likeness(mine, other)
        for m, (one, mine) in enumerate(left)
        for o, (two, other) in enumerate(right)
        if one.token.unit == two.token.unit
    }
    for (m, o), score in scores.items():
        rivals = [value for (i, j), value in scores.items() if (i == m) != (j == o)]
        if score >= CLEAR and all(value < score for value in rivals):
            yield left[m][0], right[o][0]


def clause(text: str, number: Number) -> set[str]:
    """The words of the clause in which a number stands, without the numbers and its unit."""
    start = max((m.end() for m in CLAUSE.finditer(text, 0, number.token.start)), default=0)
    end = CLAUSE.search(text, number.token.end)
    words = WORDS.findall(text[start : end.start() if end else len(text)])
    return {word for word in words if not word.isdecimal()} - {number.token.unit}


def likeness(mine: set[str], other: set[str]) -> float:
    """The share of the shorter clause's words that the other has; 0 where they have hardly any in common."""
    if mine == other:
        return 1.0
    common = len(mine & other)
    return common / min(len(mine), len(other)) if common >= LEAST else 0.0


def blocks(
    ours: Sequence[Number], theirs: Sequence[Number], texts: Texts
) -> Iterator[tuple[str, list[Number], list[Number], int]]:
    """How the words of one side become those of the other: what happens, both sides' numbers in it, its other words."""
    left, right = words(texts[0], ours), words(texts[1], theirs)
    if max(len(left), len(right)) > MOST_WORDS:
        return
    matcher = SequenceMatcher(None, [key for key, _ in left], [key for key, _ in right], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        mine, other = ([one for _, one in side if one] for side in (left[a:b], right[c:d]))
        yield tag, mine, other, max(b - a - len(mine), d - c - len(other))


def words(texts: Sequence[str], numbers: Sequence[Number]) -> list[tuple[str, Number | None]]:
    """The words and signs of texts in order. A number that is in its mark is known by it, whatever it says."""
    found: list[tuple[str, Number | None]] = []
    waiting = iter(numbers)
    number = next(waiting, None)
    for line, text in enumerate(texts):
        at = 0
        while number is not None and number.line == line:
            found += [(word, None) for word in WORDS.findall(text[at : number.token.start])]
            found.append((f"\0{number.mark}" if number.settled and number.mark else number.token.plain, number))
            at, number = number.token.end, next(waiting, None)
        found += [(word, None) for word in WORDS.findall(text[at:])]
    return found
