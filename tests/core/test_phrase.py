from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from string import Formatter

import pytest

from huoyue.core.message import M, Title
from huoyue.core.phrase import both, catalogue, render, zone_name


def test_dates_numbers_and_lists_stand_as_the_language_writes_them() -> None:
    message = M("{when} {count} {money} {third} {names}",
                when=date(2017, 1, 27), count=12345, money=Decimal("1200.50"), third=Fraction(1, 3),
                names=("甲", "乙"))  # fmt: skip
    assert both(message) == ("2017年1月27日 12345 1200.5 0.33 甲、乙", "27 January 2017 12,345 1,200.5 0.33 甲, 乙")


def test_titles_and_messages_inside_a_message_follow_its_language() -> None:
    inner = M("{name}!", name=Title(zh="理事会", en="Council"))
    assert both(M("<{inner}>", inner=inner)) == ("<理事会!>", "<Council!>")


def test_braces_in_what_people_typed_stay_as_they_are() -> None:
    assert render(M("{name}", name="{x} {0}"), "en") == "{x} {0}"


def test_a_placeholder_without_a_value_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(KeyError):
        render(M("{missing}"), "en")


def test_both_catalogues_hold_the_same_sentences() -> None:
    assert set(catalogue("zh")) == set(catalogue("en"))


def test_a_translation_has_exactly_the_placeholders_of_its_sentence() -> None:
    def holes(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

    differing = {text: string for text, string in catalogue("zh").items() if holes(text) != holes(string)}
    assert differing == {}


BRANDS = {"Excel", "Markdown", "Word"}
"""Formats that are called the same in Chinese."""


def test_chinese_sentences_are_chinese() -> None:
    latin = {text: string for text, string in catalogue("zh").items() if not any("一" <= c <= "鿿" for c in string)}
    assert {text for text in latin if any(word.isalpha() and len(word) > 3 for word in latin[text].split())} == BRANDS


def test_beijing_time_is_called_so_and_other_zones_by_their_names():
    assert zone_name("Asia/Shanghai").zh == "北京时间"
    assert (zone_name("Europe/Berlin").zh, zone_name("Asia/Shanghai").en) == ("时区Europe/Berlin", "Asia/Shanghai")
