"""Filing: typing into tables, saving, clashing, and what is said about it."""

from __future__ import annotations

import json

import pytest
from tests.server.nonsense import BODIES
from tests.server.world import make_round

from huoyue.server.models import Event, Filing, Record, Round
from huoyue.server.operations.chasing import report
from huoyue.server.operations.filing import Typed, kind_of, save_record
from huoyue.server.operations.submission import submit
from huoyue.server.queries.chasing import liaison_kinds
from huoyue.server.queries.schemes import digest_of_scheme, scheme_of

AT = "/rounds/r1/filing/A001/"
MEETING = {"kind": "council", "title": "第三次理事会", "held_on": "2016-05-03", "evidence": "纪要2016-3号"}


@pytest.fixture
def save(as_):
    def saved(who="ada", *, uid="a" * 24, revision=0, cells=None, kind="meeting", token=None, client=None):
        body = json.dumps({"uid": uid, "revision": revision, "cells": MEETING if cells is None else cells})
        headers = {"Accept": "application/json"} | ({"Idempotency-Key": token} if token else {})
        return (client or as_(who)).post(
            f"{AT}records/{kind}/save/", body, content_type="application/json", headers=headers
        )

    return saved


def test_a_saved_record_is_there_with_its_event_and_the_filing_is_a_draft(save, world):
    answer = save()
    assert answer.status_code == 200
    assert answer.json()["saved"] is True
    assert answer.json()["flaws"] == {}
    record = Record.objects.get()
    assert (record.cells, record.revision, record.changed_by) == (MEETING, 1, world.ada)
    assert Filing.objects.get(pk=world.filings[0].pk).state == "draft"
    event = Event.objects.get(kind="filing.record_saved")
    assert event.detail["after"]["cells"] == MEETING
    assert event.actor == world.ada


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_what_no_script_of_ours_sends_gets_an_answer_in_json(as_, body):
    sent = body.replace("UID", "c" * 24)
    headers = {"Accept": "application/json"}
    answer = as_("ada").post(f"{AT}records/meeting/save/", sent, content_type="application/json", headers=headers)
    assert answer.status_code < 500
    assert answer.json().get("saved") or answer.json()["code"]


def test_what_cannot_be_read_is_kept_as_typed_and_said(save):
    answer = save(cells=MEETING | {"held_on": "去年五月", "attendees": "很多"})
    assert answer.json()["saved"] is True
    assert set(answer.json()["flaws"]) == {"held_on", "attendees"}
    assert Record.objects.get().cells["held_on"] == "去年五月"


def test_a_date_outside_the_period_is_said(save):
    assert "2016" in save(cells=MEETING | {"held_on": "2019-05-03"}).json()["flaws"]["held_on"]["text"]


def test_a_stale_save_is_refused_and_shows_what_stands_now(save, world):
    save()
    assert save("ben", revision=1, cells=MEETING | {"title": "本的说法"}).status_code == 200
    late = save("ada", revision=1, cells=MEETING | {"title": "艾达的说法"})
    assert late.status_code == 409
    assert late.json()["code"] == "stale"
    assert late.json()["current"]["cells"]["title"] == "本的说法"
    assert late.json()["current"]["by"] == str(world.ben)
    assert Record.objects.get().cells["title"] == "本的说法"


def test_a_save_that_is_sent_again_is_answered_again_and_made_once(save):
    name = "t1"
    first, again = save(token=name), save(token=name)
    assert first.json()["revision"] == again.json()["revision"] == 1
    assert again.json()["saved"] is True
    assert Record.objects.count() == Event.objects.filter(kind="filing.record_saved").count() == 1


def test_after_the_deadline_nothing_is_saved_and_the_reason_is_said(save, world):
    world.round.deadline = world.round.opens_at
    world.round.save()
    answer = save()
    assert answer.status_code == 409
    assert answer.json()["code"] == "deadline_passed"
    assert not Record.objects.exists()


def test_without_scripts_the_whole_table_is_saved_and_what_clashes_comes_back(as_, save):
    save()
    client = as_("ben")
    rows = {
        "r0.uid": "a" * 24, "r0.rev": "1", **{f"r0.c.{k}": v for k, v in MEETING.items()}, "r0.c.title": "改名",
        "r1.uid": "b" * 24, "r1.rev": "0", **{f"r1.c.{k}": v for k, v in MEETING.items()}, "r1.c.title": "另一次",
    }  # fmt: skip
    assert client.post(f"{AT}records/meeting/", rows).status_code == 303
    assert sorted(r.cells["title"] for r in Record.objects.all()) == ["另一次", "改名"]
    late = as_("ada").post(f"{AT}records/meeting/", rows | {"r0.c.title": "迟到的修改"})
    assert late.status_code == 409
    page = late.content.decode()
    assert "迟到的修改" in page
    assert "改名" in page


def test_a_deleted_record_can_be_restored(as_, save):
    save()
    client = as_("ada")
    client.post(f"{AT}records/meeting/remove/", {"uid": "a" * 24, "revision": "1"})
    assert not Record.objects.filter(removed_at=None).exists()
    client.post(f"{AT}records/meeting/restore/", {"uid": "a" * 24})
    assert Record.objects.get().removed_at is None


def test_nobody_but_the_alliances_own_filers_can_save(save):
    for who in ("dov", "lou", "lin", "sun", "obi", "eva", "nil"):
        assert save(who).status_code in (403, 404), who
    assert save("dov").status_code == 404
    assert save("").status_code == 401


def test_hostile_text_is_kept_and_shown_escaped(as_, save):
    save(cells=MEETING | {"title": "<script>alert(1)</script>\x00"})
    page = as_("ada").get(f"{AT}records/meeting/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"uid": "x", "cells": {}}', '{"uid": "' + "é" * 24 + '", "cells": {}}']
)
def test_nonsense_is_refused_without_harm(as_, body):
    answer = as_("ada").post(
        f"{AT}records/meeting/save/", body, content_type="application/json", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 409
    assert not Record.objects.exists()


def test_the_save_path_asks_the_database_little(save, as_, django_assert_max_num_queries):
    client = as_("ada")
    save(client=client)
    with django_assert_max_num_queries(16):
        assert save(client=client, revision=1).status_code == 200


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_a_filing_opens_for_everybody_who_may_read_it(as_, save, world, lang):
    save()
    for who in ("ada", "ben", "lin", "sun", "obi"):
        client = as_(who)
        client.cookies["lang"] = lang
        kinds = [f"records/{kind}/" for kind in ("meeting", "project", "secretariat")]
        pages = ["", *kinds, "points/", "versions/", "compare/", "sides/"]
        if who in ("ada", "ben"):
            pages += ["submit/", "workbook/"]
        for page in pages:
            assert client.get(AT + page).status_code == 200, (who, page)


def test_points_name_the_records_by_their_numbers_and_count_what_the_officer_noted(save, as_, world):
    save()
    kind = liaison_kinds(scheme_of(world.round))[0]
    report(
        world.acting("lin"), world.filings[0], kind, {"contacted_on": "2016-06-01", "means": "电话", "reached": "是"}
    )
    rows = as_("ada").get(f"{AT}points/").context["rows"]
    explained = {row.indicator.id: row.explained["explanation_zh"] for row in rows}
    assert explained["council"].endswith("依据记录1")
    assert "100%" in explained["contact"]


def test_last_years_records_come_without_what_cannot_hold_this_year(as_, world):
    old = make_round("r0", days=5)
    Round.objects.filter(pk=world.round.pk).update(previous=old)
    before = Filing.objects.create(round=old, alliance=world.alliances[0])
    for uid, day in (("m" * 24, "2016-05-03"), ("n" * 24, "2016-12-03")):
        save_record(world.acting("ada"), before, kind_of(before, "meeting"), Typed(uid, MEETING | {"held_on": day}))
    submit(world.acting("ada"), before, signed_as="某某", agreed=True)
    text = world.round.scheme_text.replace("starts: 2016-01-01", "starts: 2016-10-01")
    assert text != world.round.scheme_text
    Round.objects.filter(pk=world.round.pk).update(scheme_text=text, scheme_digest=digest_of_scheme(text))
    assert as_("ada").post(f"{AT}carry-over/", {"kind": ["meeting"]}).status_code == 303
    carried = Record.objects.filter(filing=world.filings[0]).order_by("position")
    assert [record.cells for record in carried] == [
        {"kind": "council", "title": "第三次理事会"},
        MEETING | {"held_on": "2016-12-03"},
    ]
    assert not carried.filter(confirmed=True).exists()
    page = as_("ada").get(f"{AT}submit/").content.decode()
    assert "还有2条未确认" in page


def test_two_versions_that_are_alike_are_said_to_be(save, as_, world):
    save()
    filing = Filing.objects.select_related("round", "alliance").get(pk=world.filings[0].pk)
    submit(world.acting("ada"), filing, signed_as="某某", agreed=True)
    assert as_("ada").get(f"{AT}compare/").context["differs"] is False


# two windows of one person


def test_somebody_in_two_windows_is_told_that_it_was_oneself(save, as_, world):
    first, second = as_("ada"), as_("ada")
    save(client=first)
    assert save(client=first, revision=1, cells=MEETING | {"title": "第一个窗口"}).status_code == 200
    late = save(client=second, revision=1, cells=MEETING | {"title": "第二个窗口"})
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    assert "您已在另一窗口修改" in late.json()["what"]
    assert (late.json()["current"]["by"], late.json()["current"]["own"]) == ("您（另一窗口）", True)
    assert "采用另一窗口的" in as_("ada").get(f"{AT}records/meeting/").content.decode()
    assert late.json()["current"]["cells"]["title"] == "第一个窗口"
    theirs = save("ben", revision=1, cells=MEETING | {"title": "同事"}).json()
    assert "您已在另一窗口修改" not in theirs["what"]
    assert (theirs["current"]["by"], theirs["current"]["own"]) == ("Ada", False)


def test_without_scripts_too(save, as_, world):
    client = as_("ada")
    save(client=client)
    save(client=client, revision=1, cells=MEETING | {"title": "第一个窗口"})
    uid = "a" * 24
    row = {"r0.uid": uid, "r0.rev": "1"} | {f"r0.c.{k}": v for k, v in (MEETING | {"title": "第二个窗口"}).items()}
    page = client.post(f"{AT}records/meeting/", row)
    assert page.status_code == 409
    assert "您在另一窗口保存的：第一个窗口" in page.content.decode()


def test_nobody_is_present_to_oneself(as_, world):
    first, second = as_("ada"), as_("ada")
    first.post(f"{AT}presence/", {"record": "", "kind": "meeting"})
    answer = second.post(f"{AT}presence/", {"record": "", "kind": "meeting"}).json()
    assert (answer["others"], answer["said"]) == ([], "")
    assert second.get(f"{AT}records/meeting/").context["others"] == []
    assert as_("ben").post(f"{AT}presence/", {"record": "", "kind": "meeting"}).json()["others"][0]["name"] == "Ada"
