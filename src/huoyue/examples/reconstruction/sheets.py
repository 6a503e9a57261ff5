"""The marks of one alliance while they are being made up: what they add to, and how they may still move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random

from huoyue.core.scheme.model import Scheme, hundredths

QUARTER = 25
Key = tuple[str, str, str]
"""Stage, expert, indicator."""


@dataclass
class Sheet:
    """Marks in hundredths by stage, expert, indicator. `start` is where an expert begins: the points by rule, or a
    fair opinion of a judged indicator. `decided` holds what the meeting settled."""

    unit: str
    start: dict[str, int]
    judged: frozenset[str]
    most: dict[str, int]
    weight: dict[str, Fraction]
    marks: dict[Key, int] = field(default_factory=dict)
    decided: dict[str, tuple[int, str]] = field(default_factory=dict)
    disputed: dict[Key, str] = field(default_factory=dict)

    def total(self) -> Fraction:
        """What marks and decisions add to, in hundredths; `weight` is what one mark of a stage counts for."""
        marked = (self.weight[key[0]] * mark for key, mark in self.marks.items() if key[2] not in self.decided)
        return sum(marked, Fraction(0)) + sum(settled for settled, _ in self.decided.values())

    def totals_by_expert(self) -> list[Fraction]:
        """What each expert gave altogether, stage by stage."""
        sums: Counter[tuple[str, str]] = Counter()
        for (stage, expert, _), mark in self.marks.items():
            sums[stage, expert] += mark
        return [Fraction(total) for total in sums.values()]

    def spread(self, indicator: str) -> int:
        """How far marks on an indicator lie apart."""
        given = [mark for key, mark in self.marks.items() if key[2] == indicator]
        return max(given) - min(given)

    def moved(self, key: Key, up: bool) -> int:
        """Where a mark lands when it moves to the next quarter up or down, stopping at the start and at both ends."""
        mark, start = self.marks[key], self.start[key[2]]
        landed = (mark // QUARTER + 1) * QUARTER if up else (-(-mark // QUARTER) - 1) * QUARTER
        between = min(mark, landed) < start < max(mark, landed)
        return max(0, min(self.most[key[2]], start if between else landed))


def blank(scheme: Scheme, unit: str, start: dict[str, int], judged: frozenset[str]) -> Sheet:
    """A sheet without marks. A mark counts its stage's weight over the stage's reviewers."""
    stages = [stage for stage in scheme.review.stages if stage.kind == "marks"]
    whole = sum(Fraction(stage.weight) for stage in stages)
    weight = {stage.id: Fraction(stage.weight) / whole / stage.reviewers for stage in stages}
    most = {indicator.id: hundredths(indicator.points) for indicator in scheme.indicators}
    return Sheet(unit, start, judged, most, weight)


def balance(sheet: Sheet, target: int, rng: Random, within: int = 15) -> None:
    """Move marks by quarter points until the total lies within `within` hundredths of `target`.

    Marks that went the other way come back first, then judged ones move, then others that already differ from the
    points by rule, and only then does a further mark leave them.
    """
    up = sheet.total() < target
    while abs(sheet.total() - target) > within:
        options = list(movable(sheet, up))
        best = min(rank for rank, _ in options)
        key = rng.choice([key for rank, key in options if rank == best])
        sheet.marks[key] = sheet.moved(key, up)


def movable(sheet: Sheet, up: bool) -> Iterator[tuple[int, Key]]:
    """The marks that can move in a direction, with how unwelcome it is that they do."""
    sign = 1 if up else -1
    for key, mark in sheet.marks.items():
        start = sheet.start[key[2]]
        free = key not in sheet.disputed and key[2] not in sheet.decided and start > 0
        if free and sheet.moved(key, up) != mark:
            away = sign * (mark - start)
            yield unwelcome(away, key[2] in sheet.judged), key


def unwelcome(away: int, judged: bool) -> int:
    if away < 0:
        return 0
    if judged:
        return 1 + 2 * (away // 50)
    return 2 if 0 < away < 50 else 3 + away // 50
