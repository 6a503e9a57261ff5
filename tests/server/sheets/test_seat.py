"""An expert's seat: the answer, the discipline, interests, and the list of sheets."""

from __future__ import annotations

from django.utils import timezone
from tests.server.reviewing import opened
from tests.server.sheets.marking import SEAT, address, as_typed, doing, own, ruled, signed_in

from huoyue.server.models import Alliance, Interest, Panellist
from huoyue.server.operations.review_sheets import Given, save_mark
from huoyue.server.queries.review import own_sheets
from huoyue.server.queries.review_seat import worklist
from huoyue.server.queries.review_stages import cells_of


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
