"""Invitations name rounds; pages say whom no letter reaches, who never signed in, and what screening came to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.server.world import PASSWORD, make_account, make_round

from huoyue.server.models import Account, Duty, Filing, Mail, Role, Round, Stage, State, Verdict, Version
from huoyue.server.operations import screening
from huoyue.server.operations.invitations import accept, invite
from huoyue.server.queries.invited_to import rounds_said
from huoyue.server.saying import last_moment, said

NONE = "!"
"""How Django marks an account without a password."""
REASON = "台风影响，全国顺延。"


def text(answer):
    return answer.content.decode()


def english(browser):
    browser.cookies["lang"] = "en"
    return browser


def until(moment):
    return last_moment(moment, "zh", zone="Asia/Shanghai")


def letter_to(world, name):
    invite(world.acting("sun"), world.people[name], by_letter=True)
    return Mail.objects.filter(kind="invitation", to=world.people[name]).latest("pk").body


# invitations name the round


def test_an_invitation_names_the_open_rounds_of_the_alliance_and_its_own_deadline(world):
    other = make_round("r2", days=40)
    Filing.objects.create(round=other, alliance=world.alliances[1])
    assert f"测试轮次r1：填报正在进行，截止时间为{until(world.round.deadline)}" in letter_to(world, "ada")
    assert "测试轮次r2" not in letter_to(world, "ada")
    later = world.round.deadline + timedelta(days=3)
    Filing.objects.filter(alliance=world.alliances[0]).update(extended_until=later)
    assert f"截止时间为{until(later)}" in letter_to(world, "ada")
    assert "测试轮次r1" in letter_to(world, "dov") and "测试轮次r2" in letter_to(world, "dov")
    both = letter_to(world, "lin")
    assert both.count("测试轮次r1") == 1 and both.count("测试轮次r2") == 1


def test_an_invitation_for_one_round_names_that_round_at_any_stage(world):
    now = timezone.now()
    for stage, words in (
        (Stage.PREPARING, "opens on"), (Stage.OPEN, "filing is open"), (Stage.CLOSED, "has ended"),
    ):  # fmt: skip
        round_ = make_round(f"x-{stage}", stage=stage)
        expert = make_account(f"expert-{stage}", Role.EXPERT)
        expert.duties.update(round=round_)
        (only,) = rounds_said(expert, now, "en")
        assert f"Test round x-{stage}" in said(only, "en") and words in said(only, "en")


def test_without_an_open_round_an_invitation_names_none(world):
    Round.objects.update(stage=Stage.CLOSED)
    assert rounds_said(world.ada, timezone.now(), "zh") == []


def test_a_code_sheet_names_the_round_and_its_deadline(as_, world):
    page = text(as_("sun").post("/accounts/sheets/", {"account": ["ben"]}))
    assert f"测试轮次r1：填报正在进行，截止时间为{until(world.round.deadline)}" in page


# whom no letter reaches


@pytest.fixture
def unreachable(world):
    """Ada has no address but a telephone, Ben neither."""
    Account.objects.filter(pk=world.ada.pk).update(email="", phone="010-1234")
    Account.objects.filter(pk=world.ben.pk).update(email="")
    filing = world.filings[0]
    version = Version.objects.create(
        filing=filing, number=1, content='{"records": []}', digest="d", submitted_at=timezone.now(), signed_as="x",
        receipt="r",
    )  # fmt: skip
    Filing.objects.filter(pk=filing.pk).update(state=State.SUBMITTED, in_force=version)
    Round.objects.update(stage=Stage.CLOSED, deadline=timezone.now() - timedelta(hours=1))
    world.round.refresh_from_db()
    screening.screen_round(world.acting("sun"), world.round)
    return world


def told(page):
    return "Ada（电话010-1234）" in page and "Ben（没有电话号码）" in page and "没有电子邮箱" in page


def test_returning_says_who_cannot_be_written_to(as_, unreachable):
    later = timezone.localtime() + timedelta(days=3)
    form = {"what": "return", "remark": "补证明材料", "until": f"{later:%Y-%m-%dT%H:%M}"}
    answer = as_("sun").post("/rounds/r1/screening/of/A001/act/", form, follow=True)
    assert told(text(answer))


def test_giving_more_time_says_who_cannot_be_written_to_and_where_nobody_files(as_, unreachable):
    later = timezone.localtime() + timedelta(days=3)
    form = {"deadline": f"{later:%Y-%m-%d %H:%M}", "reason": REASON}
    assert told(text(as_("sun").post("/rounds/r1/filing/A001/extend/", form, follow=True)))
    page = text(as_("sun").post("/rounds/r1/filing/A002/extend/", form, follow=True))
    assert "没有电子邮箱" not in page and "尚无填报人" not in page
    page = text(as_("sun").post("/rounds/r1/filing/A003/extend/", form, follow=True))
    assert f"{unreachable.alliances[2].name}尚无填报人" in page


def test_settling_says_who_cannot_be_written_to(as_, unreachable):
    verdict = Verdict.objects.select_related("filing__round", "filing__alliance").get(filing=unreachable.filings[0])
    screening.decide(unreachable.acting("sun"), verdict, "incomplete", "材料不全，按录入不全处理。")
    page = text(as_("sun").post("/rounds/r1/screening/settle/", follow=True))
    assert "筛查已定" in page or "筛查" in page
    assert told(page)


def test_settling_without_decisions_warns_of_nobody(as_, unreachable):
    page = text(as_("sun").post("/rounds/r1/screening/settle/", follow=True))
    assert "没有电子邮箱" not in page


# who never signed in


def test_officers_see_which_filers_have_never_signed_in(as_, world):
    Account.objects.filter(username__in=("ada", "ben")).update(password=NONE)
    page = text(english(as_("lin")).get("/rounds/r1/chase/"))
    assert page.count("not invited") == 2
    sent = invite(world.acting("sun"), world.ben, by_letter=False)
    page = text(english(as_("lin")).get("/rounds/r1/chase/A001/"))
    assert page.count("not invited") == 1 and page.count("invited, never signed in yet") == 1
    accept(world.acting("ben"), sent.invitation, name="Ben", password=PASSWORD)
    page = text(english(as_("lin")).get("/rounds/r1/chase/A001/"))
    assert page.count("has signed in") == 1 and "never signed in" not in page
    Duty.objects.filter(role=Role.FILER).update(ended_at=timezone.now())
    assert "nobody" in text(english(as_("lin")).get("/rounds/r1/chase/"))


def test_an_invitation_that_ran_out_is_none(as_, world):
    Account.objects.filter(username="ben").update(password=NONE)
    invite(world.acting("sun", at=timezone.now() - timedelta(days=60)), world.ben, by_letter=False)
    assert "not invited" in text(english(as_("lin")).get("/rounds/r1/chase/A001/"))


# what screening came to


def test_a_filer_reads_verdict_and_reason_once_screening_is_settled(as_, unreachable):
    verdict = Verdict.objects.select_related("filing__round", "filing__alliance").get(filing=unreachable.filings[0])
    screening.decide(unreachable.acting("sun"), verdict, "incomplete", "材料不全，按录入不全处理。")
    for address in ("/", "/rounds/r1/filing/A001/"):
        assert "材料不全，按录入不全处理。" not in text(as_("ada").get(address))
    screening.settle_screening(unreachable.acting("sun"), unreachable.round)
    for address in ("/", "/rounds/r1/filing/A001/"):
        page = text(as_("ada").get(address))
        assert "材料不全，按录入不全处理。" in page and "录入不全" in page
    page = text(as_("dov").get("/rounds/r1/filing/A002/"))
    rules = Verdict.objects.get(filing=unreachable.filings[1])
    assert "筛查结果" in page and rules.reason_zh in page and "材料不全" not in page
    screening.unsettle_screening(unreachable.acting("sun"), unreachable.round, "补充核查材料后复议")
    assert "筛查结果" not in text(as_("ada").get("/rounds/r1/filing/A001/"))
