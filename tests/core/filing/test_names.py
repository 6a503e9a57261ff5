"""Which unit a name means."""

from __future__ import annotations

import pytest

from huoyue.core.filing.names import Names

SUFFIXES = ["产业技术创新战略联盟", "技术创新战略联盟", "联盟"]
UNITS = [
    ("A001", "钢铁可循环流程技术创新战略联盟", ["钢铁联盟"]),
    ("A002", "煤炭开发利用技术创新战略联盟", []),
    ("A003", "大豆产业技术创新战略联盟", ["油料联盟"]),
    ("A004", "油料作物技术创新战略联盟", ["油料联盟"]),
]


@pytest.fixture
def names() -> Names:
    return Names(UNITS, SUFFIXES)


@pytest.mark.parametrize(
    "typed",
    [
        "A001",
        "a001",
        "Ａ００１",
        "钢铁可循环流程技术创新战略联盟",
        "钢铁可循环流程",
        "钢铁可循环流程联盟",
        "钢铁联盟",
        "钢铁 ",
    ],
)
def test_a_unit_is_known_by_code_name_alias_and_without_the_usual_ending(names: Names, typed: str) -> None:
    assert names.find(typed).value == "A001"


def test_a_name_that_two_units_share_is_refused(names: Names) -> None:
    assert names.find("油料联盟").code == "unit.ambiguous"


def test_a_near_miss_is_suggested_and_never_taken(names: Names) -> None:
    found = names.find("煤碳开发利用技术创新战略联盟")
    assert (found.value, found.code) == (None, "unit.unknown")
    assert found.mend is not None
    assert found.mend.values["name"] != ""


def test_a_name_like_no_other_is_refused(names: Names) -> None:
    assert names.find("航天").code == "unit.unknown"
