"""Objections: made as customs ask or refused in words, looked into by people who did not mark, decided."""

from __future__ import annotations

from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.server.noticed import (
    GROUNDS,
    REASONS,
    asked,
    entered,
    filing_of,
    fresh,
    looked_into,
    moved,
    on_notice,
    pdf,
    signed_in,
    upheld,
)
from tests.server.world import make_account

from huoyue.core.calendar import span
from huoyue.server.models import Correction, Event, Mail, Member, Objection, ObjectionFile
from huoyue.server.operations.freezing import cut_again, freeze_again
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.objection_handling import (
    Ruling,
    admit,
    decide_objection,
    give,
    refuse_objection,
    release,
    write_opinion,
)
from huoyue.server.operations.objection_reminders import remind_objections
from huoyue.server.operations.objections import file_objection, withdraw_objection
from huoyue.server.queries.notice import day_of
from huoyue.server.queries.objection_handlers import bar_of, candidates
from huoyue.server.queries.schemes import scheme_of
from huoyue.server.queries.shelf import shelf_path, snapshot_of
from huoyue.snapshot.verify import verify


def refusal(call) -> str:
    with pytest.raises(Refuse) as caught:
        call()
    return caught.value.refusal.code


def sun(found):
    return found.world.acting("sun")


def typed(**changes):
    return {
        "kind": "score", "indicator": "council", "grounds": GROUNDS, "sealed": "yes", "signed_as": "Dov",
        "telephone": "010-1", "files": pdf(),
    } | changes  # fmt: skip


def object_at(found, unit="A002"):
    return f"/rounds/{found.round.key}/scorecard/{unit}/object/"


def test_whoever_answers_for_a_filing_objects_online_and_follows_it(frozen):
    on_notice(frozen)
    dov = signed_in(frozen, "dov")
    assert "加盖联盟公章" in dov.get(object_at(frozen)).text
    answer = dov.post(object_at(frozen), typed())
    assert answer.status_code == 303
    made = Objection.objects.get()
    assert (made.by, made.name, made.organisation) == (frozen.world.dov, "Dov", "木竹产业技术创新战略联盟")
    assert (made.state, made.sealed, made.files.get().name) == ("received", True, "纪要.pdf")
    assert shelf_path("objections", made.files.get().digest).exists()
    page = dov.get(answer["Location"]).text
    assert GROUNDS in page
    body = dov.get(f"/rounds/{frozen.round.key}/objections/{made.number}/file/{made.files.get().uid}/")
    assert b"".join(body.streaming_content).startswith(b"%PDF")
    assert body["Content-Security-Policy"].startswith("sandbox")
    assert Mail.objects.filter(to=frozen.world.dov, kind="objection").count() == 1
    assert dov.post(answer["Location"]).status_code == 303
    assert fresh(made).state == "withdrawn"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"signed_as": ""}, "未署名"),
        ({"sealed": ""}, "未加盖单位公章"),
        ({"files": ""}, "未附证明材料"),
        ({"grounds": "不服"}, "没有可供核查的事实依据"),
        ({"kind": ""}, "请选择异议事项"),
        ({"indicator": ""}, "请选择有异议的指标"),
    ],
)
def test_what_customs_ask_and_an_objection_lacks_is_said_and_what_was_typed_stays(frozen, changes, said):
    on_notice(frozen)
    answer = signed_in(frozen, "dov").post(object_at(frozen), typed(**changes))
    assert answer.status_code == 422
    assert said in answer.text
    assert (changes.get("grounds") or GROUNDS) in answer.text
    assert not Objection.objects.exists()


def test_every_problem_is_said_at_once_and_a_file_that_is_no_document_is_refused(frozen):
    from django.core.files.uploadedfile import SimpleUploadedFile

    on_notice(frozen)
    wrong = SimpleUploadedFile("纪要.pdf", b"MZ\x90\x00 a program", content_type="application/pdf")
    answer = signed_in(frozen, "dov").post(object_at(frozen), typed(files=wrong, signed_as="", sealed=""))
    for said in ("纪要.pdf", "未署名", "未加盖单位公章", "未附证明材料"):
        assert said in answer.text
    assert not ObjectionFile.objects.exists()


def test_objections_are_taken_within_the_period_by_the_servers_clock_only(frozen):
    filing = filing_of(frozen)
    whole = asked(frozen, name="Dov")
    assert refusal(lambda: file_objection(frozen.acting("dov"), filing, whole)) == "objection_no_notice"
    period = on_notice(frozen)
    moved(period, starts=1, ends=5)
    assert refusal(lambda: file_objection(frozen.acting("dov"), filing, whole)) == "objection_no_notice"
    moved(period, starts=-5, ends=-1)
    assert refusal(lambda: file_objection(frozen.acting("dov"), filing, whole)) == "objection_late"
    assert signed_in(frozen, "dov").get(object_at(frozen)).status_code == 409
    moved(period, starts=-5, ends=0)
    assert file_objection(frozen.acting("dov"), filing, asked(frozen, name="Dov")).state == "received"


def test_only_the_responsible_filer_objects_and_only_for_the_own_alliance(frozen):
    on_notice(frozen)
    whole = asked(frozen, name="Ben")
    assert refusal(lambda: file_objection(frozen.acting("ben"), filing_of(frozen, "A001"), whole)) == (
        "objection_not_yours"
    )
    assert refusal(lambda: file_objection(frozen.acting("dov"), filing_of(frozen, "A001"), whole)) == (
        "objection_not_yours"
    )
    assert signed_in(frozen, "ben").get(object_at(frozen, "A001")).status_code == 409
    assert signed_in(frozen, "dov").get(object_at(frozen, "A001")).status_code == 404
    assert signed_in(frozen, "sun").get(object_at(frozen, "A001")).status_code == 403


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": ""}, "anonymous"),
        ({"signed_as": ""}, "unsigned"),
        ({"sealed": False}, "no_seal"),
        ({"files": ()}, "no_evidence"),
        ({"sealed": False, "organisation": ""}, ""),  # a person's objection bears no seal
        ({}, ""),
    ],
)
def test_paper_that_does_not_meet_the_customs_is_registered_and_not_taken_up(frozen, changes, why):
    on_notice(frozen)
    made = entered(frozen, **changes)
    assert (made.state, made.refused_because) == ("refused" if why else "received", why)
    assert bool(made.reasons) is bool(why)


def test_paper_that_came_after_the_last_day_is_late(frozen):
    period = on_notice(frozen)
    last = moved(period, starts=-9, ends=-1).ends_on
    assert entered(frozen, on=last).state == "received"
    assert entered(frozen, on=last + timedelta(days=1)).refused_because == "late"
    assert refusal(lambda: entered(frozen, on=last - timedelta(days=30))) == "objection_before"
    assert refusal(lambda: entered(frozen, on=last + timedelta(days=30))) == "objection_incomplete"


def test_the_secretariat_enters_paper_on_its_page_with_every_problem_said(frozen):
    on_notice(frozen)
    client, at = signed_in(frozen, "sun"), f"/rounds/{frozen.round.key}/objections/new/"
    answer = client.post(at, {"kind": "", "unit": "", "received_on": "nonsense", "grounds": GROUNDS})
    assert answer.status_code == 422
    assert GROUNDS in answer.text
    for said in ("请选择异议涉及的联盟", "日期"):
        assert said in answer.text
    today = day_of(timezone.now(), frozen.round).isoformat()
    good = typed(unit="A003", received_on=today, name="某某某", organisation="")
    assert client.post(at, good).status_code == 303
    assert Objection.objects.get().filing.alliance.code == "A003"


def test_a_person_decides_that_there_are_no_grounds_or_only_disagreement(frozen):
    on_notice(frozen)
    objection = entered(frozen)
    assert refusal(lambda: refuse_objection(sun(frozen), objection, "whim", REASONS)) == "reason_code"
    assert refusal(lambda: refuse_objection(sun(frozen), objection, "disagreement", "")) == "reason_short"
    refuse_objection(sun(frozen), objection, "disagreement", "仅表示不同意名次，未提出事实")
    assert refusal(lambda: admit(sun(frozen), fresh(objection))) == "objection_elsewhere"


def test_taking_it_up_counts_the_days_as_the_notice_does(frozen):
    on_notice(frozen)
    objection = entered(frozen)
    held = scheme_of(frozen.round).notice
    admit(sun(frozen), objection)
    due = span(day_of(timezone.now(), frozen.round), held.decide_within, held.counted).ends
    assert fresh(objection).due_on == due


def test_many_who_could_look_into_it_take_as_many_queries_as_few(frozen, django_assert_max_num_queries):
    on_notice(frozen)
    objection = entered(frozen, "A001", organisation="某某研究院")
    admit(sun(frozen), objection)
    with CaptureQueriesContext(connection) as few:
        before = len(candidates(fresh(objection)))
    for number in range(30):
        make_account(f"more{number}", "expert")
    with django_assert_max_num_queries(len(few)):
        assert len(candidates(fresh(objection))) == before + 30


def test_nobody_who_marked_or_is_barred_or_objects_looks_into_it(frozen):
    on_notice(frozen)
    world = frozen.world
    objection = entered(frozen, "A001", organisation="某某研究院")
    admit(sun(frozen), objection)
    objection = fresh(objection)
    world.people["mem"] = make_account("mem", "expert")
    world.people["mem"].organisation = Member.objects.filter(alliance__code="A001").first().organisation
    world.people["mem"].save()
    world.people["own"] = make_account("own", "expert")
    world.people["own"].organisation = "某某研究院"
    world.people["own"].save()
    world.people["lia"] = make_account("lia", "secretariat")
    world.people["lia"].duties.create(role="liaison", alliance=objection.filing.alliance)
    bars = {name: bar_of(world.people[name], objection)
            for name in ("eva", "ada", "mem", "own", "lia", "kim", "sun", "cho")}  # fmt: skip
    assert bars == {"eva": "marked", "ada": "conflict", "mem": "conflict", "own": "objector", "lia": "conflict",
                    "kim": "", "sun": "", "cho": ""}  # fmt: skip
    assert {one.account.username for one in candidates(objection)} == {"kim", "leo", "sun", "sam"}
    for name in ("eva", "mem", "own", "lia"):
        assert refusal(lambda name=name: give(sun(frozen), objection, world.people[name])) == "handler_barred"
    assert refusal(lambda: give(sun(frozen), objection, world.people["obi"])) == "handler_not_suited"
    assert refusal(lambda: give(sun(frozen), objection, world.people["cho"])) == "handler_not_suited"
    handler = give(sun(frozen), objection, world.people["kim"])
    assert refusal(lambda: give(sun(frozen), fresh(objection), world.people["kim"])) == "handler_known"
    assert signed_in(frozen, "kim").get(f"/rounds/{frozen.round.key}/handling/{objection.number}/").status_code == 200
    assert signed_in(frozen, "leo").get(f"/rounds/{frozen.round.key}/handling/{objection.number}/").status_code == 404
    release(sun(frozen), handler, "另有工作安排")
    assert signed_in(frozen, "kim").get(f"/rounds/{frozen.round.key}/handling/{objection.number}/").status_code == 404


def test_a_conflict_found_late_bars_a_handler_from_page_and_opinion(frozen):
    on_notice(frozen)
    objection = entered(frozen)
    admit(sun(frozen), objection)
    kim = frozen.world.people["kim"]
    handler = give(sun(frozen), fresh(objection), kim)
    kim.duties.create(role="filer", alliance=objection.filing.alliance)
    handler.objection = fresh(objection)
    own = frozen.acting("kim", "expert")
    assert refusal(lambda: write_opinion(own, handler, "upheld", None, "已核对纪要原件")) == "objection_barred"
    at = f"/rounds/{frozen.round.key}/handling/{objection.number}/"
    assert signed_in(frozen, "kim", "expert").get(at).status_code == 409


def test_a_decision_takes_as_many_opinions_as_the_scheme_asks(frozen):
    on_notice(frozen)
    wanted = scheme_of(frozen.round).notice.handlers
    assert wanted == 2
    objection = looked_into(frozen, entered(frozen), by=("kim",))
    ruling = Ruling("dismissed", REASONS)
    assert refusal(lambda: decide_objection(sun(frozen), objection, ruling)) == "opinions_missing"
    handler = give(sun(frozen), objection, frozen.world.people["sam"])
    handler.objection = fresh(objection)
    assert refusal(lambda: write_opinion(frozen.acting("sam"), handler, "whim", None, "已核对纪要")) == "opinion_unread"
    assert refusal(lambda: write_opinion(frozen.acting("sam"), handler, "upheld", 99900, "已核对纪要原件，属实。")) == (
        "points_unread"
    )
    write_opinion(frozen.acting("sam"), handler, "partly", 100, "已核对纪要原件，部分属实。")
    decide_objection(sun(frozen), fresh(objection), ruling)
    assert (fresh(objection).state, fresh(objection).outcome) == ("decided", "dismissed")
    assert not Correction.objects.exists()


def test_who_marked_does_not_decide_and_a_chair_who_did_not_does(frozen):
    on_notice(frozen)
    objection = looked_into(frozen, entered(frozen))
    eva = frozen.world.people["eva"]
    eva.duties.create(role="chair")
    ruling = Ruling("dismissed", REASONS)
    at = f"/rounds/{frozen.round.key}/objections/{objection.number}/"
    assert signed_in(frozen, "eva", "chair").get(at).status_code == 409
    assert refusal(lambda: decide_objection(frozen.acting("eva", "chair"), objection, ruling)) == "objection_barred"
    cho = signed_in(frozen, "cho")
    page = cho.get(at).text
    assert GROUNDS in page
    assert "某某研究院" not in page
    assert cho.post(at, {"what": "refuse", "because": "late", "reasons": REASONS}).status_code == 409
    assert cho.post(at, {"what": "decide", "outcome": "dismissed", "reasons": REASONS}).status_code == 303
    assert fresh(objection).decided_by.username == "cho"


def test_points_outside_what_can_be_attained_and_decisions_that_do_not_fit_are_refused(frozen):
    on_notice(frozen)
    objection = looked_into(frozen, entered(frozen))
    wrong = {
        "correction_missing": Ruling("upheld", REASONS),
        "correction_needless": Ruling("dismissed", REASONS, {"council": 0}),
        "points_unread": Ruling("upheld", REASONS, {"council": 99_900}),
        "objection_incomplete": Ruling("upheld", REASONS, {"nonsense": 100}),
        "reason_short": Ruling("dismissed", "好"),
        "opinion_unread": Ruling("whim", REASONS),
    }
    for code, ruling in wrong.items():
        assert refusal(lambda ruling=ruling: decide_objection(sun(frozen), fresh(objection), ruling)) == code
    assert fresh(objection).state == "admitted"
    assert not Correction.objects.exists()


def test_an_upheld_objection_is_decided_told_and_makes_a_snapshot_that_verifies(frozen):
    on_notice(frozen)
    first = frozen.snapshot
    before = snapshot_of(first).results["settled"].filter(unit="A002", indicator="council").row(0, named=True)
    objection = upheld(frozen, entered(frozen), before["maximum"])
    assert list(Correction.objects.values_list("indicator", "points")) == [("council", before["maximum"])]
    told = Mail.objects.get(filing__alliance__code="A002", kind="objection")
    assert told.to == frozen.world.dov
    assert REASONS in told.body
    assert "某某" not in told.body
    second = freeze_again(sun(frozen), first, cut_again(first), "异议成立，更正得分")
    assert verify(shelf_path("snapshots", second.file_digest)) == []
    after = snapshot_of(second)
    row = after.results["settled"].filter(unit="A002", indicator="council").row(0, named=True)
    assert (row["settled_num"], row["basis"]) == (before["maximum"], "correction")
    register = after.facts.objections.row(0, named=True)
    assert (register["number"], register["outcome"], register["reasons"]) == (objection.number, "upheld", REASONS)


def test_an_objection_to_eligibility_corrects_the_verdict(frozen):
    on_notice(frozen)
    objection = looked_into(frozen, entered(frozen, kind="facts", indicator=""))
    decide_objection(sun(frozen), objection, Ruling("upheld", REASONS, verdict="incomplete"))
    second = freeze_again(sun(frozen), frozen.snapshot, cut_again(frozen.snapshot), "异议成立，更正结论")
    assert "A002" not in snapshot_of(second).results["scores"]["unit"].to_list()
    moved_rows = [one for one in second.changes if one["unit"] == "A002"]
    assert moved_rows[0]["score"][1] is None


def test_a_dismissed_objection_changes_no_score_and_still_stands_in_the_next_snapshot(frozen):
    on_notice(frozen)
    objection = looked_into(frozen, entered(frozen))
    decide_objection(sun(frozen), objection, Ruling("dismissed", REASONS))
    second = freeze_again(sun(frozen), frozen.snapshot, cut_again(frozen.snapshot), "纳入异议登记表")
    assert second.changes == []
    assert snapshot_of(second).facts.objections["outcome"].to_list() == ["dismissed"]


def test_opinions_and_decisions_are_reminded_of_once_and_overdue_ones_are_shown(frozen):
    on_notice(frozen)
    objection = entered(frozen)
    admit(sun(frozen), objection)
    give(sun(frozen), fresh(objection), frozen.world.people["kim"])
    now = timezone.now()
    assert remind_objections(now) == 0
    day = day_of(now, frozen.round)
    Objection.objects.update(due_on=day + timedelta(days=1))
    assert remind_objections(now) == 3  # kim, and the two of the secretariat
    assert remind_objections(now) == 0
    Objection.objects.update(due_on=day - timedelta(days=1))
    assert remind_objections(now) == 3
    assert "已逾期" in signed_in(frozen, "obi").get(f"/rounds/{frozen.round.key}/objections/").text
    assert refusal(lambda: withdraw_objection(sun(frozen), fresh(objection))) == "objection_elsewhere"


def test_the_register_as_excel_says_what_became_of_each_and_not_who_objected(frozen, tmp_path):
    on_notice(frozen)
    upheld(frozen, entered(frozen), 100)
    entered(frozen, "A003", name="")
    body = signed_in(frozen, "obi").get(f"/rounds/{frozen.round.key}/objections/export/").content
    (tmp_path / "r.xlsx").write_bytes(body)
    rows = list(openpyxl.load_workbook(tmp_path / "r.xlsx").active.iter_rows(values_only=True))
    assert [row[4] for row in rows[1:]] == ["已决定", "不予受理"]
    assert rows[1][8] == REASONS
    assert "某某" not in str(rows)


def test_every_step_leaves_an_event_that_names_no_objector(frozen):
    on_notice(frozen)
    upheld(frozen, entered(frozen), 100)
    events = Event.objects.filter(kind__startswith="objection.")
    assert [one.kind.split(".")[1] for one in events] == [
        "entered", "admitted", "given", "opinion", "given", "opinion", "decided",
    ]  # fmt: skip
    assert not [one for one in events if "某某" in str(one.detail)]
