"""Moments as readers' languages write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from huoyue.server.saying import last_moment, moment

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("hour", "lang", "told"),
    [
        (0, "zh", "2017年1月27日 24:00"),
        (17, "zh", "2017年1月28日 17:00"),
        (0, "en", "27 January 2017 24:00"),
    ],
)
def test_a_deadline_at_midnight_is_the_end_of_the_day_before(hour, lang, told):
    assert last_moment(datetime(2017, 1, 28, hour, tzinfo=SHANGHAI), lang, zone="Asia/Shanghai") == told


def test_any_other_moment_is_told_as_it_is():
    assert moment(datetime(2016, 12, 8, tzinfo=SHANGHAI), "zh", zone="Asia/Shanghai") == "2016年12月8日 00:00"
