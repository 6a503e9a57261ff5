"""The workbook for offline marking: what it holds, and how it comes back."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from tests.server.sheets.marking import SEAT, doing, own, ruled, signed_in

from huoyue.server.models import Event, Mark
from huoyue.server.operations.review_sheets import Given, save_mark
from huoyue.server.queries.review import own_sheets
from huoyue.server.queries.review_stages import cells_of


def workbook(client: Client):
    answer = client.get(f"{SEAT}stage/preliminary/workbook/")
    assert answer.status_code == 200
    return load_workbook(BytesIO(b"".join(answer.streaming_content)))


def places(book):
    table = book["评分表"]
    return table, {cell.value: cell.column for cell in table[3]}


def sent(client: Client, book, name: str = "打分.xlsx"):
    stream = BytesIO()
    book.save(stream)
    file = SimpleUploadedFile(name, stream.getvalue())
    return client.post(f"{SEAT}stage/preliminary/import/", {"workbook": file, "look": "1"})


def token_in(answer) -> str:
    return answer.content.decode().split('name="workbook_token" value="')[1].split('"')[0]


def taken(client: Client, answer, **more: str):
    return client.post(f"{SEAT}stage/preliminary/import/", {"workbook_token": token_in(answer), **more})


def row_of(table, heads, unit: str, indicator: str) -> int:
    keys = {table.cell(row, heads["行键"]).value: row for row in range(4, table.max_row + 1)}
    return keys[f"{unit}|{indicator}"]


def test_the_workbook_holds_every_open_sheet_locked_but_for_what_is_filled_in(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    book = workbook(client)
    table, heads = places(book)
    assert table.max_row - 3 == sum(len(cells_of(one)) for one in own_sheets(marking.seat("eva")))
    row = row_of(table, heads, "A001", ruled(sheet).indicator)
    assert table.protection.sheet
    assert table.cell(row, heads["满分"]).protection.locked
    assert not table.cell(row, heads["打分"]).protection.locked
    assert book["kept"].sheet_state == "veryHidden"
    limits = [one for one in table.data_validations.dataValidation if one.type == "decimal"]
    assert {(one.formula1, one.operator or "between") for one in limits} >= {("0", "between")}


def test_a_workbook_comes_back_and_is_taken_over_after_a_look(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    table, heads = places(book := workbook(client))
    some, other = [cell for cell in cells_of(sheet) if cell.suggested is not None][:2]
    row = row_of(table, heads, "A001", some.indicator)
    table.cell(row, heads["打分"]).value = 0.5
    table.cell(row, heads["理由"]).value = "离线写的理由"
    table.cell(row_of(table, heads, "A002", other.indicator), heads["采纳建议分"]).value = "是"
    look = sent(client, book)
    assert look.status_code == 200
    assert "离线写的理由" in look.content.decode()
    assert not Mark.objects.exists()
    assert taken(client, look).status_code == 303
    mark = Mark.objects.get(sheet=sheet)
    assert (mark.points, mark.reason) == (50, "离线写的理由")
    assert Mark.objects.get(sheet__filing__alliance__code="A002").taken
    assert Event.objects.filter(kind="review.sheet_imported").count() == 2


def test_all_problems_of_a_workbook_are_told_at_once(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    table, heads = places(book := workbook(client))
    cells = sorted((one for one in cells_of(sheet) if one.suggested is not None), key=lambda one: -one.suggested)
    row = [row_of(table, heads, "A001", cell.indicator) for cell in cells[:4]]
    table.cell(row[0], heads["打分"]).value = 0
    table.cell(row[1], heads["打分"]).value = 99
    table.cell(row[2], heads["行键"]).value = "A001|nothing"
    table.cell(row[3], heads["打分"]).value = "=1+1"
    table.cell(row_of(table, heads, "A002", cells[0].indicator), heads["行键"]).value = "A005|x"
    table.cell(row_of(table, heads, "A002", cells[1].indicator), heads["采纳建议分"]).value = "也许"
    page = sent(client, book).content.decode()
    for told in ("分值应在0至", "与建议分", "nothing", "公式", "A005", "“也许”不是“是”"):
        assert told in page, told


@pytest.mark.once
@pytest.mark.parametrize(
    ("line", "value", "told"),
    [(1, "r9", "另一轮次"), (2, "cross", "另一阶段"), (3, "E02", "另一位专家"), (4, "0" * 64, "评价方案已有变动")],
)
def test_a_workbook_of_another_round_stage_person_or_scheme_is_left_unread(marking, line, value, told):
    client = signed_in(marking, "eva")
    book = workbook(client)
    book["kept"].cell(line, 2).value = value
    answer = sent(client, book)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert "workbook_token" not in answer.content.decode()


@pytest.mark.once
@pytest.mark.parametrize("content", [b"PK\x03\x04nothing", b"%PDF-1.4", b"\x00" * 100, b""])
def test_a_file_that_is_no_workbook_is_told(marking, content):
    client = signed_in(marking, "eva")
    file = SimpleUploadedFile("x.xlsx", content)
    answer = client.post(f"{SEAT}stage/preliminary/import/", {"workbook": file})
    assert answer.status_code == 422
    assert "用 Excel 离线打分" in answer.content.decode()  # and there is a way on


def test_points_outside_the_range_are_not_added_up_and_nothing_suggested_cannot_be_accepted(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    table, heads = places(book := workbook(client))
    cells = cells_of(sheet)
    some = next(one for one in cells if one.suggested is not None)
    table.cell(row_of(table, heads, "A001", some.indicator), heads["打分"]).value = 99
    judged = next(one for one in cells if one.suggested is None)
    table.cell(row_of(table, heads, "A001", judged.indicator), heads["采纳建议分"]).value = "是"
    look = sent(client, book)
    assert "该指标没有建议分" in look.content.decode()
    assert taken(client, look).status_code == 303
    assert not Mark.objects.filter(indicator=judged.indicator).exists()
    work = client.get(SEAT).content.decode()
    assert "99 / " not in work


@pytest.mark.once
def test_a_workbook_without_its_hidden_sheet_is_told(marking):
    client = signed_in(marking, "eva")
    book = workbook(client)
    del book["kept"]
    answer = sent(client, book)
    assert answer.status_code == 422
    assert "隐藏部分" in answer.content.decode()


def test_what_changed_on_both_sides_is_shown_and_the_webs_stands_unless_chosen(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    cell, other = [one for one in cells_of(sheet) if one.suggested is not None][:2]
    table, heads = places(book := workbook(client))
    row = row_of(table, heads, "A001", cell.indicator)
    table.cell(row, heads["打分"]).value = 0.5
    table.cell(row, heads["理由"]).value = "表中的"
    save_mark(doing(marking), sheet, cell.indicator, Given("0.75", "网上的"))
    save_mark(doing(marking), sheet, other.indicator, Given("0.25", "只在网上"))
    look = sent(client, book)
    page = look.content.decode()
    assert "表中的" in page and "网上的" in page
    assert "只在网上" not in page
    assert taken(client, look).status_code == 303
    assert Mark.objects.get(sheet=sheet, indicator=cell.indicator).points == 75
    look = sent(client, book)
    taken(client, look, **{f"keep-A001-{cell.indicator}": "workbook"})
    assert Mark.objects.get(sheet=sheet, indicator=cell.indicator).points == 50
    assert Mark.objects.get(sheet=sheet, indicator=other.indicator).points == 25


def test_a_mark_changed_between_look_and_taking_over_is_not_overwritten(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    cell = ruled(sheet)
    table, heads = places(book := workbook(client))
    table.cell(row_of(table, heads, "A001", cell.indicator), heads["打分"]).value = 0.5
    look = sent(client, book)
    save_mark(doing(marking), sheet, cell.indicator, Given("0.75", "其间"))
    answer = taken(client, look)
    assert answer.status_code in (303, 409)
    assert Mark.objects.get(sheet=sheet, indicator=cell.indicator).points == 75


def test_somebody_elses_look_cannot_be_taken_over(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    table, heads = places(book := workbook(client))
    table.cell(row_of(table, heads, "A001", ruled(sheet).indicator), heads["打分"]).value = 0.5
    look = sent(client, book)
    assert taken(signed_in(marking, "fox"), look).status_code == 409
    assert not Mark.objects.exists()
