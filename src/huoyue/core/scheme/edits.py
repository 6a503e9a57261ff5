"""A scheme's text with some of its numbers or days replaced: comments, order and all else stay as their author wrote.

For trying things out: tier borders, points of indicators (their standard and their pillar follow), thresholds. For a
round: the days of its window.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from huoyue.core.message import M, Message, Title
from huoyue.core.scheme.model import Scheme
from huoyue.core.scheme.nodes import Path, Plain, Reading, read_nodes, spelled

Kind = Literal["border", "points", "threshold"]
NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
DAY = re.compile(r"(['\"]?)\d{4}-\d{2}-\d{2}\1")
POINTS = ("points", "cap", "otherwise")
"""Keys of a standard under which points stand."""
THRESHOLDS: dict[str, Message] = {
    "at_least": M("at least"),
    "within_days": M("within days"),
    "zero_at": M("no points at"),
    "full_at": M("full points at"),
}
"""Keys of a standard under which thresholds stand, and what they are called."""


@dataclass(frozen=True)
class Control:
    """A number that can be changed: where it stands in the file, what it is, of which tier or indicator."""

    path: Path
    kind: Kind
    owner: str
    title: Title
    value: Decimal
    what: Message | None = None
    """What a threshold is, and for how many points."""

    @property
    def name(self) -> str:
        return spelled(self.path)


def controls(scheme: Scheme, text: str) -> list[Control]:
    """The numbers of a sound scheme that can be changed: tier borders, points, thresholds of rules, in file order."""
    reading = read_nodes(text, "scheme.yaml")
    found = [
        Control(("tiers", n, "at_least"), "border", tier.id, tier.title, tier.at_least)
        for n, tier in enumerate(scheme.tiers)
    ]
    for p, pillar in enumerate(scheme.pillars):
        for n, indicator in enumerate(pillar.indicators):
            own: Path = ("pillars", p, "indicators", n)
            found.append(Control((*own, "points"), "points", indicator.id, indicator.title, indicator.points))
            found += _thresholds(reading, (*own, "standard"), indicator.id, indicator.title)
    return [control for control in found if control.path in reading.places]


def _thresholds(reading: Reading, below: Path, owner: str, title: Title) -> Iterator[Control]:
    for path, value in _numbers(reading, below):
        if path[-1] in THRESHOLDS and "where" not in path:
            points, word = _number(reading, (*path[:-1], "points")), THRESHOLDS[str(path[-1])]
            what = word if points is None else M("{threshold} (points: {points})", threshold=word, points=points)
            yield Control(path, "threshold", owner, title, value, what)


def changed(text: str, values: Mapping[Path, Decimal]) -> str:
    """`text` with these numbers in their place. New points of an indicator scale its standard and move its pillar's."""
    reading = read_nodes(text, "scheme.yaml")
    wanted = dict(values)
    pillars: dict[Path, Decimal] = {}
    for path, value in values.items():
        is_points = len(path) == 5 and path[2] == "indicators" and path[-1] == "points"
        if not is_points or not (before := _number(reading, path)):
            continue
        standard = _scaled(reading, (*path[:-1], "standard"), value / before)
        wanted |= {place: scaled for place, scaled in standard if place not in values}
        if _at(reading.values, (*path[:-1], "bonus")) is not True:
            pillars[path[:2]] = pillars.get(path[:2], Decimal(0)) + value - before
    for pillar, difference in pillars.items():
        own = _number(reading, (*pillar, "points"))
        if own is not None and (*pillar, "points") not in values:
            wanted[*pillar, "points"] = own + difference
    return _replaced(text, reading, {path: _written(value) for path, value in wanted.items()}, NUMBER)


def dated(text: str, days: Mapping[Path, date]) -> str:
    """`text` with these days in the place of others. ValueError where no day stands."""
    reading = read_nodes(text, "scheme.yaml")
    new = _replaced(text, reading, {path: day.isoformat() for path, day in days.items()}, DAY)
    now = read_nodes(new, "scheme.yaml").values
    if missing := [spelled(path) for path, day in days.items() if _at(now, path) != day]:
        raise ValueError(f"no day stands at {', '.join(missing)}")
    return new


def _scaled(reading: Reading, below: Path, factor: Decimal) -> Iterator[tuple[Path, Decimal]]:
    """The points in a standard times a factor, to the hundredth."""
    for path, value in _numbers(reading, below):
        if "where" not in path and (path[-1] in POINTS or path[-2] == "points"):
            yield path, (value * factor).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _numbers(reading: Reading, below: Path) -> Iterator[tuple[Path, Decimal]]:
    for path in reading.places:
        if path[: len(below)] == below and (value := _number(reading, path)) is not None:
            yield path, value


def _number(reading: Reading, path: Path) -> Decimal | None:
    """The number at a path; None if there is none."""
    value = _at(reading.values, path)
    return Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def _at(values: Plain, path: Path) -> object:
    here: object = values
    for part in path:
        if isinstance(here, dict) or (isinstance(here, list) and isinstance(part, int) and part < len(here)):
            here = here.get(part) if isinstance(here, dict) else here[part]  # type: ignore[index]
        else:
            return None
    return here


def _replaced(text: str, reading: Reading, wanted: Mapping[Path, str], shape: re.Pattern[str]) -> str:
    lines = text.split("\n")
    for path in sorted(wanted, key=lambda path: reading.places.get(path, (0, 0)), reverse=True):
        if path not in reading.places:
            continue
        line, column = reading.places[path]
        before, after = lines[line - 1][: column - 1], lines[line - 1][column - 1 :]
        if found := shape.match(after):
            lines[line - 1] = before + wanted[path] + after[found.end() :]
    return "\n".join(lines)


def _written(value: Decimal) -> str:
    plain = f"{value:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
