"""Rounds: made from a scheme, opened, extended, closed, reopened; the cockpit; exports."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.server.world import make_account, scheme_text

from huoyue.schemes import builtin
from huoyue.server.models import Account, Alliance, Duty, Event, Filing, Observation, Record, Round, Stage, Version
from huoyue.server.operations import rounds as operations
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.submission import submit
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.tables import Exported
from huoyue.server.views.exports import as_workbook

NEW = {"key": "r2", "title_zh": "新一轮", "title_en": "Next", "scheme": "alliance_activity_2016", "grace_days": "5",
       "opens_at": "2030-01-01T00:00", "deadline": "2030-02-01T17:00"}  # fmt: skip


def test_a_copy_is_told_that_its_period_is_over_and_takes_a_title_of_its_own(as_, world):
    client = as_("sun")
    asked = NEW | {"title_zh": world.round.title_zh}
    answer = client.post("/rounds/new/", asked)
    assert (answer.status_code, "已有同名轮次" in answer.content.decode()) == (422, True)
    assert client.post("/rounds/new/", NEW).status_code == 303
    assert "评价期已于2017年1月27日结束" in client.get("/rounds/r2/about/").content.decode()
    assert client.get("/rounds/r2/step/reopen/").status_code == 409


def test_a_scheme_file_need_not_be_sent_again_when_something_else_was_wrong(as_, world):
    text = builtin()["alliance_activity_2016"].read_text(encoding="utf-8")
    file = SimpleUploadedFile("scheme.yaml", text.encode())
    asked = {name: value for name, value in NEW.items() if name != "scheme"}
    answer = as_("sun").post("/rounds/new/", asked | {"file": file, "units": "A001\n没有的联盟"})
    page = answer.content.decode()
    assert (answer.status_code, page.count("没有的联盟")) == (422, 2)  # in the field and in one sentence
    kept = answer.context["form"]["scheme_text"].value()
    assert as_("sun").post("/rounds/new/", asked | {"scheme_text": kept, "units": "A001"}).status_code == 303
    assert scheme_of(Round.objects.get(key="r2")).title.zh == scheme_of(world.round).title.zh


def test_a_round_is_made_from_a_built_in_scheme_and_waits_to_be_opened(as_, world):
    answer = as_("sun").post("/rounds/new/", NEW)
    assert answer.status_code == 303
    made = Round.objects.get(key="r2")
    assert made.stage == Stage.PREPARING
    assert made.filings.count() == 3
    assert str(scheme_of(made).filing.closes) == "2030-02-01"
    assert as_("sun").get("/rounds/r2/about/").status_code == 200
    assert as_("ada").get("/rounds/r2/").status_code == 404


def test_only_the_alliances_that_were_named_take_part(as_, world):
    as_("sun").post("/rounds/new/", NEW | {"units": "A001\n木竹产业技术创新战略联盟"})
    assert set(Round.objects.get(key="r2").filings.values_list("alliance__code", flat=True)) == {"A001", "A002"}
    answer = as_("sun").post("/rounds/new/", NEW | {"key": "r3", "units": "没有的联盟"})
    assert answer.status_code == 422
    assert "没有的联盟" in answer.content.decode()
    assert not Round.objects.filter(key="r3").exists()


def test_an_alliance_with_a_status_that_is_not_evaluated_is_not_called_unknown(as_, world):
    Alliance.objects.filter(code="A003").update(status="key")
    answer = as_("sun").post("/rounds/new/", NEW | {"units": "A001\nA003"})
    assert answer.status_code == 422
    assert "A003已在名册中" in answer.content.decode()


def test_a_scheme_of_past_years_is_opened_now_and_needs_no_english_title(as_, world):
    soon = timezone.localtime(timezone.now() + timedelta(days=7)).strftime("%Y-%m-%dT%H:%M")
    asked = NEW | {"opens_at": "", "deadline": soon, "title_en": ""}
    assert as_("sun").post("/rounds/new/", asked).status_code == 303
    made = Round.objects.get(key="r2")
    assert timezone.now() - timedelta(minutes=5) < made.opens_at <= timezone.now()
    assert made.title_en == "新一轮"


def test_the_cockpit_says_for_how_many_alliances_nobody_files_while_that_matters(as_, world):
    said = "尚无填报人"
    Duty.objects.filter(alliance__code="A001", role="filer").delete()
    unserved = as_("sun").get("/rounds/r1/").context["unserved"]
    assert unserved > 0
    assert f"{unserved}家联盟{said}" in as_("sun").get("/rounds/r1/").content.decode()
    Round.objects.filter(key="r1").update(stage="closed")
    assert said not in as_("sun").get("/rounds/r1/").content.decode()


def test_a_broken_scheme_is_told_line_by_line_and_the_form_comes_back(as_, world):
    broken = scheme_text().replace("points: 30", "points: thirty", 1).replace("kind: presence", "kind: presents", 1)
    file = SimpleUploadedFile("scheme.yaml", broken.encode())
    answer = as_("sun").post("/rounds/new/", NEW | {"scheme": "", "file": file})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "presents" in page
    assert "新一轮" in page
    assert not Round.objects.filter(key="r2").exists()


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"", b"- just\n- a list", b"a: " * 100_000])
def test_nonsense_for_a_scheme_is_refused_in_words(as_, world, body):
    answer = as_("sun").post("/rounds/new/", NEW | {"scheme": "", "file": SimpleUploadedFile("s.yaml", body)})
    assert answer.status_code == 422
    assert not Round.objects.filter(key="r2").exists()


def test_the_steps_of_a_round_in_order(as_, world):
    client = as_("sun")
    client.post("/rounds/new/", NEW)
    assert client.post("/rounds/r2/step/open/").status_code == 303
    made = Round.objects.get(key="r2")
    assert made.stage == Stage.OPEN
    assert client.post("/rounds/r2/step/open/").status_code == 422
    assert client.post("/rounds/r2/step/extend/", {"deadline": "2030-01-15T00:00", "reason": "雪"}).status_code == 422
    assert client.post("/rounds/r2/step/extend/", {"deadline": "2030-02-20T00:00", "reason": ""}).status_code == 422
    for slip in ("0206-02-20T00:00", "2062-02-20T00:00", "9999-12-31T23:59"):
        answer = client.post("/rounds/r2/step/extend/", {"deadline": slip, "reason": "雪灾"})
        assert (answer.status_code, "请核对年份" in answer.content.decode()) == (422, True)
        assert "雪灾" in answer.content.decode()
    assert client.post("/rounds/r2/step/extend/", {"deadline": "2030-02-20T00:00", "reason": "雪灾"}).status_code == 303
    made.refresh_from_db()
    assert str(scheme_of(made).filing.closes) == "2030-02-19"
    assert client.post("/rounds/r2/step/close/", {"reason": ""}).status_code == 422
    assert client.post("/rounds/r2/step/close/", {"reason": "全部提交"}).status_code == 303
    assert client.post("/rounds/r2/step/reopen/", {"deadline": "2030-03-01T00:00", "reason": "更正"}).status_code == 303
    kinds = list(Event.objects.filter(round=made).values_list("kind", flat=True))
    assert kinds == ["round.made", "round.opened", "round.extended", "round.closed", "round.reopened"]


def test_an_opened_rounds_scheme_is_fixed(as_, world):
    assert as_("sun").post("/rounds/r1/change/", NEW | {"key": "r1"}).status_code == 422
    assert Round.objects.get(key="r1").title_zh == "测试轮次r1"


def test_one_alliance_gets_more_time_with_a_reason(as_, world):
    later = timezone.localtime(world.round.deadline + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    client = as_("sun")
    assert client.post("/rounds/r1/filing/A001/extend/", {"deadline": later, "reason": ""}).status_code == 422
    assert client.post("/rounds/r1/filing/A001/extend/", {"deadline": later, "reason": "负责人住院"}).status_code == 303
    assert Filing.objects.get(alliance__code="A001").extended_until is not None
    assert Filing.objects.get(alliance__code="A002").extended_until is None


def test_two_members_of_the_secretariat_cannot_both_take_a_step(world):
    first, second = Round.objects.get(key="r1"), Round.objects.get(key="r1")
    operations.close_round(world.acting("sun"), first, "一")
    with pytest.raises(Refuse, match="stale"):
        operations.close_round(world.acting("sun"), second, "二")


def test_last_years_round_is_copied_with_its_settings(as_, world):
    client = as_("sun")
    offered = client.get("/rounds/r1/copy/").context["form"]
    assert offered["previous"].value() == "r1"
    kept = {"scheme": "", "scheme_text": offered["scheme_text"].value(), "previous": "r1"}
    assert client.post("/rounds/r1/copy/", NEW | kept).status_code == 303
    assert Round.objects.get(key="r2").previous == world.round


def test_schemes_are_offered_by_their_titles(as_, world):
    offered = dict(as_("sun").get("/rounds/new/").context["form"].fields["scheme"].choices)
    assert "活跃度评价" in offered["alliance_activity_2016"]


def test_the_cockpit_counts_by_batch_and_officer_and_compares_with_the_same_day_last_time(as_, world):
    old = Round.objects.create(
        key="r0", title_zh="上一轮", title_en="Last", scheme_text=world.round.scheme_text,
        scheme_digest=world.round.scheme_digest, stage=Stage.CLOSED,
        opens_at=world.round.opens_at - timedelta(days=365),
        deadline=world.round.deadline - timedelta(days=365), created_at=timezone.now(),
    )  # fmt: skip
    Round.objects.filter(pk=world.round.pk).update(previous=old)
    filing = Filing.objects.create(round=old, alliance=world.alliances[0])
    cells = {"kind": "council", "title": "会", "held_on": "2016-05-03", "evidence": "纪要"}
    Record.objects.create(
        filing=filing, uid="z" * 24, kind="meeting", changed_at=timezone.now(), changed_by=world.ada, cells=cells
    )
    Round.objects.filter(pk=old.pk).update(stage="open")
    filing.round.refresh_from_db()
    submit(world.acting("ada", at=old.deadline - timedelta(days=25)), filing, signed_as="某某", agreed=True)
    page = as_("sun").get("/rounds/r1/")
    assert page.context["whole"].before == 1
    assert [line.total for line in page.context["batches"]] == [1, 1, 1]
    assert {str(line.title): line.total for line in page.context["officers"]} == {"Lin": 2, "Lou": 1}
    mine = as_("lin").get("/rounds/r1/")
    assert mine.context["whole"].total == 2
    assert "住宅" not in mine.content.decode()


@pytest.mark.parametrize(
    "table", ["states", "submissions", "records", "observations", "letters", "verdicts", "findings"]
)
def test_every_table_can_be_taken_away(as_, world, table):
    Alliance.objects.filter(code="A001").update(name='=HYPERLINK("http://x")')
    for form in ("xlsx", "csv"):
        answer = as_("sun").get(f"/rounds/r1/export/{table}.{form}")
        assert answer.status_code == 200
        if form == "xlsx":
            book = openpyxl.load_workbook(BytesIO(answer.content))
            assert all(cell.data_type != "f" for sheet in book for row in sheet for cell in row)
        else:
            assert b"\n=" not in answer.content
            assert b",=" not in answer.content
    assert "A003" not in as_("lin").get("/rounds/r1/export/states.csv").content.decode()


def test_an_unknown_table_is_not_there(as_, world):
    assert as_("sun").get("/rounds/r1/export/secrets.csv").status_code == 404
    assert as_("sun").get("/rounds/r1/export/states.exe").status_code == 404


# deadlines behind us


PAST = "2016-02-01T00:00"
BEHIND = {"opens_at": "2016-01-01T00:00", "deadline": PAST}


@pytest.mark.parametrize("changed", [
    {"opens_at": "2016-01-01T00:00", "deadline": PAST}, {"opens_at": "", "deadline": ""},
])  # fmt: skip
def test_a_round_whose_deadline_has_passed_is_not_made_and_the_form_comes_back(as_, world, changed):
    answer = as_("sun").post("/rounds/new/", NEW | changed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search("截止时间（201[67]年.*）已过", page)
    assert NEW["title_zh"] in page
    assert not Round.objects.filter(key="r2").exists()


def test_a_deadline_that_has_passed_is_refused_at_every_step(as_, world):
    client = as_("sun")
    client.post("/rounds/new/", NEW)
    assert client.post("/rounds/r2/change/", NEW | BEHIND).status_code == 422
    Round.objects.filter(key="r1").update(deadline=timezone.now() - timedelta(days=9))
    lately = timezone.localtime(timezone.now() - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    given = {"deadline": lately, "reason": "雪灾"}
    for address in ("step/extend", "filing/A001/extend"):
        answer = client.post(f"/rounds/r1/{address}/", given)
        assert (answer.status_code, "已过" in answer.content.decode()) == (422, True), address
    Round.objects.filter(key="r1").update(stage="closed")
    assert client.post("/rounds/r1/step/reopen/", given).status_code == 422


def test_latest_changes_name_nobody_who_was_erased(as_, world):
    operations.close_round(world.acting("sun"), Round.objects.get(key="r1"), "全部提交")
    boss = make_account("boss", "secretariat")
    Account.objects.filter(pk=world.sun.pk).update(name=f"#{world.sun.pk}", erased_at=timezone.now())
    client = Client()
    client.force_login(boss)
    page = client.get("/rounds/r1/").content.decode()
    assert f"#{world.sun.pk}" not in page
    assert "已删除的账号" in page


@pytest.mark.once
def test_columns_of_an_export_are_as_wide_as_their_chinese_text():
    name = "住宅科技产业技术创新战略联盟"
    table = Exported("联盟", ["代码", "名称", "说明"], [["A001", name, "长" * 200]])
    sheet = openpyxl.load_workbook(BytesIO(as_workbook([table]))).active
    widths = [sheet.column_dimensions[column].width for column in "ABC"]
    assert widths[0] < 12
    assert 2 * len(name) < widths[1] < 40
    assert 60 < widths[2] < 70


def filed(world):
    filing = Filing.objects.get(round=world.round, alliance__code="A001")
    cells = {"kind": "理事会", "title": "一届二次", "held_on": "2016年3月5日", "attendees": "30", "evidence": "纪要1号"}
    record = {"uid": "a" * 24, "kind": "meeting", "cells": cells, "evidence": []}
    content = json.dumps({"records": [record]}, ensure_ascii=False)
    filing.in_force = Version.objects.create(
        filing=filing,
        number=1,
        content=content,
        digest="0" * 64,
        receipt="1",
        signed_as="王",
        submitted_by=world.ada,
        submitted_at=timezone.now(),
    )
    filing.save()


def test_an_exported_table_counts_sorts_and_prints(as_, world):
    filed(world)
    book = openpyxl.load_workbook(BytesIO(as_("sun").get("/rounds/r1/export/records.xlsx").content))
    sheet = book["会议"]
    row = {head.value: cell.value for head, cell in zip(sheet[1], sheet[2], strict=True)}
    assert (row["参会人数"], row["召开日期"]) == (30, datetime(2016, 3, 5))  # noqa: DTZ001 - a spreadsheet has no zones
    assert (sheet.print_title_rows, sheet.page_setup.orientation, sheet.page_setup.paperSize) == (
        "$1:$1",
        "landscape",
        9,
    )
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.column_dimensions["B"].width >= 2 * len(row["名称"])


def test_a_deadline_at_midnight_is_exported_as_the_pages_say_it(as_, world):
    until = datetime(2031, 1, 28, tzinfo=ZoneInfo("Asia/Shanghai"))
    Round.objects.filter(pk=world.round.pk).update(deadline=until)
    assert "2031-01-27 24:00" in as_("sun").get("/rounds/r1/export/states.csv").content.decode()


def test_what_an_officer_noted_is_exported_in_words(as_, world):
    filing = Filing.objects.get(round=world.round, alliance__code="A001")
    Observation.objects.create(
        filing=filing, kind="contact_attempt", author=world.lin, at=timezone.now(),
        cells={"contacted_on": "2016-11-25", "means": "telephone", "reached": "是"},
    )  # fmt: skip
    assert "2016-11-25；电话；是" in as_("sun").get("/rounds/r1/export/observations.csv").content.decode()


def test_the_settings_of_an_open_round_are_not_offered(as_, world):
    page = as_("sun").get("/rounds/r1/change/").content.decode()
    assert "设置不能再修改" in page
    assert 'name="title_zh"' not in page
