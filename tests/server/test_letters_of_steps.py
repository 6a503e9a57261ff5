"""Letters about steps: who is told that a round opened, a deadline moved, a filing came back, a verdict was decided."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.server.world import make_account, make_round

from huoyue.server.models import Account, Alliance, Duty, Filing, Mail, Role, Round, Stage, State, Verdict, Version
from huoyue.server.operations import rounds as steps
from huoyue.server.operations import screening
from huoyue.server.operations.invitations import invite
from huoyue.server.operations.submission import return_for_correction
from huoyue.server.saying import moment

FILERS = {"ada", "ben", "dov"}
OFFICERS = {"lin", "lou"}
REASON = "台风影响，全国顺延。"


@pytest.fixture(autouse=True)
def _mailbox(settings):
    settings.SITE_ADDRESS = "https://evaluation.example.org"


def fresh(world, n=0):
    return Filing.objects.select_related("round", "alliance", "in_force").get(pk=world.filings[n].pk)


def submitted(world, n=0):
    filing = world.filings[n]
    version = Version.objects.create(
        filing=filing, number=3, content='{"records": []}', digest="d", submitted_at=timezone.now(), signed_as="x",
        receipt=f"r{filing.pk}",
    )  # fmt: skip
    Filing.objects.filter(pk=filing.pk).update(state=State.SUBMITTED, in_force=version)
    return fresh(world, n)


def letters(kind):
    return {letter.to.username: letter for letter in Mail.objects.filter(kind=kind).select_related("to")}


def in_beijing(value, lang="zh"):
    return moment(value, lang, zone="Asia/Shanghai")


def stage(world, to):
    Round.objects.filter(pk=world.round.pk).update(stage=to)
    world.round.refresh_from_db()
    return world.round


# opening


def test_when_a_round_opens_its_filers_and_officers_are_told_until_when_and_where(world):
    round_ = stage(world, Stage.PREPARING)
    steps.open_round(world.acting("sun"), round_)
    found = letters("opened")
    assert set(found) == FILERS | OFFICERS
    assert "已开放填报" in found["ada"].subject
    assert in_beijing(round_.deadline) in found["ada"].body
    assert "https://evaluation.example.org/rounds/r1/filing/A001/" in found["ada"].body
    assert "https://evaluation.example.org/rounds/r1/filing/A002/" in found["dov"].body
    assert "https://evaluation.example.org/rounds/r1/chase/" in found["lin"].body
    assert found["ada"].by == world.sun
    assert found["ada"].filing == world.filings[0]


def test_a_letter_is_in_the_language_of_its_addressee(world):
    Account.objects.filter(username="ben").update(language="en")
    steps.open_round(world.acting("sun"), stage(world, Stage.PREPARING))
    found = letters("opened")
    assert found["ben"].subject == f"Test round r1 is open for filing until {in_beijing(world.round.deadline, 'en')}"
    assert "Dear Ben," in found["ben"].body
    assert "测试轮次r1" in found["ada"].subject


def test_a_round_that_is_opened_ahead_of_its_day_says_from_when_one_can_file(world):
    opens = timezone.now() + timedelta(days=5)
    Round.objects.filter(pk=world.round.pk).update(opens_at=opens)
    steps.open_round(world.acting("sun"), stage(world, Stage.PREPARING))
    assert f"将于{in_beijing(opens)}开放填报" in letters("opened")["ada"].subject


def test_who_files_for_several_alliances_gets_one_letter_with_all_addresses(world):
    Duty.objects.create(account=world.ada, role=Role.FILER, alliance=world.alliances[2])
    steps.open_round(world.acting("sun"), stage(world, Stage.PREPARING))
    letter = Mail.objects.get(kind="opened", to=world.ada)
    assert [code in letter.body for code in ("A001/", "A002/", "A003/")] == [True, False, True]


def test_letters_about_a_practice_round_say_that_it_is_practice(world):
    Round.objects.filter(pk=world.round.pk).update(practice=True)
    steps.open_round(world.acting("sun"), stage(world, Stage.PREPARING))
    letter = letters("opened")["ada"]
    assert "演练" in letter.subject
    assert "演练" in letter.body


def test_who_has_no_address_is_named_in_the_mailbox_so_that_somebody_telephones(world):
    Account.objects.filter(username="dov").update(email="")
    steps.open_round(world.acting("sun"), stage(world, Stage.PREPARING))
    assert (letters("opened")["dov"].state, letters("opened")["dov"].error) == ("failed", "no_address")


def test_an_alliance_that_is_not_in_the_round_hears_nothing(world):
    other = Alliance.objects.create(code="A009", name="外", batch="first", status="pilot", position=9)
    make_account("zoe", Role.FILER, alliance=other)
    steps.open_round(world.acting("sun"), stage(world, Stage.PREPARING))
    assert "zoe" not in letters("opened")


def test_a_refused_step_writes_no_letter(world):
    with pytest.raises(steps.Refuse):
        steps.open_round(world.acting("sun"), world.round)
    assert not Mail.objects.exists()


def test_each_reopening_is_told_once_with_its_reason(world):
    for days in (30, 40):
        steps.close_round(world.acting("sun"), world.round, "先行截止")
        steps.reopen_round(world.acting("sun"), world.round, timezone.now() + timedelta(days=days), REASON)
    mine = list(Mail.objects.filter(kind="opened", to=world.ada).order_by("pk"))
    assert len(mine) == 2
    assert "重新开放填报" in mine[1].subject
    assert REASON in mine[1].body
    assert in_beijing(world.round.deadline) in mine[1].body


# more time


def test_more_time_for_all_is_told_with_the_new_deadline_and_the_reason(world):
    until = world.round.deadline + timedelta(days=7)
    steps.extend_round(world.acting("sun"), world.round, until, REASON)
    found = letters("extended")
    assert set(found) == FILERS | OFFICERS
    assert in_beijing(until) in found["ada"].subject
    assert REASON in found["ada"].body
    assert "/rounds/r1/filing/A001/" in found["ada"].body


def test_whose_own_deadline_is_later_is_not_told_an_earlier_one(world):
    steps.extend_one(world.acting("sun"), fresh(world), world.round.deadline + timedelta(days=30), REASON)
    Mail.objects.all().delete()
    steps.extend_round(world.acting("sun"), world.round, world.round.deadline + timedelta(days=7), REASON)
    assert set(letters("extended")) == {"dov"} | OFFICERS


def test_more_time_for_one_alliance_is_told_to_its_filers_alone_and_each_time(world):
    until = world.round.deadline + timedelta(days=7)
    steps.extend_one(world.acting("sun"), fresh(world), until, REASON)
    found = letters("extended")
    assert set(found) == {"ada", "ben"}
    assert world.alliances[0].name in found["ada"].subject
    assert in_beijing(until) in found["ada"].body
    assert REASON in found["ada"].body
    steps.extend_one(world.acting("sun"), fresh(world), until + timedelta(days=1), REASON)
    assert Mail.objects.filter(kind="extended", to=world.ada).count() == 2


def test_more_time_for_a_returned_filing_is_more_time_to_correct_it(world):
    filing = submitted(world)
    remarks = [{"record": "", "kind": "", "text": "请补充。"}]
    soon = timezone.now() + timedelta(days=2)
    return_for_correction(world.acting("sun"), filing, remarks=remarks, correct_until=soon)
    until = world.round.deadline + timedelta(days=7)
    steps.extend_one(world.acting("sun"), fresh(world), until, REASON)
    assert fresh(world).correct_until == until
    assert in_beijing(until) in letters("extended")["ada"].body


# returned


def test_a_return_is_told_with_the_number_of_remarks_and_what_counts_meanwhile(as_, world):
    filing, until = submitted(world), timezone.now() + timedelta(days=4)
    remarks = [{"record": "", "kind": "", "text": text} for text in ("缺少证明。", "日期有误。")]
    return_for_correction(world.acting("sun"), filing, remarks=remarks, correct_until=until)
    found = letters("returned")
    assert set(found) == {"ada", "ben"}
    assert "退回修改" in found["ada"].subject
    assert "共有2条意见" in found["ada"].body
    assert in_beijing(until) in found["ada"].body
    assert "第3版继续有效" in found["ada"].body
    assert "https://evaluation.example.org/rounds/r1/filing/A001/" in found["ada"].body
    assert "退回修改" in as_("sun").get("/letters/").content.decode()


# verdicts


def decided(world, n=0, verdict="incomplete", reason="会议纪要经核查不实，不予认定。"):
    """A verdict that the secretariat has decided otherwise, in a round that is closed."""
    submitted(world, n)
    stage(world, Stage.CLOSED)
    screening.screen_round(world.acting("sun"), world.round)
    of = Verdict.objects.select_related("filing__round", "filing__alliance").get(filing=world.filings[n])
    screening.decide(world.acting("sun"), of, verdict, reason)
    return of


def test_a_decision_is_told_when_screening_is_settled_with_its_reason_and_once(world):
    decided(world)
    assert not letters("verdict")
    screening.settle_screening(world.acting("sun"), world.round)
    found = letters("verdict")
    assert set(found) == {"ada", "ben"}
    assert "会议纪要经核查不实，不予认定。" in found["ada"].body
    assert "录入不全" in found["ada"].body
    screening.unsettle_screening(world.acting("sun"), world.round, "补充核查材料后复议")
    screening.settle_screening(world.acting("sun"), world.round)
    assert Mail.objects.filter(kind="verdict", to=world.ada).count() == 1


def test_a_decision_that_is_taken_back_after_it_was_told_is_told_too(world):
    decided(world)
    screening.settle_screening(world.acting("sun"), world.round)
    screening.unsettle_screening(world.acting("sun"), world.round, "补充核查材料后复议")
    of = Verdict.objects.select_related("filing__round", "filing__alliance").get(filing=world.filings[0])
    of.filing.round = world.round
    screening.decide(world.acting("sun"), of, "", "复议后恢复规则结论。")
    for _ in range(2):
        screening.settle_screening(world.acting("sun"), world.round)
        screening.unsettle_screening(world.acting("sun"), world.round, "补充核查材料后复议")
    mine = list(Mail.objects.filter(kind="verdict", to=world.ada).order_by("pk"))
    assert len(mine) == 2
    assert "不再有效" in mine[1].body


def test_the_screening_page_says_when_the_alliance_is_told(as_, world):
    decided(world)
    browser = as_("sun")
    browser.cookies["lang"] = "en"
    page = browser.get("/rounds/r1/screening/of/A001/").content.decode()
    assert "When screening is settled, the alliance's filers get it by letter." in page


# invitations


def invitation_to(world, name):
    invite(world.acting("sun"), world.people[name], by_letter=True)
    return Mail.objects.get(kind="invitation", to=world.people[name]).body


def test_an_invitation_names_the_role_and_the_alliance(world):
    name = world.alliances[0].name
    assert f"您被邀请作为{name}的填报人。" in invitation_to(world, "ben")
    assert f"您被邀请作为{name}的填报人，并担任填报负责人。" in invitation_to(world, "ada")
    assert f"您被邀请作为{name}、{world.alliances[1].name}的联络员。" in invitation_to(world, "lin")
    assert "您被邀请担任：评价专家。" in invitation_to(world, "eva")


# the guides


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_guides_do_not_send_people_to_notices_where_letters_are_written(as_, lang):
    browser = as_("sun")
    browser.cookies["lang"] = lang
    page = browser.get("/help/secretariat/").content.decode()
    for old in ("sends no letter", "No letter is sent", "不自动发信", "本身不发信"):
        assert old not in page


def test_a_small_round_of_its_own_title_is_told_by_its_title(world):
    other = make_round("r2", stage=Stage.PREPARING)
    Filing.objects.create(round=other, alliance=world.alliances[1])
    steps.open_round(world.acting("sun"), other)
    found = letters("opened")
    assert set(found) == {"dov", "lin"}
    assert "测试轮次r2" in found["dov"].subject
