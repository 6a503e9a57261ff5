"""Editions: what stands against one, publishing, errata, withdrawing, and what everybody can read."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.server.settled import Settled

from huoyue.publication.document import report_files
from huoyue.report.section import shipped
from huoyue.server.models import (
    Contact,
    Correction,
    Edition,
    Event,
    Job,
    Mail,
    NoticePeriod,
    Objection,
    Passage,
    Returned,
)
from huoyue.server.operations.editions import publish, ready, withdraw
from huoyue.server.operations.freezing import cut_again, freeze_again
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.wordings import save_wording
from huoyue.server.queries.editions import due_kinds
from huoyue.server.queries.notice import day_of
from huoyue.server.queries.published import holding
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import shelf_path, snapshot_of
from huoyue.snapshot.digests import contents_of

WHY = "异议成立，更正评分"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Editions without drawn charts and documents, which take most of the time and are tested with publication."""
    drawn = "huoyue.publication.site.pictures"
    monkeypatch.setattr(drawn, lambda specs, lang: {f"charts/{name}.{lang}.svg": b"<svg/>" for name in specs})
    monkeypatch.setattr("huoyue.publication.site.engine", lambda: b"")
    monkeypatch.setattr("huoyue.publication.edition.report_files", lambda *_: {})


def refusal(call) -> str:
    with pytest.raises(Refuse) as caught:
        call()
    return caught.value.refusal.code


def noticed(found: Settled) -> NoticePeriod:
    """A notice period that is over."""
    now = timezone.now()
    return NoticePeriod.objects.create(
        round=found.round, frozen=found.snapshot, number=1, starts_on=now.date(), ends_on=now.date(), office="秘书处",
        by=found.world.people["sun"], at=now, closed_at=now,
    )  # fmt: skip


def published(found: Settled, why: str = "", at=None) -> Edition:
    sun = found.world.acting("sun")
    return publish(sun, found.round, ready(found.round, at or sun.at, why))


def upheld(found: Settled, notice: NoticePeriod) -> Correction:
    """An objection that was upheld: the unit gets no points on the indicator any more."""
    now, sun = timezone.now(), found.world.people["sun"]
    filing = found.world.filings[0]
    settled = snapshot_of(found.snapshot).results["settled"].filter(unit=filing.alliance.code, basis="marks")
    one = settled.sort("settled_num", descending=True).row(0, named=True)
    objection = Objection.objects.create(
        round=found.round, notice=notice, filing=filing, number="异议1", kind="score", entered_by=sun, name="异议人甲",
        grounds="不实", received_on=now.date(), at=now, state="decided", outcome="upheld",
    )  # fmt: skip
    return Correction.objects.create(objection=objection, filing=filing, indicator=one["indicator"], points=0,
                                     reason="内部理由乙", by=sun, at=now)  # fmt: skip


def corrected(found: Settled, notice: NoticePeriod) -> None:
    upheld(found, notice)
    found.frozen = freeze_again(found.world.acting("sun"), found.snapshot, cut_again(found.snapshot), WHY)


def site(edition: Edition, place: str = "zh/index.html"):
    return Client().get(f"/public/{edition.round.key}/{edition.number}/{place}")


def test_nothing_is_published_before_the_notice_period_is_over_and_objections_are_decided(frozen):
    sun, round_ = frozen.world.acting("sun"), frozen.round
    assert refusal(lambda: ready(round_, sun.at)) == "edition_notice"
    notice = noticed(frozen)
    NoticePeriod.objects.filter(pk=notice.pk).update(closed_at=None)
    assert refusal(lambda: ready(round_, sun.at)) == "edition_notice"
    NoticePeriod.objects.filter(pk=notice.pk).update(closed_at=sun.at)
    correction = upheld(frozen, notice)
    assert refusal(lambda: ready(round_, sun.at)) == "edition_corrections"
    Objection.objects.filter(pk=correction.objection_id).update(state="admitted")
    assert refusal(lambda: ready(round_, sun.at)) == "edition_objections"
    correction.delete()
    Objection.objects.update(state="withdrawn")
    done = ready(round_, sun.at)
    round_.practice = True
    assert refusal(lambda: publish(sun, round_, done)) == "edition_practice"
    assert Edition.objects.count() == 0


def test_an_edition_is_numbered_sealed_kept_and_told_to_filers(frozen):
    noticed(frozen)
    edition = published(frozen)
    assert (edition.number, edition.replaces, edition.errata) == (1, None, [])
    contents = contents_of(shelf_path("editions", edition.file_digest))
    assert f'"digest": "{edition.digest}"' in contents["manifest.json"].decode()
    assert frozen.snapshot.digest in contents["zh/index.html"].decode()
    letters = Mail.objects.filter(kind="edition")
    assert letters.filter(to=frozen.world.ada).count() == 1
    assert f"/public/{frozen.round.key}/" in letters.filter(to=frozen.world.ada).get().body
    assert Event.objects.filter(kind="edition.published", subject="1").count() == 1
    assert refusal(lambda: ready(frozen.round, timezone.now())) == "edition_same"


def test_what_happened_while_an_edition_was_made_refuses_it(frozen):
    noticed(frozen)
    sun = frozen.world.acting("sun")
    first, second = ready(frozen.round, sun.at), ready(frozen.round, sun.at)
    publish(sun, frozen.round, first)
    assert refusal(lambda: publish(sun, frozen.round, second)) in ("edition_same", "edition_moved")


def test_a_corrected_result_makes_an_edition_that_says_what_changed_and_why(frozen):
    notice = noticed(frozen)
    first = published(frozen)
    before = dict(snapshot_of(frozen.snapshot).results["scores"].select("unit", "score").iter_rows())
    corrected(frozen, notice)
    assert refusal(lambda: ready(frozen.round, timezone.now())) == "reason_short"
    second = published(frozen, WHY)
    after = dict(snapshot_of(frozen.snapshot).results["scores"].select("unit", "score").iter_rows())
    unit = frozen.world.filings[0].alliance
    lines = [one["zh"] for one in second.errata]
    assert lines[0] == WHY
    assert f"{unit.name}：评分由{before[unit.code] / 100:g}更正为{after[unit.code] / 100:g}。" in lines
    assert second.replaces == first
    assert holding(frozen.round) == second
    page = site(second, "zh/editions.html").content.decode()
    assert WHY in page
    assert first.digest in page
    for secret in ("异议人甲", "内部理由乙"):
        assert all(secret not in body.decode("utf-8", "replace")
                   for body in contents_of(shelf_path("editions", second.file_digest)).values())  # fmt: skip
    assert b'"later": 2' in site(first, "standing.js").content
    assert b"null" in site(second, "standing.js").content


def test_a_withdrawn_edition_says_so_at_its_address_and_offers_nothing(frozen):
    notice = noticed(frozen)
    first = published(frozen)
    corrected(frozen, notice)
    second = published(frozen, WHY)
    sun = frozen.world.acting("sun")
    assert refusal(lambda: withdraw(sun, first, "评分有误，予以撤回", None)) == "edition_former"
    assert refusal(lambda: withdraw(sun, second, "误", 1)) == "reason_short"
    withdraw(sun, second, "评分有误，予以撤回", 1)
    second.refresh_from_db()
    assert holding(frozen.round) == first
    answer = site(second)
    assert answer.status_code == 410
    for said in ("第2版已撤回", "评分有误，予以撤回", second.digest):
        assert said in answer.content.decode()
    for gone in ("data/results.csv", "manifest.json", "zh/results.html", "assets/vega.js"):
        moved = site(second, gone)
        assert moved["Location"] == f"/public/{frozen.round.key}/2/zh/index.html"
    assert site(second, "assets/site.css").status_code == 200
    assert refusal(lambda: withdraw(sun, second, "评分有误，予以撤回", 1)) == "edition_withdrawn"
    third = published(frozen, "重新发布更正后的结果")
    assert (third.number, holding(frozen.round)) == (3, third)


def test_where_none_holds_all_are_withdrawn_and_the_round_says_so(frozen):
    noticed(frozen)
    edition = published(frozen)
    withdraw(frozen.world.acting("sun"), edition, "全部结果重新核定", None)
    assert holding(frozen.round) is None
    answer = Client().get(f"/public/{frozen.round.key}/")
    assert answer.status_code == 200
    assert "全部结果重新核定" in answer.content.decode()


def test_everybody_reads_the_site_without_an_account_under_the_strict_policy(frozen):
    noticed(frozen)
    edition = published(frozen)
    client = Client()
    assert "已公布的评价结果" in client.get("/").content.decode()
    assert frozen.round.title_zh in client.get("/public/").content.decode()
    moved = client.get(f"/public/{frozen.round.key}/")
    assert moved["Location"] == f"/public/{frozen.round.key}/1/zh/index.html"
    answer = site(edition, "zh/results.html")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "public, no-cache"
    again = client.get(f"/public/{frozen.round.key}/1/zh/results.html", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    kinds = {"data/results.csv": "text/csv; charset=utf-8", "data/results.parquet": "application/vnd.apache.parquet",
             "assets/site.js": "text/javascript; charset=utf-8", "manifest.json": "application/json"}  # fmt: skip
    assert {name: site(edition, name)["Content-Type"] for name in kinds} == kinds


def test_no_path_leads_out_of_an_edition(frozen):
    noticed(frozen)
    edition = published(frozen)
    out = ("../1/manifest.json", "zh/../../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "zh\\index.html", "zh/none.html",
           "/etc/passwd", "zh/")  # fmt: skip
    assert [site(edition, place).status_code for place in out] == [404] * 6 + [200]


def test_delayed_results_are_due_on_their_day_and_published_with_an_erratum(frozen):
    noticed(frozen)
    scheme = scheme_of(frozen.round)
    assert due_kinds(frozen.round, timezone.now()) == ()
    edition = published(frozen)
    later = timezone.now() + timedelta(days=scheme.publication.delay_days)
    assert due_kinds(frozen.round, later) == ()
    delayed = scheme.model_copy(update={"publication": scheme.publication.model_copy(update={"history": "delayed"})})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huoyue.server.queries.editions.scheme_of", lambda _: delayed)
        patch.setattr("huoyue.server.operations.editions.scheme_of", lambda _: delayed)
        assert due_kinds(frozen.round, later - timedelta(days=1)) == ()
        assert due_kinds(frozen.round, later) == ("history",)
        done = ready(frozen.round, later)
    assert [one.zh for one in done.about.errata] == ["延期公开的内容到期，增加：往期结果。"]
    assert done.about.first_on == day_of(edition.at, frozen.round)


def test_the_secretariat_publishes_and_withdraws_on_pages(frozen):
    noticed(frozen)
    client = Client()
    client.force_login(frozen.world.people["sun"])
    at = reverse("edition_publish", args=[frozen.round.key])
    assert "发布这一版" in client.get(at).content.decode()
    assert client.post(at).status_code == 303
    edition = Edition.objects.get()
    results = client.get(reverse("results", args=[frozen.round.key])).content.decode()
    assert edition.digest in results
    again = client.post(at)
    assert again.status_code == 409
    assert "现行版次与最新快照一致" in again.content.decode()
    file = client.get(reverse("edition_file", args=[frozen.round.key, 1]))
    assert b"".join(file.streaming_content)[:2] == b"PK"
    to = reverse("edition_withdraw", args=[frozen.round.key, 1])
    short = client.post(to, {"reason": "误", "holds": ""})
    assert short.status_code == 409
    assert ">误</textarea>" in short.content.decode()
    assert client.post(to, {"reason": "名单有误，予以撤回", "holds": ""}).status_code == 303
    left = client.get(reverse("edition_file", args=[frozen.round.key, 1]))
    assert b"results.csv" not in left.content


def test_a_practice_or_unpublished_round_is_nobodys_to_see(frozen):
    assert Client().get("/public/").status_code == 200
    assert Client().get(f"/public/{frozen.round.key}/").status_code == 404
    assert Client().get(f"/public/{frozen.round.key}/1/zh/index.html").status_code == 404
    assert "已公布的评价结果" not in Client().get("/").content.decode()


def carried(found: Settled, text: str) -> Passage:
    """A passage behind the notes on method of the Chinese report."""
    sun = found.world.people["sun"]
    returned = Returned.objects.create(round=found.round, frozen=found.snapshot, lang="zh", name="a.docx",
                                       by=sun, at=timezone.now())  # fmt: skip
    return Passage.objects.create(round=found.round, returned=returned, lang="zh", heading="方法说明", text=text)


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The Markdown of each public report that is written; its formats are left out."""
    found: dict[str, str] = {}

    def render(document, folder, lang, formats):
        found[lang] = document.markdown
        path = folder / "report.pdf"
        path.write_bytes(b"%PDF")
        return [path]

    monkeypatch.setattr("huoyue.publication.edition.report_files", report_files)
    monkeypatch.setattr("huoyue.publication.document.render", render)
    return found


def test_the_public_report_is_worded_as_edited_and_a_change_makes_a_new_edition(frozen, reports):
    noticed(frozen)
    sun, zh = frozen.world.acting("sun"), shipped("zh", "method")
    save_wording(sun, frozen.round, "zh", "method", zh + "\n\n本轮说明由秘书处改写。\n", base=0, note="")
    carried(frozen, "本段由人手写。")
    edition = published(frozen)
    assert "本轮说明由秘书处改写。" in reports["zh"]
    assert "本段由人手写。" in reports["zh"]
    manifest = contents_of(shelf_path("editions", edition.file_digest))["manifest.json"].decode()
    assert '"method"' in manifest
    assert refusal(lambda: ready(frozen.round, timezone.now())) == "edition_same"
    save_wording(sun, frozen.round, "zh", "checks", zh, base=0, note="")
    assert refusal(lambda: ready(frozen.round, timezone.now())) == "edition_same"
    save_wording(sun, frozen.round, "zh", "method", zh + "\n\n再次改写。\n", base=1, note="")
    assert refusal(lambda: ready(frozen.round, timezone.now())) == "reason_short"
    assert [one["zh"] for one in published(frozen, "公开版报告的方法说明改写").errata] == ["公开版报告的方法说明改写"]
    assert "再次改写。" in reports["zh"]


def test_a_passage_that_names_an_expert_or_a_contact_refuses_the_edition_on_the_page(frozen, reports):
    noticed(frozen)
    seat = next(iter(frozen.seats.values()))
    unit = frozen.world.filings[0].alliance
    Contact.objects.create(alliance=unit, name="联系人丁", phone="138-0013-8000")
    bad = carried(frozen, f"感谢{seat.account.name}专家。")
    carried(frozen, "如有疑问请拨打13800138000。")
    client = Client()
    client.force_login(frozen.world.people["sun"])
    at = reverse("edition_publish", args=[frozen.round.key])
    answer = client.post(at)
    assert answer.status_code == 409
    said = answer.content.decode()
    assert f"写有专家信息：{seat.account.name}。" in said
    assert "含有联盟人员的姓名、邮箱或电话：138-0013-8000。" in said
    assert Edition.objects.count() == 0
    Passage.objects.exclude(pk=bad.pk).delete()
    bad.delete()
    assert client.post(at).status_code == 303


def step_on(client: Client, found: Settled) -> tuple[str, str]:
    """The next step and the only main action of the hub of results."""
    page = client.get(reverse("results", args=[found.round.key]))
    body = page.content.decode()
    assert body.count('class="button main"') == (1 if page.context["step"] else 0)
    step = page.context["step"]
    return (step.address.rstrip("/").rpartition("/")[2], str(step.what.text)) if step else ("", "")


def test_the_hub_leads_step_by_step_from_the_report_to_the_edition(frozen):
    """Whatever `why_not_publish` says stands against an edition is what the hub asks for next."""
    client, now = Client(), timezone.now()
    client.force_login(frozen.world.people["sun"])
    assert step_on(client, frozen)[0] == "documents"
    Job.objects.create(uid="a" * 32, kind="report", key="a", round=frozen.round, frozen=frozen.snapshot, state="done",
                       by=frozen.world.people["sun"], at=now)  # fmt: skip
    assert step_on(client, frozen) == ("notice", "Put the results on public notice.")
    notice = noticed(frozen)
    NoticePeriod.objects.filter(pk=notice.pk).update(closed_at=None, ends_on=now.date() + timedelta(days=5))
    assert step_on(client, frozen)[1].startswith("On public notice until")
    NoticePeriod.objects.filter(pk=notice.pk).update(ends_on=now.date() - timedelta(days=5))
    assert step_on(client, frozen)[1].startswith("The notice period is over")
    NoticePeriod.objects.filter(pk=notice.pk).update(closed_at=now)
    correction = upheld(frozen, notice)
    assert step_on(client, frozen)[0] == "correct"
    Objection.objects.filter(pk=correction.objection_id).update(state="admitted")
    correction.delete()
    assert step_on(client, frozen) == ("objections", "Objections undecided: {count}.")
    Objection.objects.update(state="withdrawn")
    assert step_on(client, frozen) == ("publish", "Publish the edition.")
    published(frozen)
    assert step_on(client, frozen) == ("", "")
