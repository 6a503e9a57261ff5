"""Word files handed back: which numbers are as they were, which are not, what people wrote; and the marked copy."""

from __future__ import annotations

import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from edited_word import Edited, raised
from small_report import small

from huoyue.report.context import Document
from huoyue.report.render import render
from huoyue.report.returned import Unchecked, check, stamp
from huoyue.report.returned_child import expected_from
from huoyue.report.returned_comparing import compare
from huoyue.report.returned_expected import expected
from huoyue.report.returned_findings import Checked, Finding, Written
from huoyue.report.returned_numbers import rounded, same, tokens
from huoyue.report.returned_package import MAIN, document, unpacked
from huoyue.report.returned_reading import lines_of

DIGEST = "ab" * 32
FIRST = (
    "2016年，名册共[129]{.n t=funnel}家，[29]{.n t=funnel}家参评，占[22.48%]{.n t=funnel}，"
    "平均[61.37]{.n t=funnel}分，见[](#t-funnel)和[](#f-tiers)。"
)
TEXT = rf"""# 总体情况

{FIRST}

评价方案设4个一级指标，满分100分。

- **一项。** 秩相关系数为[−0.12]{{.n t=funnel}}，95%置信区间[0.05至0.31]{{.n t=funnel}}。
- 乙

## 分批次看

| 名称 | 家数 | 得分 |
| :------------ | ----: | ----: |
| 甲批 | 29 | 61.37 |
| 乙批 | 1,000 | 48.00 |
| 丙批 | 7 | — |

: 漏斗[129]{{.n t=funnel}} {{#t-funnel csv="funnel"}}

![档次](figures/tiers.svg){{#f-tiers}}

# 附件　名单

末段。
"""


def report() -> Document:
    made = small(TEXT)
    return replace(made, meta=made.meta | {"snapshot": DIGEST})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    render(report(), folder, "zh", ["docx"])
    return folder / "report.docx"


@pytest.fixture(scope="module")
def known() -> dict[str, object]:
    return expected(report(), "zh")


def compared(path: Path, known: dict[str, object]) -> Checked:
    """As the child compares, without its start."""
    parts = unpacked(path)
    return compare(expected_from(known), lines_of(parts, *document(parts)))


Hand = Callable[[Callable[[Edited], None]], Checked]


@pytest.fixture
def hand(built: Path, known: dict[str, object], tmp_path: Path) -> Hand:
    """Edit the report, hand it back."""

    def handed(edit: Callable[[Edited], None]) -> Checked:
        edited = Edited(built)
        edit(edited)
        return compared(edited.save(tmp_path / "edited.docx"), known)

    return handed


def said(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(one.verdict, one.found, one.expected) for one in findings]


def test_a_report_that_nobody_touched_agrees_in_every_number(built: Path, known: dict[str, object]) -> None:
    found = compared(built, known)
    assert found == Checked(unchanged=12)


def test_the_file_says_of_which_snapshot_and_language_it_is(built: Path) -> None:
    assert stamp(built).is_of(DIGEST)
    assert not stamp(built).is_of("cd" * 32)
    assert stamp(built).lang == "zh"


def test_it_still_says_so_where_somebody_clears_the_properties(built: Path, tmp_path: Path) -> None:
    cleared = tmp_path / "cleared.docx"
    with zipfile.ZipFile(built) as old, zipfile.ZipFile(cleared, "w") as new:
        for name in old.namelist():
            if name != "docProps/custom.xml":
                new.writestr(name, old.read(name))
    assert stamp(cleared).is_of(DIGEST)


@pytest.mark.parametrize("how", ["type_within", "type_over"])
def test_any_one_number_that_is_changed_is_found_and_nothing_else(built: Path, hand: Hand, how: str) -> None:
    """The mutation: each computed number in turn, its bookmark kept or lost, gets another last digit."""
    for at in range(len(Edited(built).marks())):
        numbers: list[str] = []

        def edit(word: Edited, at: int = at, numbers: list[str] = numbers) -> None:
            mark = word.marks()[at]
            before = word.number(mark)
            numbers += [raised(before), before]
            getattr(word, how)(mark, raised(before))

        found = hand(edit)
        assert len(found.findings) == 1, (at, found.findings)
        one = found.findings[0]
        assert one.verdict == "differs"
        assert one.expected in numbers[1]
        assert one.found in numbers[0]
        assert (found.passages, found.reworded) == ([], [])
        assert (one.table, one.label) == ("funnel", "表1")


def test_a_number_written_otherwise_is_the_same_number(hand: Hand) -> None:
    """Grouping, zeros at the end and fewer decimals rightly rounded are no mistakes; wrong rounding is."""

    def edit(word: Edited) -> None:
        texts = {"1,000": "1000", "22.48%": "22.5%", "48.00": "48"}
        for mark in word.marks():
            if word.number(mark) in texts:
                word.type_within(mark, texts[word.number(mark)])

    found = hand(edit)
    assert said(found.findings) == [("agrees", "22.5%", "22.48%")]
    assert rounded(["61.4"], ["61.37"])
    assert not rounded(["61.3"], ["61.37"])
    assert not same(["61.4"], ["61.37"])


def test_a_number_that_was_deleted_is_listed_as_gone(hand: Hand) -> None:
    def edit(word: Edited) -> None:
        word.rewrite(word.paragraph("2016年，名册"), "2016年，名册共129家，29家参评，平均61.37分，见表1和图1。")

    found = hand(edit)
    assert said(found.findings) == [("removed", "", "22.48%")]
    assert len(found.reworded) == 1


def test_a_sentence_written_anew_is_checked_number_by_number(hand: Hand) -> None:
    """A right number, a wrong one where the right one is clear, one from the cited table, and one nobody knows."""

    def edit(word: Edited) -> None:
        text = "2016年3月，列入名册的联盟为130家（见表1），其中参评29家，参评的占22.48%，最多的一批有1000家；走访8次。"
        word.rewrite(word.paragraph("2016年，名册"), text)

    found = hand(edit)
    assert said(found.findings) == [
        ("differs", "130", "129"), ("agrees", "1000", "1,000"), ("unknown", "8", ""), ("removed", "", "61.37"),
    ]  # fmt: skip
    assert [one.typed for one in found.findings[:3]] == [False, True, True]


def test_a_new_paragraph_is_a_passage_with_its_place(hand: Hand) -> None:
    def edit(word: Edited) -> None:
        first = word.paragraph("评价方案设")
        second = word.add_after(first, "秘书处走访了29家联盟，详见〔2016〕15号文，电话010-88886666。")
        word.add_after(second, "2013—2015年的情况另文说明。")

    found = hand(edit)
    after = "评价方案设4个一级指标，满分100分。"
    assert found.passages == [
        Written("总体情况", after, "秘书处走访了29家联盟，详见〔2016〕15号文，电话010-88886666。"),
        Written("总体情况", after, "2013—2015年的情况另文说明。"),
    ]
    assert said(found.findings) == [("agrees", "29", "29")]


def test_words_that_changed_around_kept_numbers_are_listed_as_reworded(hand: Hand) -> None:
    def edit(word: Edited) -> None:
        for node in word.paragraph("2016年，名册").iter(qn("w:t")):
            node.text = (node.text or "").replace("家参评", "家联盟参加评价")

    found = hand(edit)
    assert found.findings == []
    assert [("家联盟参加评价" in one.after, "家参评" in one.before) for one in found.reworded] == [(True, True)]


def test_a_number_of_the_wording_that_was_changed_says_what_it_was(hand: Hand) -> None:
    def edit(word: Edited) -> None:
        word.rewrite(word.paragraph("评价方案设"), "评价方案设5个一级指标，满分100分。")

    assert said(hand(edit).findings) == [("differs", "5", "4")]


def test_rows_that_move_or_go_are_told_apart(hand: Hand) -> None:
    def move(word: Edited) -> None:
        rows = [row._tr for row in word.document.tables[0].rows]
        rows[1].addprevious(rows[2])

    def drop(word: Edited) -> None:
        row = word.document.tables[0].rows[2]._tr
        row.getparent().remove(row)

    assert hand(move).findings == []
    assert {one.verdict for one in hand(drop).findings} == {"removed"}
    assert {one.expected for one in hand(drop).findings} == {"1,000", "48.00"}


def test_a_paragraph_that_was_split_or_joined_keeps_its_numbers(hand: Hand) -> None:
    def edit(word: Edited) -> None:
        first = word.paragraph("2016年，名册")
        second = word.add_after(first, "")
        children = list(first)
        half = children[len(children) // 2 :]
        for node in half:
            second.append(node)

    found = hand(edit)
    assert (found.findings, found.passages) == ([], [])


def test_what_is_tracked_as_deleted_is_gone_and_what_is_inserted_counts(hand: Hand) -> None:
    def edit(word: Edited) -> None:
        mark = next(m for m in word.marks() if word.number(m) == "29")
        run = mark.getnext()
        wrapped = docx.oxml.OxmlElement("w:del")
        inserted = docx.oxml.OxmlElement("w:ins")
        run.addprevious(wrapped)
        wrapped.append(run)
        for text in run.iter(qn("w:t")):
            text.tag = qn("w:delText")
        new = docx.oxml.OxmlElement("w:r")
        text = docx.oxml.OxmlElement("w:t")
        text.text = "31"
        new.append(text)
        inserted.append(new)
        wrapped.addnext(inserted)

    assert said(hand(edit).findings) == [("differs", "31", "29")]


def test_another_wording_of_today_does_not_raise_alarms(built: Path) -> None:
    """The file is of the wording of its day; the numbers are compared with the snapshot all the same."""
    text = TEXT.replace("评价方案设4个", "首先，总分[48.00]{.n t=funnel}分。\n\n本轮评价方案设4个").replace(
        "- 乙\n", ""
    )
    today = expected(replace(report(), markdown=text), "zh")
    found = compared(built, today)
    assert [one for one in found.findings if one.verdict == "differs"] == []
    assert found.unchanged == 12


def test_years_dates_sections_telephones_and_codes_are_no_numbers() -> None:
    quiet = (
        "（1）依据〔2016〕15号文，2016年3月5日至3月8日，第3章、表2、附件1、2013—2015年，2016-05-03 14:30，"
        "电话010-88886666、13800138000，GB/T 9704-2012，A001，a1@b2.cn，12月，8时30分，第2条"
    )  # fmt: skip
    assert tokens(quiet) == []
    assert tokens("In 2016, on May 3, 2016 and 3 May, Table 2, Section 3.1, Annex 4.") == []
    loud = "共129家，占12.82%；得−0.5分、1,000.5分；6个月，第3名，2016家，50-60分，为-2"
    assert [one.text for one in tokens(loud)] == [
        "129",
        "12.82%",
        "−0.5",
        "1,000.5",
        "6",
        "3",
        "2016",
        "50",
        "60",
        "-2",
    ]


def marked_copy(word: Edited, known: dict[str, object], folder: Path) -> tuple[Checked, Path]:
    path = word.save(folder / "edited.docx")
    return check(path, known, "zh", folder / "marked.docx"), folder / "marked.docx"


def highlighted(path: Path) -> list[str]:
    found = []
    for run in docx.Document(str(path)).element.body.iter(qn("w:r")):
        colour = run.find(f"{qn('w:rPr')}/{qn('w:highlight')}")
        if colour is not None:
            found.append("".join(t.text for t in run.iter(qn("w:t"))))
    return found


def wrong(built: Path) -> Edited:
    """One number wrong in a sentence, one in a table, and one typed into a text of many signs."""
    word = Edited(built)
    for number, new in (("29", "31"), ("48.00", "84.00")):
        word.type_within(next(m for m in word.marks() if word.number(m) == number), new)
    word.rewrite(word.paragraph("评价方案设"), "评价方案设5个一级指标，满分100分。")
    return word


def test_the_marked_copy_says_what_each_wrong_number_should_be(
    built: Path, known: dict[str, object], tmp_path: Path
) -> None:
    checked, path = marked_copy(wrong(built), known, tmp_path)
    assert said(checked.findings) == [("differs", "31", "29"), ("differs", "5", "4"), ("differs", "84.00", "48.00")]
    assert highlighted(path) == ["31", "5", "84.00"]
    comments = docx.Document(str(path)).comments
    assert sorted((one.author, one.text) for one in comments) == [
        ("活跃度", "应为29，见表1。"), ("活跃度", "应为48.00，见表1。"), ("活跃度", "应为4，见报告原文。"),
    ]  # fmt: skip
    edited = ["".join(p.text.split()) for p in docx.Document(str(tmp_path / "edited.docx")).paragraphs]
    assert ["".join(p.text.split()) for p in docx.Document(str(path)).paragraphs] == edited


def test_comments_of_people_stay_beside_ours(built: Path, known: dict[str, object], tmp_path: Path) -> None:
    word = wrong(built)
    word.document.add_comment(word.document.paragraphs[0].runs, text="请核对", author="某某")
    _, path = marked_copy(word, known, tmp_path)
    comments = list(docx.Document(str(path)).comments)
    assert [one.text for one in comments if one.author == "某某"] == ["请核对"]
    assert len({one.comment_id for one in comments}) == 4


def test_the_marked_copy_is_the_same_whenever_it_is_made(built: Path, known: dict[str, object], tmp_path: Path) -> None:
    _, path = marked_copy(wrong(built), known, tmp_path)
    first = path.read_bytes()
    check(tmp_path / "edited.docx", known, "zh", path)
    assert path.read_bytes() == first


def office(path: Path, folder: Path, form: str) -> Path:
    profile = folder / "profile"
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", form]
    subprocess.run([*command, "--outdir", str(folder), str(path)], check=True, capture_output=True, timeout=120)
    return folder / f"{path.stem}.{form}"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_file_that_libreoffice_saved_is_read_like_one_of_word(
    built: Path, known: dict[str, object], tmp_path: Path
) -> None:
    """What was edited is found and nothing else; the marked copy of it opens in LibreOffice."""
    saved = tmp_path / "saved"
    saved.mkdir()
    edited = wrong(built).save(tmp_path / "edited.docx")
    again = office(edited, saved, "docx")
    assert stamp(again).is_of(DIGEST)
    checked = check(again, known, "zh", tmp_path / "marked.docx")
    assert said(checked.findings) == [("differs", "31", "29"), ("differs", "5", "4"), ("differs", "84.00", "48.00")]
    assert office(tmp_path / "marked.docx", saved, "pdf").read_bytes().startswith(b"%PDF")


def zip_of(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return path


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACROS = b"application/vnd.ms-word.document.macroEnabled.main"
BOMB = b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def hostile(built: Path, what: str, path: Path) -> Path:
    """A file that means no good."""
    parts = unpacked(built)
    plain = {"no zip": b"PK\x03\x04" + bytes(200), "text": "不是文件".encode(), "old": OLE + bytes(600)}
    if what in plain:
        path.write_bytes(plain[what])
        return path
    added = {
        "macros": ("word/vbaProject.bin", b"x"), "bomb": ("word/media/big.bin", bytes(257 * 2**20)),
        "upwards": ("../outside.xml", b"x"),
    }  # fmt: skip
    changed = {
        "macro type": ("[Content_Types].xml", MAIN.removesuffix("+xml").encode(), MACROS),
        "entities": ("word/document.xml", b"<w:document", BOMB + b"<w:document"),
        "long text": ("word/document.xml", b"<w:body>", b"<w:body>" + b"<w:p/>" * 60_001),
        "deep": ("word/document.xml", b"<w:body>", b"<w:body>" + b"<w:sdt>" * 400),
    }
    if what in added:
        parts[added[what][0]] = added[what][1]
    elif what in changed:
        name, old, new = changed[what]
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new, 1)
    else:
        parts = {"[Content_Types].xml": parts["[Content_Types].xml"], "xl/workbook.xml": b"<x/>"}
    return zip_of(path, parts)


@pytest.mark.parametrize(("what", "code"), [
    ("no zip", "damaged"), ("text", "damaged"), ("old", "old"), ("macros", "macros"), ("macro type", "macros"),
    ("entities", "damaged"), ("bomb", "too_large"), ("long text", "too_large"), ("deep", "damaged"),
    ("upwards", "damaged"), ("workbook", "not_word"),
])  # fmt: skip
def test_hostile_files_are_refused_in_words(
    built: Path, known: dict[str, object], tmp_path: Path, what: str, code: str
) -> None:
    path = hostile(built, what, tmp_path / "hostile.docx")
    with pytest.raises(Unchecked) as caught:
        check(path, known, "zh", tmp_path / "marked.docx")
    assert caught.value.code == code
    assert not (tmp_path / "marked.docx").exists()


def test_references_outside_are_not_followed_and_do_no_harm(
    built: Path, known: dict[str, object], tmp_path: Path
) -> None:
    parts = unpacked(built)
    outside = (
        b'<Relationship Id="rIdOut" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        b'Target="http://127.0.0.1:9/x.png" TargetMode="External"/></Relationships>'
    )
    name = "word/_rels/document.xml.rels"
    parts[name] = parts[name].replace(b"</Relationships>", outside)
    found = check(zip_of(tmp_path / "outside.docx", parts), known, "zh", tmp_path / "marked.docx")
    assert found == Checked(unchanged=12)


def test_random_edits_never_break_the_reading(built: Path, known: dict[str, object], tmp_path: Path) -> None:
    """Whatever nodes somebody removes or copies, every number is counted once: as it was, changed, or gone."""
    for seed in range(8):
        chance, word = random.Random(seed), Edited(built)
        for _ in range(5):
            nodes = list(word.body.iter(qn("w:r"), qn("w:bookmarkStart"), qn("w:bookmarkEnd")))
            node = chance.choice(nodes)
            node.getparent().remove(node)
        found = compared(word.save(tmp_path / "random.docx"), known)
        assert all(one.verdict in ("differs", "agrees", "unknown", "removed") for one in found.findings)
        assert found.unchanged <= 12
