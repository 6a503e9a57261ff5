"""From frozen results to a withdrawn and reissued edition in the browser, with an objection that is upheld."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from tests.journeys.conftest import sign_in
from tests.journeys.running import Site, loaded, running

from huoyue.snapshot.verify import verify

KEY = "2016-results"
RESULTS = f"/rounds/{KEY}/results/"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
GROUNDS = "第二次理事会的会议纪要已随材料提交，评分时漏计一次，请予核实。"
SHORT = f"""
from huoyue.server.queries.shelf import latest, snapshot_of
own = Duty.objects.get(account__username="filer", ended_at=None).alliance.code
settled = snapshot_of(latest(Round.objects.get(key="{KEY}"))).results["settled"]
row = next(r for r in settled.filter(unit=own).iter_rows(named=True)
           if r["basis"] == "marks" and r["settled_num"] < r["maximum"] * r["settled_den"])
print(own, row["indicator"], row["maximum"] // 100)
"""
OPINIONS = f"""
from huoyue.server.operations.journal import Acting
from huoyue.server.operations.objection_handling import write_opinion
asked = Handler.objects.filter(objection__round__key="{KEY}")
for one in asked.select_related("objection__filing__alliance", "account"):
    one.objection.round = Round.objects.get(key="{KEY}")
    one.objection.filing.round = one.objection.round
    write_opinion(Acting(one.account, "expert", timezone.now()), one, "upheld", None, "纪要属实，应予更正。")
"""
YESTERDAY = "from datetime import timedelta\nday = timezone.localdate() - timedelta(days=1)\n"
BEGUN = YESTERDAY + "NoticePeriod.objects.update(starts_on=day)"
OVER = YESTERDAY + "NoticePeriod.objects.update(starts_on=day - timedelta(days=7), ends_on=day)"
"""Move the notice in time: a test cannot wait for days."""


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A demonstration of its own: what is published here is seen by no other test."""
    alone = "PYTEST_XDIST_WORKER" not in os.environ
    base = tmp_path_factory.getbasetemp() if alone else tmp_path_factory.getbasetemp().parent
    data = tmp_path_factory.mktemp("published")
    shutil.copytree(loaded(base / "demonstration"), data, dirs_exist_ok=True)
    with running(data) as made:
        yield made


@pytest.fixture
def window(own_site: Site, chromium) -> Iterator[Callable[[str], object]]:
    """A window of somebody; errors in the console fail the test."""
    opened, complaints = [], []

    def made(name: str):
        context = chromium.new_context(
            base_url=own_site.address, locale="zh-CN", viewport={"width": 1366, "height": 900}
        )
        context.add_cookies([{"name": "lang", "value": "zh", "url": own_site.address}])
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if name:
            sign_in(page, name)
        return page

    yield made
    for context in opened:
        context.close()
    assert complaints == []


def says(page, words: str) -> None:
    page.get_by_text(words).first.wait_for()


def test_results_are_contested_corrected_published_withdrawn_and_published_again(own_site, window, tmp_path):
    code, indicator, points = own_site.run(SHORT).split()
    secretariat, filer, public = window("secretariat"), window("filer"), window("")
    # on public notice
    secretariat.goto(f"/rounds/{KEY}/notice/")
    secretariat.fill("#office", "活跃度评价秘书处")
    secretariat.fill("#telephone", "010-12345678")
    secretariat.click("button[value=put_up]")
    secretariat.locator("#now").wait_for()
    own_site.run(BEGUN)
    public.goto("/")
    public.click("text=2016年度活跃度评价（示例·结果）")
    says(public, "010-12345678")
    # the alliance objects to one indicator
    filer.goto(f"/rounds/{KEY}/scorecard/{code}/")
    filer.click(f"a[href$='?indicator={indicator}']")
    filer.fill("[name=grounds]", GROUNDS)
    filer.set_input_files("[name=files]", {"name": "纪要.pdf", "mimeType": "application/pdf", "buffer": PDF})
    filer.check("[name=sealed]")
    filer.fill("[name=signed_as]", "填报人演示员")
    filer.click("main form button.main")
    says(filer, "已收到")
    # taken up, two people who did not mark look into it, upheld
    secretariat.goto(f"/rounds/{KEY}/objections/")
    secretariat.click("tbody th a")
    secretariat.click("button[value=admit]")
    for _ in range(2):
        secretariat.select_option("#account", index=1)
        secretariat.click("button[value=give]")
        secretariat.wait_for_load_state()
    own_site.run(OPINIONS)
    secretariat.reload()
    secretariat.check("[name=outcome][value=upheld]")
    secretariat.fill("#decide-reasons", "第二次理事会纪要属实，原评分漏计。")
    secretariat.fill(f"#points-{indicator}", points)
    secretariat.click("button[value=decide]")
    says(secretariat, "尚未纳入快照")
    secretariat.goto(f"/rounds/{KEY}/objections/correct/")
    secretariat.fill("#reason", "异议成立，更正得分")
    secretariat.click("button[value=make]")
    says(secretariat, "与快照1相比的变化")
    with secretariat.expect_download() as taken:
        secretariat.click("a[href$='/file/']")
    taken.value.save_as(tmp_path / "snapshot.zip")
    assert verify(tmp_path / "snapshot.zip") == []
    # the days pass, the notice is closed, an edition published
    own_site.run(OVER)
    secretariat.goto(f"/rounds/{KEY}/notice/")
    secretariat.click("button[value=close]")
    publish(secretariat, "")
    public.goto(f"/public/{KEY}/")
    says(public, "第1版")
    # withdrawn: the same address says so, and gives no data
    secretariat.goto(f"{RESULTS}edition/1/withdraw/")
    secretariat.fill("#reason", "首页的引用方式有误")
    secretariat.click("main form button.danger")
    says(secretariat, "已撤回")
    gone = public.goto(f"/public/{KEY}/1/zh/index.html")
    assert gone.status == 410
    says(public, "首页的引用方式有误")
    assert public.request.get(f"/public/{KEY}/1/data/results.csv").status == 410
    # published again: the next number holds, with its erratum
    publish(secretariat, "更正首页的引用方式")
    public.goto(f"/public/{KEY}/")
    says(public, "第2版")
    public.click("text=版次与勘误")
    says(public, "更正首页的引用方式")


def publish(page, reason: str) -> None:
    page.goto(f"{RESULTS}publish/")
    if reason:
        page.fill("#reason_zh", reason)
    page.click("main form button.main", timeout=120_000)
    page.wait_for_url("**/results/", timeout=90_000)  # an edition takes its time
