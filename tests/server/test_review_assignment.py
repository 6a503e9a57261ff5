"""The assignment by the secretariat: solved, previewed, applied, given by hand, held, as Excel; calibration."""

from __future__ import annotations

import re
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from tests.server.reviewing import assigned, mark_all, opened
from tests.server.world import make_round

from huoyue.core.review.assignment import Assignment, Impossible
from huoyue.server.models import Event, Filing, Mail, Mark, Panellist, ReviewStage, Sheet
from huoyue.server.operations.audit import verified
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_assignment import assign_stage, give_sheet, pin_sheet, take_sheet
from huoyue.server.operations.review_conflicts import record_conflict
from huoyue.server.operations.review_panel import leave
from huoyue.server.operations.review_solving import change_of, ground_of, keys_of, solve
from huoyue.server.operations.review_stages import close_stage, open_stage, plan_calibration
from huoyue.server.queries.review_assignment import Filter, expert_lines, unit_lines
from huoyue.server.queries.review_progress import short_of_experts

AT = "/rounds/r1/review/stage/preliminary/assignment/"


@pytest.fixture
def found(reviewing):
    return reviewing


def client(found, name: str = "sun") -> Client:
    made = Client()
    made.force_login(found.world.people[name])
    made.cookies["lang"] = "en"
    return made


def sun(found):
    return found.world.acting("sun")


def pairs_now(found, key: str = "preliminary") -> set[tuple[str, str]]:
    rows = Sheet.objects.filter(stage__key=key, aside_at=None)
    return set(rows.values_list("panellist__code", "filing__alliance__code"))


def token_of(html: str) -> str:
    return re.search(r'name="preview" value="([^"]+)"', html)[1]


def solved(found, key: str = "preliminary", **named) -> Assignment:
    answer = solve(found.fresh(key), seed=1, **{"keep": False, **named}).answer
    assert isinstance(answer, Assignment), answer
    return answer


def apply(found, key: str = "preliminary", **named) -> None:
    stage = found.fresh(key)
    assign_stage(sun(found), stage, keys_of(stage, solved(found, key, **named).pairs), how="solved", seed=1)


# Solving.


def test_a_stage_before_one_across_groups_is_marked_group_by_group_and_the_next_by_the_others(found):
    apply(found)
    groups = dict(Panellist.objects.values_list("code", "group"))
    first = {unit: {groups[e] for e, u in pairs_now(found) if u == unit} for _, unit in pairs_now(found)}
    assert all(len(one) == 1 for one in first.values()) and len(first) == 6
    assert {len([e for e, u in pairs_now(found) if u == unit]) for unit in first} == {3}
    assert ("E06", "A001") not in pairs_now(found)
    open_stage(sun(found), found.fresh("preliminary"))
    mark_all(found, "preliminary")
    close_stage(sun(found), found.fresh("preliminary"))
    apply(found, "cross")
    for expert, unit in pairs_now(found, "cross"):
        assert groups[expert] not in first[unit]


def test_the_same_seed_gives_the_same_pairs(found):
    assert solved(found).pairs == solved(found).pairs
    assert solved(found).proved


def test_solving_shows_what_changes_and_applies_exactly_that(found):
    html = client(found).get(AT + "solve/").content.decode()
    assert "6 experts who accepted, 6 alliances, 3 experts an alliance" in html
    answer = client(found).post(AT + "solve/", {"seed": "7"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Proved" in html and "Seed 7" in html and "18" in html and "What is weighed" in html
    assert not Sheet.objects.exists()
    done = client(found).post(AT + "apply/", {"preview": token_of(html)}, follow=True).content.decode()
    assert "Assigned: 18 new, 0 kept, 0 gone" in done and "Last solved with the seed 7" in done
    event = Event.objects.get(kind="review.assigned")
    assert event.detail["after"]["seed"] == 7 and len(event.detail["after"]["given"]) == 18
    again = client(found).post(AT + "solve/", {"seed": "7", "keep": "yes"}).content.decode()
    assert "There is nothing to apply" in again
    assert not verified().faults


def test_a_preview_of_something_that_changed_since_is_refused(found):
    html = client(found).post(AT + "solve/", {"seed": "7"}).content.decode()
    filing = Filing.objects.get(alliance__code="A001")
    filing.round = found.round
    give_sheet(sun(found), found.fresh("preliminary"), found.seat("eva"), filing)
    answer = client(found).post(AT + "apply/", {"preview": token_of(html)}, follow=True)
    assert "The assignment has changed since this preview was made" in answer.content.decode()
    assert len(pairs_now(found)) == 1
    for forged in ("", "x", token_of(html)[:-2]):
        refused = client(found).post(AT + "apply/", {"preview": forged}, follow=True)
        assert "too old, or was made of something else" in refused.content.decode()
    elsewhere = client(found).post(
        AT.replace("preliminary", "cross") + "apply/", {"preview": token_of(html)}, follow=True
    )
    assert "too old, or was made of something else" in elsewhere.content.decode()


def test_what_makes_an_assignment_impossible_is_said_in_words(found):
    Panellist.objects.update(capacity=1)
    answer = client(found).post(AT + "solve/", {"seed": "1"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "18 marks are wanted, but the panel can give 6" in html
    assert isinstance(solve(found.fresh("preliminary"), seed=1, keep=False).answer, Impossible)
    assert client(found).post(AT + "solve/", {"seed": "x"}).status_code == 409
    Panellist.objects.update(state="declined")
    assert client(found).post(AT + "solve/", {"seed": "1"}).status_code == 422


def test_only_those_who_accepted_are_given_sheets_unless_asked_for(found):
    Panellist.objects.filter(code="E02").update(state="asked")
    assert len(ground_of(found.fresh("preliminary")).seats) == 5
    html = client(found).get(AT + "solve/").content.decode()
    assert "Also those who have not answered yet" in html
    answer = client(found).post(AT + "solve/", {"seed": "1", "everybody": "yes"})
    assert answer.status_code == 200 and "E02" in answer.content.decode()


def test_pins_and_what_was_begun_stay_when_solving_again(found):
    assigned(found)
    sheet = Sheet.objects.get(panellist__code="E01", filing__alliance__code="A001")
    pin_sheet(sun(found), sheet, pinned=True)
    Sheet.objects.filter(panellist__code="E02", filing__alliance__code="A002").update(begun_at=sheet.assigned_at)
    answer = solved(found)
    assert {("E01", "A001"), ("E02", "A002")} <= set(answer.pairs)
    apply(found)
    stage = found.fresh("preliminary")
    keys = keys_of(stage, [one for one in pairs_now(found) if one != ("E01", "A001")])
    with pytest.raises(Refuse, match="sheets_kept"):
        assign_stage(sun(found), stage, keys, how="imported")


def test_when_an_expert_drops_out_others_take_over_with_as_few_changes_as_possible(found):
    stage = opened(found)
    mark_all(found, "preliminary", skip="fox")
    before = pairs_now(found)
    leave(sun(found), found.seat("fox"), "健康原因退出")
    assert short_of_experts(stage) == ["A001", "A002", "A003"]
    refused = client(found).post(AT + "solve/", {"keep": "yes"})  # the first group has three, one of them is gone
    assert refused.status_code == 422
    assert "of its group" in refused.content.decode()
    seat = Panellist.objects.create(round=found.round, account=found.world.dov, code="E07", group="一组", capacity=9,
                                    state="accepted")  # fmt: skip
    html = client(found).post(AT + "solve/", {"keep": "yes", "seed": "3"}).content.decode()
    client(found).post(AT + "apply/", {"preview": token_of(html)})
    left = {one for one in before if one[0] == "E02"}
    assert pairs_now(found) == (before - left) | {(seat.code, unit) for _, unit in left}
    assert short_of_experts(stage) == []
    assert Mail.objects.filter(to=found.world.dov, key__startswith="given:").exists()


def test_what_a_dropped_expert_handed_in_stays_when_others_take_over_the_rest(found):
    stage = opened(found)
    mark_all(found, "preliminary")
    Sheet.objects.filter(panellist__code="E02", filing__alliance__code="A001").update(submitted_at=None)
    before = pairs_now(found)
    leave(sun(found), found.seat("fox"), "健康原因退出")
    Panellist.objects.create(round=found.round, account=found.world.dov, code="E07", group="一组", capacity=9,
                             state="accepted")  # fmt: skip
    html = client(found).post(AT + "solve/", {"keep": "yes", "seed": "3"}).content.decode()
    client(found).post(AT + "apply/", {"preview": token_of(html)})
    assert ("E02", "A002") in before
    assert pairs_now(found) == (before - {("E02", "A001")}) | {("E07", "A001")}
    assert short_of_experts(stage) == []


def test_a_late_conflict_is_mended_in_one_click_and_the_marks_stay_apart(found):
    stage = opened(found)
    mark_all(found, "preliminary")
    Panellist.objects.create(round=found.round, account=found.world.dov, code="E07", group="一组", capacity=9,
                             state="accepted")  # fmt: skip
    record_conflict(sun(found), found.seat("eva"), found.world.alliances[0], "其亲属任职于该联盟")
    html = client(found).get("/rounds/r1/review/stage/preliminary/").content.decode()
    assert f'action="{AT}solve/"' in html
    preview = client(found).post(AT + "solve/", {"keep": "yes"}).content.decode()
    client(found).post(AT + "apply/", {"preview": token_of(preview)})
    assert ("E07", "A001") in pairs_now(found) and ("E01", "A001") not in pairs_now(found)
    aside = Sheet.objects.get(stage=stage, panellist__code="E01", filing__alliance__code="A001")
    assert aside.aside_kind == "conflict" and Mark.objects.filter(sheet=aside).exists()


# By hand.


def test_giving_holding_letting_go_and_taking_away_by_hand(found):
    give, pair = AT + "give/", AT + "A001/E01/"
    assert client(found).post(give, {"expert": "E01", "alliance": "A001"}).status_code == 303
    assert Sheet.objects.get().pinned
    again = client(found).post(give, {"expert": "E01", "alliance": "A001"})
    assert again.status_code == 409 and "has this sheet already" in again.content.decode()
    barred = client(found).post(give, {"expert": "E06", "alliance": "A001"})
    assert barred.status_code == 409 and "A conflict of interest bars" in barred.content.decode()
    assert client(found).post(give, {"expert": "E01", "alliance": "?"}).status_code == 422
    assert '<span class="tag">held in place</span>' in client(found).get(pair).content.decode()
    assert "* held in place by hand" in client(found).get(AT).content.decode()
    assert client(found).post(pair, {"what": "loose"}).status_code == 303
    assert "* held in place by hand" not in client(found).get(AT).content.decode()
    assert client(found).post(pair, {"what": "loose"}).status_code == 409
    assert client(found).post(pair, {"what": "pin"}).status_code == 303
    assert client(found).post(pair, {"what": "take"}).status_code == 303
    assert client(found).get(pair).status_code == 404


def test_taking_away_what_was_begun_needs_a_reason_and_keeps_the_marks(found):
    opened(found)
    mark_all(found, "preliminary")
    sheet = Sheet.objects.get(panellist__code="E01", filing__alliance__code="A001")
    with pytest.raises(Refuse, match="reason_missing"):
        take_sheet(sun(found), sheet)
    assert client(found).post(AT + "A001/E01/", {"what": "take", "reason": ""}).status_code == 422
    assert client(found).post(AT + "A001/E01/", {"what": "take", "reason": "工作量调整"}).status_code == 303
    sheet.refresh_from_db()
    assert (sheet.aside_kind, sheet.aside_reason) == ("moved", "工作量调整")
    assert Mark.objects.filter(sheet=sheet).exists()


def test_nothing_is_assigned_in_a_closed_stage_or_a_meeting(found):
    opened(found)
    close_stage(sun(found), found.fresh("preliminary"), "按时结束评审")
    assert client(found).post(AT + "solve/", {"seed": "1"}).status_code == 409
    assert client(found).post(AT + "give/", {"expert": "E01", "alliance": "A004"}).status_code == 409
    assert client(found).post(AT.replace("preliminary", "meeting") + "solve/", {"seed": "1"}).status_code == 409
    html = client(found).get(AT).content.decode()
    assert "Give by hand" not in html


# Reading it.


def test_the_assignment_is_read_by_alliance_and_by_expert_and_filtered(found):
    assigned(found)
    stage = found.fresh("preliminary")
    html = client(found).get(AT).content.decode()
    assert html.count("<tr>") - 1 == 6 and "E01 Eva" in html
    by_expert = client(found).get(AT + "?by=expert").content.decode()
    assert "3 / 12" in by_expert
    assert [one.filing.alliance.code for one in unit_lines(stage, Filter(group="一组"))] == ["A001", "A002", "A003"]
    assert [one.filing.alliance.code for one in unit_lines(stage, Filter(batch="second"))] == ["A002"]
    assert [one.filing.alliance.code for one in unit_lines(stage, Filter(industry="energy"))] == [
        "A004",
        "A005",
        "A006",
    ]
    assert [one.filing.alliance.code for one in unit_lines(stage, Filter(query="木竹"))] == ["A002"]
    assert len(unit_lines(stage, Filter(query="eva"))) == 3
    Sheet.objects.filter(panellist__code="E01").delete()
    assert len(unit_lines(stage, Filter(short=True))) == 3
    assert [one.seat.code for one in expert_lines(stage, Filter(group="二组"))] == ["E04", "E05", "E06"]
    for name in ("cho", "obi"):
        page = client(found, name).get(AT).content.decode()
        assert "E02" in page and "Give by hand" not in page


def test_the_assignment_goes_to_excel_and_comes_back_with_a_look_first(found):
    assigned(found)
    path = "/rounds/r1/review/stage/preliminary/assignment.xlsx"
    content = client(found).get(path).content
    assert "There is nothing to apply" in send(found, content).content.decode()
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book.worksheets[0]
    assert [sheet.cell(1, n).value for n in (1, 2)] == ["Code of the alliance", "Experts' codes"]
    assert sheet.cell(2, 2).value == "E01、E02、E03"
    sheet.cell(2, 2).value = "E01, e02"
    answer = send(found, saved(book))
    html = answer.content.decode()
    assert answer.status_code == 200 and "1 alliances would be short" in html and "<del>E03</del>" in html
    client(found).post(AT + "apply/", {"preview": token_of(html)})
    assert ("E03", "A001") not in pairs_now(found) and len(pairs_now(found)) == 17
    sheet.cell(2, 2).value, sheet.cell(3, 2).value = "E99、E01、E01", "E02"
    sheet.cell(4, 1).value = "X999"
    refused = send(found, saved(book))
    html = refused.content.decode()
    assert refused.status_code == 422
    for words in (
        "Nobody on the panel has the code E99",
        "E01 stands there twice",
        "X999 is not to be evaluated",
        "B2",
    ):
        assert words in html, words


def test_pairs_that_may_not_be_are_listed_with_the_rule(found):
    book = openpyxl.Workbook()
    for row in (["联盟代码", "评审专家代码"], ["A001", "E06 E01"], ["A002", "E02"]):
        book.active.append(row)
    Panellist.objects.filter(code="E02").update(state="left")
    answer = send(found, saved(book))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "A conflict of interest bars it" in html and "Not on the panel any more, or declined" in html
    assert not Sheet.objects.exists()


def saved(book) -> bytes:
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def send(found, content: bytes, name: str = "a.xlsx"):
    stream = BytesIO(content)
    stream.name = name
    return client(found).post(AT + "import/", {"file": stream})


@pytest.mark.once
def test_a_file_that_is_no_assignment_is_refused(found):
    assert send(found, b"PK\x03\x04 broken").status_code == 422
    assert send(found, b"a,b\n1,2\n", "a.csv").status_code == 422
    assert client(found).post(AT + "import/", {}).status_code == 422


def test_what_changes_is_counted_from_what_stands(found):
    assigned(found)
    stage = found.fresh("preliminary")
    change = change_of(stage, [("E01", "A001"), ("E04", "A001")])
    assert change.counts == (1, 1, len(pairs_now(found)) - 1)
    assert {one.code: (now, then) for one, now, then in change.loads}["E04"] == (3, 1)
    with pytest.raises(Refuse, match="assignment_moved"):
        keys_of(stage, [("E99", "A001")])


# Calibration.


def test_calibration_gives_everybody_the_same_filings_of_another_round(found):
    practice = make_round("p1", practice=True)
    filings = list(Filing.objects.filter(round=found.round).select_related("in_force")[:3])
    made = [Filing.objects.create(round=practice, alliance=one.alliance, in_force=one.in_force, state="submitted")
            for one in filings]  # fmt: skip
    at = "/rounds/r1/review/calibration/"
    html = client(found).get(at).content.decode()
    assert "Test round p1" in html and html.count('name="filing"') == 3
    assert client(found).post(at, {}).status_code == 409
    answer = client(found).post(at, {"filing": [str(made[0].pk), str(made[1].pk)]}, follow=True)
    assert "planned for 2 alliances" in answer.content.decode()
    stage = ReviewStage.objects.get(kind="calibration")
    assert stage.sheets.count() == 12
    html = client(found).get("/rounds/r1/review/").content.decode()
    assert "Calibration" in html
    done = client(found).post("/rounds/r1/review/stage/calibration/step/open/", {"due_at": "2035-01-01T18:00"})
    assert done.status_code == 303
    html = client(found).get(at).content.decode()
    assert "its alliances stay" in html and [one.alliance.name in html for one in made] == [True, True, False]
    with pytest.raises(Refuse, match="stage_not_waiting"):
        plan_calibration(sun(found), found.round, made[:1])


def test_without_a_practice_round_there_is_nothing_to_calibrate_on(found):
    html = client(found).get("/rounds/r1/review/calibration/").content.decode()
    assert "There is no submitted filing to practise on" in html
