"""Counting days: cases of the Chinese calendar that anybody can check against the State Council's announcements."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huoyue.core.calendar import announced, count, days_before, is_working_day, span, unannounced

DAYS = st.dates(date(2008, 1, 1), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2017, 1, 22), True),  # a Sunday that made up for the Spring Festival
        (date(2017, 1, 26), True),
        (date(2017, 1, 27), False),
        (date(2017, 2, 2), False),  # a Thursday, the last day of the holiday
        (date(2017, 2, 3), True),
        (date(2017, 2, 4), True),  # a Saturday that made up for it
        (date(2017, 2, 5), False),
        (date(2017, 10, 1), False),
        (date(2017, 10, 8), False),  # National Day and Mid-Autumn together: eight days
        (date(2017, 9, 30), True),  # a Saturday that made up for them
        (date(2016, 10, 7), False),
        (date(2016, 10, 8), True),
        (date(2016, 10, 9), True),
        (date(2020, 1, 31), False),  # the Spring Festival that was made longer
    ],
)
def test_moved_weekends_and_holidays_are_as_announced(day: date, works: bool) -> None:
    assert is_working_day(day) is works


@pytest.mark.parametrize(
    ("put_up", "days", "first", "last"),
    [
        (date(2017, 1, 26), 5, date(2017, 2, 3), date(2017, 2, 8)),  # the eve's eve of the Spring Festival
        (date(2017, 1, 20), 5, date(2017, 1, 22), date(2017, 1, 26)),  # a Friday; Sunday is worked
        (date(2016, 9, 30), 5, date(2016, 10, 8), date(2016, 10, 12)),  # the day before National Day
        (date(2017, 3, 1), 5, date(2017, 3, 2), date(2017, 3, 8)),
        (date(2017, 3, 3), 1, date(2017, 3, 6), date(2017, 3, 6)),  # a Friday: the first day is Monday
    ],
)
def test_working_days_begin_after_the_day_of_the_notice(put_up: date, days: int, first: date, last: date) -> None:
    found = span(put_up, days, "working")
    assert (found.starts, found.ends, found.unannounced) == (first, last, ())


def test_calendar_days_count_holidays_too() -> None:
    found = span(date(2017, 1, 26), 7, "calendar")
    assert (found.starts, found.ends) == (date(2017, 1, 27), date(2017, 2, 2))


def test_a_year_without_an_announcement_is_named() -> None:
    later = max(announced()) + 1
    eve = date(later - 1, 12, 28)
    assert span(eve, 5, "working").unannounced == (later,)
    assert span(eve, 5, "calendar").unannounced == ()
    assert unannounced(date(2016, 12, 30), date(2017, 1, 5), "working") == ()


@settings(max_examples=40)
@given(day=DAYS, days=st.integers(1, 20), counted=st.sampled_from(["calendar", "working"]))
def test_a_span_holds_as_many_days_as_were_asked_for(day: date, days: int, counted: str) -> None:
    found = span(day, days, counted)
    assert found.starts > day
    assert count(found.starts, found.ends, counted) == days
    assert count(day + timedelta(days=1), found.ends, counted) == days
    assert days_before(found.ends, days - 1, counted) == found.starts
