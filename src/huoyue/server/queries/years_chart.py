"""Tiers over the periods as a chart of stacked columns, points of an SVG made here: it needs no script."""

from __future__ import annotations

from dataclasses import dataclass

from huoyue.server.queries.years import NOT_EVALUATED, UNKNOWN, Years

WIDTH, HEIGHT, TOP, BOTTOM, LEFT = 640, 240, 10, 208, 40
NARROWEST, WIDEST = 84, 180
"""From one column to the next, at least and at most; a column takes two thirds of it."""
OTHER = {NOT_EVALUATED: "#7b8694", UNKNOWN: "#a9b2bf"}
"""Colours of what is no tier."""
SPARE = ("#6b7f95", "#8f7a5e", "#77608a")
"""Colours of tiers that the newest scheme does not have."""
ROOM = 14
"""Height from which a part has room for its number."""


@dataclass(frozen=True)
class Part:
    """One tier in one period: a rectangle, and its number where there is room. `ink` is light or dark."""

    name: str
    count: int
    colour: str
    ink: str
    x: float
    y: float
    height: float
    middle: float

    @property
    def labelled(self) -> bool:
        return self.height >= ROOM


@dataclass(frozen=True)
class Column:
    """One period: its label below, its parts from the bottom up."""

    label: str
    x: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Chart:
    """Everything the template draws."""

    columns: tuple[Column, ...]
    width: int
    colours: dict[str, str]
    most: int
    column: float
    height: int = HEIGHT
    bottom: int = BOTTOM
    top: int = TOP
    left: int = LEFT


def chart_of(years: Years) -> Chart:
    """The chart: the lowest tier at the bottom, then upwards; not evaluated and unknown on top."""
    known = {tier.id: tier.colour for tier in years.scheme.tiers}
    spare = iter(SPARE * 9)
    colours = {name: known.get(name) or next(spare) for name in years.tiers} | OTHER
    order = [*reversed(years.tiers), NOT_EVALUATED, UNKNOWN]
    most = max((len(period.results) for period in years.periods), default=0) or 1
    step = min(WIDEST, max(NARROWEST, (WIDTH - LEFT) / max(1, len(years.periods))))
    column = round(step * 2 / 3, 1)
    columns = []
    for n, period in enumerate(years.periods):
        x = round(LEFT + step / 6 + n * step, 1)
        counts, base, parts = period.counts(), float(BOTTOM), []
        for name in order:
            if count := counts.get(name, 0):
                height = count / most * (BOTTOM - TOP)
                base -= height
                parts.append(Part(name, count, colours[name], ink_on(colours[name]), x, round(base, 1),
                                  round(height, 1), round(base + height / 2 + 4, 1)))  # fmt: skip
        columns.append(Column(period.label, round(x + column / 2, 1), tuple(parts)))
    width = max(WIDTH, round(LEFT + len(columns) * step))
    shown = {name: colour for name, colour in colours.items() if any(name in p.counts() for p in years.periods)}
    return Chart(tuple(columns), width, shown, most, column)


def ink_on(colour: str) -> str:
    """Whether light or dark signs are read better on a colour."""
    channels = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "light" if light < 0.179 else "dark"
