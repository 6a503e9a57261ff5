"""Which number of an edited paragraph stands for which of the report's, where a mark is lost: by place, value, unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from huoyue.report.returned_numbers import Token, one_same

WORDS = re.compile(r"[A-Za-z]+|\S")
MOST_WORDS = 6000


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
    for step in (by_neighbours, by_value, by_place, by_style, by_unit):
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
    for tag, left, right in blocks(ours, theirs, texts):
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
    """As many numbers between the same words: each is what became of the one before."""
    for tag, left, right in blocks(ours, theirs, texts):
        left, right = ([one for one in side if not one.settled] for side in (left, right))
        if tag == "replace" and len(left) == len(right):
            yield from zip(left, right, strict=True)


def by_style(ours: Sequence[Number], theirs: Sequence[Number], texts: Texts) -> Pairs:
    """As many numbers typed where computed ones stood as computed ones are missing."""
    del texts
    left = [one for one in ours if one.mark and not one.settled]
    right = [one for one in theirs if one.styled and not one.settled]
    if len(left) == len(right):
        yield from zip(left, right, strict=True)


def by_unit(ours: Sequence[Number], theirs: Sequence[Number], texts: Texts) -> Pairs:
    """As many numbers of a unit as computed ones of that unit are missing."""
    del texts
    for unit in dict.fromkeys(one.token.unit for one in theirs if not one.settled):
        left = [one for one in ours if one.mark and not one.settled and one.token.unit == unit]
        right = [one for one in theirs if not one.settled and one.token.unit == unit]
        if unit and len(left) == len(right):
            yield from zip(left, right, strict=True)


def blocks(
    ours: Sequence[Number], theirs: Sequence[Number], texts: Texts
) -> Iterator[tuple[str, list[Number], list[Number]]]:
    """How the words of one side become those of the other: what happens, and the numbers of both sides in it."""
    left, right = words(texts[0], ours), words(texts[1], theirs)
    if max(len(left), len(right)) > MOST_WORDS:
        return
    matcher = SequenceMatcher(None, [key for key, _ in left], [key for key, _ in right], autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        yield tag, [one for _, one in left[a:b] if one], [one for _, one in right[c:d] if one]


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
