"""The score sheet: what it shows, what is saved, what two windows do, paper."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.server.nonsense import BODIES
from tests.server.sheets.marking import SEAT, address, doing, full, own, ruled, save, signed_in

from huoyue.server.models import Event, Mark, ReviewStage, Sheet
from huoyue.server.operations.review_conflicts import record_conflict
from huoyue.server.operations.review_sheets import Given, save_mark
from huoyue.server.operations.review_stages import close_stage, reopen_stage
from huoyue.server.queries.review_sheet_facts import facts_of_sheet
from huoyue.server.queries.review_sheets import lines_of
from huoyue.server.queries.review_stages import cells_of


def test_opening_a_sheet_begins_it_once(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    assert client.get(address(sheet)).status_code == 200
    client.get(address(sheet))
    assert Event.objects.filter(kind="review.sheet_begun").count() == 1
    assert own(marking).begun_at is not None


def test_a_sheet_shows_facts_standard_suggestion_and_rubric(marking):
    page = signed_in(marking, "eva").get(address(own(marking))).content.decode()
    assert "半导体产业技术创新战略联盟" in page
    assert "理事会1" in page
    assert "建议" in page
    assert "掌握国际领先的核心技术" in page
    assert len(page) < 120_000


def test_explanations_call_records_by_their_numbers(marking):
    lines = lines_of(sheet := own(marking))
    facts_of_sheet(sheet, lines)
    line = next(one for one in lines if one.suggestion is not None and one.suggestion.points)
    assert any(f"{n:04}".ljust(24, "a") in line.suggestion.explanation_zh for n in (1, 2))
    assert line.explained("zh").endswith("依据记录1、2")
    one, two = (f"{n:04}".ljust(24, "a") for n in (1, 2))
    line.suggestion.explanation_zh = line.suggestion.explanation_zh.replace(f"{one}、{two}", f"{two}、{one}")
    assert f"{two}、{one}" in line.suggestion.explanation_zh
    assert line.explained("zh").endswith("依据记录1、2")


def test_a_mark_is_saved_and_the_answer_tells_sums_and_flaws(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    cell = ruled(sheet)
    answer = save(client, sheet, indicator=cell.indicator, points="0.5", reason="", taken=False, revision=0).json()
    assert answer["revision"] == 1
    assert answer["total"] == "0.5"
    assert answer["marked"] == 1
    assert "理由" in answer["flaw"]
    answer = save(client, sheet, indicator=cell.indicator, points="0.5", reason="材料不足", revision=1).json()
    assert (answer["flaw"], answer["revision"]) == ("", 2)


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_what_no_script_of_ours_sends_gets_an_answer_in_json(marking, body):
    client, place = signed_in(marking, "eva"), address(own(marking), "save/")
    answer = client.post(place, body, content_type="application/json", headers={"Accept": "application/json"})
    assert answer.status_code < 500
    assert answer.json().get("saved") or answer.json()["code"]


def test_what_cannot_be_read_is_kept_as_typed_and_said(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    answer = save(client, sheet, indicator=ruled(sheet).indicator, points="四分", revision=0).json()
    assert answer["saved"] and answer["flaw"]
    assert 'value="四分"' in client.get(address(sheet)).content.decode()


def test_a_save_that_was_answered_before_is_not_made_again_even_after_the_stage_closed(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    body = {"indicator": ruled(sheet).indicator, "points": "1", "reason": "少", "revision": 0}
    first = save(client, sheet, "abc123", **body).json()
    assert save(client, sheet, "abc123", **body).json() == first
    close_stage(marking.world.acting("sun"), marking.fresh("preliminary"), reason="测试结束")
    Sheet.objects.filter(pk=sheet.pk).update(aside_at=None)
    assert save(client, sheet, "abc123", **body).json()["revision"] == 1
    assert Mark.objects.get(sheet=sheet).revision == 1
    assert Event.objects.filter(kind="review.marked").count() == 1


def test_two_windows_get_both_versions(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    name = ruled(sheet).indicator
    save(client, sheet, indicator=name, points="1", reason="甲", revision=0)
    clash = save(client, sheet, indicator=name, points="2", reason="乙", revision=0)
    assert clash.status_code == 409
    current = clash.json()["current"]
    assert (current["points"], current["reason"], current["revision"]) == ("1", "甲", 1)
    assert Mark.objects.get(sheet=sheet).points == 100


def test_nobody_else_reaches_a_sheet(marking):
    sheet = own(marking)
    for name in ("ivy", "ada"):
        client = signed_in(marking, name)
        assert client.get(address(sheet)).status_code == 404
        assert save(client, sheet, indicator=ruled(sheet).indicator, points="1", revision=0).status_code == 404
    assert Client().get(address(sheet)).status_code == 302


def test_a_stage_that_closed_meanwhile_takes_nothing_and_loses_nothing(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    ReviewStage.objects.filter(pk=sheet.stage_id).update(state="closed", closed_at=timezone.now())
    answer = save(client, sheet, indicator=ruled(sheet).indicator, points="1", revision=0)
    assert answer.status_code == 409
    assert answer.json()["code"] == "stage_closed"
    page = client.post(address(sheet), full(sheet, **{f"w-{ruled(sheet).indicator}": "写好的理由"}))
    assert page.status_code == 409
    assert not Mark.objects.exists()


def test_a_sheet_set_aside_meanwhile_says_so(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    client.get(address(sheet))
    record_conflict(marking.world.acting("sun"), marking.seat("eva"), sheet.filing.alliance, "后来发现的关系")
    answer = save(client, sheet, indicator=ruled(sheet).indicator, points="1", revision=0)
    assert answer.status_code == 409
    assert client.get(address(sheet)).status_code == 409
    assert not Mark.objects.exists()


def test_a_plain_form_saves_all_marks_and_hands_in(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    answer = client.post(address(sheet), full(sheet) | {"what": "submit"})
    assert answer.status_code == 303
    sheet.refresh_from_db()
    assert sheet.submitted_at is not None
    accepted = Mark.objects.filter(sheet=sheet, taken=True).count()
    assert accepted == sum(cell.suggested is not None for cell in cells_of(sheet))
    page = client.get(address(sheet)).content.decode()
    assert "撤回" in page
    assert "继续：" in page or "返回" in page
    client.post(address(sheet, "take-back/"))
    sheet.refresh_from_db()
    assert sheet.submitted_at is None


def test_the_whole_form_comes_back_with_every_flaw_and_links_to_them(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    first, second = cells_of(sheet)[:2]
    posted = full(sheet) | {
        f"p-{first.indicator}": "99", f"w-{first.indicator}": "太高", f"p-{second.indicator}": "很多", "what": "submit",
    }  # fmt: skip
    posted.pop(f"take-{first.indicator}", None)
    posted.pop(f"take-{second.indicator}", None)
    answer = client.post(address(sheet), posted)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#p-{first.indicator}"' in page and f'href="#p-{second.indicator}"' in page
    assert 'value="99"' in page and 'value="很多"' in page and "太高" in page
    sheet.refresh_from_db()
    assert sheet.submitted_at is None


def test_a_form_made_before_another_window_saved_shows_both_and_saves_the_rest(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    first, second = cells_of(sheet)[:2]
    save_mark(doing(marking), sheet, first.indicator, Given("1", "另一窗口"))
    posted = {f"p-{first.indicator}": "2", f"w-{first.indicator}": "这一窗口", f"rev-{first.indicator}": "0",
              f"p-{second.indicator}": "1", f"w-{second.indicator}": "也有理由",
              f"rev-{second.indicator}": "0"}  # fmt: skip
    answer = client.post(address(sheet), posted)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "另一窗口" in page and "这一窗口" in page
    assert Mark.objects.get(sheet=sheet, indicator=first.indicator).points == 100
    assert Mark.objects.get(sheet=sheet, indicator=second.indicator).points == 100
    again = client.post(address(sheet), posted | {f"rev-{first.indicator}": "1", f"rev-{second.indicator}": "1"})
    assert again.status_code == 303
    assert Mark.objects.get(sheet=sheet, indicator=first.indicator).points == 200


def test_a_form_of_a_sheet_handed_in_elsewhere_keeps_what_was_typed(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    client.post(address(sheet), full(sheet) | {"what": "submit"})
    name = cells_of(sheet)[0].indicator
    answer = client.post(address(sheet), {f"p-{name}": "1", f"w-{name}": "迟到的理由", f"rev-{name}": "1"})
    assert answer.status_code == 409
    assert "迟到的理由" in answer.content.decode()


def test_a_sheet_that_was_not_handed_in_can_be_read_after_the_stage_closed_and_says_so(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    cell = ruled(sheet)
    save(client, sheet, indicator=cell.indicator, points="0.5", reason="先记下的理由", revision=0)
    other = own(marking, unit="A002")
    client.post(address(other), full(other) | {"what": "submit"})
    close_stage(marking.world.acting("sun"), marking.fresh("preliminary"), reason="到期关闭本阶段")
    page = client.get(address(sheet))
    text = page.content.decode()
    assert page.status_code == 200 and "未提交" in text and "打分不计入结果" in text and "先记下的理由" in text
    assert "<textarea" not in text and 'value="submit"' not in text
    assert "未提交，不计入结果" in client.get(address(sheet, "print/")).content.decode()
    assert "计入结果" in client.get(address(other)).content.decode()
    assert "不计入结果" not in client.get(address(other)).content.decode()
    seat = client.get(SEAT).content.decode()
    assert "阶段关闭前有2份评分表未提交，不计入结果" in seat and seat.count(">未提交<") == 2
    refused = save(client, sheet, indicator=cell.indicator, points="1", revision=1)
    assert refused.json()["code"] == "stage_closed"
    assert client.post(address(sheet), full(sheet)).status_code == 409
    assert Mark.objects.get(sheet=sheet, indicator=cell.indicator).points == 50
    assert signed_in(marking, "ivy").get(address(sheet)).status_code == 404
    record_conflict(marking.world.acting("sun"), marking.seat("eva"), sheet.filing.alliance, "曾任该联盟顾问")
    assert client.get(address(sheet)).status_code in (403, 404)
    reopen_stage(
        marking.world.acting("sun"), marking.fresh("preliminary"), timezone.now() + timedelta(days=3), "补交评分表"
    )
    third = own(marking, unit="A003")
    assert "<textarea" in client.get(address(third)).content.decode()


def test_the_printed_sheet_is_a_draft_until_it_is_handed_in(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    assert "草稿" in client.get(address(sheet, "print/")).content.decode()
    client.post(address(sheet), full(sheet) | {"what": "submit"})
    page = client.get(address(sheet, "print/")).content.decode()
    assert "草稿" not in page
    assert "E01" in page
