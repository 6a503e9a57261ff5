"""Screening: the rules' verdicts, people's decisions, findings, samples, settling, and what goes into the snapshot."""

from __future__ import annotations

import math
from datetime import timedelta
from hashlib import sha256

import polars as pl
import pytest
from django.utils import timezone

from huoyue.core.screening import screen
from huoyue.server.models import Event, Filing, Finding, Round, Sample, Stage, Verdict
from huoyue.server.operations import screening as operations
from huoyue.server.operations.draw import draw, uniform
from huoyue.server.operations.filing import Typed, kind_of, save_record
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.submission import amend, submit
from huoyue.server.queries.facts import facts_of
from huoyue.server.queries.schemes import scheme_of

AT = "/rounds/r1/screening/"


def hand_in(world, n, *, kinds=("meeting",), at=None, who=None, title="会"):
    filing = Filing.objects.select_related("round", "alliance").get(pk=world.filings[n].pk)
    who = who or ("ada", "dov")[n]
    for number, kind in enumerate(kinds):
        cells = {
            "meeting": {"kind": "council", "title": f"{title}{n}", "held_on": "2016-05-03", "evidence": f"纪要{n}"},
            "project": {"kind": "government", "title": title, "number": "973-1", "active_on": "2016-05-03",
                        "evidence": f"任务书{n}"},
        }[kind]  # fmt: skip
        typed = Typed(f"{n}{number}" * 12, cells)
        save_record(world.acting(who, at=at), filing, kind_of(filing, kind), typed)
    return submit(world.acting(who, at=at), filing, signed_as="某某", agreed=True)


@pytest.fixture
def closed(world):
    hand_in(world, 0, kinds=("meeting", "project"))
    hand_in(world, 1, kinds=("project",))
    Round.objects.update(stage=Stage.CLOSED)
    world.round.refresh_from_db()
    return world


def test_every_alliance_gets_a_verdict_and_a_reason_the_one_that_did_not_file_too(closed, as_):
    assert as_("sun").post(f"{AT}run/").status_code == 303
    verdicts = {v.filing.alliance.code: v for v in Verdict.objects.select_related("filing__alliance")}
    assert set(verdicts) == {"A001", "A002", "A003"}
    assert verdicts["A003"].ruled == "not_filed"
    assert all(v.reason_zh and v.reason_en for v in verdicts.values())
    assert Event.objects.get(kind="round.screened").detail["after"]["verdicts"]["not_filed"] == 1


def test_a_decision_needs_a_reason_and_stands_in_the_facts_beside_the_rules(closed, as_):
    client = as_("sun")
    client.post(f"{AT}run/")
    assert client.post(f"{AT}of/A001/act/", {"what": "decide", "verdict": "evaluated", "reason": ""}).status_code == 409
    reason = "材料齐全，补充说明已核实"
    answer = client.post(f"{AT}of/A001/act/", {"what": "decide", "verdict": "evaluated", "reason": reason})
    assert answer.status_code == 303
    verdict = Verdict.objects.get(filing__alliance__code="A001")
    assert (verdict.decided, verdict.decided_reason) == ("evaluated", reason)
    screened = screen(scheme_of(closed.round), facts_of(closed.round))
    row = screened.row(by_predicate=pl.col("unit") == "A001", named=True)
    assert row["verdict"] == "evaluated"
    assert reason in row["reason_zh"]
    client.post(f"{AT}run/")
    assert Verdict.objects.get(filing__alliance__code="A001").decided == "evaluated"


def test_nobody_is_evaluated_who_filed_nothing(closed, as_):
    as_("sun").post(f"{AT}run/")
    typed = {"what": "decide", "verdict": "evaluated", "reason": "领导同意参评"}
    answer = as_("sun").post(f"{AT}of/A003/act/", typed)
    assert answer.status_code == 409
    assert "领导同意参评" in answer.content.decode()


def test_a_project_claimed_twice_is_found_marked_and_keeps_its_mark(closed, as_):
    client = as_("sun")
    client.post(f"{AT}run/")
    finding = Finding.objects.get(rule="same_claim")
    assert sorted(finding.units) == ["A001", "A002"]
    marked = {"finding": finding.key, "mark": "explained", "note": "两联盟共同承担，有协议", "unit": "A001"}
    assert client.post(f"{AT}findings/mark/", marked).status_code == 303
    client.post(f"{AT}run/")
    finding.refresh_from_db()
    assert (finding.mark, finding.gone_at) == ("explained", None)
    assert "两联盟共同承担" in client.get(f"{AT}of/A001/").content.decode()


def test_a_filing_is_returned_with_a_remark_on_one_record(closed, as_):
    client = as_("sun")
    client.post(f"{AT}run/")
    until = timezone.localtime(timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    uid = "01" * 12
    answer = client.post(f"{AT}of/A001/act/", {"what": "return", "until": until, f"remark-{uid}": "请补充任务书"})
    assert answer.status_code == 303
    filing = Filing.objects.get(alliance__code="A001")
    assert filing.state == "returned"
    assert filing.remarks.get().record == uid
    assert "请补充任务书" in as_("ada").get("/rounds/r1/filing/A001/records/project/").content.decode()
    with pytest.raises(Refuse, match="returned_out"):
        operations.settle_screening(closed.acting("sun"), Round.objects.get())


def test_a_late_filing_within_its_extension_is_in_time(world):
    deadline = world.round.deadline
    Filing.objects.filter(pk=world.filings[1].pk).update(extended_until=deadline + timedelta(days=3))
    hand_in(world, 1, kinds=("project",), at=deadline + timedelta(days=1))
    row = facts_of(Round.objects.get()).filings.row(0, named=True)
    assert row["due_on"] >= row["submitted_on"]


def test_the_same_seed_draws_the_same_sample_and_risk_weighs(closed, as_):
    client = as_("sun")
    client.post(f"{AT}run/")
    for _ in range(2):
        assert client.post(f"{AT}samples/draw/", {"size": "2", "seed": "20170301"}).status_code == 303
    first, second = Sample.objects.all()
    order = [[u.filing.alliance.code for u in sample.units.all()] for sample in (first, second)]
    assert order[0] == order[1]
    assert client.post(f"{AT}samples/draw/", {"size": "99", "seed": "1"}).status_code == 409
    weights = {f"u{n}": 1.0 for n in range(20)} | {"risky": 20.0}
    drawn = sum("risky" in draw(weights, 3, seed) for seed in range(400))
    plain = sum("u0" in draw(weights, 3, seed) for seed in range(400))
    assert drawn > 300
    assert plain < 100


def test_the_draw_is_that_of_its_definition():
    weights = {"a": 2.0, "b": 1.0, "c": 0.5}
    keys = {unit: uniform(7, unit) ** (1 / weight) for unit, weight in weights.items()}
    assert draw(weights, 3, 7) == sorted(keys, key=lambda unit: -keys[unit])
    first = int(sha256(b"7:a").hexdigest()[:13], 16)
    assert uniform(7, "a") == (first + 0.5) / 2**52
    assert math.isclose(sum(uniform(seed, "x") for seed in range(2000)) / 2000, 0.5, abs_tol=0.02)


def test_verification_outcomes_are_kept(closed, as_):
    client = as_("sun")
    client.post(f"{AT}run/")
    client.post(f"{AT}samples/draw/", {"size": "1", "seed": "5"})
    unit = Sample.objects.get().units.get()
    at = f"{AT}samples/{unit.sample.pk}/{unit.filing.alliance.code}/"
    assert client.post(at, {"outcome": "misreported", "note": ""}).status_code == 409
    assert client.post(at, {"outcome": "misreported", "note": "项目不存在"}).status_code == 303
    assert as_("obi").post(at, {"outcome": "confirmed"}).status_code == 403


def test_settled_verdicts_are_final_until_taken_up_again_with_a_reason(closed, as_):
    client = as_("sun")
    client.post(f"{AT}run/")
    assert client.post(f"{AT}settle/").status_code == 303
    assert Round.objects.get().stage == Stage.SCREENED
    answer = client.post(f"{AT}of/A001/act/", {"what": "decide", "verdict": "incomplete", "reason": "事后想改"})
    assert answer.status_code == 409
    assert client.post(f"{AT}run/").status_code == 409
    assert client.post(f"{AT}settle/", {"reason": "x"}).status_code == 409
    assert client.post(f"{AT}settle/", {"reason": "发现新的材料"}).status_code == 303
    assert Round.objects.get().stage == Stage.CLOSED


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_pages_open_for_secretariat_and_observer_alone(closed, as_, lang):
    as_("sun").post(f"{AT}run/")
    as_("sun").post(f"{AT}samples/draw/", {"size": "1", "seed": "5"})
    number = Sample.objects.get().pk
    pages = ["", "of/A001/", "of/A003/", "findings/", "samples/", f"samples/{number}/"]
    for who, status in (("sun", 200), ("obi", 200), ("ada", 403), ("lin", 403)):
        client = as_(who)
        client.cookies["lang"] = lang
        for page in pages:
            assert client.get(AT + page).status_code == status, (who, page)


def test_settling_refuses_verdicts_that_moved_since_somebody_looked(world, as_):
    hand_in(world, 0)
    operations.screen_round(world.acting("sun"), world.round)
    for verdict in Verdict.objects.select_related("filing__round", "filing__alliance"):
        operations.confirm(world.acting("sun"), verdict)
    hand_in(world, 1)
    Round.objects.update(stage=Stage.CLOSED)
    refused = as_("sun").post(f"{AT}settle/")
    assert refused.status_code == 409
    assert "A002" in refused.content.decode()
    assert Round.objects.get(pk=world.round.pk).stage == Stage.CLOSED
    as_("sun").post(f"{AT}run/")
    assert as_("sun").post(f"{AT}settle/").status_code == 303


def test_time_that_was_given_can_be_ended_so_that_screening_can_be_settled(world, as_):
    Round.objects.filter(pk=world.round.pk).update(stage="closed", deadline=timezone.now() - timedelta(days=1))
    Filing.objects.filter(pk=world.filings[1].pk).update(extended_until=timezone.now() + timedelta(days=9))
    client = as_("sun")
    refused = client.post("/rounds/r1/screening/settle/")
    assert "A002 木竹产业技术创新战略联盟" in refused.content.decode()
    page = "/rounds/r1/filing/A002/extend/"
    assert client.post(page, {"what": "end", "end-reason": ""}).status_code == 422
    assert client.post(page, {"what": "end", "end-reason": "不再填报"}).status_code == 303
    assert Filing.objects.get(pk=world.filings[1].pk).extended_until is None
    assert client.post("/rounds/r1/screening/settle/").status_code == 303


def test_remarks_are_never_lost_by_deciding_or_confirming(world, as_):
    hand_in(world, 0)
    operations.screen_round(world.acting("sun"), world.round)
    page = "/rounds/r1/screening/of/A001/act/"
    for what in ("confirm", "decide"):
        sent = {"what": what, "remark": "请补充", "verdict": "incomplete", "reason": "材料与事实不符，另行核实"}
        answer = as_("sun").post(page, sent)
        assert answer.status_code == 409
        assert "请补充" in answer.content.decode()
    assert Verdict.objects.get(filing__alliance__code="A001").confirmed_at is None


def test_who_opens_an_address_that_only_takes_a_form_comes_to_the_page_above(as_, world):
    operations.screen_round(world.acting("sun"), world.round)
    answer = as_("sun").get("/rounds/r1/screening/of/A001/act/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer["Location"]) == (303, "/rounds/r1/screening/of/A001/")


def test_the_queue_marks_versions_submitted_since_the_rules_last_looked(world, as_):
    hand_in(world, 0, kinds=("meeting",))
    hand_in(world, 1, kinds=("project",))
    client, mark = as_("sun"), "上次按规则筛查后有新版本"
    client.post(f"{AT}run/")
    assert mark not in client.get(AT).content.decode()
    filing = Filing.objects.select_related("round", "alliance", "in_force").get(pk=world.filings[0].pk)
    amend(world.acting("ada"), filing)
    filing.refresh_from_db()
    submit(world.acting("ada"), filing, signed_as="某某", agreed=True)
    page = client.get(AT).content.decode()
    assert page.count(mark) == 1
    assert "又提交了1个新版本" in page
    row = page[page.index("A001") : page.index("A002")]
    assert mark in row
    assert mark in client.get(f"{AT}of/A001/").content.decode()
    assert mark not in client.get(f"{AT}of/A002/").content.decode()
    client.post(f"{AT}run/")
    page = client.get(AT).content.decode()
    assert mark not in page
    assert "上次筛查后提交的新版本" not in page
