"""A whole round in the browser: invited, signed in with a second factor, filed, returned, corrected, screened."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from urllib.parse import urlsplit

import openpyxl
from tests.journeys.conftest import sign_in, until
from tests.journeys.test_filing import filled

NEW_PASSWORD = "a-much-longer-secret-9"  # noqa: S105 - of this test


def one_time_code(secret: str) -> str:
    """The code of an authenticator app now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def test_from_invitation_to_screening(site, browse, tmp_path):
    secretariat = browse("secretariat")

    # the register: an alliance of one's own
    secretariat.goto("/register/new/")
    secretariat.fill("[name=code]", "J001")
    secretariat.fill("[name=name]", "旅程产业技术创新战略联盟")
    secretariat.select_option("[name=batch]", "third")
    secretariat.select_option("[name=status]", "pilot")
    secretariat.get_by_role("button", name="保存", exact=True).click()
    assert "旅程产业技术创新战略联盟" in secretariat.locator("h1").inner_text()

    # a round for it, looked at and opened
    secretariat.goto("/rounds/new/")
    for name, text in {"key": "journey", "title_zh": "旅程轮次", "title_en": "Journey"}.items():
        secretariat.fill(f"[name={name}]", text)
    secretariat.select_option("[name=scheme]", "alliance_activity_2016")
    secretariat.fill("[name=opens_at]", "2020-01-01T00:00")
    secretariat.fill("[name=deadline]", "2035-01-01T00:00")
    secretariat.fill("[name=units]", "J001")
    secretariat.get_by_role("button", name="筹备本轮").click()
    secretariat.get_by_role("link", name="开放填报").click()
    secretariat.get_by_role("button", name="开放填报").click()

    # an invitation by letter, read on the mailbox page
    secretariat.goto("/accounts/new/")
    for name, text in {"username": "journey", "name": "周填报", "email": "journey@example.org"}.items():
        secretariat.fill(f"[name={name}]", text)
    secretariat.select_option("[name='duty-role']", "filer")
    secretariat.fill("[name='duty-alliance']", "J001")
    secretariat.check("[name='duty-responsible']")
    secretariat.get_by_role("button", name="新建并邀请").click()
    secretariat.goto("/letters/")
    secretariat.locator("table a", has_text="邀请").first.click()
    link = re.search(r"http://\S+/invitation/\S+/", secretariat.locator("main").inner_text())
    assert link is not None

    # the filer comes in, sets a second factor, and signs in with it
    filer = browse()
    filer.goto(urlsplit(link[0]).path)
    filer.fill("[name=password]", NEW_PASSWORD)
    filer.fill("[name=again]", NEW_PASSWORD)
    filer.locator("main button").click()
    filer.goto("/sign-in/2fa/totp/activate/")
    if "reauthenticate" in filer.url:
        filer.fill("[name=password]", NEW_PASSWORD)
        filer.press("[name=password]", "Enter")
    secret = filer.locator("input[disabled], input[readonly]").first.input_value()
    filer.fill("[name=code]", one_time_code(secret))
    filer.press("[name=code]", "Enter")
    until(filer, "location.pathname.includes('recovery') || location.pathname.includes('2fa')")
    filer.get_by_role("button", name="退出").click()
    filer.goto("/sign-in/login/")
    filer.fill("[name=login]", "journey")
    filer.fill("[name=password]", NEW_PASSWORD)
    filer.press("[name=password]", "Enter")
    filer.wait_for_url("**/2fa/authenticate/**")
    site.run("from django.core.cache import cache; cache.clear()")
    time.sleep(max(0.0, 30.5 - time.time() % 30) if "used" in filer.content() else 0)
    filer.fill("[name=code]", next_code(secret))
    filer.press("[name=code]", "Enter")
    filer.wait_for_url(re.compile(r"/$"))

    # files by typing, by pasting nothing more than needed here, and by workbook
    filer.goto("/rounds/journey/filing/J001/records/meeting/")
    filled(filer, 0, kind="理事会", title="第一次理事会", held_on="2016-03-05", evidence="纪要1号")
    until(filer, "document.querySelector('[data-status]').textContent.startsWith('已暂存')")
    with filer.expect_download() as waiting:
        filer.evaluate("location.href = '/rounds/journey/filing/J001/workbook.xlsx'")
    book_path = tmp_path / "book.xlsx"
    waiting.value.save_as(book_path)
    book = openpyxl.load_workbook(book_path)
    sheet = book["技术标准（规范）"]
    top = [cell for row in sheet.iter_rows(max_row=4) for cell in row if cell.value]
    heads = {str(cell.value).strip("*＊ \n").split("\n")[0]: cell.column for cell in top}
    row = next(r for r in range(1, 12) if any("标准名称" in str(c.value) for c in sheet[r])) + 1
    typed = {"标准名称": "旅程标准", "标准编号": "T/J 1", "标准级别": "国家标准", "发布或报批日期": "2016-05-06"}
    for head, value in typed.items():
        sheet.cell(row, next(column for name, column in heads.items() if name.startswith(head)), value)
    book.save(book_path)
    filer.goto("/rounds/journey/filing/J001/workbook/")
    filer.set_input_files("[name=workbook]", str(book_path))
    filer.get_by_role("button", name="查看内容").click()
    filer.get_by_role("button", name="替换相应类型的记录").click()
    found = "Record.objects.filter(filing__alliance__code='J001', kind='standard_document', removed_at=None)"
    assert site.run(f"print({found}.count())") == "1"

    # evidence, then submitted: the receipt
    filer.goto("/rounds/journey/filing/J001/records/standard_document/")
    proof = tmp_path / "cover.pdf"
    proof.write_bytes(b"%PDF-1.4\nx\nstartxref\n9\n%%EOF\n")
    filer.locator("[data-attach-input]").first.set_input_files(str(proof))
    filer.locator("[data-file] a").first.wait_for()
    filer.goto("/rounds/journey/filing/J001/submit/")
    filer.check("[name=agreed]")
    filer.get_by_role("button", name="提交", exact=True).click()
    assert "已提交为第1版" in filer.locator("main").inner_text()

    # closed, screened, returned with a remark on one record, corrected, submitted again, screened again
    secretariat.goto("/rounds/journey/step/close/")
    secretariat.fill("[name=reason]", "全部提交")
    secretariat.get_by_role("button", name="截止填报").click()
    secretariat.goto("/rounds/journey/screening/")
    secretariat.get_by_role("button", name="按规则筛查全部填报").click()
    secretariat.locator("table a", has_text="旅程").first.click()
    secretariat.locator("[name^='remark-']").first.fill("请补充会议纪要全文")
    secretariat.get_by_role("button", name="退回", exact=True).click()
    filer.goto("/")
    assert "已退回修改" in filer.locator("main").inner_text()
    filer.goto("/rounds/journey/filing/J001/")
    assert "请补充会议纪要全文" in filer.locator("main").inner_text()
    filer.goto("/rounds/journey/filing/J001/records/meeting/")
    filled(filer, 0, evidence="纪要1号全文")
    until(filer, "document.querySelector('[data-status]').textContent.startsWith('已暂存')")
    filer.goto("/rounds/journey/filing/J001/submit/")
    filer.check("[name=agreed]")
    filer.get_by_role("button", name="提交", exact=True).click()
    assert "已提交为第2版" in filer.locator("main").inner_text()
    filer.goto("/rounds/journey/filing/J001/compare/?old=1&new=2")
    assert "纪要1号全文" in filer.locator("ins").all_inner_texts()
    secretariat.goto("/rounds/journey/screening/")
    secretariat.get_by_role("button", name="重新按规则筛查").click()
    secretariat.goto("/rounds/journey/screening/settle/")
    secretariat.get_by_role("button", name="完成筛查").click()
    verdict = "Verdict.objects.get(filing__round__key='journey').ruled"
    assert site.run(f"print(Round.objects.get(key='journey').stage, {verdict})").startswith("screened")


def next_code(secret: str) -> str:
    """A code that was not used yet: the app's next one, once its half minute has begun."""
    used = one_time_code(secret)
    for _ in range(320):
        if one_time_code(secret) != used:
            break
        time.sleep(0.1)
    return one_time_code(secret)


def test_a_printed_code_lets_somebody_without_an_address_in_once(browse):
    secretariat = browse("secretariat")
    secretariat.goto("/accounts/new/")
    secretariat.fill("[name=username]", "paper")
    secretariat.fill("[name=name]", "无邮箱者")
    secretariat.select_option("[name='duty-role']", "observer")
    secretariat.get_by_role("button", name="新建并邀请").click()
    code = secretariat.locator("strong").last.inner_text()
    for attempt in (1, 2):
        person = browse(expect_errors=True)
        person.goto("/code/")
        person.fill("[name=code]", code.lower())
        person.locator("main button").click()
        if attempt == 1:
            person.fill("[name=password]", NEW_PASSWORD)
            person.fill("[name=again]", NEW_PASSWORD)
            person.locator("main button").click()
            assert "无邮箱者" in person.locator("header").inner_text()
        else:
            assert "无效" in person.locator("main").inner_text()
    again = browse()
    sign_in(again, "paper", NEW_PASSWORD)
    assert "无邮箱者" in again.locator("header").inner_text()
