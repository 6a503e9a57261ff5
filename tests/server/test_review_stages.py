"""Stages from the secretariat's side: what is to do, steps with their refusals, reminding, once at a time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from tests.server.reviewing import assigned, mark_all, opened

from huoyue.server.models import Duty, Event, Mail, Mark, ReviewStage, Round, Sheet
from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.review_conflicts import record_conflict
from huoyue.server.operations.review_panel import leave
from huoyue.server.operations.review_reminding import plan_missing, remind_missing
from huoyue.server.operations.review_stages import (
    close_stage,
    extend_stage,
    open_stage,
    reopen_stage,
    take_back_stage,
)
from huoyue.server.queries.people import person
from huoyue.server.queries.review_meeting import case_door
from huoyue.server.queries.review_progress import progress, short_of_experts
from huoyue.server.queries.review_todo import todo_of

AT = "/rounds/r1/review/"
LATER = timedelta(days=3)


@pytest.fixture
def found(reviewing):
    return reviewing


def client(found, name: str = "sun", lang: str = "en") -> Client:
    made = Client()
    made.force_login(found.world.people[name])
    made.cookies["lang"] = lang
    return made


def day(moment) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


def page(found, path: str = "", name: str = "sun") -> str:
    answer = client(found, name).get(AT + path)
    assert answer.status_code == 200
    return answer.content.decode()


def sun(found):
    return found.world.acting("sun")


def what(found) -> list[str]:
    return [one.what.text for one in todo_of(Round.objects.get(pk=found.round.pk), timezone.now())]


# What is to do next.


def test_the_overview_says_what_is_to_do_from_the_first_sheet_to_the_last_close(found):
    assert "assign the alliances to experts" in what(found)[0]
    assigned(found)
    assert "can be opened" in what(found)[0]
    opened_stage = opened(found)
    assert "are not handed in yet" in what(found)[0]
    ReviewStage.objects.filter(pk=opened_stage.pk).update(due_at=timezone.now() - timedelta(hours=1))
    assert "the day is over" in what(found)[0]
    mark_all(found, "preliminary")
    assert "close the stage" in what(found)[0]
    close_stage(sun(found), found.fresh("preliminary"))
    assert "assign the alliances" in what(found)[0]
    html = page(found)
    assert "What to do next" in html and "Conflicts of interest" in html


def test_what_to_do_before_screening_is_settled_and_before_the_review_is_laid_out(found):
    ReviewStage.objects.all().delete()
    assert any("Lay out the review" in one for one in what(found))
    assert "Lay out the review" in page(found)
    assert client(found).post(AT + "lay-out/").status_code == 303
    assert ReviewStage.objects.count() == 3
    Round.objects.update(stage="closed")
    assert any("Settle screening" in one for one in what(found))
    answer = client(found).post(AT + "lay-out/", follow=True)
    assert "Screening is not settled" in answer.content.decode()


def test_the_home_page_leads_the_secretariat_and_the_chair_to_the_review(found):
    opened(found)
    for name in ("sun", "cho"):
        html = client(found, name).get("/").content.decode()
        assert AT in html
        assert "are not handed in yet" in html
    assert AT in client(found).get("/rounds/r1/").content.decode()
    assert AT not in client(found, "ada").get("/").content.decode()


# Steps.


def test_a_stage_opens_with_the_days_of_the_scheme_and_closes_with_missing_sheets_named(found):
    assigned(found)
    html = page(found, "stage/preliminary/step/open/")
    proposed = day(timezone.now() + timedelta(days=7))[:10]
    assert f'value="{proposed}T18:00"' in html
    answer = client(found).post(AT + "stage/preliminary/step/open/", {"due_at": f"{proposed}T18:00", "reason": "齐了"})
    assert answer.status_code == 303
    assert found.fresh("preliminary").state == "open"
    html = page(found, "stage/preliminary/step/close/")
    assert "are not handed in" in html and "E01 Eva × 3" in html
    refused = client(found).post(AT + "stage/preliminary/step/close/", {"reason": ""})
    assert refused.status_code == 422
    done = client(found).post(AT + "stage/preliminary/step/close/", {"reason": "专家出差"})
    assert done.status_code == 303
    stage = found.fresh("preliminary")
    assert (stage.state, stage.closed_reason) == ("closed", "专家出差")
    assert Sheet.objects.filter(stage=stage, aside_kind="closed").count() == Sheet.objects.filter(stage=stage).count()


def test_a_form_comes_back_as_it_was_filled_with_what_is_wrong(found):
    opened(found)
    behind = day(timezone.now() - timedelta(days=1))
    answer = client(found).post(AT + "stage/preliminary/step/extend/", {"due_at": behind, "reason": "大家都很忙"})
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "not later than the present one" in html and behind in html and "大家都很忙" in html
    assert client(found).post(AT + "stage/preliminary/step/nonsense/", {}).status_code == 404


def test_steps_that_cannot_be_taken_say_why_and_what_would_mend_it(found):
    html = page(found, "stage/preliminary/")
    assert "Nobody has a sheet in this stage" in html and "Assign the alliances first" in html
    html = page(found, "stage/cross/step/open/")
    assert "A stage before this one is not closed" in html
    opened(found)
    html = page(found, "stage/cross/")
    assert "Another stage is open" in html
    html = page(found, "stage/preliminary/step/reopen/")
    assert "not at the point" in html
    mark_all(found, "preliminary")
    html = page(found, "stage/preliminary/")
    assert "Something was marked or decided in this stage already" in html


def test_opening_with_too_few_experts_takes_a_reason(found):
    assigned(found)
    stage = found.fresh("preliminary")
    seat = found.seat("eva")
    Sheet.objects.filter(stage=stage, panellist=seat).delete()
    assert short_of_experts(stage) == ["A001", "A002", "A003"]
    with pytest.raises(Refuse, match="too_few_assigned"):
        open_stage(sun(found), stage)
    html = page(found, "stage/preliminary/step/open/")
    assert "A001, A002, A003" in html
    answer = client(found).post(AT + "stage/preliminary/step/open/", {"due_at": day(timezone.now() + LATER)})
    assert answer.status_code == 422
    open_stage(sun(found), found.fresh("preliminary"), reason="人手不足")
    assert found.fresh("preliminary").state == "open"


def test_one_open_stage_is_held_by_the_database(found):
    opened(found)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewStage.objects.filter(key="cross").update(state="open")
    with pytest.raises(Refuse, match="another_stage_open"):
        open_stage(sun(found), found.fresh("cross"))


def test_steps_refuse_the_wrong_moment(found):
    acting, stage = sun(found), opened(found)
    now = timezone.now()
    for refused, step in (
        ("stage_not_waiting", lambda s: open_stage(acting, s)),
        ("not_later", lambda s: extend_stage(acting, s, now, "仍需更多时间")),
        ("reason_short", lambda s: extend_stage(acting, s, now + timedelta(days=30), "短")),
        ("stage_not_closed", lambda s: reopen_stage(acting, s, now + LATER, "需要补充打分")),
        ("sheets_missing", lambda s: close_stage(acting, s)),
        ("reason_short", lambda s: take_back_stage(acting, s, "")),
    ):
        with pytest.raises(Refuse, match=refused):
            step(found.fresh("preliminary"))
    take_back_stage(acting, stage, "尚未培训专家")
    assert found.fresh("preliminary").state == "waiting"
    with pytest.raises(Refuse, match="deadline_behind"):
        open_stage(acting, found.fresh("preliminary"), now - LATER)
    for refused, step in (
        ("stage_closed", lambda s: close_stage(acting, s, "理由充分")),
        ("stale", lambda s: extend_stage(acting, s, now + LATER, "仍需更多时间")),
    ):
        with pytest.raises(Refuse, match=refused):
            step(found.fresh("preliminary"))


def test_reopening_brings_back_what_closing_set_aside_but_nobody_who_left_or_is_barred(found):
    stage = opened(found)
    mark_all(found, "preliminary", skip="eva")
    close_stage(sun(found), found.fresh("preliminary"), "按时结束")
    assert Sheet.objects.filter(stage=stage, aside_kind="closed").count() == 3
    record_conflict(sun(found), found.seat("eva"), found.world.alliances[0], "其亲属任职于该联盟")
    reopen_stage(sun(found), found.fresh("preliminary"), timezone.now() + LATER, "补充评审材料")
    back = Sheet.objects.filter(stage=stage, panellist=found.seat("eva"), aside_at=None)
    assert sorted(back.values_list("filing__alliance__code", flat=True)) == ["A002", "A003"]
    close_stage(sun(found), found.fresh("preliminary"), "再次结束")
    leave(sun(found), found.seat("eva"), "工作调动离开")
    reopen_stage(sun(found), found.fresh("preliminary"), timezone.now() + LATER, "补充评审材料")
    assert not back.exists()
    close_stage(sun(found), found.fresh("preliminary"))
    ReviewStage.objects.filter(key="cross").update(state="open")
    with pytest.raises(Refuse, match="later_stage_begun"):
        reopen_stage(sun(found), found.fresh("preliminary"), timezone.now() + LATER, "补充评审材料")


def test_two_who_close_from_the_same_page_close_once(found):
    opened(found)
    mark_all(found, "preliminary")
    first, second = found.fresh("preliminary"), found.fresh("preliminary")
    close_stage(sun(found), first)
    with pytest.raises(Refuse):
        close_stage(sun(found), second)
    assert Event.objects.filter(kind="review.stage_closed").count() == 1


def test_the_chair_who_still_marks_sees_no_board(found):
    opened(found, "preliminary")
    Duty.objects.create(account=found.world.people["eva"], role="chair")
    chair = person(found.world.people["eva"], "chair")
    assert case_door(chair, round="r1", stage="meeting", unit="A002").code == "absent"


# Somebody drops out, a conflict is found late.


def test_a_late_conflict_sets_the_sheets_aside_and_keeps_their_marks(found):
    opened(found)
    mark_all(found, "preliminary")
    record_conflict(sun(found), found.seat("eva"), found.world.alliances[0], "其亲属任职于该联盟")
    sheet = Sheet.objects.get(panellist=found.seat("eva"), filing__alliance__code="A001")
    assert (sheet.aside_kind, sheet.submitted_at is not None) == ("conflict", True)
    assert Mark.objects.filter(sheet=sheet).exists()
    one = progress(found.fresh("preliminary"))
    assert one.short == ["A001"]
    html = page(found, "stage/preliminary/")
    assert "1 alliances are short of experts: A001" in html
    assert "Solve with as few changes as possible" in html
    assert "其亲属任职于该联盟" in html


def test_a_dropped_expert_leaves_what_was_handed_in(found):
    opened(found)
    assert leave(sun(found), found.seat("fox"), "健康原因退出") == 3
    assert progress(found.fresh("preliminary")).short == ["A001", "A002", "A003"]
    assert "are short of experts" in what(found)[0]


# Reminding.


def test_reminders_name_no_alliance_and_are_written_once_within_a_day(found):
    opened(found)
    html = client(found).get(AT + "stage/preliminary/remind/").content.decode()
    assert "Send 6 letters" in html
    assert "产业技术创新战略联盟" not in html
    before = Mail.objects.count()
    answer = client(found).post(AT + "stage/preliminary/remind/", {"act": "send", "note": "请抓紧"})
    assert answer.status_code == 303
    letters = Mail.objects.filter(key__startswith="missing:")
    assert letters.count() == 6 == Mail.objects.count() - before
    assert all("请抓紧" in one.body and "A00" not in one.body for one in letters)
    again = client(found).post(AT + "stage/preliminary/remind/", {"act": "send", "note": "请抓紧"})
    assert again.status_code == 409
    assert "Nobody gets a letter" in again.content.decode() and "请抓紧" in again.content.decode()
    assert letters.count() == 6
    letters = Mail.objects.filter(key__startswith="missing:")
    wanted = client(found).post(AT + "stage/preliminary/remind/", {"act": "send", "again": "yes"})
    assert wanted.status_code == 303
    assert letters.count() == 12
    assert Event.objects.filter(kind="review.reminded").count() == 2


def test_who_handed_in_or_has_no_address_gets_no_reminder(found):
    opened(found)
    mark_all(found, "preliminary", skip="eva")
    eva = found.world.people["eva"]
    eva.email = ""
    eva.save()
    planned = plan_missing(found.fresh("preliminary"), timezone.now())
    assert [(one.seat.code, one.left_out) for one in planned] == [("E01", "no_address")]
    with pytest.raises(Refuse, match="nobody_to_remind"):
        remind_missing(sun(found), found.fresh("preliminary"))
    with pytest.raises(Refuse, match="stage_not_open"):
        plan_missing(found.fresh("cross"), timezone.now())
    assert "This stage is not open" in page(found, "stage/cross/remind/")
