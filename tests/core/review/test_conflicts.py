from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from panels import decisions, experts, facts, filings, marks, named, plain, points, reviewed, unit_rows
from tests.core.review.test_screening import IN_TIME

from huoyue.core.phrase import both
from huoyue.core.problem import Problem
from huoyue.core.review.conflicts import check_panel
from huoyue.core.review.design import components
from huoyue.core.scheme.model import Scheme
from huoyue.core.tables import Facts

PANEL = experts(a=("one", []), b=("one", []), c=("one", []), d=("two", []), e=("two", []))
FULL = [
    *[("first", expert, "A", "projects", 1000) for expert in "abc"],
    *[("second", expert, "A", "projects", 1000) for expert in "de"],
]


def panel(*given: tuple[str, str, str, str, int], by: Scheme | None = None, **tables: Any) -> Facts:
    defaults: dict[str, Any] = {"experts": PANEL, "filings": filings(A=IN_TIME, B=IN_TIME)}
    return facts(by or plain(), unit_rows("A"), marks=marks(*given), **(defaults | tables))


def codes(found: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.severity) for problem in found]


def one(found: list[Problem], code: str) -> Problem:
    (problem,) = [problem for problem in found if problem.code == code]
    return problem


def said(problem: Problem) -> str:
    return both(problem.what)[0]


def test_a_complete_review_by_independent_groups_has_no_problems() -> None:
    """But experts of the two groups marked the same unit, so that their scales can be compared."""
    assert check_panel(plain(), panel(*FULL)) == []


def test_without_any_marks_there_is_nothing_to_check() -> None:
    assert check_panel(plain(), panel()) == []


def test_an_expert_may_not_mark_a_unit_among_the_homes() -> None:
    at_home = experts(a=("one", ["A"]), b=("one", []), c=("one", []), d=("two", []), e=("two", []))
    problem = one(check_panel(plain(), panel(*FULL, experts=at_home)), "mark_conflict")
    assert (problem.severity, problem.place.path) == ("error", "marks/first/a/A")
    assert said(problem) == "a在first（中）中为A联盟打分，但属该单位人员或已申报利害关系，应当回避"
    assert problem.mend is not None


def test_a_home_that_is_not_in_the_register_is_told() -> None:
    far = experts(a=("one", ["Z"]), b=("one", []), c=("one", []), d=("two", []), e=("two", []))
    assert codes(check_panel(plain(), panel(*FULL, experts=far))) == [("unknown_home", "warning")]


@pytest.mark.parametrize("expert", ["a", "b"])
def test_a_second_look_is_not_for_the_group_that_looked_first(expert: str) -> None:
    """a marked the unit before; b belongs to the same group, though b did not."""
    given = [("first", "a", "A", "projects", 1000), ("second", expert, "A", "projects", 1000)]
    problem = one(check_panel(plain(), panel(*given)), "mark_same_group")
    assert (problem.severity, problem.place.path) == ("error", f"marks/second/{expert}/A")


def test_a_first_stage_has_no_group_before_it() -> None:
    by = reviewed([named("first", kind="marks", across_groups=True)])
    assert check_panel(by, panel(("first", "a", "A", "projects", 0), by=by)) == []


def test_what_does_not_exist_is_named_once_with_its_rows() -> None:
    given = [
        *FULL,
        ("first", "z", "A", "projects", 0),
        ("first", "z", "A", "calls", 0),
        ("first", "a", "Z", "projects", 0),
        ("first", "a", "A", "nothing", 0),
        ("meeting", "a", "A", "projects", 0),
    ]
    found = check_panel(plain(), panel(*given))
    assert codes(found) == [
        ("unknown_unit", "error"),
        ("unknown_stage", "error"),
        ("unknown_expert", "error"),
        ("unknown_indicator", "error"),
    ]
    assert [(p.place.path, p.place.value) for p in found] == [
        ("marks/unit", "Z"), ("marks/stage", "meeting"), ("marks/expert", "z"), ("marks/indicator", "nothing"),
    ]  # fmt: skip
    assert said(one(found, "unknown_expert")) == "专家名单中没有该专家（共2行）"


@pytest.mark.parametrize("mark", [-1, 4001])
def test_marks_keep_to_the_points_of_the_indicator(mark: int) -> None:
    given = [*FULL[1:], ("first", "a", "A", "projects", mark)]
    problem = one(check_panel(plain(), panel(*given)), "mark_out_of_bounds")
    assert (problem.severity, problem.place.path) == ("error", "marks/first/a/A/projects")
    assert said(problem) == f"A联盟的projects（中）评为{mark / 100:g}分，应在0至40分之间，至多两位小数"


def test_a_mark_finer_than_hundredths_is_refused() -> None:
    fine = panel(*FULL).marks.with_columns(pl.col("mark") + 0.5)
    found = check_panel(plain(), facts(plain(), unit_rows("A"), experts=PANEL, filings=filings(A=IN_TIME), marks=fine))
    assert set(codes(found)) == {("mark_out_of_bounds", "error")}


def test_the_meeting_keeps_to_the_points_as_well_and_decides_by_indicator() -> None:
    settled = decisions(("meeting", "A", "calls", 2001), ("meeting", "A", "*", 9000), ("first", "A", "calls", 1))
    found = check_panel(plain(), panel(*FULL, decisions=settled))
    assert [problem.code for problem in found] == ["unknown_stage", "mark_out_of_bounds", "decision_on_total"]


def test_an_expert_marks_once() -> None:
    twice = pl.concat([panel(*FULL).marks, marks(("first", "a", "A", "projects", 900))])
    given = facts(plain(), unit_rows("A"), experts=PANEL, filings=filings(A=IN_TIME), marks=twice)
    problem = one(check_panel(plain(), given), "marked_twice")
    assert (problem.severity, said(problem)) == ("error", "a在同一阶段对A联盟同一指标打分2次")


def test_too_few_reviewers_and_a_stage_without_marks_are_warned_of() -> None:
    found = check_panel(plain(), panel(*FULL[:2]))
    assert codes(found) == [("too_few_reviewers", "warning"), ("stage_without_marks", "warning")]
    assert said(found[0]) == "first（中）：有1个单位的评审专家不足3位：A联盟"


def test_long_lists_of_units_are_cut_short() -> None:
    units = [f"U{n}" for n in range(9)]
    given = facts(
        plain(), unit_rows("A", *units), experts=PANEL, marks=marks(*FULL),
        filings=filings(**dict.fromkeys(["A", *units], IN_TIME)),
    )  # fmt: skip
    assert said(check_panel(plain(), given)[0]).endswith("：U0联盟、U1联盟、U2联盟、U3联盟、U4联盟等（另有4个）")


def test_marks_on_units_that_are_not_evaluated_are_warned_of() -> None:
    given = [*FULL, ("first", "a", "B", "projects", 0)]
    members = facts(plain(), unit_rows("A", "B"), experts=PANEL, marks=marks(*given), filings=filings(A=IN_TIME))
    found = check_panel(plain(), members)
    assert codes(found) == [("mark_on_unevaluated", "warning")]
    assert said(found[0]) == "有1个单位已被打分但未列入评价，其评分不计：B联盟"


def test_a_change_without_a_reason_is_told_once_an_expert() -> None:
    silent = panel(*FULL)
    silent = facts(
        plain(), unit_rows("A"), experts=PANEL, filings=silent.filings,
        marks=silent.marks.with_columns(reason=pl.when(pl.col("expert") == "a").then(pl.lit(" ")).otherwise("reason")),
    )  # fmt: skip
    suggested = points(plain(), "A", projects=2000)
    problem = one(check_panel(plain(), silent, points=suggested), "mark_without_reason")
    assert (problem.severity, problem.place.path) == ("warning", "marks/first/a")
    assert check_panel(plain(), silent, points=points(plain(), "A", projects=1000)) == []


def test_groups_that_share_no_unit_cannot_be_compared() -> None:
    by = reviewed([named("first", kind="marks")])
    given = [("first", "a", "A", "projects", 0), ("first", "b", "A", "projects", 0), ("first", "d", "B", "projects", 0)]
    members = facts(by, unit_rows("A", "B"), experts=PANEL, marks=marks(*given), filings=filings(A=IN_TIME, B=IN_TIME))
    (problem,) = check_panel(by, members)
    assert (problem.code, problem.severity) == ("scales_not_comparable", "warning")
    assert said(problem) == "专家分成互无共同评审单位的2组，组间宽严无法比较；人数最少的一组为d"


def test_components_join_through_third_parties() -> None:
    pairs = [("A", "a"), ("A", "b"), ("B", "b"), ("B", "c"), ("C", "d"), ("C", "e"), ("D", "f")]
    assert components(pairs) == [["a", "b", "c"], ["d", "e"], ["f"]]
    assert components([]) == []


def test_errors_come_before_warnings() -> None:
    found = check_panel(plain(), panel(("first", "z", "A", "projects", 0)))
    assert [problem.severity for problem in found] == sorted(problem.severity for problem in found)
