"""Chasing: the officer's list, the log, reminders by hand, letters and notices, and whose each of them is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.server.world import make_round, scheme

from huoyue.server.models import Account, Event, Filing, Mail, Notice, Observation, Round, Stage, State, Version
from huoyue.server.operations import chasing as operations
from huoyue.server.operations.audit import verified
from huoyue.server.operations.journal import Refuse
from huoyue.server.queries.chasing import PLAIN, chase_rows, chosen
from huoyue.server.queries.people import person

AT = "/rounds/r1/chase/"
UNIT = f"{AT}A001/"
REMIND = "/rounds/r1/remind/"
NOTICES = "/rounds/r1/notices/"
CALL = {"c.contacted_on": "2016-05-03", "c.means": "telephone", "c.reached": "是", "c.officer": "林"}
NOW = timezone.now()


@pytest.fixture
def english(as_):
    def client(name):
        browser = as_(name)
        browser.cookies["lang"] = "en"
        return browser

    return client


def text(answer):
    return answer.content.decode()


def submitted(filing):
    version = Version.objects.create(
        filing=filing, number=1, content="{}", digest="d", submitted_at=NOW, signed_as="x", receipt=f"r{filing.pk}"
    )
    Filing.objects.filter(pk=filing.pk).update(state=State.SUBMITTED, in_force=version)


def fresh(world, n=0):
    return Filing.objects.select_related("round", "alliance", "in_force").get(pk=world.filings[n].pk)


def entry(world, n=0, *, day="2016-05-03", promised=None, who="lin"):
    kind = scheme().record_type("contact_attempt")
    cells = {"contacted_on": day, "means": "telephone", "reached": "是"}
    return operations.report(world.acting(who), fresh(world, n), kind, cells, promised_on=promised)


# the list


def test_an_officer_sees_their_own_alliances_and_the_secretariat_all(as_):
    assert [code in text(as_("lin").get(AT)) for code in ("A001", "A002", "A003")] == [True, True, False]
    assert [code in text(as_("sun").get(AT)) for code in ("A001", "A002", "A003")] == [True, True, True]
    for name in ("ada", "obi", "eva", "cho", "nil"):
        assert as_(name).get(AT).status_code == 403


def test_the_secretariat_looks_at_one_officers_alliances(as_, world):
    page = text(as_("sun").get(f"{AT}?officer={world.lou.pk}"))
    assert ("A003" in page, "A001" in page) == (True, False)
    assert as_("sun").get(f"{AT}?officer=x&sort=nonsense&show=nonsense").status_code == 200


def test_the_list_shows_contact_person_records_last_contact_and_promise(as_, world):
    entry(world, day="2016-05-03", promised=(NOW - timedelta(days=3)).date())
    page = text(as_("lin").get(AT))
    assert "联系人1" in page
    assert "tel:010-00000000" in page
    assert "2016年5月3日" in page


def test_filters_find_the_silent_the_open_and_the_overdue(world):
    submitted(world.filings[1])
    today = timezone.localdate()
    entry(world, 2, day=today.isoformat(), promised=today - timedelta(days=1), who="lou")
    rows = chase_rows(person(world.sun), world.round, NOW)
    found = {
        shown: [row.filing.alliance.code for row in chosen(rows, shown=shown)]
        for shown in ("open", "silent", "overdue", "")
    }
    assert found == {"open": ["A001", "A003"], "silent": ["A001"], "overdue": ["A003"], "": ["A001", "A002", "A003"]}
    by_contact = [row.filing.alliance.code for row in chosen(rows, order="contact")]
    assert by_contact == ["A001", "A002", "A003"]
    assert [row.filing.alliance.code for row in chosen(rows, order="state")][-1] == "A002"


def test_the_list_takes_the_same_number_of_queries_whatever_its_length(world, django_assert_max_num_queries):
    for _ in range(3):
        entry(world)
    with django_assert_max_num_queries(8):
        chase_rows(person(world.sun), world.round, NOW)


# the log


def test_the_form_is_made_from_the_schemes_record_type_and_an_entry_has_its_author(english, world):
    client = english("lin")
    page = text(client.get(UNIT))
    for name in ("c.contacted_on", "c.means", "c.reached", "c.officer"):
        assert f'name="{name}"' in page
    answer = client.post(UNIT, CALL | {"note": "下周交", "promised_on": "2016年6月1日"})
    assert answer.status_code == 303
    made = Observation.objects.get()
    assert made.author == world.lin
    assert made.kind == "contact_attempt"
    assert made.cells == {"contacted_on": "2016-05-03", "means": "telephone", "reached": "是", "officer": "林"}
    assert made.promised_on.isoformat() == "2016-06-01"
    page = text(client.get(UNIT))
    assert "Telephone" in page
    assert "下周交" in page
    assert Event.objects.get(kind="observation.reported").detail["after"]["cells"] == made.cells


def test_the_whole_form_comes_back_with_every_error(english):
    bad = {"c.contacted_on": "3/5/16", "c.means": "pigeon", "c.reached": "", "note": "说好了", "promised_on": "soon"}
    answer = english("lin").post(UNIT, bad)
    page = text(answer)
    assert answer.status_code == 422
    assert not Observation.objects.exists()
    for kept in ("3/5/16", "pigeon", "说好了", "soon"):
        assert kept in page
    assert page.count('aria-invalid="true"') == 4
    assert page.count('class="error"') == 4


def test_a_contact_outside_the_period_is_kept_and_counts_for_no_indicator(english, world):
    client = english("lin")
    client.post(UNIT, CALL | {"c.contacted_on": "2030-05-03"})
    assert Observation.objects.get().kind == ""
    page = text(client.get(UNIT))
    assert "no indicator" in page or "outside the period" in page
    assert "not for the indicator" in page
    assert "Telephone" in page


def test_where_the_scheme_knows_no_contacts_a_plain_one_is_kept(english, world):
    cut = world.round.scheme_text.replace("reported_by: liaison", "reported_by: secretariat")
    Round.objects.update(scheme_text=cut, scheme_digest="cut")
    client = english("lin")
    assert 'name="c.day"' in text(client.get(UNIT))
    assert client.post(UNIT, {"c.day": "2030-01-02", "c.means": "visit", "c.reached": "否"}).status_code == 303
    made = Observation.objects.get()
    assert (made.kind, made.cells) == ("", {"day": "2030-01-02", "means": "visit", "reached": "否"})
    assert "Visit" in text(client.get(UNIT))
    assert PLAIN.reported_by == "liaison"


def test_what_the_secretariat_reports_is_its_own(english, world):
    cut = world.round.scheme_text.replace("reported_by: liaison", "reported_by: secretariat")
    Round.objects.update(scheme_text=cut, scheme_digest="cut")
    page = "/rounds/r1/observations/A001/"
    assert english("lin").get(page).status_code == 403
    sun = english("sun")
    assert sun.post(page, CALL | {"c.contacted_on": "2030-05-03"}).status_code == 422
    assert sun.post(page, CALL).status_code == 303
    made = Observation.objects.get()
    assert (made.kind, made.author) == ("contact_attempt", world.sun)
    assert made.cells["officer"] == "林"
    assert f"{UNIT}{made.uid}/withdraw/" not in text(english("lin").get(UNIT))
    assert english("lin").get(f"{UNIT}{made.uid}/withdraw/").status_code == 404


def test_a_scheme_without_such_facts_says_so(english):
    assert "has no facts that the secretariat reports" in text(english("sun").get("/rounds/r1/observations/A001/"))


def test_an_entry_sent_twice_is_there_once(as_):
    client = as_("lin")
    for _ in range(2):
        assert client.post(UNIT, CALL | {"token": "t1"}).status_code == 303
    assert Observation.objects.count() == 1


def test_an_entry_is_withdrawn_with_a_reason_and_stays_in_the_log(english, world):
    made = entry(world)
    client, page = english("lin"), f"{UNIT}{made.uid}/withdraw/"
    assert "Telephone" in text(client.get(page))
    assert client.post(page, {"reason": " "}).status_code == 422
    assert client.post(page, {"reason": "记错了"}).status_code == 303
    made.refresh_from_db()
    assert made.removed_at is not None
    assert "withdrawn" in text(client.get(UNIT))
    assert "<del>" in text(client.get(UNIT))
    event = Event.objects.get(kind="observation.withdrawn")
    assert (event.detail["before"]["cells"], event.detail["after"]["reason"]) == (made.cells, "记错了")
    assert client.post(page, {"reason": "再"}).status_code == 409
    assert not verified().faults


def test_only_the_author_or_the_secretariat_withdraws(world):
    made = entry(world, who="sun")
    with pytest.raises(Refuse, match="not_your_entry"):
        operations.withdraw(world.acting("lin"), made, "x")
    mine = entry(world, who="lin")
    operations.withdraw(world.acting("sun"), mine, "x")


def test_nothing_is_added_or_withdrawn_once_screening_is_settled(english, world):
    made = entry(world)
    Round.objects.update(stage=Stage.SCREENED)
    made.filing.round.refresh_from_db()
    assert english("lin").post(UNIT, CALL).status_code == 409
    assert english("lin").post(f"{UNIT}{made.uid}/withdraw/", {"reason": "x"}).status_code == 409
    assert Observation.objects.filter(removed_at=None).count() == 1


def test_another_officers_alliance_is_absent(as_, world):
    made = entry(world, 2, who="lou")
    for address in (f"{AT}A003/", f"{AT}A003/{made.uid}/withdraw/", f"{AT}NOPE/"):
        assert as_("lin").get(address).status_code == 404
    assert as_("lin").post(f"{AT}A003/", CALL).status_code == 404
    assert as_("lin").get(f"{UNIT}{made.uid}/withdraw/").status_code == 404


# reminding


def test_the_letters_are_shown_before_and_sent_as_shown(english, world):
    client = english("lin")
    Account.objects.filter(pk=world.ada.pk).update(language="zh")
    preview = text(client.get(f"{REMIND}?unit=A001"))
    assert "ada@example.org" in preview
    assert "ben@example.org" in preview
    assert not Mail.objects.exists()
    look = client.post(REMIND, {"unit": "A001", "note": "请务必本周提交。", "act": "look"})
    assert look.status_code == 303
    looked = text(client.get(look["Location"]))
    assert looked.count("请务必本周提交。") == 2  # in the field and in the letter
    assert not Mail.objects.exists()
    answer = client.post(REMIND, {"unit": "A001", "note": "请务必本周提交。", "act": "send", "token": "t"})
    assert answer.status_code == 303
    result = text(client.get(answer["Location"]))
    assert "ada@example.org" in result
    mails = Mail.objects.order_by("pk")
    assert [(m.to.username, m.kind, m.state, m.by) for m in mails] == [
        ("ada", "chase", "kept", world.lin),
        ("ben", "chase", "kept", world.lin),
    ]
    assert "请务必本周提交。" in mails[0].body
    assert Event.objects.get(kind="chase.reminded").alliance == world.alliances[0]


def test_the_letters_looked_at_are_a_page_to_go_back_to_with_all_that_was_chosen(as_, world):
    client = as_("sun")
    typed = {"unit": ["A001", "A003"], "note": "请本周内提交。", "again": "yes", "act": "look"}
    address = client.post(REMIND, typed)["Location"]
    for _ in range(2):  # gone back to, and loaded again
        page = client.get(address)
        assert [one.filing.alliance.code for one, _ in page.context["going"]] == ["A001"]
        assert [one.filing.alliance.code for one, _ in page.context["left_out"]] == ["A003"]
        assert (page.context["note"], page.context["again"]) == ("请本周内提交。", True)
    assert not Mail.objects.exists()
    other = make_round("r2")
    Filing.objects.create(round=other, alliance=world.alliances[0])
    elsewhere = client.get("/rounds/r2/remind/?kept")
    assert elsewhere.status_code == 303  # what was chosen belongs to the other round
    assert as_("lin").get(address).status_code == 303  # and to whoever chose it


def test_pressing_the_button_twice_sends_once(as_):
    client = as_("lin")
    sent = {"unit": "A001", "act": "send", "token": "t", "again": "yes"}
    assert client.post(REMIND, sent)["Location"] == client.post(REMIND, sent)["Location"]
    assert Mail.objects.count() == 2


def test_within_24_hours_a_second_reminder_has_to_be_asked_for(english):
    client = english("lin")
    client.post(REMIND, {"unit": "A001", "act": "send"})
    refused = client.post(REMIND, {"unit": "A001", "act": "send"})
    assert refused.status_code == 409
    assert "less than 24 hours ago" in text(refused)
    assert client.post(REMIND, {"unit": "A001", "act": "send", "again": "yes"}).status_code == 303
    assert Mail.objects.count() == 4
    Mail.objects.update(written_at=NOW - timedelta(hours=25))
    assert client.post(REMIND, {"unit": "A001", "act": "send"}).status_code == 303


def test_a_letter_that_came_back_does_not_stand_in_the_way_of_the_next(as_):
    client = as_("lin")
    client.post(REMIND, {"unit": "A001", "act": "send"})
    Mail.objects.update(state="bounced")
    assert client.post(REMIND, {"unit": "A001", "act": "send"}).status_code == 303
    assert Mail.objects.count() == 4


def test_two_officers_who_press_at_once_write_one_letter(world):
    from huoyue.server.queries.chasing_standing import plan

    both = [plan([fresh(world)], NOW), plan([fresh(world)], NOW)]
    last = 0
    first = operations.write_reminders(world.acting("lin"), both[0][0], "")
    key = first[0].key
    assert key == f"chase:{world.filings[0].pk}:{world.ada.pk}:{last}"
    assert [m.to.username for m in first] == ["ada", "ben"]
    with pytest.raises(Refuse, match="nobody_to_remind"):
        operations.remind(world.acting("sun"), world.round, [fresh(world)])
    assert Mail.objects.count() == 2


def test_who_is_left_out_and_why(english, world):
    submitted(world.filings[0])
    Account.objects.filter(pk=world.dov.pk).update(email="")
    client = english("sun")
    page = text(client.get(f"{REMIND}?unit=A001&unit=A002&unit=A003"))
    for why in ("submitted already", "nobody with an e-mail address files for it", "no account files for it"):
        assert why in page
    assert client.post(REMIND, {"unit": ["A001", "A002"], "act": "send"}).status_code == 409
    assert client.get(REMIND).status_code == 303  # nothing chosen: back to the list, which says so
    assert "No alliance was chosen." in text(client.get(AT))


def test_past_the_deadline_nobody_is_reminded(english, world):
    Round.objects.update(deadline=NOW - timedelta(minutes=1))
    assert "can no longer hand in" in text(english("lin").get(f"{REMIND}?unit=A001"))


def test_all_not_submitted_are_reminded_of_ones_own_only(as_, world):
    submitted(world.filings[0])
    as_("lin").post(REMIND, {"all": "", "unit": ["A001", "A003"], "act": "send"})
    assert [m.to.username for m in Mail.objects.all()] == ["dov"]
    assert as_("lin").post(REMIND, {"unit": "A003", "act": "send"})["Location"] == AT
    assert Mail.objects.count() == 1


def test_what_became_of_reminders_is_for_whoever_sent_them_and_the_secretariat(as_):
    address = as_("lin").post(REMIND, {"unit": "A001", "act": "send"})["Location"]
    assert as_("sun").get(address).status_code == 200
    assert as_("lou").get(address).status_code == 404


def test_an_inconsistent_language_of_page_and_letter_does_not_mix(as_, world):
    Account.objects.filter(pk=world.ada.pk).update(language="en")
    as_("lin").post(REMIND, {"unit": "A001", "act": "send"})
    mine, other = Mail.objects.get(to=world.ada), Mail.objects.get(to=world.ben)
    assert "Test round r1" in mine.subject
    assert "测试轮次r1" in other.subject


def test_a_sign_that_no_database_keeps_does_no_harm(as_, world):
    client = as_("lin")
    assert client.post(UNIT, CALL | {"note": "a\x00b", "c.officer": "林\x00"}).status_code == 303
    assert Observation.objects.get().note == "ab"
    uid = Observation.objects.get().uid
    assert client.post(f"{UNIT}{uid}/withdraw/", {"reason": "记\x00错"}).status_code == 303
    assert client.post(REMIND, {"unit": ["A001", "\x00"], "note": "早\x00交", "act": "send"}).status_code == 303


# letters


def test_the_mailbox_is_the_secretariats_and_in_a_demonstration_everybodys_own(as_, world, settings):
    as_("lin").post(REMIND, {"unit": "A001", "act": "send"})
    first = Mail.objects.get(to__username="ada")
    seen = {
        name: as_(name).get(f"/letters/{first.pk}/").status_code for name in ("sun", "lin", "ada", "ben", "lou", "eva")
    }
    assert seen == {"sun": 200, "lin": 200, "ada": 200, "ben": 404, "lou": 404, "eva": 404}
    settings.DEMONSTRATION = False
    seen = {name: as_(name).get(f"/letters/{first.pk}/").status_code for name in ("sun", "lin", "ada", "eva")}
    assert seen == {"sun": 200, "lin": 200, "ada": 404, "eva": 404}
    boxes = {name: as_(name).get("/letters/").status_code for name in ("sun", "lin", "ada", "nil")}
    assert boxes == {"sun": 200, "lin": 200, "ada": 404, "nil": 404}
    assert as_("").get("/letters/").status_code == 302


def test_outside_a_demonstration_nobody_else_reads_an_invitation(as_, world, settings):
    acting = world.acting("sun")
    from huoyue.server.operations.outbox import write

    letter = write(acting, to=world.eva, kind="invitation", subject="邀请", body="https://x/secret-link")
    assert "secret-link" in text(as_("sun").get(f"/letters/{letter.pk}/"))
    settings.DEMONSTRATION = False
    assert "secret-link" not in text(as_("sun").get(f"/letters/{letter.pk}/"))


def test_letters_are_found_by_state_kind_round_and_text(english, world):
    english("lin").post(REMIND, {"unit": ["A001", "A002"], "act": "send"})
    Mail.objects.filter(to=world.dov).update(state="bounced", error="550 no such user")
    client = english("sun")
    page = text(client.get("/letters/?state=trouble"))
    assert ("dov@example.org" in page, "ada@example.org" in page) == (True, False)
    assert "550 no such user" in page
    assert "ada@example.org" in text(client.get("/letters/?kind=chase&round=r1&q=ada"))
    assert "No letter is like this." in text(client.get("/letters/?kind=notice"))
    assert client.get("/letters/?page=99&state=x&round=%00").status_code == 200


def test_a_letter_that_came_back_is_sent_again(english, world):
    english("lin").post(REMIND, {"unit": "A002", "act": "send"})
    Mail.objects.update(state="bounced", error="550 no such user")
    letter = Mail.objects.get()
    client = english("sun")
    page = text(client.get(f"/letters/{letter.pk}/"))
    assert "550 no such user" in page
    assert "Send again" in page
    assert english("lin").post(f"/letters/{letter.pk}/again/").status_code == 403
    assert client.post(f"/letters/{letter.pk}/again/").status_code == 303
    assert Mail.objects.get().state == "kept"
    assert client.post(f"/letters/{letter.pk}/again/").status_code == 409


# notices

NOTICE = {"title": "系统维护", "text": "周六停机。\n请提前保存。", "audience": "filer"}


def test_a_notice_is_looked_at_with_its_readers_before_it_is_sent(english, world):
    Account.objects.filter(pk=world.dov.pk).update(email="")
    client = english("sun")
    looked = text(client.post(NOTICES, NOTICE | {"act": "look"}))
    assert "3 people get it" in looked
    assert "1 of them have no e-mail address" in looked
    assert not Notice.objects.exists()
    assert "系统维护" in text(client.post(NOTICES, NOTICE | {"act": "change"}))
    for _ in range(2):
        assert client.post(NOTICES, NOTICE | {"act": "send", "token": "n"}).status_code == 303
    assert Notice.objects.count() == 1
    assert sorted(m.to.username for m in Mail.objects.filter(kind="notice")) == ["ada", "ben", "dov"]
    assert "周六停机。\n请提前保存。" in Mail.objects.get(to=world.ada).body
    assert "系统维护" in text(english("ada").get("/"))
    assert "系统维护" not in text(english("eva").get("/"))


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        ("all", ["ada", "ben", "cho", "dov", "eva", "lin", "lou", "obi", "sun"]),
        ("unsubmitted", ["dov"]),
        ("liaison", ["lin", "lou"]),
        ("expert", ["eva"]),
    ],
)
def test_a_notice_goes_to_its_readers(as_, world, audience, expected):
    submitted(world.filings[0])
    as_("sun").post(NOTICES, NOTICE | {"audience": audience, "act": "send"})
    assert sorted(m.to.username for m in Mail.objects.all()) == expected


def test_an_empty_notice_comes_back(english):
    answer = english("sun").post(NOTICES, {"title": "", "text": "周六停机。", "audience": "nobody", "act": "send"})
    assert answer.status_code == 422
    assert "周六停机。" in text(answer)
    assert not Notice.objects.exists()


def test_a_notice_for_nobody_is_refused(english, world):
    world.eva.duties.update(ended_at=NOW)
    answer = english("sun").post(NOTICES, NOTICE | {"audience": "expert", "act": "send"})
    assert answer.status_code == 409
    assert "nobody to send this notice to" in text(answer)


def test_a_withdrawn_notice_is_shown_no_more_and_letters_that_wait_are_not_sent(english, settings):
    settings.SENDS_MAIL = True
    client = english("sun")
    client.post(NOTICES, NOTICE | {"act": "send"})
    address = f"{NOTICES}{Notice.objects.get().pk}/withdraw/"
    assert "周六停机" in text(client.get(address))
    assert client.post(address).status_code == 303
    assert "系统维护" not in text(english("ada").get("/"))
    assert {m.state for m in Mail.objects.all()} == {"failed"}
    assert client.post(address).status_code == 409
    assert english("lin").get(address).status_code == 403
    assert Event.objects.filter(kind__startswith="notice.").count() == 2


def test_a_preparing_round_and_a_stranger_see_nothing(as_, world):
    Round.objects.update(stage=Stage.PREPARING)
    assert as_("lin").get(AT).status_code == 404
    assert as_("lin").get(f"{REMIND}?unit=A001").status_code == 404
    assert as_("sun").get(AT).status_code == 200
    assert as_("").get(AT).status_code == 302
