"""Moments as readers' languages write them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from huoyue.core.message import Title
from huoyue.core.phrase import render
from huoyue.core.refusal import Refusal
from huoyue.server.saying import last_moment, moment, sentences
from huoyue.server.templatetags.wording import browser
from huoyue.server.wording import refusal_words

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


@pytest.mark.once
@pytest.mark.parametrize(("lang", "expected"), [("zh", "一。二。"), ("en", "One. Two.")])
def test_chinese_sentences_follow_without_a_blank(lang, expected):
    assert sentences(Title(zh="一。", en="One."), None, Title(zh="二。", en="Two."), lang=lang) == expected


@pytest.mark.once
def test_what_a_refusal_names_is_listed_with_the_comma_of_the_language():
    what, _ = refusal_words(Refusal("cases_open", {"alliances": "甲; 乙"}))
    assert "甲、乙" in render(what, "zh")
    assert "甲, 乙" in render(what, "en")


@pytest.mark.once
@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge · Windows"),
        ("curl/8.0", "curl/8.0"),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent, expected):
    assert browser(agent) == expected
