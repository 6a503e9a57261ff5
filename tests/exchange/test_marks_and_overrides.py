"""Marks, decisions and departures from screening that cannot be: refused at import, by the name of their cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from filed_books import REGISTER, Rows, found, imported, whole

from huoyue.core.scheme.model import Scheme

PANEL: Rows = [["专家代码", "姓名", "组别"], ["E1", "甲", "1"]]
MARK = ["评审阶段", "专家代码", "被评单位", "指标", "打分"]


def judged(scheme: Scheme, **changed: object) -> list[object]:
    """One good mark, with cells changed by heading."""
    usual: dict[str, object] = dict(
        zip(MARK, [scheme.review.stages[0].id, "E1", "A001", scheme.indicators[0].id, 1], strict=True)
    )
    return list((usual | changed).values())


def test_a_good_mark_is_imported(scheme: Scheme, tmp_path: Path) -> None:
    result = imported(scheme, tmp_path, whole(专家=PANEL, 专家打分=[MARK, judged(scheme)]))
    assert found(result) == []
    assert result.facts is not None
    assert result.facts.marks["mark"].to_list() == [100]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"打分": 99}, ("marks.bound", "专家打分", "E3")),
        ({"打分": -1}, ("marks.bound", "专家打分", "E3")),
        ({"专家代码": "E9"}, ("marks.expert", "专家打分", "B3")),
        ({"指标": "zzz"}, ("value.choice", "专家打分", "D3")),
        ({"评审阶段": "zzz"}, ("value.choice", "专家打分", "A3")),
    ],
)
def test_an_impossible_mark_is_refused(
    scheme: Scheme, tmp_path: Path, changed: dict[str, object], problem: tuple[str, str, str]
) -> None:
    good = judged(scheme, 被评单位="A002")
    result = imported(scheme, tmp_path, whole(专家=PANEL, 专家打分=[MARK, good, judged(scheme, **changed)]))
    assert found(result) == [problem]


def test_a_decision_above_the_points_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    heading = ["评审阶段", "被评单位", "指标", "定为", "理由"]
    row = [scheme.review.stages[-1].id, "A001", "整体", 101, "会议纪要"]
    assert found(imported(scheme, tmp_path, whole(会评决定=[heading, row]))) == [("marks.bound", "会评决定", "D2")]


def test_an_earlier_result_of_this_very_period_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    rows: Rows = [["单位", "评价期", "得分"], ["A001", scheme.period.label.zh, 80]]
    assert found(imported(scheme, tmp_path, whole(往期结果=rows))) == [("earlier.period", "往期结果", "B2")]


@pytest.mark.parametrize(
    ("unit", "verdict", "expected"),
    [
        ("A001", "参评", []),
        ("A003", "参评", [("override.no_filing", "筛查例外", "B2")]),
        ("A003", "未填报", []),
        ("A001", "也许", [("value.choice", "筛查例外", "B2")]),
    ],
)
def test_only_units_that_filed_can_be_evaluated_by_exception(
    scheme: Scheme, tmp_path: Path, unit: str, verdict: str, expected: list[tuple[str, str, str]]
) -> None:
    rows = [["单位", "结论", "书面理由", "决定人"], [unit, verdict, "理事会决定", "秘书处"]]
    assert found(imported(scheme, tmp_path, whole(筛查例外=rows))) == expected


def test_without_a_register_only_that_is_said(scheme: Scheme, tmp_path: Path) -> None:
    sheets = {name: rows for name, rows in whole(专家=PANEL).items() if rows is not REGISTER}
    assert [code for code, _, _ in found(imported(scheme, tmp_path, sheets))] == ["facts.no_register"]
