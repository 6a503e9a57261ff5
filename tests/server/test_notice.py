"""The notice period: put up, seen by anybody while it runs, extended, withdrawn, closed; and one's own scorecard."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import timedelta

import pypdf
import pytest
from django.test import Client
from django.utils import timezone
from tests.server.noticed import OFFICE, REASONS, entered, moved, on_notice, signed_in, upheld

from huoyue.core.calendar import span
from huoyue.report.cards_data import Cards
from huoyue.report.told import told_to_units
from huoyue.server.models import Event, Mail, NoticePeriod, Round
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.notice import Office, close_period, extend_period, put_up, withdraw_period
from huoyue.server.operations.objection_reminders import remind_objections
from huoyue.server.queries.notice import day_of
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import snapshot_of

MARKERS = ("某某", "Fox", "Gil", "contact1@example.org", "010-00000000", "联系人", "E01")
"""What no public page may hold: experts, their codes, contacts."""


def refusal(call) -> str:
    with pytest.raises(Refuse) as caught:
        call()
    return caught.value.refusal.code


def sun(found):
    return found.world.acting("sun")


def test_a_notice_counts_its_days_as_the_scheme_says_and_tells_everybody(frozen):
    held = scheme_of(frozen.round).notice
    period = put_up(sun(frozen), frozen.round, OFFICE)
    days = span(day_of(timezone.now(), frozen.round), held.days, held.counted)
    assert (held.counted, held.days) == ("working", 5)
    assert (period.starts_on, period.ends_on, period.frozen) == (days.starts, days.ends, frozen.snapshot)
    letters = Mail.objects.filter(round=frozen.round, kind="results")
    assert sorted(one.to.username for one in letters) == ["ada", "dov", "lin", "lou"]
    assert Event.objects.get(kind="notice_period.put_up").detail["after"]["snapshot"] == frozen.snapshot.digest


def test_a_notice_is_refused_in_words_where_it_cannot_be(frozen):
    assert refusal(lambda: put_up(sun(frozen), frozen.round, Office("秘书处"))) == "notice_unreachable"
    early = span(day_of(timezone.now(), frozen.round), 1, "calendar").ends
    assert refusal(lambda: put_up(sun(frozen), frozen.round, OFFICE, early)) == "notice_too_short"
    period = put_up(sun(frozen), frozen.round, OFFICE)
    assert refusal(lambda: put_up(sun(frozen), frozen.round, OFFICE)) == "notice_runs"
    running = moved(period, starts=0, ends=3)
    assert refusal(lambda: extend_period(sun(frozen), running, running.ends_on, "补足时间")) == "reason_short"
    assert refusal(lambda: extend_period(sun(frozen), running, running.ends_on, "补足公示时间")) == "notice_too_short"
    assert refusal(lambda: close_period(sun(frozen), running)) == "notice_points_open"
    over = moved(period, starts=-9, ends=-1)
    later = over.ends_on + timedelta(days=9)
    assert refusal(lambda: extend_period(sun(frozen), over, later, "补足公示时间")) == "notice_over"
    close_period(sun(frozen), over)
    assert refusal(lambda: put_up(sun(frozen), frozen.round, OFFICE)) == "notice_was_held"


def test_a_round_that_is_not_frozen_or_whose_scheme_asks_for_none_is_not_put_up(frozen, monkeypatch):
    from huoyue.server.operations import notice

    scheme = scheme_of(frozen.round)
    without = scheme.model_copy(update={"notice": scheme.notice.model_copy(update={"hold": False})})
    monkeypatch.setattr(notice, "scheme_of", lambda round_: without)
    assert refusal(lambda: put_up(sun(frozen), frozen.round, OFFICE)) == "notice_not_held"
    monkeypatch.undo()
    other = Round.objects.create(key="r9", title_zh="九", title_en="9", scheme_text=frozen.round.scheme_text,
                                 scheme_digest=frozen.round.scheme_digest, stage="screened",
                                 opens_at=frozen.round.opens_at, deadline=frozen.round.deadline,
                                 created_at=timezone.now())  # fmt: skip
    assert refusal(lambda: put_up(sun(frozen), other, OFFICE)) == "notice_not_frozen"


def test_anybody_sees_the_results_from_the_first_day_until_the_notice_is_closed(frozen):
    at = f"/notice/{frozen.round.key}/"
    anybody = Client()
    assert anybody.get(at).status_code == 404
    period = on_notice(frozen)
    moved(period, starts=1, ends=5)
    assert anybody.get(at).status_code == 404
    running = moved(period, starts=0, ends=5)
    page = anybody.get(at).text
    snapshot = snapshot_of(frozen.snapshot)
    names = dict(snapshot.facts.units.select("unit", "name").iter_rows())
    for unit, score in snapshot.results["scores"].select("unit", "score").iter_rows():
        assert names[unit] in page
        assert f'<td class="n">{score / 100:g}</td>' in page
    for said in (OFFICE.office, OFFICE.telephone, OFFICE.email, OFFICE.address, "公章", "证明材料"):
        assert said in page
    assert not [marker for marker in MARKERS if marker in page]
    assert "<script" not in page.split("<main")[1]
    extend_period(sun(frozen), running, running.ends_on + timedelta(days=2), "节假日顺延公示")
    over = moved(period, starts=-9, ends=-1)
    assert names["A001"] in anybody.get(at).text
    close_period(sun(frozen), over)
    ended = anybody.get(at).text
    assert "公示已结束" in ended
    assert names["A001"] not in ended


def test_a_withdrawn_notice_stays_visible_with_its_reason_and_without_results(frozen):
    period = on_notice(frozen)
    withdraw_period(sun(frozen), period, "公示名单格式有误，更正后重新公示")
    page = Client().get(f"/notice/{frozen.round.key}/").text
    assert "公示名单格式有误，更正后重新公示" in page
    assert "A001产业" not in page
    assert frozen.world.alliances[0].name not in page
    again = put_up(sun(frozen), frozen.round, OFFICE)
    assert again.number == 2
    assert Mail.objects.filter(kind="results", subject__contains="撤回").count() == 4


def test_the_secretariat_puts_up_extends_withdraws_and_closes_on_one_page(frozen):
    client = signed_in(frozen, "sun")
    at = f"/rounds/{frozen.round.key}/notice/"
    assert client.get(at).status_code == 200
    typed = {"what": "put_up", "office": "评价办公室", "telephone": "", "email": "", "address": "某路1号"}
    refused = client.post(at, typed)
    assert refused.status_code == 409
    assert "某路1号" in refused.text
    assert client.post(at, typed | {"telephone": "010-1"}).status_code == 303
    period = moved(NoticePeriod.objects.get(), starts=0, ends=4)
    assert client.post(at, {"what": "extend", "ends_on": "", "reason": "节假日顺延"}).status_code == 409
    later = (period.ends_on + timedelta(days=1)).isoformat()
    assert client.post(at, {"what": "extend", "ends_on": later, "reason": "节假日顺延"}).status_code == 303
    assert NoticePeriod.objects.get().ends_on.isoformat() == later
    assert client.post(at, {"what": "close"}).status_code == 409
    moved(period, starts=-8, ends=-1)
    assert client.post(at, {"what": "close"}).status_code == 303
    assert client.post(at, {"what": "nonsense"}).status_code == 409


def test_years_whose_holidays_are_not_announced_are_said_on_both_pages(frozen, monkeypatch):
    from huoyue.core import calendar

    on_notice(frozen)
    year = day_of(timezone.now(), frozen.round).year
    monkeypatch.setattr(calendar, "announced", lambda: frozenset(range(2001, year)))
    for client, at in ((Client(), f"/notice/{frozen.round.key}/"),
                       (signed_in(frozen, "sun"), f"/rounds/{frozen.round.key}/notice/")):  # fmt: skip
        assert f"{year}" in client.get(at).text
        assert "法定节假日" in client.get(at).text


def test_the_word_notice_has_dates_customs_and_the_annex_by_tier(frozen):
    period = on_notice(frozen)
    answer = signed_in(frozen, "obi").get(f"/rounds/{frozen.round.key}/notice/{period.number}/word/")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        text = "".join(part for part in archive.read("word/document.xml").decode())
    assert answer.status_code == 200
    for said in (
        OFFICE.office,
        OFFICE.telephone,
        f"{period.starts_on.year}年{period.starts_on.month}月",
        "公章",
        "附件",
    ):
        assert said in text
    for alliance in frozen.world.alliances:
        assert alliance.name in text
    assert not [marker for marker in MARKERS if marker in text]


def test_a_filer_sees_the_own_result_and_nobody_elses_from_the_notice_on(frozen):
    at = f"/rounds/{frozen.round.key}/scorecard/"
    ada, dov = signed_in(frozen, "ada", "filer"), signed_in(frozen, "dov")
    assert ada.get(f"{at}A001/").status_code == 409
    on_notice(frozen)
    page = ada.get(f"{at}A001/")
    snapshot = snapshot_of(frozen.snapshot)
    row = snapshot.results["scores"].filter(unit="A001").row(0, named=True)
    assert f"<b>{row['score'] / 100:g}</b>" in page.text
    for settled in snapshot.results["settled"].filter(unit="A001").iter_rows(named=True):
        if settled["basis"] != "not_applicable":
            assert f"<strong>{round(settled['settled_num'] / settled['settled_den'] / 100, 2):g}</strong>" in page.text
    assert dov.get(f"{at}A001/").status_code == 404
    assert ada.get(f"{at}A002/").status_code == 404
    assert signed_in(frozen, "obi").get(f"{at}A001/").status_code == 403


def test_a_scorecard_and_its_pdf_tell_no_stage_mean_nor_expert(frozen):
    """The note of a settled point tells stage means and how many experts gave them; of few that is a single mark."""
    on_notice(frozen)
    ada = signed_in(frozen, "ada", "filer")
    notes = snapshot_of(frozen.snapshot).results["settled"].filter(unit="A001", basis="marks")["note_zh"].to_list()
    assert any("位专家" in note for note in notes)
    page = ada.get(f"/rounds/{frozen.round.key}/scorecard/A001/").text
    body = ada.get(f"/rounds/{frozen.round.key}/scorecard/A001/card/").content
    paper = "".join(pypdf.PdfReader(io.BytesIO(body)).pages[0].extract_text().split())
    for text in (page, paper):
        assert "位专家" not in text
        assert "加权" not in text
        assert "均值" not in text.replace("档次均值", "").replace("批次均值", "")
    assert not [name for name in ("Fox", "Gil", "E01") if name in page + paper]


def test_the_clock_tells_the_secretariat_that_the_days_have_passed_once(frozen):
    period = on_notice(frozen)
    now = timezone.now()
    assert remind_objections(now) == 0
    moved(period, starts=-9, ends=-1)
    assert remind_objections(now) == 2  # sun and sam
    assert remind_objections(now) == 0


def test_a_corrected_result_is_put_on_notice_anew(frozen):
    period = on_notice(frozen)
    objection = entered(frozen, "A002")
    most = snapshot_of(frozen.snapshot).results["settled"].filter(unit="A002", indicator="council")["maximum"][0]
    upheld(frozen, objection, most)
    over = moved(period, starts=-9, ends=-1)
    assert refusal(lambda: close_period(sun(frozen), over)) == "notice_points_open"
    client, at = signed_in(frozen, "sun"), f"/rounds/{frozen.round.key}/objections/correct/"
    tried = client.post(at, {"what": "try"}).text
    assert frozen.world.alliances[1].name in tried
    assert client.post(at, {"what": "make", "reason": ""}).status_code == 409
    made = client.post(at, {"what": "make", "reason": "异议成立，更正得分"})
    assert made.status_code == 303
    close_period(sun(frozen), over)
    publishing = f"/rounds/{frozen.round.key}/results/publish/"
    unnoticed = "快照2未经公示"
    assert unnoticed in client.get(publishing).text
    again = put_up(sun(frozen), frozen.round, OFFICE)
    assert again.frozen.number == 2
    assert '<button name="what" value="try"' not in client.get(at).text
    page = signed_in(frozen, "dov").get(f"/rounds/{frozen.round.key}/scorecard/A002/").text
    assert REASONS not in page  # the corrected result is told once its own notice begins
    moved(again, starts=0, ends=5)
    assert f'href="/rounds/{frozen.round.key}/notice/"' in client.get(publishing).text
    assert unnoticed not in client.get(publishing).text
    assert REASONS in signed_in(frozen, "dov").get(f"/rounds/{frozen.round.key}/scorecard/A002/").text


def test_what_alliances_are_told_has_no_rank_unless_shown_and_no_mean_over_few(frozen):
    """Six alliances in three batches: every batch is smaller than the smallest group that is told of."""
    snapshot = snapshot_of(frozen.snapshot)
    hidden = told_to_units(snapshot.scheme)
    assert told_to_units(snapshot.scheme, published=True) == replace(hidden, ranks=True)
    whole = {unit["unit"]: card for unit, card in Cards(snapshot, "zh").each()}
    own = {unit["unit"]: card for unit, card in Cards(snapshot, "zh", hidden).each()}
    assert "位专家" in str(whole["A001"]["pillars"])
    assert "位专家" not in str(own["A001"]["pillars"])
    assert (bool(whole["A001"]["place"]), own["A001"]["place"]) == (True, "")
    sizes = Cards(snapshot, "zh").averages.units
    batches = dict(snapshot.facts.units.select("unit", "batch").iter_rows())
    for unit, card in own.items():
        means = {line["batch"] for pillar in card["pillars"] for line in pillar["rows"]}
        assert (means == {None}) is (sizes[f"batch {batches[unit]}"] < hidden.least), unit
    assert any(size < hidden.least for size in sizes.values())
