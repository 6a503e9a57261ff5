"""Lists in a real browser: filtered while one types, gone through by keyboard; without scripts by a button."""

from __future__ import annotations

from tests.journeys.conftest import until

ROWS = "document.querySelectorAll('#list tbody tr').length"


def test_a_list_is_filtered_while_one_types_and_its_address_can_be_sent_to_others(browse):
    page = browse("secretariat")
    page.goto("/register/")
    everything = page.evaluate(ROWS)
    page.locator("#q").press_sequentially("住宅")
    until(page, f"{ROWS} === 1")
    assert everything > 1
    assert "住宅科技" in page.locator("#list").inner_text()
    until(page, "decodeURIComponent(location.search).includes('q=住宅')")
    assert "q=" in page.locator("#list a", has_text="Excel").get_attribute("href")
    page.reload()
    assert page.evaluate(ROWS) == 1
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/register/of/**")


def test_without_scripts_the_button_filters(browse):
    page = browse("secretariat", scripts=False)
    page.goto("/rounds/practice/alliances/")
    page.fill("#q", "住宅")
    page.get_by_role("button", name="筛选").click()
    assert page.locator("#list tbody tr").count() == 1
