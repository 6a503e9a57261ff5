"""An expert's afternoon in a real browser, by keyboard alone: answer, sign, declare, mark, look, lose the line."""

from __future__ import annotations

import json
from itertools import count

import pytest
from tests.journeys.conftest import PASSWORD, until

SEAT = "/rounds/2016-review/seat/"
NUMBERS = count(1)
FURNISH = """
import json
from PIL import Image
from huoyue.server.operations.storage import evidence_path
round_ = Round.objects.get(key="2016-review")
stage = ReviewStage.objects.get(round=round_, key="cross")
account = Account.objects.create_user("{name}", "{password}", name="评委{number}")
Duty.objects.create(account=account, role="expert", round=round_)
now = timezone.now()
asked = {asked}
seat = Panellist.objects.create(round=round_, account=account, code="X{number:02}", group="第九组",
    state="asked" if asked else "accepted", signed_at=None if asked else now, declared_at=None if asked else now)
filings = list(Filing.objects.filter(round=round_, suggestions__isnull=False).distinct()
               .select_related("alliance", "in_force").order_by("alliance__position")[{first}:{first} + 3])
for filing in filings:
    Sheet.objects.create(stage=stage, panellist=seat, filing=filing, assigned_at=now)
version = filings[0].in_force
content = json.loads(version.content)
record = next(one for one in content["records"] if one["kind"] == "meeting")
digest = "{number:064}"
place = evidence_path(digest)
place.parent.mkdir(parents=True, exist_ok=True)
Image.new("RGB", (40, 40)).save(place, "PNG")
uid = "e{number:031}"
Evidence.objects.create(filing=filings[0], uid=uid, record=record["uid"], name="会议纪要.png", size=9, kind="image/png",
                        digest=digest, by=account, at=now)
record["evidence"] = [dict(uid=uid, name="会议纪要.png", digest=digest, kind="image/png")]
Version.objects.filter(pk=version.pk).update(content=json.dumps(content, ensure_ascii=False))
print(json.dumps([one.alliance.code for one in filings]))
"""


def expert(site, *, asked: bool = False) -> tuple[str, list[str]]:
    """A new expert with three alliances of their own to mark; the first has a file of evidence."""
    number = next(NUMBERS)
    name = f"judge{number}"
    code = FURNISH.format(name=name, password=PASSWORD, number=number, asked=asked, first=3 * number)
    return name, json.loads(site.run(code))


@pytest.fixture
def ready(site):
    """An expert who may mark."""
    return expert(site)


def at(code: str) -> str:
    return f"{SEAT}stage/cross/sheet/{code}/"


def here(page) -> str:
    """The indicator that has the focus."""
    return page.evaluate("document.activeElement.closest('[data-indicator]')?.dataset.indicator || ''")


def marks(site, name: str, code: str) -> dict[str, list]:
    """The saved marks of somebody's sheet."""
    told = site.run(
        f"found = Mark.objects.filter(sheet__panellist__account__username='{name}', "
        f"sheet__filing__alliance__code='{code}')\nimport json\n"
        "print(json.dumps({one.indicator: [one.points, one.taken, one.reason] for one in found}))"
    )
    return json.loads(told)


def saved(page) -> None:
    until(page, "document.querySelector('[data-status]').textContent.startsWith('已暂存')")


def tab_to(page, selector: str, most: int = 60) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    page.wait_for_selector(selector, state="attached")
    for _ in range(most):
        if page.evaluate(f"document.activeElement.matches({json.dumps(selector)})"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {selector}")


def marked_through(page) -> None:
    """Go down a sheet: accept what is suggested, type a middle mark where experts judge."""
    indicators = page.evaluate("[...document.querySelectorAll('[data-indicator]')].map(one => one.dataset.indicator)")
    page.evaluate(f"document.getElementById('p-{indicators[0]}').focus()")
    for indicator in indicators:
        assert here(page) == indicator
        if page.locator(f"[name=take-{indicator}]").count():
            page.keyboard.press("a")
        else:
            page.keyboard.type("3")
            page.keyboard.press("Enter")


def test_an_afternoon_by_keyboard_alone(site, browse):
    name, (first, second, third) = expert(site, asked=True)
    page = browse(name, expect_errors=True)
    page.keyboard.press("Tab")
    tab_to(page, f"a[href='{SEAT}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{SEAT}")
    # answer, sign, declare
    tab_to(page, "button[value=accept]")
    page.keyboard.press("Enter")
    tab_to(page, "[name=agreed]")
    page.keyboard.press("Space")
    tab_to(page, "[name=signed_as]")
    page.keyboard.type("评委甲")
    tab_to(page, "button[value=sign]")
    page.keyboard.press("Enter")
    page.wait_for_selector("[name=none]")
    tab_to(page, "[name=none]")
    page.keyboard.press("Space")
    tab_to(page, "button[value=declare]")
    page.keyboard.press("Enter")
    # the first alliance: accept, a number with its reason, the rest
    page.wait_for_selector("[data-key=n]")
    page.keyboard.press("n")
    page.wait_for_url(f"**{at(first)}")
    indicators = page.evaluate("[...document.querySelectorAll('[data-indicator]')].map(one => one.dataset.indicator)")
    assert here(page) == indicators[0]
    page.keyboard.press("a")
    assert here(page) == indicators[1]
    page.keyboard.type("0.5")
    page.keyboard.press("r")
    assert page.evaluate("document.activeElement.name") == f"w-{indicators[1]}"
    page.keyboard.type("纪要只有一份 jka")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    assert here(page) == indicators[0]
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    assert here(page) == indicators[2]
    saved(page)
    kept = marks(site, name, first)
    assert kept[indicators[0]][1] is True
    assert kept[indicators[1]] == [50, False, "纪要只有一份 jka"]
    # evidence in place
    page.keyboard.press("k")
    page.keyboard.press("e")
    tab_to(page, "[data-preview]")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('[data-shown-picture]').naturalWidth > 0")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('[data-preview]')")
    page.keyboard.press("Escape")
    assert here(page) == indicators[1]
    # the line drops, marks are typed on, the line is back
    page.context.set_offline(True)
    page.keyboard.press("j")
    page.keyboard.press("a")
    until(page, "document.querySelector('[data-status]').textContent.includes('网络已断开')")
    assert indicators[2] not in marks(site, name, first)
    page.context.set_offline(False)
    saved(page)
    assert marks(site, name, first)[indicators[2]][1] is True
    for indicator in indicators[3:]:
        page.keyboard.press("a") if page.locator(f"[name=take-{indicator}]").count() else page.keyboard.type("4")
        if not page.locator(f"[name=take-{indicator}]").count():
            page.keyboard.press("Enter")
    # hand in, take back, hand in again
    page.keyboard.press("h")
    page.keyboard.press("Enter")
    page.wait_for_selector("form[action$='take-back/'] button")
    tab_to(page, "form[action$='take-back/'] button")
    page.keyboard.press("Enter")
    page.wait_for_selector("button[value=submit]")
    until(page, "document.activeElement.name?.startsWith('p-')")
    page.keyboard.press("h")
    page.keyboard.press("Enter")
    page.wait_for_selector("form[action$='take-back/']")
    # the next one
    page.keyboard.press("n")
    page.wait_for_url(f"**{at(second)}")
    until(page, "document.activeElement.name?.startsWith('p-')")
    marked_through(page)
    saved(page)
    page.keyboard.press("n")
    page.wait_for_url(f"**{at(third)}")
    assert len(marks(site, name, second)) == len(indicators)
    handed = site.run(f"print(Sheet.objects.filter(panellist__account__username='{name}', submitted_at=None).count())")
    assert handed == "2"


def test_two_windows_never_overwrite_each_other(site, browse, ready):
    name, (code, *_) = ready
    one, two = browse(name, expect_errors=True), browse(name, expect_errors=True)
    one.goto(at(code))
    two.goto(at(code))
    indicator = here(one)
    one.keyboard.type("1")
    saved(one)
    two.keyboard.type("2")
    two.locator("[data-theirs]").wait_for()
    assert "1" in two.locator("[data-theirs]").inner_text()
    assert marks(site, name, code)[indicator][0] == 100
    two.keyboard.press("Enter")  # on the button that keeps what was typed here
    saved(two)
    assert marks(site, name, code)[indicator][0] == 200


def test_a_closed_window_keeps_what_could_not_be_sent(site, browse, ready):
    name, (code, *_) = ready
    page = browse(name, expect_errors=True)
    page.goto(at(code))
    indicator = here(page)
    page.context.set_offline(True)
    page.keyboard.type("1.5")
    until(page, "document.querySelector('[data-status]').textContent.includes('网络已断开')")
    again = page.context.new_page()
    page.close(run_before_unload=False)
    again.context.set_offline(False)
    again.goto(at(code))
    saved(again)
    assert marks(site, name, code)[indicator][0] == 150


def test_a_sheet_is_not_handed_in_without_what_could_not_be_sent(site, browse, ready):
    name, (code, *_) = ready
    page = browse(name, expect_errors=True)
    page.goto(at(code))
    marked_through(page)
    saved(page)
    page.route("**/save/", lambda route: route.abort())
    page.keyboard.press("r")
    page.keyboard.type("最后一句")
    page.locator("button[value=submit]").click()
    page.wait_for_timeout(5000)
    assert page.locator("button[value=submit]").count()
    page.unroute("**/save/")
    saved(page)
    page.locator("button[value=submit]").click()
    page.wait_for_selector("form[action$='take-back/']")
    assert "最后一句" in [reason for _, _, reason in marks(site, name, code).values()]


def test_flaws_lead_to_their_indicators(browse, ready):
    name, (code, *_) = ready
    page = browse(name, expect_errors=True)
    page.goto(at(code))
    page.locator("button[value=submit]").click()
    link = page.locator("[role=alert] a").nth(2)
    target = link.get_attribute("href")
    link.click()
    assert page.evaluate("document.activeElement.id") == target.removeprefix("#")


def test_single_keys_can_be_switched_off(browse, ready):
    name, (code, *_) = ready
    page = browse(name)
    page.goto(at(code))
    page.keyboard.press("?")
    page.locator("[data-keys-on]").uncheck()
    page.locator("[name^=p-]").first.focus()
    page.keyboard.press("a")
    assert page.locator("[name^=p-]").first.input_value() == "a"
    page.locator("[name^=p-]").first.fill("")
    page.reload()
    assert not page.locator("[data-keys-on]").is_checked()


def test_without_scripts_a_sheet_is_marked_and_handed_in(site, browse, ready):
    name, (code, *_) = ready
    page = browse(name, scripts=False)
    page.goto(at(code))
    for box in page.locator("[name^=take-]").all():
        box.check()
    for indicator in page.locator("[data-indicator]").all():
        if not indicator.locator("[name^=take-]").count():
            indicator.locator("[name^=p-]").fill("2")
    page.locator("button[value=submit]").click()
    assert "已提交" in page.locator("main").inner_text()
    assert all(points is not None for points, _, _ in marks(site, name, code).values())
