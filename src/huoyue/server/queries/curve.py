"""The curve of submissions: how many alliances had submitted by when, beside the round before, as points of an SVG."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from django.db.models import Min, QuerySet

from huoyue.core.phrase import MONTHS
from huoyue.server.models import Filing, Round
from huoyue.server.saying import current_language

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 240, 40, 630, 10, 210
"""The picture, and the four sides of the area between its axes."""
MOST_MARKS = 120
"""Moments at which is counted: a day apart, or further where the window is longer."""
TICKS = 4
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Tick:
    """A label at an axis."""

    label: str
    x: float = LEFT
    y: float = BOTTOM
    anchor: str = "middle"


@dataclass(frozen=True)
class Curve:
    """Submissions over time as points of an SVG, and as numbers a day for those who read tables."""

    now: str
    before: str
    days: list[tuple[datetime, int, int | None]]
    ticks: list[Tick]
    heights: list[Tick]
    width: int = WIDTH
    height: int = HEIGHT


def first_submissions(filings: QuerySet[Filing]) -> list[datetime]:
    """When each alliance first submitted, sorted."""
    found = filings.annotate(first=Min("versions__submitted_at")).exclude(first=None)
    return sorted(found.order_by().values_list("first", flat=True))


def curve(round_: Round, filings: QuerySet[Filing], now: datetime) -> Curve:
    """The cumulative curve of first submissions from opening to deadline, beside that of the round before."""
    marks = moments(round_.opens_at, round_.deadline)
    times, shift = first_submissions(filings), timedelta()
    with_today(marks, times, now)
    past: list[datetime] = []
    if round_.previous is not None:
        alliances = filings.values("alliance")
        past = first_submissions(Filing.objects.filter(round=round_.previous, alliance__in=alliances))
        shift = round_.deadline - round_.previous.deadline
    counts = [bisect_right(times, mark) for mark in marks if mark <= max(now, round_.opens_at)]
    older = [bisect_right(past, mark - shift) for mark in marks] if round_.previous is not None else []
    most = max([filings.count(), 1, *older])
    days = [(mark, counts[n], older[n] if older else None) for n, mark in enumerate(marks[: len(counts)])]
    return Curve(points(marks, counts, most), points(marks, older, most), days, ticks(round_), heights(most))


def with_today(marks: list[datetime], times: Sequence[datetime], now: datetime) -> None:
    """Count at this moment too, if somebody submitted since the last one."""
    over = bisect_right(marks, now)
    if 0 < over < len(marks) and bisect_right(times, now) > bisect_right(times, marks[over - 1]):
        marks.insert(over, now)


def moments(first: datetime, last: datetime) -> list[datetime]:
    """From the opening on, a day or more apart, and the deadline."""
    step = max(1, ceil((last - first) / DAY / MOST_MARKS)) * DAY
    inner = [first + n * step for n in range(ceil((last - first) / step))]
    return [*inner, last]


def points(marks: Sequence[datetime], counts: Sequence[int], most: int) -> str:
    """Counts at moments as the points of a line."""
    found = [(across(marks, mark), upward(count, most)) for mark, count in zip(marks, counts, strict=False)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in found)


def across(marks: Sequence[datetime], mark: datetime) -> float:
    return LEFT + (mark - marks[0]) / (marks[-1] - marks[0]) * (RIGHT - LEFT)


def upward(count: int, most: int) -> float:
    return BOTTOM - count / most * (BOTTOM - TOP)


def ticks(round_: Round) -> list[Tick]:
    """Days along the axis in the round's time zone: a handful, with their years where these differ."""
    zone, span = ZoneInfo(round_.time_zone), round_.deadline - round_.opens_at
    parts = max(1, min(TICKS, span // DAY))
    shown = [(round_.opens_at + span * n / parts).astimezone(zone) for n in range(parts)]
    shown.append((round_.deadline - timedelta(seconds=1)).astimezone(zone))  # midnight ends the day before
    years = len({day.year for day in shown}) > 1
    anchors = ["start", *["middle"] * (parts - 1), "end"]
    return [
        Tick(short_day(day, with_year=years), x=round(LEFT + n / parts * (RIGHT - LEFT), 1), anchor=anchors[n])
        for n, day in enumerate(shown)
    ]  # fmt: skip


def short_day(day: datetime, *, with_year: bool) -> str:
    """A day as a label of the axis: 11/5 in Chinese, 5 Nov in English, where figures alone can be read two ways."""
    if current_language() == "en":
        return f"{day.day} {MONTHS[day.month - 1][:3]}" + (f" {day.year}" if with_year else "")
    return (f"{day.year}/" if with_year else "") + f"{day.month}/{day.day}"


def heights(most: int) -> list[Tick]:
    """Nothing, about a half, and all, each where it stands."""
    return [Tick(str(count), y=round(upward(count, most) + 4, 1)) for count in sorted({0, most // 2, most})]
