"""A meeting in the browser: two chairs at once, a conflict leaving the room, an expert following, minutes."""

from __future__ import annotations

import docx
import pytest
from tests.journeys.conftest import PASSWORD
from tests.journeys.meeting import MEETING

KEY = "2016-journey"
ROOM = f"/rounds/{KEY}/room/meeting/"


HELD = f"""
from django.contrib.auth.hashers import make_password
made = hold_meeting("{KEY}", "会评旅程", "journey")
case = Case.objects.filter(stage__round=made).select_related("filing__alliance").first()
own = Panellist.objects.get(round=made, account__username="expert")
Conflict.objects.create(panellist=own, alliance=case.filing.alliance, kind="declared", because="曾任该联盟顾问",
                        found_at=timezone.now())
free = Panellist.objects.filter(round=made).exclude(pk=own.pk).exclude(conflicts__alliance=case.filing.alliance).first()
Account.objects.filter(pk=free.account_id).update(username="second", password=make_password("{PASSWORD}"))
print(case.filing.alliance.code)
"""


@pytest.fixture(scope="module")
def case(site) -> str:
    """The meeting is open; the code of its first case. The demonstration's expert has a conflict, `second` none."""
    return site.run(MEETING + HELD)


def test_a_meeting_with_two_chairs_a_conflict_and_an_expert_who_follows(case, browse, tmp_path):
    chair, other = browse("chair"), browse("secretariat", expect_errors=True)
    inside, outside = browse("second"), browse("expert")
    for page in (inside, outside):
        page.goto(ROOM)
        assert "目前没有由您参加讨论的联盟" in page.text_content("#room")
    # the board by keyboard: j to the first case, Enter opens it
    chair.goto(f"/rounds/{KEY}/meeting/meeting/")
    chair.keyboard.press("j")
    chair.keyboard.press("Enter")
    chair.wait_for_url(f"**/of/{case}/")
    # who has a conflict is shown as out and cannot be ticked; the others are ticked at once
    assert "曾任该联盟顾问" in chair.text_content("details form")
    assert chair.locator("label.tick", has_text="评价专家演示员").count() == 0
    chair.click("[data-check-all=present]")
    chair.click("button[value=open]")
    says(chair, "讨论中")
    name = chair.locator("h1").evaluate("node => node.firstChild.textContent.trim()")
    # the room follows by itself; who is out goes on waiting
    says(inside, name)
    outside.wait_for_timeout(4500)
    assert name not in outside.text_content("body")
    # two chairs at the same indicator: the second sees what stands, and nothing is lost
    address = f"/rounds/{KEY}/meeting/meeting/of/{case}/?indicator=council"
    for page in (chair, other):
        page.goto(address)
    decide(chair, "3", "一次会议没有纪要，按三分计。")
    says(chair, "按三分计")
    decide(other, "2", "应按两分计。")
    says(other, "按三分计")
    says(other, "尚未保存")
    assert (other.input_value("#points"), other.input_value("#reason")) == ("2", "应按两分计。")
    # no reason, no decision
    other.fill("#reason", "  ")
    other.click("button[value=decide]")
    says(other, "会议决定须写明理由")
    says(inside, "按三分计")
    # uphold the rest, close, take the minutes
    chair.fill("#uphold-reason", "其余分歧在合理范围内，维持原分。")
    chair.click("button[value=uphold]")
    says(chair, "已记录维持原分")
    chair.fill("#note", "两位专家说明了依据。")
    chair.click("button[value=close]")
    says(chair, "的讨论已结束")
    says(inside, "目前没有由您参加讨论的联盟")
    chair.goto(f"/rounds/{KEY}/meeting/meeting/")
    with chair.expect_download() as taken:
        chair.click("a[href$='/minutes/']")
    file = tmp_path / "minutes.docx"
    taken.value.save_as(file)
    text = "\n".join(one.text for one in docx.Document(str(file)).paragraphs)
    assert all(words in text for words in (name, "回避离场：评价专家演示员", "维持原分", "两位专家说明了依据。"))


def says(page, words: str) -> None:
    """Wait until a page says something."""
    page.get_by_text(words).first.wait_for()


def decide(page, points: str, reason: str) -> None:
    page.fill("#points", points)
    page.fill("#reason", reason)
    page.click("button[value=decide]")
