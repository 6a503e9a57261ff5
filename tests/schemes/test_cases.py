"""The cases beside the schemes: each is checked, and between them they leave no kind of standard out."""

from __future__ import annotations

import pytest
from case_files import Case, cases, expected, points_of

from huoyue.core.scheme.model import Judged, Ratio, Relative, Sum, simple_parts
from huoyue.exchange.scheme_file import load_scheme
from huoyue.schemes import builtin

SCHEMES = {name: load_scheme(name) for name in builtin()}
CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_facts_of_a_case_earn_the_points_that_its_author_wrote(case: Case) -> None:
    earned = points_of(SCHEMES[case.scheme], case)
    assert {name: earned[name] for name in expected(case)} == expected(case)


def test_every_indicator_of_the_2016_scheme_has_a_case() -> None:
    named = {name for case in CASES if case.scheme == "alliance_activity_2016" for name in case.content["points"]}
    assert {indicator.id for indicator in SCHEMES["alliance_activity_2016"].indicators} - named == set()


def kinds_with_cases() -> set[str]:
    found = set()
    for case in CASES:
        for name in case.content["points"]:
            standard = SCHEMES[case.scheme].indicator(name).standard
            found |= {standard.kind} | {
                f"{part.kind} {part.method}" if isinstance(part, Relative) else part.kind
                for part in simple_parts(standard)
            }
    return found


def test_every_kind_of_standard_has_a_case() -> None:
    assert kinds_with_cases() == {
        "steps", "linear", "categories", "checklist", "recency", "ratio", "presence", "judged", "sum",
        "relative", "relative min_max", "relative percentile", "relative z_score",
    }  # fmt: skip


def test_cases_name_only_what_the_scheme_has() -> None:
    for case in CASES:
        scheme = SCHEMES[case.scheme]
        assert set(case.content) <= {"name", "unit", "records", "others", "points"}, str(case)
        assert set(case.content["points"]) <= {indicator.id for indicator in scheme.indicators}, str(case)
        assert set(case.content.get("records", {})) <= {kind.id for kind in scheme.records}, str(case)


def test_ratios_by_steps_and_linear_ratios_both_have_a_case() -> None:
    ratios = [
        part
        for case in CASES
        for name in case.content["points"]
        if not isinstance(standard := SCHEMES[case.scheme].indicator(name).standard, Judged | Sum)
        for part in simple_parts(standard)
        if isinstance(part, Ratio)
    ]
    assert {bool(ratio.steps) for ratio in ratios} == {True, False}
