"""Passages written by hand come back where they stood, whatever the numbers are by then, and none is lost."""

from __future__ import annotations

from report_rounds import published

from huoyue.report.context import compose
from huoyue.report.passages import Placed, placed
from huoyue.report.render_tree import plain, read_tree

TEXT = """# 前言

本轮共有[146]{.n t=funnel}家联盟参评，见[](#t-funnel)。

- **甲。**第一项[3]{.n t=funnel}家。
- **乙。**第二项。

| 环节 | 数量 |
| :--- | ---: |
| 合计 | 146 |

: 参评情况 {#t-funnel csv="funnel"}

## 总体情况

总体良好。

# 结论

到此为止。
"""


def lines(markdown: str) -> list[str]:
    return [block for block in markdown.strip().split("\n\n") if block]


def after(markdown: str, passage: str) -> str:
    """The block before a passage."""
    found = lines(markdown)
    return found[found.index(passage) - 1]


def test_a_passage_stands_behind_the_paragraph_it_stood_behind():
    made = placed(TEXT, [Placed("一、前言", "本轮共有146家联盟参评，见表1。", "编者按：数据截至十二月。")], "zh")
    assert after(made, "编者按：数据截至十二月。").startswith("本轮共有")
    assert made.replace("编者按：数据截至十二月。\n\n", "") == TEXT


def test_numbers_that_changed_meanwhile_do_not_matter():
    made = placed(TEXT, [Placed("前言", "本轮共有145家联盟参评，见表2。", "另有说明。")], "zh")
    assert after(made, "另有说明。").startswith("本轮共有")


def test_a_passage_may_stand_behind_an_item_a_caption_or_a_heading():
    made = placed(TEXT, [
        Placed("前言", "甲。第一项3家。", "其一。"), Placed("前言", "表1　参评情况", "其二。"),
        Placed("（一）总体情况", "（一）总体情况", "其三。"),
    ], "zh")  # fmt: skip
    assert after(made, "其一。").startswith("- **甲。**")
    assert after(made, "其二。").startswith(": 参评情况")
    assert after(made, "其三。") == "## 总体情况"


def test_without_that_paragraph_it_ends_the_section_of_its_heading():
    made = placed(TEXT, [Placed("一、前言", "早已删去的一段话。", "仍在前言。")], "zh")
    found = lines(made)
    assert found[found.index("仍在前言。") + 1] == "## 总体情况"


def test_passages_keep_their_order_and_may_follow_each_other():
    made = placed(TEXT, [
        Placed("二、结论", "到此为止。", "第一段。"), Placed("二、结论", "到此为止。", "第二段。"),
        Placed("二、结论", "第二段。", "第三段。\n第四段。"),
    ], "zh")  # fmt: skip
    assert lines(made)[-5:] == ["到此为止。", "第一段。", "第二段。", "第三段。", "第四段。"]


def test_what_finds_no_place_stands_at_the_end_with_its_heading():
    made = placed(TEXT, [Placed("已经没有的一章", "已经没有的一段", "不会丢失。")], "zh")
    assert "已经没有的一章" in lines(made)[-2]
    assert lines(made)[-1] == "不会丢失。"
    assert placed("# A\n\nText.\n", [Placed("Gone", "gone too", "Kept.")], "en").rstrip().endswith("Kept.")


def test_a_passage_says_exactly_what_was_written_and_is_no_markup():
    wild = "# 不是标题 | {{ 7*7 }} <b>[x](#t-funnel)</b> *不斜* $x$ `a` 100%"
    made = placed(TEXT, [Placed("前言", "总体良好。", wild)], "zh")
    tree = read_tree(made, "zh")
    assert [heading.text for heading in tree.headings] == ["前言", "总体情况", "结论"]
    assert wild in [plain(block) for block in tree.blocks]


def test_in_a_real_report_a_passage_changes_nothing_else():
    text = compose(published(), "zh").markdown
    tree = read_tree(text, "zh")
    paragraphs = [plain(block) for block in tree.blocks if block["t"] == "Para" and len(plain(block)) > 20]
    for paragraph in (paragraphs[0], paragraphs[len(paragraphs) // 2], paragraphs[-1]):
        made = read_tree(placed(text, [Placed("", paragraph, "手写的一段。")], "zh"), "zh")
        written = [plain(block) for block in made.blocks]
        at = written.index("手写的一段。")
        assert written[at - 1] == paragraph
        assert [plain(block) for block in tree.blocks if block["t"] == "Para"] == [
            text for block, text in zip(made.blocks, written, strict=True)
            if block["t"] == "Para" and text != "手写的一段。"
        ]  # fmt: skip


def test_a_passage_under_an_annex_is_found_by_its_name_whatever_number_the_word_file_gave_it():
    text = TEXT + "\n# 附件　名单 {id=a-scores}\n\n甲联盟。\n\n# 附件　回避 {id=a-recusal}\n\n乙联盟。\n"
    assert after(placed(text, [Placed("附件1　名单", "", "手写的一段。")], "zh"), "手写的一段。") == "甲联盟。"
    assert after(placed(text, [Placed("附件　回避", "", "手写的一段。")], "zh"), "手写的一段。") == "乙联盟。"
