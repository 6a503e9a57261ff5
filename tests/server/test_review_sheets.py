"""An expert's side of the review: the seat, the score sheet, evidence beside it, paper, the workbook for offline."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from PIL import Image
from tests.server.reviewing import mark_all, opened
from tests.server.test_access import closed

from huoyue.core.analysis.panel.calibration import calibration
from huoyue.server.models import (
    Alliance,
    Event,
    Evidence,
    Filing,
    Interest,
    Mark,
    Panellist,
    ReviewStage,
    Role,
    Sheet,
    Suggestion,
)
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.review_conflicts import record_conflict
from huoyue.server.operations.review_sheets import Given, save_mark, save_marks
from huoyue.server.operations.review_stages import close_stage, open_stage, plan_calibration, reopen_stage
from huoyue.server.operations.storage import evidence_path
from huoyue.server.queries.review import own_sheets
from huoyue.server.queries.review_calibration import compared
from huoyue.server.queries.review_measures import calibration_marks
from huoyue.server.queries.review_seat import worklist
from huoyue.server.queries.review_sheet_facts import facts_of_sheet
from huoyue.server.queries.review_sheets import lines_of
from huoyue.server.queries.review_stages import cells_of
from huoyue.server.queries.schemes import digest_of_scheme, scheme_of

SEAT = "/rounds/r1/seat/"


@pytest.fixture
def review(reviewing):
    return reviewing


@pytest.fixture
def marking(review):
    """The first stage open; eva has A001 to A003."""
    opened(review)
    return review


def signed_in(review, name: str) -> Client:
    client = Client()
    client.force_login(review.world.people[name])
    session = client.session
    session["role"] = "expert"
    session.save()
    return client


def own(review, name: str = "eva", unit: str = "") -> Sheet:
    found = own_sheets(review.seat(name)).filter(stage__state="open")
    sheet = (found.filter(filing__alliance__code=unit) if unit else found).first()
    sheet.stage.round, sheet.panellist = review.round, review.seat(name)
    return sheet


def address(sheet: Sheet, more: str = "") -> str:
    return f"{SEAT}stage/{sheet.stage.key}/sheet/{sheet.filing.alliance.code}/{more}"


def doing(review, name: str = "eva", token: str = "") -> Acting:
    return Acting(review.world.people[name], Role.EXPERT, timezone.now(), "127.0.0.1", token)


def save(client: Client, sheet: Sheet, token: str = "", **body):
    return client.post(address(sheet, "save/"), json.dumps(body), content_type="application/json",
                       headers={"Idempotency-Key": token, "Accept": "application/json"})  # fmt: skip


def ruled(sheet: Sheet):
    """An indicator with suggested points."""
    return next(cell for cell in cells_of(sheet) if cell.suggested is not None and cell.suggested > 100)


def as_typed(points: int) -> str:
    return f"{points / 100:g}"


def full(sheet: Sheet, **changes: str) -> dict[str, str]:
    """What a plain form posts: every suggestion accepted, the middle where there is none."""
    posted = {}
    revisions = dict(Mark.objects.filter(sheet=sheet).values_list("indicator", "revision"))
    for cell in cells_of(sheet):
        posted[f"rev-{cell.indicator}"] = str(revisions.get(cell.indicator, 0))
        posted[f"w-{cell.indicator}"] = ""
        posted[f"p-{cell.indicator}"] = as_typed(cell.maximum // 2) if cell.suggested is None else ""
        if cell.suggested is not None:
            posted[f"take-{cell.indicator}"] = "1"
    return posted | changes


# ---- the seat


def test_an_expert_answers_signs_and_declares_before_the_list_opens(review):
    opened(review)
    Panellist.objects.filter(pk=review.seats["eva"].pk).update(
        state="asked", signed_at=None, declared_at=None, signed_as="", discipline=""
    )
    client = signed_in(review, "eva")
    assert "接受" in client.get(SEAT).content.decode()
    assert "答复邀请" in client.get("/").content.decode()
    assert client.get(address(own(review, "fox"))).status_code == 409
    client.post(f"{SEAT}act/", {"what": "accept"})
    page = client.get(SEAT).content.decode()
    assert "专家须签署评价工作纪律" in page
    refused = client.post(f"{SEAT}act/", {"what": "sign", "signed_as": "易"})
    assert refused.status_code == 409
    assert 'value="易"' in refused.content.decode()
    client.post(f"{SEAT}act/", {"what": "sign", "signed_as": "易华", "agreed": "1"})
    assert review.seat("eva").signed_as == "易华"
    client.post(f"{SEAT}act/", {"what": "declare", "none": "1"})
    assert review.seat("eva").may_mark
    page = client.get(SEAT).content.decode()
    assert "0/3" in page
    assert "还剩" in page


def test_declining_is_possible_until_marking_and_can_be_taken_back(review):
    client = signed_in(review, "eva")
    client.post(f"{SEAT}act/", {"what": "decline"})
    assert review.seat("eva").state == "declined"
    assert "已谢绝" in client.get("/").content.decode()
    client.post(f"{SEAT}act/", {"what": "accept"})
    assert review.seat("eva").state == "accepted"


def test_interests_are_declared_by_name_and_bar_at_once(marking):
    client, alliance = signed_in(marking, "eva"), Alliance.objects.get(code="A001")
    line = {"what": "declare", "alliance-1": "半导", "organisation-1": "", "relation-1": "顾问"}
    wrong = client.post(f"{SEAT}act/", line | {"alliance-1": "没有这个名字"})
    assert wrong.status_code == 409
    assert 'value="没有这个名字"' in wrong.content.decode()
    assert client.post(f"{SEAT}act/", {"what": "declare", "none": "1", "relation-1": "顾问"}).status_code == 409
    assert client.post(f"{SEAT}act/", line | {"alliance-1": alliance.name}).status_code == 303
    page = client.get(SEAT).content.decode()
    assert alliance.name in page
    assert "顾问" in page
    assert "0/2" in page.replace("0/2份", "") or own_sheets(marking.seat("eva")).count() == 2
    assert not own_sheets(marking.seat("eva")).filter(filing__alliance=alliance).exists()


def test_more_lines_for_interests_keep_what_was_typed(marking):
    client = signed_in(marking, "eva")
    page = client.post(f"{SEAT}act/", {"what": "more", "alliance-1": "半导", "organisation-1": "", "relation-1": "顾"})
    assert 'value="半导"' in page.content.decode()
    assert 'name="relation-4"' in page.content.decode()
    assert not Interest.objects.exists()


def test_an_organisation_bars_every_alliance_it_is_a_member_of(marking):
    client = signed_in(marking, "eva")
    lead = Alliance.objects.get(code="A002").members.first().organisation
    client.post(f"{SEAT}act/", {"what": "declare", "organisation-1": lead, "relation-1": "任职"})
    assert Interest.objects.get(organisation=lead).relation == "任职"
    assert [one.alliance.code for one in marking.seat("eva").conflicts.select_related("alliance")] == ["A002"]


def test_the_list_tells_progress_totals_and_what_is_next(marking):
    sheet = own(marking)
    cell = ruled(sheet)
    save_mark(doing(marking), sheet, cell.indicator, Given(as_typed(cell.suggested), taken=True))
    work = worklist(marking.seat("eva"), timezone.now())[0]
    assert [(one.code, one.marked) for one in work.sheets] == [("A001", 1), ("A002", 0), ("A003", 0)]
    assert work.sheets[0].total == as_typed(cell.suggested)
    assert work.next is not None and work.next.code == "A001"
    page = signed_in(marking, "eva").get(SEAT).content.decode()
    assert f"1/{len(cells_of(sheet))}" in page
    assert address(sheet) in page


def test_the_list_takes_as_many_queries_for_many_sheets_as_for_few(marking, django_assert_max_num_queries):
    seat = marking.seat("eva")
    with django_assert_max_num_queries(4):
        worklist(seat, timezone.now())


# ---- the sheet


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


# ---- what the stage's rights allow


def with_rights(review, **rights) -> None:
    """The same round, its first stage with other rights."""
    text = review.round.scheme_text.replace(
        "      reviewers: 3\n", f"      reviewers: 3\n      sees: {json.dumps(rights)}\n", 1
    )
    type(review.round).objects.filter(pk=review.round.pk).update(scheme_text=text, scheme_digest=digest_of_scheme(text))
    review.round.refresh_from_db()


def test_where_names_are_hidden_no_page_or_file_tells_them(review):
    with_rights(review, names=False)
    opened(review)
    client, sheet = signed_in(review, "eva"), own(review)
    name = sheet.filing.alliance.name
    client.get(address(sheet))
    pages = [
        client.get(path) for path in (address(sheet), address(sheet, "print/"), f"{SEAT}stage/preliminary/import/")
    ]
    assert all("A001" in page.content.decode() for page in pages[:2])
    assert not any(name in page.content.decode() for page in pages)
    book = client.get(f"{SEAT}stage/preliminary/workbook/")
    assert name.encode() not in b"".join(book.streaming_content)
    page = client.get(SEAT).content.decode()
    assert name not in page.split("</section>")[0]


def test_where_points_are_hidden_nothing_tells_the_suggestion(review):
    with_rights(review, points=False)
    opened(review)
    client, sheet = signed_in(review, "eva"), own(review)
    page = client.get(address(sheet)).content.decode()
    assert "采纳" not in page.split('<form method="post" id="sheet"')[1]
    assert "建议" not in page.split('<form method="post" id="sheet"')[1]
    name = Suggestion.objects.filter(filing=sheet.filing, points__gt=100).first().indicator
    assert save(client, sheet, indicator=name, points="0", revision=0).json()["flaw"] == ""


def test_where_facts_are_hidden_there_are_none(review):
    with_rights(review, facts=False, evidence=False)
    opened(review)
    page = signed_in(review, "eva").get(address(own(review))).content.decode()
    assert "理事会1" not in page
    assert "不显示填报的事实" in page


@pytest.mark.parametrize(
    ("earlier", "shown"), [("none", []), ("own", ["甲的理由"]), ("group", ["甲的理由", "乙的理由"])]
)
def test_earlier_marks_are_shown_as_the_stage_allows(review, earlier, shown):
    text = review.round.scheme_text.replace("      across_groups: true\n", f"      sees: {{earlier: {earlier}}}\n", 1)
    type(review.round).objects.filter(pk=review.round.pk).update(scheme_text=text, scheme_digest=digest_of_scheme(text))
    review.round.refresh_from_db()
    opened(review)
    mark_all(review, "preliminary")
    first = own_sheets(review.seat("eva")).first()
    for name, reason in (("eva", "甲的理由"), ("fox", "乙的理由"), ("ivy", "丙的理由")):
        Mark.objects.filter(sheet__panellist=review.seats[name]).update(reason=reason)
    close_stage(review.world.acting("sun"), review.fresh("preliminary"))
    sun, stage = review.world.acting("sun"), review.fresh("cross")
    Sheet.objects.create(stage=stage, panellist=review.seats["eva"], filing=first.filing, assigned_at=timezone.now())
    open_stage(sun, stage, reason="测试")
    page = signed_in(review, "eva").get(f"{SEAT}stage/cross/sheet/{first.filing.alliance.code}/").content.decode()
    assert [one for one in ("甲的理由", "乙的理由", "丙的理由") if one in page] == shown


# ---- evidence


def with_file(sheet: Sheet) -> str:
    place = evidence_path("1" * 64)
    place.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (9, 9)).save(place, "PNG")
    Evidence.objects.create(filing=sheet.filing, uid="e" * 32, record="a" * 24,
                            name=f"{sheet.filing.alliance.name}.png", size=1, kind="image/png", digest="1" * 64,
                            by_id=sheet.panellist.account_id, at=timezone.now())  # fmt: skip
    return address(sheet, f"evidence/{'e' * 32}/")


def test_opening_evidence_is_noted_and_is_a_download(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    place = with_file(sheet)
    for path in (place, f"{place}preview/"):
        answer = client.get(path)
        assert answer.status_code == 200
        closed(answer)
    sheet.refresh_from_db()
    assert sheet.looks == 2
    assert Event.objects.filter(kind="review.evidence_opened").count() == 2
    assert signed_in(marking, "ivy").get(place).status_code == 404


def test_evidence_is_called_by_the_code_where_names_are_hidden(review):
    with_rights(review, names=False, evidence=True)
    opened(review)
    client, sheet = signed_in(review, "eva"), own(review)
    answer = client.get(with_file(sheet))
    assert "A001" in answer["Content-Disposition"]
    assert "%" not in answer["Content-Disposition"].split("UTF-8''")[1]
    closed(answer)


# ---- paper


def test_the_printed_sheet_is_a_draft_until_it_is_handed_in(marking):
    client, sheet = signed_in(marking, "eva"), own(marking)
    assert "草稿" in client.get(address(sheet, "print/")).content.decode()
    client.post(address(sheet), full(sheet) | {"what": "submit"})
    page = client.get(address(sheet, "print/")).content.decode()
    assert "草稿" not in page
    assert "E01" in page


# ---- the workbook


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


# ---- calibration


def calibrated(review, names=("eva", "fox", "gil")):
    sun, filing = (
        review.world.acting("sun"),
        Filing.objects.select_related("round", "alliance").get(pk=review.world.filings[1].pk),
    )
    stage = plan_calibration(sun, review.round, [filing])
    open_stage(sun, stage)
    for number, name in enumerate(names):
        sheet = own(review, name)
        given = {
            cell.indicator: Given(as_typed(min(cell.maximum, 100 + 50 * number)), "练习") for cell in cells_of(sheet)
        }
        save_marks(doing(review, name), sheet, given, how="test")
        signed_in(review, name).post(address(sheet), {"what": "submit"})
    return stage


def test_the_calibration_is_compared_only_once_it_is_closed_and_names_nobody(review):
    calibrated(review)
    client = signed_in(review, "eva")
    assert client.get(f"{SEAT}calibration/").status_code == 404
    close_stage(review.world.acting("sun"), review.fresh("calibration"), reason="试评结束")
    page = client.get(f"{SEAT}calibration/").content.decode()
    assert "1.5" in page
    assert "-0.5" in page or "−0.5" in page
    assert not any(word in page for word in ("Fox", "Gil", "E02", "E03"))
    assert "对照" in client.get(SEAT).content.decode()


def test_the_calibration_page_has_the_figures_of_the_core_and_calls_them_by_name(review):
    calibrated(review, ("eva", "fox", "gil", "hua"))
    names = set(Mark.objects.values_list("indicator", flat=True))
    Mark.objects.filter(sheet__panellist=review.seats["hua"]).update(points=0)
    close_stage(review.world.acting("sun"), review.fresh("calibration"), reason="试评结束")
    marks = calibration_marks(scheme_of(review.round), review.fresh("calibration"))[0]
    strips = calibration(marks).strips.filter(expert="E02")
    (one,) = compared(review.seat("fox"), review.fresh("calibration"))
    assert len(one.spreads) == len(names) + 1  # and the total
    for spread in one.spreads:
        row = strips.filter(indicator=spread.indicator.id if spread.indicator else "*").to_dicts()[0]
        assert (spread.middle, spread.lowest, spread.highest, spread.own) == (
            row["median"],
            row["lowest"],
            row["highest"],
            row["mark"],
        )
        assert spread.apart * 100 == row["apart"]
    first = one.spreads[0]
    assert (first.median, first.apart) == (Fraction(5, 4), Fraction(1, 4))  # 1, 1.5, 2 and 0: the mean would be 1.125
    page = signed_in(review, "fox").get(f"{SEAT}calibration/").content.decode()
    assert "中位数" in page and "1.25" in page and "平均" not in page.split("<h1>")[1]


def test_two_sheets_are_too_few_to_compare(review):
    calibrated(review, ("eva", "fox"))
    close_stage(review.world.acting("sun"), review.fresh("calibration"), reason="试评结束")
    page = signed_in(review, "eva").get(f"{SEAT}calibration/").content.decode()
    assert "1.25" not in page
    assert "太少" in page


def test_no_page_of_an_expert_depends_on_anothers_marks(marking):
    """Two worlds that differ only in what the others marked give the same bytes."""

    def pages() -> list[bytes]:
        client = signed_in(marking, "eva")
        paths = (SEAT, "/", address(own(marking)), address(own(marking), "print/"), f"{SEAT}stage/preliminary/import/")
        return [without_secret(client.get(path).content) for path in paths]

    signed_in(marking, "eva").get(address(own(marking)))
    before = pages()
    mark_all(marking, "preliminary", shift=100, skip="eva")
    assert pages() == before


def without_secret(page: bytes) -> bytes:
    import re

    page = re.sub(rb"[A-Za-z0-9]{64}", b"", page)
    return re.sub(rb"\xe8\xbf\x98\xe5\x89\xa9[^<]*", b"", page)  # the time left, by the minute
