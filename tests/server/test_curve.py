"""The curve of submissions: what its axes say, and how far apart it counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from tests.server.world import make_round

from huoyue.server.models import Filing, Round, Version
from huoyue.server.queries.curve import MOST_MARKS, curve

ZONE = ZoneInfo("Asia/Shanghai")


def window(round_, first, last):
    Round.objects.filter(pk=round_.pk).update(opens_at=first, deadline=last)
    round_.refresh_from_db()


def drawn(round_, now):
    return curve(round_, Filing.objects.filter(round=round_), now)


def labels(ticks):
    return [tick.label for tick in ticks]


def submitted(filing, at):
    Version.objects.create(
        filing=filing, number=1, content="{}", digest="d", submitted_at=at, signed_as="x", receipt=f"r{filing.pk}{at}"
    )


def test_days_stand_without_years_within_one_year_and_with_years_across_two(world):
    window(world.round, datetime(2026, 3, 2, tzinfo=ZONE), datetime(2026, 3, 30, tzinfo=ZONE))
    assert labels(drawn(world.round, timezone.now()).ticks) == ["3/2", "3/9", "3/16", "3/23", "3/29"]
    window(world.round, datetime(2026, 12, 21, tzinfo=ZONE), datetime(2027, 1, 18, tzinfo=ZONE))
    found = labels(drawn(world.round, timezone.now()).ticks)
    assert found == ["2026/12/21", "2026/12/28", "2027/1/4", "2027/1/11", "2027/1/17"]


def test_a_short_window_has_a_tick_a_day(world):
    window(world.round, datetime(2026, 3, 2, 9, tzinfo=ZONE), datetime(2026, 3, 4, 17, tzinfo=ZONE))
    assert labels(drawn(world.round, timezone.now()).ticks) == ["3/2", "3/3", "3/4"]
    window(world.round, datetime(2026, 3, 2, 9, tzinfo=ZONE), datetime(2026, 3, 2, 17, tzinfo=ZONE))
    assert labels(drawn(world.round, timezone.now()).ticks) == ["3/2", "3/2"]


def test_a_round_opened_years_ago_is_counted_at_a_handful_of_moments(world):
    last = datetime(2026, 3, 30, tzinfo=ZONE)
    window(world.round, last - timedelta(days=4000), last)
    submitted(world.filings[0], last - timedelta(hours=1))
    found = drawn(world.round, last + timedelta(days=1))
    assert len(found.days) <= MOST_MARKS + 1
    assert len(found.ticks) == 5 and found.ticks[0].label == "2015/4/17"
    assert found.days[-1][:2] == (last, 1)
    assert found.now.split()[-1].startswith("630.0,")


def test_the_line_ends_today_and_that_of_the_last_round_at_the_deadline(world):
    first = datetime(2026, 3, 2, tzinfo=ZONE)
    window(world.round, first, first + timedelta(days=10))
    before = make_round("r0")
    window(before, first - timedelta(days=365), first - timedelta(days=355))
    Round.objects.filter(pk=world.round.pk).update(previous=before)
    world.round.refresh_from_db()
    for n, day in enumerate((1, 4)):
        submitted(world.filings[n], first + timedelta(days=day, hours=-1))
    for n, day in enumerate((2, 9)):
        old = Filing.objects.create(round=before, alliance=world.alliances[n])
        submitted(old, first + timedelta(days=day - 365, hours=-1))
    found = drawn(world.round, first + timedelta(days=5, hours=1))
    assert [count for _, count, _ in found.days] == [0, 1, 1, 1, 2, 2]
    assert [older for _, _, older in found.days] == [0, 0, 1, 1, 1, 1]
    assert len(found.before.split()) == 11
    assert labels(found.heights) == ["0", "1", "3"]
    assert [tick.y for tick in found.heights] == [214.0, 147.3, 14.0]


def test_who_submitted_since_midnight_is_on_the_line_already(world):
    first = datetime(2026, 3, 2, tzinfo=ZONE)
    window(world.round, first, first + timedelta(days=10))
    submitted(world.filings[0], first + timedelta(hours=9))
    found = drawn(world.round, first + timedelta(hours=10))
    assert [count for _, count, _ in found.days] == [0, 1]


def test_one_alliance_alone_has_no_height_twice(world):
    world.filings[1].delete()
    world.filings[2].delete()
    assert labels(drawn(world.round, timezone.now()).heights) == ["0", "1"]
