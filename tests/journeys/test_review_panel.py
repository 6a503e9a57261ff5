"""The secretariat's review in the browser: a panel, solved, opened; a late conflict, somebody who drops out; closed."""

from __future__ import annotations

import openpyxl
import pytest

AT = "/rounds/panel/review/"
ROUND = """
from huoyue.server.demonstration import hand_in
from huoyue.server.demonstration.review import settle
past, now = Round.objects.get(key="2016"), timezone.now()
made = Round.objects.create(
    key="panel", title_zh="专家组轮次", title_en="Panel round", scheme_text=past.scheme_text,
    scheme_digest=past.scheme_digest, stage="screened", opens_at=past.opens_at, deadline=past.deadline,
    time_zone=past.time_zone, created_at=now,
)
for old in Filing.objects.filter(round=past).exclude(in_force=None).order_by("alliance__position")[:6]:
    new = Filing.objects.create(round=made, alliance=old.alliance)
    new.round = made
    rows = list(Record.objects.filter(filing=old, removed_at=None))
    for row in rows:
        row.pk, row.filing = None, new
    Record.objects.bulk_create(rows)
    hand_in(new, rows, None, now)
settle(made)
Verdict.objects.filter(filing__round=made).update(decided="evaluated", decided_reason="旅程所需")
print(*Filing.objects.filter(round=made).values_list("alliance__code", flat=True))
"""
READY = """
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.review_panel import answer, declare, sign
for seat in Panellist.objects.filter(round__key="panel").select_related("account", "round"):
    own = Acting(seat.account, "expert", timezone.now())
    answer(own, seat, accepts=True)
    sign(own, seat, signed_as=seat.account.name, agreed=True)
    declare(own, seat, [])
"""
NOW = "Sheet.objects.filter(stage__round__key='panel', stage__key='preliminary', aside_at=None)"


@pytest.fixture
def codes(site) -> list[str]:
    return site.run(ROUND).split()


def text(page) -> str:
    return page.locator("main").inner_text()


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def test_from_an_empty_panel_to_a_stage_closed_and_reopened(site, browse, codes, tmp_path):
    page = browse("secretariat")

    # the panel: one tested and asked by hand, the others from a file
    page.goto("/rounds/panel/")
    page.get_by_role("link", name="专家评审").click()
    page.get_by_role("link", name="邀请评审专家，组成专家组。").click()
    page.get_by_role("link", name="邀请专家").click()
    for name, typed in {
        "username": "panel-1",
        "name": "甲专家",
        "email": "p1@example.org",
        "organisation": "甲大学",
    }.items():
        page.fill(f"[name={name}]", typed)
    press(page, "查对利益关系")
    assert "没有须回避的联盟" in text(page)
    assert page.input_value("[name=name]") == "甲专家"
    press(page, "邀请加入专家组")
    assert "已邀请甲专家" in text(page)
    book = openpyxl.Workbook()
    book.active.append(["姓名", "登录名", "电子邮箱", "工作单位", "专家类别"])
    for number in range(2, 9):
        book.active.append([f"专家{number}号", f"panel-{number}", f"p{number}@example.org", f"单位{number}", "高校"])
    book.save(tmp_path / "panel.xlsx")
    page.goto(f"{AT}panel/import/")
    page.set_input_files("[name=file]", str(tmp_path / "panel.xlsx"))
    press(page, "查看内容")
    assert "专家8号" in text(page)
    press(page, "全部邀请")
    assert "已邀请7位专家" in text(page)
    assert "8位专家尚不能打分" in page.goto(AT).text()
    site.run(READY)

    # laid out, in groups, solved, opened
    page.goto(AT)
    press(page, "布置评审")
    page.get_by_role("link", name="8位专家尚未分组，交叉复评须先分组。").click()
    page.locator("fieldset").get_by_role("button", name="自动分组").click()
    assert "尚未保存" in text(page)
    press(page, "保存分组")
    page.goto(AT)
    page.get_by_role("link", name="把联盟分配给专家").click()
    page.get_by_role("link", name="自动分配").click()
    press(page, "求解并查看")
    assert "已证明为最优方案" in text(page)
    press(page, "采用")
    assert "新增18" in text(page)
    page.goto(AT)
    page.get_by_role("link", name="分组初评可以开启。").click()
    press(page, "开启本阶段")
    assert "进行中" in text(page)
    assert site.run(f"print({NOW}.count())") == "18"

    # a conflict found late: the sheet is set aside, and somebody of the same group takes over
    expert, unit = site.run(f"s = {NOW}.first(); print(s.panellist.code, s.filing.alliance.code)").split()
    page.goto(f"{AT}conflicts/")
    page.select_option("[name=expert]", expert)
    page.fill("[name=alliance]", unit)
    page.fill("[name=reason]", "其亲属任职于该联盟")
    press(page, "登记")
    assert "1份评分表作废" in text(page)
    page.goto(f"{AT}stage/preliminary/")
    assert f"1家联盟专家不足：{unit}" in text(page)
    press(page, "以最少改动重新分配")
    press(page, "采用")
    assert "新增1，保留17，取消0" in text(page)

    # the same expert drops out: the rest goes to others
    page.goto(f"{AT}panel/of/{expert}/")
    page.get_by_role("link", name="移出专家组").click()
    page.fill("[name=reason]", "健康原因退出")
    press(page, "移出专家组")
    assert "家联盟专家不足" in text(page)
    page.goto(f"{AT}stage/preliminary/")
    press(page, "以最少改动重新分配")
    press(page, "采用")
    assert site.run(f"print({NOW}.count(), {NOW}.filter(panellist__code='{expert}').count())") == "18 0"

    # closed with the missing sheets named, and reopened
    page.goto(f"{AT}stage/preliminary/")
    page.get_by_role("link", name="关闭本阶段").click()
    assert "有18份评分表未提交" in text(page)
    assert (expert == "E01") != ("E01 甲专家 × " in text(page))
    page.fill("[name=reason]", "专家集中出差，先行关闭")
    press(page, "关闭本阶段")
    assert "已关闭" in text(page)
    page.get_by_role("link", name="重开本阶段").click()
    page.fill("[name=due_at]", "2035-01-01T18:00")
    page.fill("[name=reason]", "出差结束，补充评审")
    press(page, "重开本阶段")
    assert "进行中" in text(page)
    assert site.run(f"print({NOW}.count())") == "18"

    # who is late gets one letter, and no alliance is named in it
    page.get_by_role("link", name="提醒未提交的专家").click()
    page.get_by_role("button", name="发送").click()
    assert "已写信" in text(page)
    letters = "Mail.objects.filter(key__startswith='missing:')"
    assert int(site.run(f"print({letters}.count())")) >= 6
    assert site.run(f"print({letters}.filter(body__contains='{unit}').count())") == "0"
