"""Titles on covers: whole in meaning, even in shape, and the title itself unchanged."""

from __future__ import annotations

from datetime import date

import pytest

from huoyue.report.cover import LINE, dated, title_lines
from huoyue.report.tables import width

EXAMPLE = "2016年度产业技术创新战略联盟活跃度评价报告"


@pytest.mark.parametrize(
    ("title", "word", "lines"),
    [
        (EXAMPLE, "联盟", ["2016年度产业技术创新战略联盟", "活跃度评价报告"]),
        (EXAMPLE, "", ["2016年度产业技术创新战", "略联盟活跃度评价报告"]),
        ("县级公共图书馆评估报告", "图书馆", ["县级公共图书馆评估报告"]),
        ("2016年度产业技术创新战略重点培育试点示范联盟", "联盟", ["2016年度产业技术创新战", "略重点培育试点示范联盟"]),
        ("长" * 50, "联盟", ["长" * 50]),
    ],
)
def test_a_long_chinese_title_is_broken_after_what_is_evaluated_else_in_the_middle(title, word, lines):
    assert title_lines(title, "zh", word) == lines
    assert "".join(lines) == title
    assert len(lines) == 1 or max(map(width, lines)) <= LINE


def test_a_title_in_english_is_left_to_break_at_its_blanks():
    title = "Evaluation of the activity of industrial innovation alliances in 2016"
    assert title_lines(title, "en", "alliance") == [title]


def test_the_month_stands_on_the_cover_as_each_language_writes_it_and_is_never_made_up():
    assert dated(date(2017, 3, 29), "zh") == "2017年3月"
    assert dated(date(2017, 3, 29), "en") == "March 2017"
    assert dated(None, "zh") == ""
