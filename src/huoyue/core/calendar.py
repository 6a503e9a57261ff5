"""Counting days as notices do: calendar days, or working days by the Chinese calendar with its moved weekends.

The day on which something happens is not counted; the first day is the one after it. The State Council announces the
holidays of a year late in the year before. Of a year that is not announced yet only weekends and the holidays that the
law fixes are known, so whoever prints such a day says that it may move.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from holidays import HolidayBase

Counting = Literal["calendar", "working"]
ONE = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """Days that were counted: both ends are part of it. `unannounced`: years in it whose holidays may still move."""

    starts: date
    ends: date
    unannounced: tuple[int, ...] = ()


@cache
def calendar_of(year: int) -> HolidayBase:
    """The holidays of a year."""
    from holidays import country_holidays  # why: slow

    return country_holidays("CN", years=year)


@cache
def announced() -> frozenset[int]:
    """Years with holidays moved by announcement that the calendar knows."""
    from holidays.countries.china import ChinaStaticHolidays  # why: slow

    return frozenset(ChinaStaticHolidays.special_public_holidays)


def is_working_day(day: date) -> bool:
    """Whether people work on that day: a weekday that is no holiday, or a weekend day that makes up for one."""
    return bool(calendar_of(day.year).is_working_day(day))


def counted_days(first: date, counted: Counting) -> Iterator[date]:
    """From `first` on, every day that counts."""
    day = first
    while True:
        if counted == "calendar" or is_working_day(day):
            yield day
        day += ONE


def span(from_day: date, days: int, counted: Counting) -> Span:
    """The first and the last of `days` days after `from_day`."""
    found = list(islice(counted_days(from_day + ONE, counted), days))
    return Span(found[0], found[-1], unannounced(from_day, found[-1], counted))


def days_before(day: date, days: int, counted: Counting) -> date:
    """The day that lies `days` counted days before `day`, on which a reminder is due."""
    while days > 0:
        day -= ONE
        days -= counted == "calendar" or is_working_day(day)
    return day


def count(starts: date, ends: date, counted: Counting) -> int:
    """How many days count from `starts` to `ends`, both included."""
    days = (starts + n * ONE for n in range((ends - starts).days + 1))
    return sum(counted == "calendar" or is_working_day(day) for day in days)


def unannounced(first: date, last: date, counted: Counting) -> tuple[int, ...]:
    """Years between two days whose holidays the calendar does not know; none where calendar days are counted."""
    if counted == "calendar":
        return ()
    return tuple(year for year in range(first.year, last.year + 1) if year not in announced())
