from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl
import pytest
from panels import facts, filings, named, overrides, plain, scheme, title, unit_rows

from huoyue.core.scheme.model import Scheme
from huoyue.core.screening import screen

IN_TIME, LATE = date(2031, 1, 31), date(2031, 2, 3)


def ruled(*rules: dict[str, Any]) -> Scheme:
    return scheme(screening=[{"verdict": "incomplete"} | rule for rule in rules])


def rule(kind: str, **more: Any) -> dict[str, Any]:
    return named(kind, kind=kind, reason={"zh": "不合格", "en": "Failed"}, **more)


def outcome(found: pl.DataFrame) -> list[tuple[Any, ...]]:
    return found.select("unit", "verdict", "rule", "value", "needed").rows()


def test_a_unit_that_passes_every_rule_is_evaluated() -> None:
    found = screen(plain(), facts(plain(), unit_rows("A"), filings=filings(A=IN_TIME)))
    assert outcome(found) == [("A", "evaluated", None, None, None)]
    assert found["reason_zh"].to_list() == ["具备评价条件"]
    assert found["decided_by"].to_list() == ["rule"]


def test_a_unit_without_a_filing_did_not_file() -> None:
    found = screen(plain(), facts(plain(), unit_rows("A")))
    assert outcome(found) == [("A", "not_filed", "filed", None, None)]
    assert found["reason_en"].to_list() == ["not filed"]


def test_the_last_day_of_filing_is_in_time_and_the_next_is_not() -> None:
    by = ruled(rule("in_time"))
    found = screen(by, facts(by, unit_rows("A", "B"), filings=filings(A=IN_TIME, B=LATE)))
    assert outcome(found) == [("A", "evaluated", None, None, None), ("B", "incomplete", "in_time", 3.0, 0.0)]
    assert found["reason_zh"].to_list()[1] == "不合格（填报截止日为2031年1月31日，逾期3天）"
    assert found["reason_en"].to_list()[1] == "Failed (3 days after the close on 31 January 2031)"


def test_a_unit_that_was_given_more_time_is_in_time_until_its_own_last_day() -> None:
    by = ruled(rule("in_time"))
    handed = filings({"A": LATE, "B": date(2031, 2, 2), "C": date(2031, 1, 15)}, A=LATE, B=LATE, C=IN_TIME, D=LATE)
    found = screen(by, facts(by, unit_rows("A", "B", "C", "D"), filings=handed))
    assert outcome(found)[:3] == [
        ("A", "evaluated", None, None, None),
        ("B", "incomplete", "in_time", 1.0, 0.0),
        ("C", "evaluated", None, None, None),
    ]
    assert found["reason_en"].to_list()[1::2] == [
        "Failed (1 days after the close on 2 February 2031)",
        "Failed (3 days after the close on 31 January 2031)",
    ]


def test_without_a_filing_nothing_was_in_time() -> None:
    by = ruled(rule("in_time"))
    assert outcome(screen(by, facts(by, unit_rows("A")))) == [("A", "incomplete", "in_time", None, 0.0)]


def test_the_first_failing_rule_decides() -> None:
    by = ruled(
        rule("filed", verdict="not_filed"), rule("records", of="meeting", at_least=2), rule("coverage", at_least=3)
    )
    some = {"meeting": [{"unit": "A", "title": "m"}]}
    found = screen(by, facts(by, unit_rows("A", "B"), filings=filings(A=IN_TIME), records=some))
    assert outcome(found) == [("A", "incomplete", "records", 1.0, 2.0), ("B", "not_filed", "filed", None, None)]
    assert found["reason_zh"].to_list()[0] == "不合格（meeting（中）已填1条，至少2条）"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "不合格（覆盖1项指标，至少2项）"),
        ({"pillar": "work"}, "不合格（work（中）覆盖1项指标，至少2项）"),
    ],
)
def test_coverage_counts_what_the_unit_reported_itself(more: dict[str, Any], reason: str) -> None:
    """The liaison officer's call is a fact about the unit, not something that the unit filed."""
    by = ruled(rule("coverage", at_least=2, **more))
    records = {"meeting": [{"unit": "A", "title": "m"}], "call": [{"unit": "A"}]}
    found = screen(by, facts(by, unit_rows("A"), filings=filings(A=IN_TIME), records=records))
    assert outcome(found) == [("A", "incomplete", "coverage", 1.0, 2.0)]
    assert found["reason_zh"].to_list() == [reason]


def test_coverage_of_a_pillar_looks_at_that_pillar_alone() -> None:
    by = ruled(rule("coverage", at_least=1, pillar="results"))
    records = {"meeting": [{"unit": "A", "title": "m"}], "project": [{"unit": "B", "number": "1"}]}
    found = screen(by, facts(by, unit_rows("A", "B"), records=records))
    assert found["verdict"].to_list() == ["incomplete", "evaluated"]


def test_completeness_is_cut_so_that_it_never_reads_as_enough() -> None:
    """Of 3000 fields and references 2399 are filled, 79.97 percent: to be read as less than 80."""
    by = ruled(rule("complete", at_least=80))
    rows = [{"unit": "A", "title": "m" if n < 899 else None, "evidence": "e"} for n in range(1500)]
    found = screen(by, facts(by, unit_rows("A"), records={"meeting": rows}))
    assert outcome(found) == [("A", "incomplete", "complete", 79.9, 80.0)]
    assert found["reason_zh"].to_list() == ["不合格（已填79.9%，至少80%）"]


def test_percentages_are_written_without_the_noise_of_floats() -> None:
    """691 of 1000 are 69.1, which a tenth of 691 in floats is not."""
    by = ruled(rule("complete", at_least=80))
    rows = [{"unit": "A", "title": "m" if n < 191 else None, "evidence": "e"} for n in range(500)]
    found = screen(by, facts(by, unit_rows("A"), records={"meeting": rows}))
    assert found["reason_en"].to_list() == ["Failed (69.1% filled, at least 80%)"]


def test_completeness_at_the_limit_is_enough() -> None:
    by = ruled(rule("complete", at_least=75))
    rows = [{"unit": "A", "title": "m", "evidence": "e"}, {"unit": "A", "title": "m", "evidence": " "}]
    assert screen(by, facts(by, unit_rows("A"), records={"meeting": rows}))["verdict"].to_list() == ["evaluated"]


def test_where_nothing_is_required_nothing_is_missing() -> None:
    by = ruled(rule("complete", at_least=100))
    assert screen(by, facts(by, unit_rows("A")))["verdict"].to_list() == ["evaluated"]


def test_units_of_a_status_that_is_not_evaluated_are_left_out() -> None:
    members = [*unit_rows("A"), unit_rows("B", status="guest")[0] | {"position": 2}]
    assert screen(plain(), facts(plain(), members))["unit"].to_list() == ["A"]


def test_a_person_overrides_the_rules_and_is_named() -> None:
    decided = overrides(("A", "evaluated", "系统故障，已补交", "秘书处王某"))
    found = screen(plain(), facts(plain(), unit_rows("A", "B"), overrides=decided))
    assert outcome(found) == [("A", "evaluated", None, None, None), ("B", "not_filed", "filed", None, None)]
    assert found["decided_by"].to_list() == ["秘书处王某", "rule"]
    assert found["reason_zh"].to_list()[0] == (
        "秘书处王某认定：系统故障，已补交（按规则判定：未填报；not filed（中））"
    )
    assert found["reason_en"].to_list()[0] == (
        "Decided by 秘书处王某: 系统故障，已补交 (by the rules: did not file; not filed)"
    )


def test_an_override_may_exclude_and_one_for_a_stranger_does_nothing() -> None:
    decided = overrides(("A", "incomplete", "材料不实", "秘书处"), ("Z", "evaluated", "?", "?"))
    found = screen(plain(), facts(plain(), unit_rows("A"), filings=filings(A=IN_TIME), overrides=decided))
    assert outcome(found) == [("A", "incomplete", None, None, None)]


def test_order_of_rows_does_not_matter() -> None:
    by = ruled(rule("filed", verdict="not_filed"), rule("coverage", at_least=1))
    records = {"meeting": [{"unit": "A", "title": "m"}, {"unit": "C", "title": "n"}]}
    given = facts(by, unit_rows("A", "B", "C", "D"), filings=filings(A=IN_TIME, B=IN_TIME, C=LATE), records=records)
    mixed = replace(
        given,
        units=given.units.reverse(),
        filings=given.filings.reverse(),
        records={name: frame.reverse() for name, frame in given.records.items()},
    )
    assert screen(by, mixed).equals(screen(by, given))


def test_titles_of_the_rule_are_what_the_unit_is_told() -> None:
    by = scheme(screening=[named("filed", kind="filed", verdict="not_filed", reason=title("Too bad"))])
    assert screen(by, facts(by, unit_rows("A")))["reason_zh"].to_list() == ["Too bad（中）"]
