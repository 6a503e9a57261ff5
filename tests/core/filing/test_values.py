"""What people type and what is read: certain notations normalised, uncertain ones refused."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huoyue.core.filing.values import Raw, Read, read, read_day
from huoyue.core.message import Title
from huoyue.core.scheme.model import FieldSpec, Option

TITLE = Title(zh="栏", en="Field")
DAY = date(2016, 3, 5)


def spec(kind: str, **more: object) -> FieldSpec:
    return FieldSpec.model_validate({"id": "x", "title": TITLE, "type": kind} | more)


@pytest.mark.parametrize(
    "typed",
    [
        "2016-03-05",
        "2016/3/5",
        "2016.3.5",
        "2016年3月5日",
        "20160305",
        "２０１６年３月５日",
        "2016年3月5号",
        " 2016-3-5\u3000",
        "42434",
        "2016 年 3 月 5 日",
        "2016-03-05 00:00:00",
        datetime.combine(DAY, time(9, 30)),
        DAY,
        42434,
        42434.0,
    ],
)
def test_a_day_is_read_in_every_certain_notation(typed: Raw) -> None:
    assert read(spec("date"), typed).value == DAY


@pytest.mark.parametrize(
    "typed",
    [
        "3/5/2016",
        "05-03-2016",
        "16-3-5",
        "16年3月5日",
        "2016年3月",
        "2016-03",
        "2016-02-30",
        "三月五日",
        "去年",
        5,
        True,
        -1.0,
        "9999-01-01",
        "2016-13-01",
    ],
)
def test_a_day_that_is_not_certain_is_refused(typed: Raw) -> None:
    assert (read(spec("date"), typed).value, read(spec("date"), typed).code) == (None, "value.date")


def test_only_a_changed_notation_is_said() -> None:
    assert read_day("2016-03-05").note is None
    assert read_day("2016年3月5日").note is not None


@given(st.dates(date(1954, 10, 4), date(2119, 1, 10)))
def test_the_day_number_of_a_day_means_that_day(day: date) -> None:
    assert read_day((day - date(1899, 12, 30)).days).value == day


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("12.5", 1250),
        ("12.5万元", 1250),
        ("12.5 万", 1250),
        ("125000元", 1250),
        ("1,250,000元", 12500),
        ("0.00125亿元", 1250),
        ("１２．５", 1250),
        ("1,200.50", 120050),
        (12.5, 1250),
        (0, 0),
        ("-3", -300),
    ],
)
def test_money_is_kept_in_hundredths_of_ten_thousand_yuan(typed: Raw, stored: int) -> None:
    assert read(spec("money", decimals=2), typed).value == stored


@pytest.mark.parametrize(
    "typed",
    [
        "约12",
        "12-15",
        "12万美元",
        "1,2,3",
        "1.2.3",
        "十二",
        "12人",
        "1e5",
        "12%",
        "∞",
        "nan",
        True,
        float("nan"),
        float("inf"),
    ],
)
def test_an_amount_that_is_not_certain_is_refused(typed: Raw) -> None:
    found = read(spec("money", decimals=2), typed)
    assert (found.value, found.code) == (None, "value.number")


def test_nothing_is_rounded_silently() -> None:
    assert read(spec("integer"), "2.5").code == "value.too_fine"
    assert read(spec("money", decimals=2), "1元").code == "value.too_fine"
    assert read(spec("decimal", decimals=2), 0.125).code == "value.too_fine"
    assert read(spec("decimal", decimals=2), 12.2999999).code == "value.too_fine"


@pytest.mark.parametrize(("residue", "stored"), [(0.1 + 0.2, 30), (12.299999999999999, 1230), (-1.1 - 2.2, -330)])
def test_residue_of_reckoning_in_a_number_cell_is_what_people_see(residue: float, stored: int) -> None:
    assert read(spec("decimal", decimals=2), residue) == Read(stored)


@pytest.mark.parametrize("typed", [20160305, 20160305.0, "20160305"])
def test_eight_digits_are_a_day_as_number_and_as_text(typed: Raw) -> None:
    assert read(spec("date"), typed).value == date(2016, 3, 5)


def test_bounds_hold_at_both_ends() -> None:
    bounded = spec("integer", at_least=Decimal(1), at_most=Decimal(10))
    assert [read(bounded, n).value for n in (1, 10)] == [1, 10]
    assert [read(bounded, n).code for n in (0, 11)] == ["value.bound", "value.bound"]


@given(st.integers(-(10**12), 10**12), st.integers(0, 4))
def test_a_number_written_out_is_the_number_stored(stored: int, decimals: int) -> None:
    written = f"{Decimal(stored).scaleb(-decimals):f}"
    assert read(spec("decimal", decimals=decimals), written).value == stored


@pytest.mark.parametrize(
    ("typed", "value"), [("是", True), ("有", True), ("√", True), (1, True), ("否", False), ("无", False), (0.0, False)]
)
def test_yes_and_no_in_the_usual_spellings(typed: Raw, value: bool) -> None:
    assert read(spec("yes_no"), typed).value is value


def test_a_choice_by_id_title_or_listed_spelling() -> None:
    council = Option(id="council", title=Title(zh="理事会", en="Council"), also=("理事会会议",))
    kind = spec("choice", options=(council,))
    assert {read(kind, typed).value for typed in ("council", "理事会", " 理事会 ", "COUNCIL", "理事会会议")} == {
        "council"
    }
    assert read(kind, "董事会").code == "value.choice"


def test_texts_lose_blanks_around_them_and_invisible_characters() -> None:
    assert read(spec("text"), "　钢铁\u200b联盟 \u00a0").value == "钢铁联盟"
    assert read(spec("text"), 2016.0).value == "2016"
    assert read(spec("text", longest=3), "四个字了").code == "value.too_long"
    assert read(spec("text"), "a\x00b").code == "value.control"


@given(
    st.sampled_from(["text", "integer", "decimal", "money", "date", "yes_no", "link"]),
    st.text(max_size=60) | st.floats() | st.integers(),
)
def test_no_cell_raises(kind: str, raw: Raw) -> None:
    found = read(spec(kind), raw)
    assert found.value is None or found.code is None
