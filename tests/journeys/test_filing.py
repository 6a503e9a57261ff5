"""Filing in a real browser: typing, pasting, two people at once, a dropped line, the deadline, no scripts."""

from __future__ import annotations

import pytest
from tests.journeys.conftest import give_account, until

AT = "/rounds/practice/filing"
SAVED = "document.querySelector('[data-status]').textContent.startsWith('已暂存')"
"""All that was typed is saved; on a slow machine it may take more than one save, so revisions are not counted."""


def filled(page, row: int, **cells: str) -> None:
    """Type into the cells of a row, as people do; a choice is chosen by what it says."""
    line = page.locator("table.grid tbody tr").nth(row)
    for name, text in cells.items():
        cell = line.locator(f"[name$='.c.{name}']")
        if cell.evaluate("node => node.tagName") == "SELECT":
            cell.select_option(label=text)
        else:
            cell.fill(text)


def said_of(site, code: str, what: str) -> str:
    """`what` about the records that an alliance filed in the practice round: `found`."""
    return site.run(
        f"found = Record.objects.filter(filing__alliance__code='{code}', filing__round__key='practice')\nprint({what})"
    )


@pytest.fixture
def alliance(site):
    """An alliance that has not begun, with an account of its own."""
    number = site.run(
        "found = Filing.objects.filter(round__key='practice', state='untouched')\n"
        "found = found.filter(alliance__duties__account__password__startswith='!')\n"
        "f = found.order_by('-alliance__position').first()\n"
        "Filing.objects.filter(pk=f.pk).update(state='draft')\nprint(f.alliance.code)"
    )
    name = f"w{number.lower()}"
    give_account(site, name, number)
    return number, name


def test_what_is_typed_is_saved_by_itself_within_two_seconds_and_is_there_afterwards(site, browse, alliance):
    code, name = alliance
    page = browse(name)
    page.goto(f"{AT}/{code}/records/meeting/")
    filled(page, 0, kind="理事会", title="第一次理事会", held_on="2026年3月5日", evidence="纪要1号")
    until(page, "document.querySelector('[data-status]').textContent.startsWith('已暂存')", timeout=2500)
    page.reload()
    assert page.locator("[name$='.c.title']").first.input_value() == "第一次理事会"
    saved = said_of(site, code, "found.get().cells['title']")
    assert saved == "第一次理事会"


def test_a_mistake_is_told_beside_its_cell_and_kept_as_typed(browse, alliance):
    code, name = alliance
    page = browse(name)
    page.goto(f"{AT}/{code}/records/meeting/")
    filled(page, 0, kind="理事会", title="会", held_on="3/5/26")
    flaw = page.locator("[data-flaw=held_on]").first
    flaw.wait_for(state="visible")
    assert page.locator("[name$='.c.held_on']").first.get_attribute("aria-invalid") == "true"
    assert page.locator("[name$='.c.held_on']").first.input_value() == "3/5/26"


def test_rows_pasted_from_excel_fill_the_table_and_are_saved(site, browse, alliance):
    code, name = alliance
    page = browse(name)
    page.goto(f"{AT}/{code}/records/meeting/")
    rows = "".join(f"理事会\t第{n}次会议\t2026-0{n}-05\t{n}0\r\n" for n in range(1, 7))
    cell = page.locator("[name$='.c.kind']").first
    cell.focus()
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData('text/plain', text);
        const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
        document.activeElement.dispatchEvent(event); }""",
        rows,
    )
    until(page, "document.querySelectorAll('tr[data-revision]:not([data-revision=\"0\"])').length === 6")
    counted = said_of(site, code, "found.filter(cells__kind='council').count()")
    assert counted == "6"


def test_rows_are_pasted_at_the_number_of_a_row_whose_first_cell_is_a_list(browse, alliance):
    code, name = alliance
    page = browse(name)
    page.goto(f"{AT}/{code}/records/meeting/")
    page.locator("#table tbody tr").first.locator("td").first.click()
    page.evaluate(
        """text => { const data = new DataTransfer(); data.setData('text/plain', text);
        const event = new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true});
        document.activeElement.dispatchEvent(event); }""",
        "会议类别\t会议名称\t召开日期\r\n理事会\t第1次会议\t2026-01-05\r\n",
    )
    until(page, "document.querySelectorAll('tr[data-revision]:not([data-revision=\"0\"])').length === 1")
    assert page.locator("[name$='.c.kind']").first.input_value() == "council"
    assert page.locator("[name$='.c.name'], [name$='.c.title']").first.input_value() == "第1次会议"


def test_the_keyboard_alone_fills_a_table(browse, alliance):
    code, name = alliance
    page = browse(name)
    page.goto(f"{AT}/{code}/records/ip_sharing/")
    first = page.locator("[name$='.c.title']").first
    first.focus()
    page.keyboard.type("专利池许可")
    page.keyboard.press("Tab")
    page.keyboard.type("2026-04-01")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('tr').rowIndex") == 2
    page.keyboard.press("Control+d")
    assert page.evaluate("document.activeElement.value") == "2026-04-01"
    until(page, "document.querySelectorAll('tr[data-revision]:not([data-revision=\"0\"])').length === 2")


def test_two_people_in_one_row_never_overwrite_each_other_and_see_both_versions(site, browse, alliance):
    code, name = alliance
    give_account(site, f"{name}b", code)
    first = browse(name)
    first.goto(f"{AT}/{code}/records/meeting/")
    filled(first, 0, kind="理事会", title="原来的名称", held_on="2026-03-05", evidence="1")
    until(first, SAVED)
    second = browse(f"{name}b", expect_errors=True)
    second.goto(f"{AT}/{code}/records/meeting/")
    filled(first, 0, title="甲的名称")
    until(first, SAVED)
    filled(second, 0, title="乙的名称")
    note = second.locator("[data-theirs]").first
    note.wait_for()
    assert "甲的名称" in note.inner_text()
    assert second.locator("[name$='.c.title']").first.input_value() == "乙的名称"
    assert "甲的名称" in site.run(f"print(Record.objects.filter(filing__alliance__code='{code}').first().cells)")
    second.get_by_role("button", name="保留我的").click()
    until(second, SAVED)
    assert "乙的名称" in site.run(f"print(Record.objects.filter(filing__alliance__code='{code}').first().cells)")
    first.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    until(first, "document.querySelector('[data-others]').textContent.includes('b')", timeout=20_000)


def test_a_dropped_line_loses_nothing_and_sends_it_when_it_is_back(site, browse, alliance):
    code, name = alliance
    page = browse(name, expect_errors=True)
    page.goto(f"{AT}/{code}/records/meeting/")
    page.context.set_offline(True)
    filled(page, 0, kind="理事会", title="断网时录入", held_on="2026-03-05", evidence="1")
    until(page, "document.querySelector('[data-status]').textContent.includes('网络已断开')")
    assert said_of(site, code, "found.count()") == "0"
    page.context.set_offline(False)
    until(page, "document.querySelector('[data-status]').textContent.startsWith('已暂存')")
    assert "断网时录入" in said_of(site, code, "found.get().cells")


def test_what_could_not_be_sent_survives_closing_the_window(site, browse, alliance):
    code, name = alliance
    page = browse(name, expect_errors=True)
    page.goto(f"{AT}/{code}/records/meeting/")
    page.context.set_offline(True)
    filled(page, 0, kind="理事会", title="关窗之前", held_on="2026-03-05", evidence="1")
    until(page, "document.querySelector('[data-status]').textContent.includes('网络已断开')")
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.context.set_offline(False)
    again.goto(f"{AT}/{code}/records/meeting/")
    until(again, "document.querySelector('[data-status]').textContent.startsWith('已暂存')")
    assert "关窗之前" in said_of(site, code, "found.get().cells")


def test_when_the_deadline_passes_while_a_form_is_open_it_is_said_and_what_was_typed_stays(site, browse, alliance):
    code, name = alliance
    page = browse(name, expect_errors=True)
    page.goto(f"{AT}/{code}/records/meeting/")
    site.run("Round.objects.filter(key='practice').update(stage='closed')")
    try:
        filled(page, 0, kind="理事会", title="迟到的内容", held_on="2026-03-05", evidence="1")
        until(page, "document.querySelector('[data-status]').textContent.includes('未能暂存')")
        assert page.locator("[name$='.c.title']").first.input_value() == "迟到的内容"
        assert said_of(site, code, "found.count()") == "0"
    finally:
        site.run("Round.objects.filter(key='practice').update(stage='open')")
    page.get_by_role("button", name="暂存", exact=True).click()
    until(page, "document.querySelector('[data-status]').textContent.startsWith('已暂存')")


def test_without_scripts_everything_can_be_filed_and_submitted(site, browse, alliance):
    code, name = alliance
    page = browse(name, scripts=False)
    page.goto(f"{AT}/{code}/records/meeting/")
    filled(page, 0, kind="理事会", title="没有脚本", held_on="2026-03-05", evidence="纪要")
    page.get_by_role("button", name="暂存", exact=True).click()
    assert "已暂存" in page.locator("main").inner_text()
    page.goto(f"{AT}/{code}/submit/")
    page.check("[name=agreed]")
    page.fill("[name=signed_as]", "李秘书长")
    page.get_by_role("button", name="提交", exact=True).click()
    assert "回执编号" in page.locator("main").inner_text()


def test_evidence_is_dropped_on_a_row_and_a_dropped_line_only_delays_it(site, browse, alliance, tmp_path):
    code, name = alliance
    page = browse(name, expect_errors=True)
    page.goto(f"{AT}/{code}/records/meeting/")
    filled(page, 0, kind="理事会", title="有附件", held_on="2026-03-05")
    until(page, "document.querySelectorAll('tr[data-revision]:not([data-revision=\"0\"])').length === 1")
    file = tmp_path / "会议纪要.pdf"
    file.write_bytes(b"%PDF-1.4\n" + b"x" * 3_500_000 + b"\nstartxref\n9\n%%EOF\n")
    seen = []

    def flaky(route):
        seen.append(route.request.method)
        if seen.count("PATCH") == 2 and route.request.method == "PATCH":
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/uploads/**", flaky)
    page.locator("[data-attach-input]").first.set_input_files(str(file))
    page.locator("[data-file] a").first.wait_for(timeout=20_000)
    assert "会议纪要.pdf" in page.locator("[data-files]").first.inner_text()
    kept = site.run(f"e = Evidence.objects.get(filing__alliance__code='{code}'); print(e.size, e.kind)")
    assert kept == f"{file.stat().st_size} application/pdf"
    assert seen.count("PATCH") >= 5
