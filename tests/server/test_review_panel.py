"""The panel from the secretariat's side: asking, testing, importing, changing, leaving; conflicts and recusal."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from tests.server.reviewing import mark_all, opened

from huoyue.exchange.review_layout import PANEL
from huoyue.server.models import (
    Account,
    Conflict,
    Duty,
    Event,
    Interest,
    Invitation,
    Mail,
    Member,
    Panellist,
    Round,
    Sheet,
)
from huoyue.server.operations.accounts import erase_account, kept_about
from huoyue.server.operations.audit import verified
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_conflicts import alike, record_conflict, would_bar
from huoyue.server.operations.review_panel import Declared, Seat, ask, note_interests, set_groups
from huoyue.server.operations.review_stages import close_stage
from huoyue.server.queries.people import person
from huoyue.server.queries.review_panel import recusal_of, seat_lines
from huoyue.server.views.exports import as_workbook

AT = "/rounds/r1/review/"
NEW = {"username": "guo", "name": "郭专家", "email": "guo@example.org", "organisation": "某大学", "language": "zh",
       "capacity": "10", "group": "一组", "background": "高校", "what": "ask"}  # fmt: skip


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


# Asking somebody.


def test_somebody_new_gets_an_account_a_seat_an_invitation_and_a_letter(found):
    answer = client(found).post(AT + "panel/new/", NEW)
    assert answer.status_code == 303 and answer["Location"] == AT + "panel/of/E07/"
    account = Account.objects.get(username="guo")
    seat = Panellist.objects.get(account=account)
    assert (seat.code, seat.group, seat.background, seat.capacity) == ("E07", "一组", "高校", 10)
    assert Duty.objects.filter(account=account, role="expert", round=found.round, ended_at=None).exists()
    assert Invitation.objects.filter(account=account, used_at=None).count() == 1
    assert sorted(Mail.objects.filter(to=account).values_list("kind", flat=True)) == ["invitation", "panel"]
    assert not verified().faults


def test_somebody_new_without_an_address_gets_a_printed_code(found):
    answer = client(found).post(AT + "panel/new/", NEW | {"email": ""})
    assert answer.status_code == 200
    assert "guo" in answer.content.decode() and Panellist.objects.filter(account__username="guo").exists()


def test_an_account_that_is_there_is_asked_without_a_second_invitation(found):
    data = {"account": "dov@example.org", "capacity": "5", "code": "专1", "what": "ask"}
    assert client(found).post(AT + "panel/new/", data).status_code == 303
    seat = Panellist.objects.get(account=found.world.dov)
    assert seat.code == "专1"
    assert list(seat.conflicts.values_list("kind", "alliance__code")) == [("own_alliance", "A002")]
    assert list(Mail.objects.filter(to=found.world.dov).values_list("kind", flat=True)) == ["panel"]


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"username": "", "name": ""}, 422, "Needed for somebody new."),
        ({"username": "a b"}, 422, "without blanks"),
        ({"account": "nobody"}, 422, "No account has this sign-in name."),
        ({"capacity": "0"}, 422, "greater than or equal to 1"),
        ({"code": "E01"}, 409, "The code E01 is taken on this panel."),
        ({"account": "eva"}, 409, "is on the panel already"),
        ({"username": "sun"}, 409, "already an account called sun"),
        ({"email": "sun@example.org"}, 409, "already an account with the address"),
    ],
)
def test_what_is_wrong_is_said_and_the_form_comes_back_filled(found, change, status, words):
    before = Account.objects.count(), Panellist.objects.count(), Event.objects.count()
    answer = client(found).post(AT + "panel/new/", NEW | change)
    html = answer.content.decode()
    assert answer.status_code == status
    assert words in html and "某大学" in html
    assert (Account.objects.count(), Panellist.objects.count(), Event.objects.count()) == before


def test_testing_a_person_changes_nothing_and_names_what_would_be_barred_and_why(found):
    third = found.world.alliances[2]
    Member.objects.create(alliance=third, organisation="某大学")
    Member.objects.create(alliance=found.world.alliances[3], organisation="某大学材料学院")
    before = Event.objects.count()
    answer = client(found).post(AT + "panel/new/", NEW | {"what": "test", "organisation": "某 大学"})
    html = answer.content.decode()
    assert answer.status_code == 200 and Event.objects.count() == before
    assert "1 alliances would be barred" in html and third.name in html and "Own organisation is a member" in html
    assert "某大学材料学院" not in html  # the name that is typed is too short to be told as alike
    account = client(found).post(AT + "panel/new/", {"what": "test", "account": "ada", "capacity": "5"})
    assert "Serves the alliance" in account.content.decode()
    assert "Needed for somebody new." not in account.content.decode()
    unknown = client(found).post(AT + "panel/new/", {"what": "test", "account": "nobody"}).content.decode()
    assert "No account has this sign-in name." in unknown and 'value="nobody"' in unknown


def test_organisations_written_alike_and_alliances_by_another_name_are_found(found):
    second = found.world.alliances[1]
    Member.objects.create(alliance=second, organisation="北京某某大学材料学院")
    assert alike("北京某某大学") == [("A002", "北京某某大学材料学院")]
    assert alike("大学") == []
    second.names.create(name="木竹联盟", kind="alias")
    assert [(one.unit, one.kind) for one in would_bar("木竹联盟")] == [("A002", "own_alliance")]
    assert would_bar("") == []


def test_a_panel_can_be_asked_only_of_a_round_that_was_opened(found):
    Round.objects.update(stage="preparing")
    with pytest.raises(Refuse, match="wrong_stage"):
        ask(sun(found), Round.objects.get(), found.world.dov, Seat())


# Seats.


def test_the_panel_lists_what_each_is_and_still_has_to_do(found):
    Panellist.objects.filter(code="E02").update(state="asked")
    Panellist.objects.filter(code="E03").update(declared_at=None)
    html = client(found).get(AT + "panel/").content.decode()
    assert "has not declared" in html and "Asked" in html
    html = client(found).get(AT).content.decode()
    assert "has not answered" in html and "has not declared" in html
    assert [(one.seat.code, one.conflicts) for one in seat_lines(found.round)][-1] == ("E06", 1)
    assert "Remind those who are late" in html
    sent = client(found).post(AT + "panel/remind/", {"act": "send"})
    assert sent.status_code == 303 and Mail.objects.filter(key__startswith="late:").count() == 2
    assert client(found).post(AT + "panel/remind/", {"act": "send"}).status_code == 409


def test_a_seat_is_changed_from_the_revision_that_was_read(found):
    form = {"group": "三组", "background": "院所", "capacity": "7", "fields_known": ["materials"], "revision": "4"}
    seat = found.seat("eva")
    form["revision"] = str(seat.revision)
    assert client(found).post(AT + "panel/of/E01/change/", form).status_code == 303
    again = client(found).post(AT + "panel/of/E01/change/", form | {"capacity": "9"})
    assert again.status_code == 409 and 'value="9"' in again.content.decode()
    seat = found.seat("eva")
    assert (seat.group, seat.background, seat.capacity, seat.fields) == ("三组", "院所", 7, ["materials"])
    opened(found)
    mark_all(found, "preliminary")
    refused = client(found).post(
        AT + "panel/of/E02/change/", form | {"group": "四组", "revision": str(found.seat("fox").revision)}
    )
    assert "A group that has begun to mark stays as it is" in refused.content.decode()
    with pytest.raises(Refuse, match="group_has_marked"):
        set_groups(sun(found), found.round, {found.seat("fox").pk: "四组"})


def test_taking_somebody_off_says_what_follows_and_needs_a_reason(found):
    opened(found)
    html = client(found).get(AT + "panel/of/E01/leave/").content.decode()
    assert "have to be given to others: 3." in html and "Sheets handed in" not in html
    assert client(found).post(AT + "panel/of/E01/leave/", {"reason": ""}).status_code == 422
    assert client(found).post(AT + "panel/of/E01/leave/", {"reason": "病"}).status_code == 409
    answer = client(found).post(AT + "panel/of/E01/leave/", {"reason": "健康原因退出"}, follow=True)
    assert "3 sheets are set aside" in answer.content.decode()
    assert client(found).post(AT + "panel/of/E01/leave/", {"reason": "健康原因退出"}).status_code == 409
    assert "健康原因退出" in client(found).get(AT + "panel/of/E01/").content.decode()


def test_groups_are_proposed_evenly_looked_at_and_saved(found):
    found_seats = {one.code: one for one in Panellist.objects.all()}
    Panellist.objects.filter(code__in=("E01", "E04")).update(background="高校")
    Account.objects.filter(username__in=("eva", "fox")).update(organisation="某大学")
    answer = client(found).post(AT + "panel/groups/", {"what": "propose", "count": "2", "seed": "7"})
    html = answer.content.decode()
    assert answer.status_code == 200 and "Proposed, not saved yet" in html
    assert Event.objects.filter(kind="panel.grouped").count() == 0
    again = client(found).post(AT + "panel/groups/", {"what": "propose", "count": "2", "seed": "7"}).content.decode()
    typed = {f"group-{seat.pk}": value_of(html, f"group-{seat.pk}") for seat in found_seats.values()}
    assert typed == {name: value_of(again, name) for name in typed}
    assert sorted(typed.values()) == ["第一组"] * 3 + ["第二组"] * 3
    assert typed[f"group-{found_seats['E01'].pk}"] != typed[f"group-{found_seats['E04'].pk}"]
    saved = client(found).post(AT + "panel/groups/", typed | {"what": "save", "proposed": "yes", "seed": "7"})
    assert saved.status_code == 303
    event = Event.objects.get(kind="panel.grouped")
    assert event.detail["after"]["seed"] == 7
    for wrong in ({"count": "1"}, {"count": "99"}, {"count": "x"}, {"count": "7"}, {"count": "2", "seed": "x"}):
        refused = client(found).post(AT + "panel/groups/", {"what": "propose", "count": "2", "seed": "1"} | wrong)
        assert refused.status_code == 409, wrong


def test_groups_are_shown_and_not_offered_once_marking_has_begun(found):
    seat = Panellist.objects.get(code="E01")
    page = client(found).get(AT + "panel/groups/").content.decode()
    assert f'name="group-{seat.pk}"' in page and 'value="save"' in page
    opened(found)
    sheet = seat.sheets.filter(stage__kind="marks").first()
    Sheet.objects.filter(pk=sheet.pk).update(begun_at=timezone.now())
    page = client(found).get(AT + "panel/groups/").content.decode()
    assert "Marking has begun: the groups stay as they are." in page
    assert f'name="group-{seat.pk}"' not in page and 'value="save"' not in page
    assert client(found).post(AT + "panel/groups/", {"what": "save"}).status_code == 409


def value_of(html: str, name: str) -> str:
    return html.split(f'name="{name}" value="')[1].split('"')[0]


# A panel from a file.


def book(*rows: list[object]) -> BytesIO:
    from huoyue.server.queries.tables import Exported

    heads = [column.title.zh for column in PANEL.columns]
    stream = BytesIO(as_workbook([Exported("专家组", heads, [list(row) for row in rows])]))
    stream.name = "panel.xlsx"
    return stream


GOOD = (
    ["张三", "P1", "zhang", "zhang@example.org", "某大学", "一组", "高校", "新材料；能源", 12, "A001", "某某集团"],
    ["李四", "", "", "li@example.org", "", "二组", "", "", "", "", ""],
    ["都夫", "", "dov", "", "", "", "", "", "", "", ""],
)


def test_a_panel_is_imported_after_a_look_and_only_then(found):
    industries = {one.title.zh: one.id for one in scheme_industries(found)}
    first, *rest = GOOD
    first = [*first[:7], "；".join(list(industries)[:2]), *first[8:]]
    Member.objects.create(alliance=found.world.alliances[4], organisation="某某集团")
    before = Event.objects.count()
    answer = client(found).post(AT + "panel/import/", {"file": book(first, *rest)})
    html = answer.content.decode()
    assert answer.status_code == 200, html
    assert Event.objects.count() == before
    assert "Ask all of them" in html and "A002" in html
    token = html.split('name="preview" value="')[1].split('"')[0]
    assert client(found).post(AT + "panel/import/", {"preview": token}).status_code == 303
    zhang = Panellist.objects.get(code="P1")
    assert (zhang.account.username, zhang.capacity, zhang.background) == ("zhang", 12, "高校")
    assert zhang.fields == sorted(list(industries.values())[:2])
    assert zhang.declared_at is None
    kinds = set(zhang.conflicts.values_list("kind", "alliance__code"))
    assert kinds == {("declared", "A001"), ("declared_unit", "A005")}
    assert Interest.objects.filter(panellist=zhang).count() == 2
    assert Panellist.objects.get(account__username="li@example.org").capacity == 20
    assert Panellist.objects.filter(account=found.world.dov).exists()
    again = client(found).post(AT + "panel/import/", {"preview": token})
    assert again.status_code == 409 and "The panel has changed" in again.content.decode()
    assert not verified().faults


def scheme_industries(found):
    from huoyue.server.queries.schemes import scheme_of

    return scheme_of(found.round).industries


def test_everything_wrong_with_a_file_is_said_at_once_with_its_cell(found):
    rows = [
        ["张三", "E01", "", "not an address", "", "", "", "no such field", "2.5", "no such alliance", ""],
        ["李四", "", "", "", "", "", "", "", "", "", ""],
        ["", "", "wang", "", "", "", "", "", "", "", ""],
        ["伊娃", "", "eva", "", "", "", "", "", "", "", ""],
        ["赵六", "", "zhao", "", "", "", "", "", "", "", ""],
        ["赵六", "", "Zhao", "", "", "", "", "", "", "", ""],
    ]
    answer = client(found).post(AT + "panel/import/", {"file": book(*rows)})
    html = answer.content.decode()
    assert answer.status_code == 422
    for words in ("no e-mail address", "E01 is taken", "no industry called no such field", "between 1 and 1000",
                  "No alliance is called no such alliance", "A sign-in name or an e-mail address is needed",
                  "is on the panel already", "stands in the file twice"):  # fmt: skip
        assert words in html, words
    assert "D2" in html and "B2" in html
    assert Panellist.objects.count() == 6


def test_what_is_no_panel_is_refused_without_harm(found):
    for content, name in ((b"PK\x03\x04 broken", "panel.xlsx"), (b"a,b\n1,2\n", "panel.csv"), (b"%PDF", "panel.pdf")):
        stream = BytesIO(content)
        stream.name = name
        answer = client(found).post(AT + "panel/import/", {"file": stream})
        assert answer.status_code == 422, name
    assert client(found).post(AT + "panel/import/", {}).status_code in (409, 422)
    forged = client(found).post(AT + "panel/import/", {"preview": "forged"})
    assert forged.status_code == 409 and "too old, or was made of something else" in forged.content.decode()


def test_a_preview_of_one_person_or_round_is_worth_nothing_to_another(found):
    html = client(found).post(AT + "panel/import/", {"file": book(GOOD[1])}).content.decode()
    token = html.split('name="preview" value="')[1].split('"')[0]
    found.world.people["sol"] = Account.objects.create_user("sol", "x", name="Sol")
    Duty.objects.create(account=found.world.people["sol"], role="secretariat")
    assert client(found, "sol").post(AT + "panel/import/", {"preview": token}).status_code == 409


def test_the_panel_as_a_file_is_read_again(found):
    answer = client(found).get(AT + "panel.xlsx")
    stream = BytesIO(answer.content)
    stream.name = "panel.xlsx"
    html = client(found).post(AT + "panel/import/", {"file": stream}).content.decode()
    assert html.count("is on the panel already") == 6


def test_interests_that_the_secretariat_notes_leave_the_declaration_open(found):
    seat = ask(sun(found), found.round, found.world.dov, Seat())
    note_interests(sun(found), seat, [Declared("顾问", alliance=found.world.alliances[4])])
    assert seat.declared_at is None and not seat.may_mark
    assert seat.conflicts.filter(kind="declared", alliance=found.world.alliances[4]).exists()
    with pytest.raises(Refuse, match="relation_missing"):
        note_interests(sun(found), seat, [Declared(" ", alliance=found.world.alliances[5])])


def test_pages_ask_the_database_no_more_often_for_a_longer_panel(found, django_assert_max_num_queries):
    opened(found)
    who = client(found)
    for path, most in (("", 45), ("panel/", 20), ("conflicts/", 35), ("stage/preliminary/assignment/", 30)):
        who.get(AT + path)
        with django_assert_max_num_queries(most):
            who.get(AT + path)


# Conflicts.


def test_conflicts_are_recorded_found_again_and_ended_with_reasons(found):
    opened(found)
    form = {"expert": "E01", "alliance": "A001", "reason": "其亲属任职于该联盟"}
    answer = client(found).post(AT + "conflicts/record/", form, follow=True)
    assert "1 sheets are set aside" in answer.content.decode()
    again = client(found).post(AT + "conflicts/record/", form)
    assert again.status_code == 409 and "其亲属任职于该联盟" in again.content.decode()
    assert client(found).post(AT + "conflicts/record/", form | {"alliance": "没有"}).status_code == 422
    assert client(found).post(AT + "conflicts/record/", form | {"reason": "短"}).status_code == 409
    one = Conflict.objects.get(kind="recorded")
    html = client(found).get(AT + "conflicts/").content.decode()
    assert "Sun" in html and "其亲属任职于该联盟" in html
    assert client(found).get(AT + "conflicts/?q=E06").content.decode().count("E06 Ada") >= 1
    assert client(found).post(AT + f"conflicts/{one.pk}/end/", {"reason": "误"}).status_code == 409
    assert client(found).post(AT + f"conflicts/{one.pk}/end/", {"reason": "核实后不属实"}).status_code == 303
    assert client(found).post(AT + f"conflicts/{one.pk}/end/", {"reason": "核实后不属实"}).status_code == 409
    assert "核实后不属实" in client(found).get(AT + "conflicts/").content.decode()
    Member.objects.create(alliance=found.world.alliances[5], organisation="新单位")
    Account.objects.filter(username="fox").update(organisation="新单位")
    answer = client(found).post(AT + "conflicts/find/", follow=True)
    assert "1 new conflicts" in answer.content.decode()
    assert client(found).get(AT + "conflicts/999/end/").status_code == 404


def test_how_recusal_was_carried_out_is_counted_and_compared_once_marks_may_be_seen(found, settings):
    settings.ORGANISATION = "主办单位"
    own = found.world.alliances[1]
    Member.objects.create(alliance=own, organisation="主办单位")
    opened(found)
    record_conflict(sun(found), found.seat("eva"), found.world.alliances[0], "其亲属任职于该联盟")
    sec, units = person(found.world.sun), [one.pk for one in found.world.alliances]
    told = recusal_of(sec, found.round, units)
    assert (told.avoided, told.aside, told.aside_marked, told.hidden) == (2, 1, 0, True)
    assert [one.code for one in told.own] == ["A002"] and told.compared == []
    mark_all(found, "preliminary", shift=100)
    close_stage(sun(found), found.fresh("preliminary"))
    told = recusal_of(sec, found.round, units)
    ((title, one),) = told.compared
    assert title.zh == "分组初评"
    assert (one.own_sheets, one.other_sheets, one.experts) == (3, 14, 3)
    assert 0 < one.own < 100 and 0 < one.others < 100
    html = client(found).get(AT + "conflicts/").content.decode()
    assert "Own: sheets" in html and own.name in html
    Duty.objects.create(account=found.world.sun, role="filer", alliance=found.world.alliances[2])
    assert [one.code for one in recusal_of(sec, found.round, units).own] == ["A002", "A003"]


def test_whoever_still_marks_sees_no_comparison(found):
    Duty.objects.create(account=found.world.people["eva"], role="chair", round=found.round)
    opened(found)
    mark_all(found, "preliminary")
    close_stage(sun(found), found.fresh("preliminary"))
    opened(found, "cross")
    chair = person(found.world.people["eva"], "chair", second_factor=True)
    assert chair.role == "chair"
    told = recusal_of(chair, found.round, [])
    assert told.compared == [] and told.hidden


def test_what_an_expert_declared_is_theirs_to_take_away_and_the_signature_goes_on_request(found):
    account = found.world.people["eva"]
    Panellist.objects.filter(account=account).update(signed_as="伊评审", signed_at=timezone.now())
    note_interests(found.world.acting("eva"), found.seat("eva"), [Declared("兼职顾问", organisation="某研究院")])
    kept = kept_about(account)["panels"]
    assert [(one["round"], one["signed_as"]) for one in kept] == [("r1", "伊评审")]
    assert kept[0]["interests"][-1]["relation"] == "兼职顾问"
    erase_account(sun(found), account)
    assert Panellist.objects.get(account=account).signed_as == ""
    assert Panellist.objects.get(account=account).signed_at is not None


def test_whose_account_is_erased_leaves_the_panel_and_what_was_handed_in_stays(found):
    opened(found)
    account, seat = found.world.people["eva"], found.seat("eva")
    first, *others = list(Sheet.objects.filter(panellist=seat, stage__state="open"))
    Sheet.objects.filter(pk=first.pk).update(submitted_at=timezone.now())
    erase_account(sun(found), account)
    seat.refresh_from_db()
    assert seat.state == "left"
    first.refresh_from_db()
    assert first.aside_at is None
    assert others and not Sheet.objects.filter(pk__in=[one.pk for one in others], aside_at=None).exists()
    assert Event.objects.filter(kind="panel.left", subject=seat.code).count() == 1
    assert not Mail.objects.filter(to=account).exclude(address="", body="").exists()
