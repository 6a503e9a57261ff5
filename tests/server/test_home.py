"""The first page of each role, and what pages say about a round that was closed before its deadline."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from tests.server.world import PASSWORD, make_round

from huoyue.server.models import Filing, Round, Stage, State, Version
from huoyue.server.operations import rounds as steps
from huoyue.server.operations.invitations import invite
from huoyue.server.saying import moment

FILING = "/rounds/r1/filing/A001/"
AGAIN, TAKE_BACK = "/filing/A001/amend/", "/filing/A001/withdraw/"


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    """Tries of an invitation are counted in the cache, over all tests."""
    cache.clear()


def text(client, address="/"):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def submitted(filing, round_):
    version = Version.objects.create(
        filing=filing, number=1, content='{"records": []}', digest="d", submitted_at=timezone.now(), signed_as="x",
        receipt=f"r{filing.pk}",
    )  # fmt: skip
    Filing.objects.filter(pk=filing.pk).update(state=State.SUBMITTED, in_force=version, round=round_)


@pytest.fixture
def old(world):
    """A round that ended long ago, in which the first alliance filed."""
    made = make_round("r0", stage=Stage.SCREENED, days=-400)
    Round.objects.filter(pk=made.pk).update(opens_at=timezone.now() - timedelta(days=430))
    Filing.objects.create(round=made, alliance=world.alliances[0])
    return made


# what stands on it


def test_a_filer_sees_no_round_that_the_alliance_is_not_in(as_, world):
    other = make_round("r2")
    Filing.objects.create(round=other, alliance=world.alliances[1])
    assert "测试轮次r2" not in text(as_("ada"))
    assert "测试轮次r2" in text(as_("dov"))


def test_what_is_long_over_stands_below_and_folded(as_, world, old):
    for name in ("ada", "sun"):
        page = text(as_(name))
        assert "<details><summary>较早的轮次" in page
        assert page.index("测试轮次r1") < page.index("较早的轮次") < page.index("测试轮次r0")


def test_an_old_round_in_which_a_correction_is_open_stays_above(as_, world, old):
    later = timezone.now() + timedelta(days=2)
    Filing.objects.filter(round=old).update(state=State.RETURNED, correct_until=later)
    assert "较早的轮次" not in text(as_("ada"))


def test_the_secretariat_keeps_a_round_above_until_it_is_screened(as_, world, old):
    Round.objects.filter(pk=old.pk).update(stage=Stage.CLOSED)
    assert "较早的轮次" not in text(as_("sun"))


def test_experts_and_chairs_come_to_the_scheme_from_their_first_page(as_):
    for name in ("eva", "cho"):
        client = as_(name)
        assert 'href="/rounds/r1/about/"' in text(client)
        assert client.get("/rounds/r1/about/").status_code == 200


@pytest.mark.parametrize(("name", "address"), [("ada", "/"), ("sun", "/rounds/"), ("ada", f"{FILING}submit/")])
def test_no_heading_of_a_table_is_empty_and_no_two_regions_share_a_name(as_, world, name, address):
    Filing.objects.create(round=make_round("r2"), alliance=world.alliances[0])
    page = text(as_(name), address)
    assert not re.search(r"<th[^>]*>\s*</th>", page)
    labels = re.findall(r'role="region" aria-label="([^"]*)"', page)
    assert len(labels) == len(set(labels))


# closed before the deadline


def test_a_round_closed_early_says_when_and_not_that_its_deadline_has_passed(as_, world):
    steps.close_round(world.acting("sun"), world.round, "全部提交，提前截止")
    closed = moment(world.round.closed_at, "zh", zone="Asia/Shanghai")
    for name, address in (("ada", "/"), ("ada", FILING), ("sun", "/"), ("sun", "/rounds/r1/")):
        page = text(as_(name), address)
        assert f"填报已于{closed}提前截止" in page
        assert "，已过。" not in page


def test_after_reopening_the_deadline_holds_again(as_, world):
    steps.close_round(world.acting("sun"), world.round, "提前截止")
    steps.reopen_round(world.acting("sun"), world.round, timezone.now() + timedelta(days=9), "继续填报")
    assert "提前截止" not in text(as_("ada"), FILING)


def test_what_was_submitted_can_be_corrected_while_the_window_is_open_alone(as_, world):
    submitted(world.filings[0], world.round)
    page = text(as_("ada"), FILING)
    assert AGAIN in page
    assert TAKE_BACK in page
    steps.close_round(world.acting("sun"), world.round, "提前截止")
    page = text(as_("ada"), FILING)
    assert AGAIN not in page
    assert TAKE_BACK not in page
    assert "data-countdown" not in page


# sessions


def entered(world, name="nil"):
    """A browser that came in by an invitation."""
    sent = invite(world.acting("sun"), world.people[name], by_letter=False)
    client = Client(headers={"user-agent": f"browser of {name}"})
    typed = {"name": name.title(), "password": f"{PASSWORD}-2", "again": f"{PASSWORD}-2"}
    assert client.post(f"/invitation/{sent.token}/", typed).status_code == 303
    return client


def test_a_session_begun_by_an_invitation_is_listed_and_can_be_ended_from_another(world):
    first = entered(world)
    assert "browser of nil" in text(first, "/sign-in/sessions/")
    second = entered(world)
    assert second.post("/sign-in/sessions/").status_code == 302
    assert first.get("/account/").status_code == 302
    assert second.get("/account/").status_code == 200


def test_a_session_begun_by_a_printed_code_is_listed(world):
    sent = invite(world.acting("sun"), world.nil, by_letter=False)
    client = Client(headers={"user-agent": "browser at a desk"})
    client.post("/code/", {"code": sent.code})
    typed = {"name": "Nil", "password": f"{PASSWORD}-2", "again": f"{PASSWORD}-2"}
    assert client.post("/code/", typed).status_code == 303
    assert "browser at a desk" in text(client, "/sign-in/sessions/")


def test_a_session_stays_listed_when_its_role_is_switched(world):
    world.nil.duties.create(role="expert")
    world.nil.duties.create(role="chair")
    client = entered(world)
    client.post("/role/", {"role": "chair"})
    assert client.session["role"] == "chair"
    assert "browser of nil" in text(client, "/sign-in/sessions/")


def test_the_table_of_a_round_closed_early_says_when_it_was_closed_and_no_deadline_ahead(as_, world):
    steps.close_round(world.acting("sun"), world.round, "全部提交")
    world.round.refresh_from_db()
    table = text(as_("ada")).partition("<tbody>")[2]
    assert f"{moment(world.round.closed_at, 'zh', zone='Asia/Shanghai')}截止" in table
    later = timezone.now() + timedelta(days=30)
    Filing.objects.filter(alliance=world.alliances[0]).update(extended_until=later)
    assert f"{later.year}年" in text(as_("ada")).partition("<tbody>")[2]


# the menu, and a round that has not opened


def test_a_deadline_to_come_is_not_called_past_while_the_round_is_prepared(as_, world):
    Round.objects.update(stage=Stage.PREPARING, opens_at=timezone.now() - timedelta(hours=1))
    page = text(as_("sun"))
    assert "已过" not in page
    assert "开放" in page


@pytest.mark.once
@pytest.mark.parametrize(
    ("address", "place"),
    [("/", "/"), ("/carried/", "/rounds/"), ("/register/", "/register/"), ("/register/earlier/", "/years/"),
     ("/journal/", "/journal/"), ("/account/", ""), ("/sign-in/sessions/", "")],
)  # fmt: skip
def test_the_menu_marks_the_place_a_page_belongs_to(as_, world, address, place):
    page = text(as_("sun"), address)
    menu = page[page.index('<div class="menu">') : page.index("</header>")]
    assert "".join(re.findall(r'<a href="([^"]*)" aria-current="page"', menu)) == place
