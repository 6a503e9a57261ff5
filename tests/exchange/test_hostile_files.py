"""Files that are broken, disguised, or made to do harm: each refused by name, none of them raising anything."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from pathlib import Path

import pytest
from filed_books import FILINGS, MEETING, REGISTER, Rows, book, found, meeting, meetings, rewritten, whole
from openpyxl import Workbook, load_workbook

from huoyue.core.scheme.model import Scheme
from huoyue.exchange import limits
from huoyue.exchange.intake import import_facts
from huoyue.exchange.workbook import write_template

SHEET = "xl/worksheets/sheet3.xml"


def codes(scheme: Scheme, *paths: Path) -> set[str]:
    """The codes of errors in a file that must not be imported."""
    result = import_facts(scheme, paths)
    assert result.facts is None
    return {code for code, _, _ in found(result)}


def test_an_old_or_protected_workbook_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (tmp_path / "b.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    assert codes(scheme, tmp_path / "a.xlsx") == {"file.ole"}
    assert codes(scheme, tmp_path) == {"file.ole", "file.kind"}


def test_macros_are_refused(scheme: Scheme, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", meetings(meeting()))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    assert codes(scheme, path) == {"file.macros"}


@pytest.mark.parametrize("content", [b"unit,name\nA001,x\n", b"<html><table></table></html>", b"\x00" * 100])
def test_something_else_named_xlsx_is_refused(scheme: Scheme, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    assert codes(scheme, tmp_path / "a.xlsx") == {"file.not_xlsx"}


def test_a_zip_that_is_no_workbook_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    assert codes(scheme, tmp_path / "a.xlsx") == {"file.not_xlsx"}


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_a_workbook_cut_off_anywhere_is_refused(scheme: Scheme, tmp_path: Path, share: float) -> None:
    content = book(tmp_path / "a.xlsx", meetings(meeting())).read_bytes()
    (tmp_path / "a.xlsx").write_bytes(content[: int(len(content) * share)])
    assert codes(scheme, tmp_path / "a.xlsx") == {"file.damaged"}


def test_a_zip_bomb_is_noticed_while_it_unpacks(scheme: Scheme, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", meetings(meeting()))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("xl/media/blob.bin", bytes(limits.RATIO_FROM + 10_000_000))
    assert codes(scheme, path) == {"file.inflated"}


def test_an_entity_bomb_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", meetings(meeting()))
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    rewritten(path, SHEET, lambda xml: bomb + xml)
    assert codes(scheme, path) == {"file.doctype"}


def test_one_cell_far_away_is_refused_before_it_costs_memory(scheme: Scheme, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", meetings(meeting()))
    far = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    rewritten(path, SHEET, lambda xml: xml.replace(b"</sheetData>", far))
    started = time.monotonic()
    assert codes(scheme, path) == {"file.rows"}
    assert time.monotonic() - started < 2


FAR = b'<row r="9"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
DISGUISES = [
    ("r=", b"<c r='XFD1048576'", "file.rows"),
    ("line break", b'<c\nr="XFD1048576"', "file.rows"),
    ("after style", b'<c s="1" r="XFD1048576"', "file.rows"),
    ("prefix", b'<x-y:c r="XFD1048576"', "file.rows"),
    ("another r first", b'<c xr="A1" r="XFD1048576"', "file.nameless"),
    ("r inside a value", b'<c q=" r=\'A1\'" r="XFD1048576"', "file.nameless"),
    ("bracket in a value", b'<c q=">" r="XFD1048576"', "file.nameless"),
    ("spaces around =", b'<c r = "XFD1048576"', "file.nameless"),
    ("lower case", b'<c r="xfd1048576"', "file.nameless"),
    ("no name", b"<c", "file.nameless"),
    ("leading zeros", b'<c r="XFD00001048576"', "file.nameless"),
]


@pytest.mark.parametrize(("tag", "code"), [case[1:] for case in DISGUISES], ids=[case[0] for case in DISGUISES])
def test_a_far_cell_is_seen_through_its_disguise(scheme: Scheme, tmp_path: Path, tag: bytes, code: str) -> None:
    path = book(tmp_path / "a.xlsx", meetings(meeting()))
    rewritten(path, SHEET, lambda xml: xml.replace(b"</sheetData>", FAR.replace(b'<c r="XFD1048576"', tag)))
    assert codes(scheme, path) == {code}


def test_a_sheet_stored_elsewhere_is_looked_at_too(scheme: Scheme, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", meetings(meeting()))
    rewritten(path, SHEET, lambda xml: xml.replace(b"</sheetData>", FAR))
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            elsewhere = content.replace(b"worksheets/sheet3.xml", b"other/data.bin")
            archive.writestr("xl/other/data.bin" if name == SHEET else name, elsewhere)
    assert codes(scheme, path) == {"file.rows"}


def test_a_corner_cell_that_spans_millions_of_empty_ones_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", meetings(meeting()))
    corner = b'<row r="200000"><c r="GR200000"><v>1</v></c></row></sheetData>'
    rewritten(path, SHEET, lambda xml: xml.replace(b"</sheetData>", corner))
    assert codes(scheme, path) == {"file.area"}


def test_many_sheets_are_limited_together(scheme: Scheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sheets = {f"s{n}": [[None] * 9 + ["x"]] * 10 for n in range(4)}
    path = book(tmp_path / "a.xlsx", whole() | sheets)
    monkeypatch.setattr(limits, "AREA", 500)
    assert import_facts(scheme, [path]).facts is not None
    monkeypatch.setattr(limits, "AREA", 390)
    assert codes(scheme, path) == {"file.area"}


@pytest.mark.parametrize("junk", [b"<c ", b"<row ", b"<c r='A1' t='s' ", b" t='s'", b"<f ", b"<c" + b" r='A1'" * 200])
def test_no_pattern_runs_away(scheme: Scheme, tmp_path: Path, junk: bytes) -> None:
    path = book(tmp_path / "a.xlsx", meetings(meeting()))
    rewritten(path, SHEET, lambda xml: xml.replace(b"</sheetData>", junk * (1_000_000 // len(junk)) + b"</sheetData>"))
    started = time.monotonic()
    import_facts(scheme, [path])
    assert time.monotonic() - started < 4


@pytest.mark.parametrize("span", [b"A1:XFD1048576", b"XFD1048576:A1", b"A0:B0", b"x"])
def test_a_lie_about_the_size_of_a_sheet_never_raises(scheme: Scheme, tmp_path: Path, span: bytes) -> None:
    path = book(tmp_path / "a.xlsx", meetings(meeting()))
    rewritten(path, SHEET, lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="' + span + b'"', xml))
    result = import_facts(scheme, [path])
    assert result.facts is not None or {code for code, _, _ in found(result)} == {"file.damaged"}


def test_too_many_columns_are_refused(scheme: Scheme, tmp_path: Path) -> None:
    wide = [[*MEETING, *[None] * limits.COLUMNS, "x"], meeting()]
    assert codes(scheme, book(tmp_path / "a.xlsx", whole(会议=wide))) == {"file.columns"}
    (tmp_path / "meeting.csv").write_text(",".join(["x"] * (limits.COLUMNS + 1)), encoding="utf-8")
    assert codes(scheme, tmp_path / "meeting.csv") == {"file.columns"}


def test_too_many_rows_are_refused(scheme: Scheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROWS", 3)
    rows = [meeting(会议名称=str(n)) for n in range(5)]
    assert codes(scheme, book(tmp_path / "a.xlsx", meetings(*rows))) == {"file.rows"}
    (tmp_path / "meeting.csv").write_text("unit\n" * 6, encoding="utf-8")
    assert codes(scheme, tmp_path / "meeting.csv") == {"file.rows"}


def test_too_large_or_empty_files_are_refused(scheme: Scheme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES", 100)
    (tmp_path / "a.csv").write_bytes(b"x" * 101)
    (tmp_path / "b.csv").write_bytes(b"")
    assert codes(scheme, tmp_path) == {"file.size", "file.empty"}


def test_a_huge_cell_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    rows = meetings(meeting(会议名称="大" * 5000))
    assert codes(scheme, book(tmp_path / "a.xlsx", rows)) == {"value.too_long"}


def test_a_string_number_beyond_the_list_of_strings_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    write_template(scheme, tmp_path / "a.xlsx", whole_round=True)
    path = rewritten(
        tmp_path / "a.xlsx", SHEET, lambda xml: re.sub(rb't="s"><v>\d+</v>', b't="s"><v>99999</v>', xml, count=1)
    )
    assert codes(scheme, path) == {"file.damaged"}


def test_parts_in_another_encoding_are_refused(scheme: Scheme, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", meetings(meeting(参会人数="=1+1")))
    rewritten(path, SHEET, lambda xml: xml.decode().encode("utf-16"))
    assert codes(scheme, path) == {"file.damaged"}


def test_a_wrong_dimension_loses_no_rows(scheme: Scheme, tmp_path: Path) -> None:
    rows = [meeting(会议名称=str(n)) for n in range(20)]
    path = book(tmp_path / "a.xlsx", meetings(*rows))
    rewritten(path, SHEET, lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', xml))
    result = import_facts(scheme, [path])
    assert result.facts is not None
    assert result.facts.records["meeting"].height == 20


def test_dates_counted_from_1904_are_the_same_days(scheme: Scheme, tmp_path: Path) -> None:
    from datetime import date, datetime

    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    made = Workbook()
    made.epoch = CALENDAR_MAC_1904
    made.remove(made.worksheets[0])
    for name, rows in meetings(meeting(召开日期=datetime(2016, 5, 4))).items():  # noqa: DTZ001
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    made.save(tmp_path / "a.xlsx")
    result = import_facts(scheme, [tmp_path / "a.xlsx"])
    assert result.facts is not None
    assert result.facts.records["meeting"]["held_on"].to_list() == [date(2016, 5, 4)]


def test_bare_day_numbers_of_a_workbook_that_counts_from_1904_are_refused(scheme: Scheme, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", meetings(meeting(召开日期=42494)))
    assert import_facts(scheme, [path]).facts is not None
    rewritten(path, "xl/workbook.xml", lambda xml: re.sub(rb"<workbookPr[^>]*/>", b'<workbookPr date1904="1"/>', xml))
    assert codes(scheme, path) == {"value.date"}


def csv_folder(folder: Path, meetings_csv: bytes) -> Path:
    """A register, filings, and the meetings in exactly these bytes."""

    def text(rows: Rows) -> str:
        return "\n".join(",".join(str(cell) for cell in row) for row in rows) + "\n"

    (folder / "名册.csv").write_text(text(REGISTER), encoding="utf-8")
    (folder / "填报登记.csv").write_text(text(FILINGS), encoding="utf-8")
    (folder / "会议.csv").write_bytes(meetings_csv)
    return folder


LINES = [",".join(MEETING), "A001,理事会,年会,2016-05-04,30,纪要1"]
TEXT = "\r\n".join(LINES) + "\r\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("utf-16"),
        TEXT.encode("gb18030"),
        TEXT.replace(",", ";").encode(),
        TEXT.replace(",", "\t").encode(),
        TEXT.replace("\r\n", "\n").encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "gb18030", "semicolons", "tabs", "lf"],
)
def test_csv_in_every_usual_form_says_the_same(scheme: Scheme, tmp_path: Path, content: bytes) -> None:
    result = import_facts(scheme, [csv_folder(tmp_path, content)])
    assert result.facts is not None
    assert result.facts.records["meeting"].select("unit", "title", "attendees").rows() == [("A001", "年会", 30)]


def test_a_guessed_encoding_is_said(scheme: Scheme, tmp_path: Path) -> None:
    result = import_facts(scheme, [csv_folder(tmp_path, TEXT.encode("gb18030"))])
    assert [code for code, _, _ in found(result, "note")] == ["file.encoding"]


def test_csv_that_is_no_text_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    assert codes(scheme, csv_folder(tmp_path, b"\xff\xfe\xfd\x80\x81" * 7)) >= {"file.encoding"}


def test_a_quotation_mark_never_closed_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    broken = LINES[0] + '\nA001,理事会,"年会,2016-05-04,30,纪要1\n' + "A001,理事会,二,2016-05-05,30,纪要2\n" * 3
    assert codes(scheme, csv_folder(tmp_path, broken.encode())) == {"file.csv"}


def test_a_nul_is_refused(scheme: Scheme, tmp_path: Path) -> None:
    assert codes(scheme, csv_folder(tmp_path, TEXT.replace("年会", "年\x00会").encode())) <= {
        "file.csv",
        "value.control",
    }


def test_foreign_files_are_named_and_locks_passed_over(scheme: Scheme, tmp_path: Path) -> None:
    csv_folder(tmp_path, TEXT.encode())
    (tmp_path / "~$会议.xlsx").write_bytes(b"lock")
    (tmp_path / "readme.txt").write_text("x", encoding="utf-8")
    assert import_facts(scheme, [tmp_path]).facts is not None
    (tmp_path / "会议.docx").write_bytes(b"PK")
    assert codes(scheme, tmp_path) == {"file.kind"}


def test_bytes_changed_at_random_never_raise(scheme: Scheme, tmp_path: Path) -> None:
    content = book(tmp_path / "good.xlsx", meetings(meeting())).read_bytes()
    dice, path, started = random.Random(2016), tmp_path / "fuzz.xlsx", time.monotonic()
    for _ in range(100):
        damaged = bytearray(content)
        for _ in range(dice.randint(1, 20)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        path.write_bytes(damaged)
        import_facts(scheme, [path])
    assert time.monotonic() - started < 20


def test_xml_changed_at_random_never_raises(scheme: Scheme, tmp_path: Path) -> None:
    content = book(tmp_path / "good.xlsx", meetings(meeting())).read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    dice, path = random.Random(2017), tmp_path / "fuzz.xlsx"
    for _ in range(100):
        name = dice.choice([part for part in parts if part.startswith("xl/w") or part.endswith(".rels")])
        damaged = bytearray(parts[name])
        for _ in range(dice.randint(1, 6)):
            place = dice.randrange(len(damaged))
            damaged[place : place + dice.randint(0, 3)] = bytes(
                dice.choice(b'<>/="&0919aZ') for _ in range(dice.randint(0, 3))
            )
        with zipfile.ZipFile(path, "w") as archive:
            for part, data in parts.items():
                archive.writestr(part, bytes(damaged) if part == name else data)
        import_facts(scheme, [path])


def test_a_formula_under_another_name_space_is_refused_too(scheme: Scheme, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", meetings(meeting(参会人数="=1+1")))
    assert load_workbook(path)["会议"]["E2"].value == "=1+1"
    assert codes(scheme, path) == {"cell.formula"}
    rewritten(path, SHEET, lambda xml: re.sub(rb'<c r="E2"', b"<c r='E2'", xml))
    assert codes(scheme, path) == {"cell.formula"}
    rewritten(path, SHEET, lambda xml: re.sub(rb"<c r='E2'", b"<c", xml))
    assert codes(scheme, path) == {"file.nameless"}
