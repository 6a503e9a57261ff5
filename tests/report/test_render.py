"""One report in four forms, looked at as a reader, Word and a browser would."""

from __future__ import annotations

import base64
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import docx
import pypdf
import pytest
from small_report import MARKDOWN, small

from huoyue.core.phrase import render as render_message
from huoyue.core.problem import Refused
from huoyue.report.fonts import refuse_missing
from huoyue.report.html import defused
from huoyue.report.render import render
from huoyue.report.render_tree import chinese, heading_number, plain, read_tree

FORMATS = ("md", "docx", "pdf", "html")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report")
    render(small(), path, "zh", FORMATS)
    return path


def parts(folder: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(folder / "report.docx") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def fields(folder: Path) -> list[str]:
    body = ElementTree.fromstring(parts(folder)["word/document.xml"])
    return [str(node.text).strip() for node in body.iter(f"{W}instrText")]


def test_the_same_report_has_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    render(small(), tmp_path, "zh", FORMATS)
    for form in FORMATS:
        assert (tmp_path / f"report.{form}").read_bytes() == (folder / f"report.{form}").read_bytes()


def test_headings_are_numbered_as_official_documents_number_them() -> None:
    assert [heading.line for heading in read_tree(MARKDOWN, "zh").headings] == [
        "一、总体情况",
        "（一）分批次看",
        "附件　名单",
    ]
    assert [heading_number([2, 3, 4][:depth], "en") for depth in (1, 2, 3)] == ["2", "2.3", "2.3.4"]
    assert [chinese(n) for n in (1, 10, 11, 20, 21)] == ["一", "十", "十一", "二十", "二十一"]


ANNEXES = """# 情况

评分见[](#a-scores)，回避见[](#a-recusal)。

# 附件　名单 {id=a-scores}

甲

# 附件　回避 {id=a-recusal}

乙
"""


def test_several_annexes_are_numbered_and_named_by_number_where_the_text_refers_to_them() -> None:
    tree = read_tree(ANNEXES, "zh")
    assert [heading.line for heading in tree.headings] == ["一、情况", "附件1　名单", "附件2　回避"]
    assert plain(tree.blocks).startswith("情况评分见附件1，回避见附件2。")
    english = read_tree("See [](#a-one).\n\n# Annex: list {id=a-one}\n\nx\n\n# Annex: rest\n\ny\n", "en")
    assert [heading.line for heading in english.headings] == ["Annex 1: list", "Annex 2: rest"]
    assert plain(english.blocks).startswith("See Annex 1.")


def test_a_single_annex_has_no_number_and_one_that_is_left_out_is_still_named() -> None:
    tree = read_tree("见[](#a-scores)和[](#a-panel)。\n\n# 附件　名单 {id=a-scores}\n\n甲\n", "zh")
    assert [heading.line for heading in tree.headings] == ["附件　名单"]
    assert plain(tree.blocks).startswith("见附件和附件。")


def test_every_annex_begins_a_page_in_word_and_pdf(tmp_path: Path) -> None:
    render(small(ANNEXES), tmp_path, "zh", ("docx", "pdf"))
    heads = [one for one in docx.Document(str(tmp_path / "report.docx")).paragraphs if one.text.startswith("附件")]
    assert [(one.text, one.paragraph_format.page_break_before) for one in heads] == [
        ("附件1　名单", True), ("附件2　回避", True),
    ]  # fmt: skip
    pages = [re.sub(r"\s", "", page.extract_text()) for page in pypdf.PdfReader(tmp_path / "report.pdf").pages]
    assert [page[:5] for page in pages[-2:]] == ["附件1名单", "附件2回避"]


def test_the_cover_bears_the_month_where_it_is_known(tmp_path: Path) -> None:
    document = small()
    render(replace(document, meta={**document.meta, "dated": "2017年3月"}), tmp_path, "zh", FORMATS)
    assert "2017年3月" in [one.text for one in docx.Document(str(tmp_path / "report.docx")).paragraphs[:4]]
    assert "2017年3月" in re.sub(r"\s", "", pypdf.PdfReader(tmp_path / "report.pdf").pages[0].extract_text())
    assert "<p>秘书处</p><p>2017年3月</p></header>" in (tmp_path / "report.html").read_text("utf-8")


def test_references_name_tables_and_figures() -> None:
    tree = read_tree(MARKDOWN, "en")
    assert (tree.label("t-funnel"), tree.label("f-tiers"), tree.label("t-none")) == ("Table 1", "Figure 1", "")


def test_every_part_of_the_word_file_is_well_formed_and_every_relation_inside(folder: Path) -> None:
    found = parts(folder)
    for name, body in found.items():
        if not name.endswith(".png"):
            ElementTree.fromstring(body)
    relations = ElementTree.fromstring(found["word/_rels/document.xml.rels"])
    assert {f"word/{node.get('Target')}" for node in relations} <= set(found)
    assert {node.get("TargetMode") for node in relations} == {None}


def test_word_has_a_contents_field_captions_and_references(folder: Path) -> None:
    assert fields(folder) == [
        r'TOC \o "1-2" \h \z \u',
        *(rf"PAGEREF _Toc{at:06} \h" for at in (1, 2, 3)),
        r"REF table_1 \h",
        r"REF figure_1 \h",
        r"SEQ 表 \* ARABIC",
        r"SEQ 图 \* ARABIC",
    ]


def test_word_tables_repeat_their_heading_and_keep_rows_whole(folder: Path) -> None:
    table = docx.Document(str(folder / "report.docx")).tables[0]
    rows = [row._tr.trPr for row in table.rows]
    assert [row.find(f"{W}tblHeader") is not None for row in rows] == [True, False, False]
    assert all(row.find(f"{W}cantSplit") is not None for row in rows)
    assert [cell.text for cell in table.rows[1].cells] == ["<b>*甲*", "29"]


def test_word_pages_have_the_measures_of_the_standard(folder: Path) -> None:
    document = docx.Document(str(folder / "report.docx"))
    measures = [
        [
            round(side.mm)
            for side in (s.page_width, s.page_height, s.top_margin, s.bottom_margin, s.left_margin, s.right_margin)
        ]
        for s in document.sections
    ]
    assert measures == [[210, 297, 37, 35, 28, 26]] * 3
    assert document.settings.odd_and_even_pages_header_footer
    assert document.core_properties.title == "报告 <一>"


def test_the_pdf_has_bookmarks_and_embedded_fonts(folder: Path) -> None:
    reader = pypdf.PdfReader(folder / "report.pdf")
    assert reader.metadata is not None and reader.metadata.title == "报告 <一>"
    assert reader.metadata.creation_date is None
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)] == ["一、总体情况", "附件　名单"]
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    described = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts]
    assert described
    assert [one["/FontName"] for one in described if not {"/FontFile2", "/FontFile3"} & set(one)] == []
    assert "表1漏斗129" in re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))


def test_the_html_asks_nothing_of_a_network_and_runs_nothing(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    assert re.findall(r'(?:src|href)="(?!#|data:)([^"]*)"', page) == []
    assert "<script" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert '<html lang="zh-CN">' in page and "<title>报告 &lt;一&gt;</title>" in page


def test_html_numbers_lead_to_their_table(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    assert '<a class="n" href="#t-funnel" title="表1">129</a>' in page
    assert page.count('id="t-funnel"') == 1


def test_html_tables_download_as_csv_without_formulas(folder: Path) -> None:
    page = (folder / "report.html").read_text("utf-8")
    data = re.findall(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
    texts = [base64.b64decode(one).decode("utf-8-sig") for one in data]
    assert texts == ["名称,家数\r\n甲,29\r\n'=cmd|' /C calc'!A0,1000\r\n"]
    assert [defused(cell) for cell in ("+1", "-x", "@a", "a=b", -1)] == ["'+1", "'-x", "'@a", "a=b", -1]


def test_charts_in_html_say_what_they_show(folder: Path) -> None:
    assert '<svg role="img" aria-label="档次"' in (folder / "report.html").read_text("utf-8")


def test_control_characters_do_not_reach_a_document(tmp_path: Path) -> None:
    render(small("# 甲\x0b\x01\n\n文\x1f字\n"), tmp_path, "zh", ("docx",))
    ElementTree.fromstring(parts(tmp_path)["word/document.xml"])


def test_a_character_without_a_glyph_is_refused_by_name() -> None:
    with pytest.raises(Refused) as caught:
        refuse_missing("甲\U0001f6f8")
    assert caught.value.problems[0].code == "report.glyph"
    assert "U+1F6F8: 甲\U0001f6f8" in render_message(caught.value.problems[0].what, "en")
