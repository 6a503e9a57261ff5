"""Automatic reminders: at the right moments, to the right people, in words that fit, and never twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests.server.world import make_world

from huoyue.server.background import run_forever, run_once
from huoyue.server.models import Account, Duty, Event, Filing, Mail, Record, Remark, Role, Round, Stage, State, Version
from huoyue.server.operations.audit import verified
from huoyue.server.operations.journal import Acting, Refuse
from huoyue.server.operations.reminders import remind_due, step_at, steps_due, to_filers, write_reminders
from huoyue.server.operations.submission import return_for_correction
from huoyue.server.queries.chasing_people import waiting

DAY = timedelta(days=1)
NOW = timezone.now()


@pytest.fixture
def before(world):
    """Run the reminders at a moment that lies so many days before the deadline."""

    def run(days, *, minutes=1):
        return remind_due(world.round.deadline - days * DAY + timedelta(minutes=minutes))

    return run


def letters(kind="reminder"):
    return list(Mail.objects.filter(kind=kind).order_by("pk"))


def names(kind="reminder"):
    return sorted(letter.to.username for letter in letters(kind))


def submitted(filing):
    version = Version.objects.create(
        filing=filing, number=1, content="{}", digest="d", submitted_at=NOW, signed_as="x", receipt=f"r{filing.pk}"
    )
    Filing.objects.filter(pk=filing.pk).update(state=State.SUBMITTED, in_force=version)
    return version


def test_a_step_counts_from_its_moment_for_a_day_and_not_before_the_opening(settings):
    settings.REMINDER_DAYS = [14, 7, 3, 1]
    opens = NOW - 10 * DAY
    deadline = NOW + 14 * DAY
    at = [step_at(deadline, opens, deadline - days * DAY) for days in (15, 14, 13.5, 12.9, 7, 1, 0.1, 0, -1)]
    assert at == [None, 14, 14, None, 7, 1, 1, None, None]
    assert step_at(NOW + 6 * DAY, NOW, NOW + timedelta(minutes=1)) is None  # its moment lay before the opening


def test_every_filer_of_an_alliance_that_has_not_submitted_is_reminded_once_a_step(world, before):
    submitted(world.filings[1])
    assert before(15) == 0
    before(14)
    assert names() == ["ada", "ben"]
    assert before(14, minutes=30) == 0
    before(7)
    assert names() == ["ada", "ada", "ben", "ben"]
    assert not verified().faults


def test_the_officer_gets_a_summary_of_their_own_alliances_at_each_step(world, before):
    submitted(world.filings[0])
    before(7)
    assert names("summary") == ["lin", "lou"]
    mine = next(letter for letter in letters("summary") if letter.to == world.lin)
    assert "木竹" in mine.body
    assert "半导体" not in mine.body
    assert "住宅" not in mine.body
    before(7, minutes=60)
    assert len(letters("summary")) == 2


def test_a_round_that_does_not_remind_or_is_not_open_sends_nothing(world, before):
    Round.objects.update(reminds=False)
    assert before(7) == 0
    Round.objects.update(reminds=True, stage=Stage.PREPARING)
    assert before(7) == 0
    assert not Mail.objects.exists()


def test_the_words_follow_the_state(world, before):
    ada, dov = world.ada, world.dov
    Account.objects.filter(pk=dov.pk).update(language="en")
    Filing.objects.filter(pk=world.filings[0].pk).update(state=State.DRAFT)
    Record.objects.create(
        filing=world.filings[0], uid="r" * 12, kind="meeting", cells={"title": "理事会"}, changed_at=NOW, changed_by=ada
    )
    version = submitted(world.filings[1])
    Remark.objects.create(filing=world.filings[1], version=1, text="补充", by=world.sun, at=NOW)
    Filing.objects.filter(pk=world.filings[1].pk).update(state=State.RETURNED, in_force=version)
    before(3)
    draft = next(letter for letter in letters() if letter.to == ada)
    returned = next(letter for letter in letters() if letter.to == dov)
    assert (draft.language, returned.language) == ("zh", "en")
    assert world.round.title_zh in draft.body
    assert world.round.title_en not in draft.body
    assert "returned for correction; 1 remarks" in returned.body
    assert "Version 1 counts until a corrected one is submitted" in returned.body
    assert "/rounds/r1/filing/A002/" in returned.body
    assert returned.subject.startswith("3 days left: Test round r1")


def test_a_draft_is_told_that_it_does_not_count(world, before):
    Account.objects.update(language="en")
    Filing.objects.filter(pk=world.filings[0].pk).update(state=State.DRAFT)
    before(1)
    mine = next(letter for letter in letters() if letter.to == world.ada)
    assert "A saved draft does not count." in mine.body
    assert mine.subject.startswith("The last day: ")
    untouched = next(letter for letter in letters() if letter.to == world.dov)
    assert "has not begun its filing" in untouched.body


def test_an_extended_filing_is_reminded_by_its_own_deadline(world, before):
    until = world.round.deadline + 10 * DAY
    Filing.objects.filter(pk=world.filings[0].pk).update(extended_until=until)
    before(7)
    assert names() == ["dov"]
    assert remind_due(until - 7 * DAY) == 2
    assert names() == ["ada", "ben", "dov"]
    assert world.round.title_zh in letters()[-1].subject


def test_who_was_told_of_an_own_deadline_today_is_not_reminded_of_it_today(world, settings):
    settings.REMINDER_DAYS = [3, 1]
    at = world.round.deadline + 20 * DAY
    submitted(world.filings[0])
    filing = Filing.objects.select_related("round", "alliance", "in_force").get(pk=world.filings[0].pk)
    said = [{"record": "", "kind": "", "text": "补充纪要"}]
    acting = Acting(world.sun, Role.SECRETARIAT, at)
    return_for_correction(acting, filing, remarks=said, correct_until=at + 3 * DAY)
    assert remind_due(at + timedelta(minutes=1)) == 0
    assert remind_due(at + 2 * DAY + timedelta(minutes=1)) == 2  # a day is left: ada and ben
    assert names() == ["ada", "ben"]


def test_moving_the_deadline_to_another_day_reminds_again_for_the_new_one(world, before):
    before(3)
    first = len(letters())
    Round.objects.update(deadline=world.round.deadline + 5 * DAY)
    remind_due(world.round.deadline + 2 * DAY + timedelta(minutes=1))
    assert len(letters()) == 2 * first


def test_after_the_deadline_officers_and_the_secretariat_are_told_once_who_has_not_filed(world, before):
    Account.objects.update(language="en")
    submitted(world.filings[2])
    Filing.objects.filter(pk=world.filings[1].pk).update(extended_until=world.round.deadline + 9 * DAY)
    assert before(0, minutes=0) == 2
    assert before(-1) == 0
    assert names("deadline") == ["lin", "sun"]
    told = next(letter for letter in letters("deadline") if letter.to == world.sun)
    late, extended = told.body.split("an extension that is still running:")
    assert "1 of 3" in told.subject
    assert "半导体" in late
    assert "木竹" not in late
    assert "木竹" in extended


def test_a_filer_without_an_address_is_shown_as_not_reached_and_a_closed_account_gets_nothing(world, before):
    Account.objects.filter(pk=world.ada.pk).update(email="")
    Account.objects.filter(pk=world.ben.pk).update(is_active=False)
    before(7)
    assert [(m.to.username, m.state, m.error) for m in letters()] == [
        ("ada", "failed", "no_address"),
        ("dov", "kept", ""),
    ]


def test_duties_of_another_round_and_alliances_that_left_are_not_written_to(world, before):
    from tests.server.world import make_round

    other = make_round("r2", days=100)
    Duty.objects.filter(account=world.ben).update(round=other)
    world.alliances[1].left_on = NOW.date()
    world.alliances[1].save()
    before(7)
    assert names() == ["ada"]


def test_a_filing_that_cannot_be_read_does_not_stop_the_others(world, before, monkeypatch):
    Round.objects.update(scheme_text="nonsense", scheme_digest="0")
    Filing.objects.filter(pk=world.filings[0].pk).update(state=State.DRAFT)
    before(7)
    assert names() == ["dov"]


def test_each_set_of_letters_leaves_an_event_of_the_alliance_that_names_them(world, before):
    before(7)
    event = Event.objects.get(kind="reminder.written", alliance=world.alliances[0])
    assert (event.actor, event.subject) == (None, "7")
    assert event.detail["after"]["letters"] == [m.pk for m in letters() if m.filing == world.filings[0]]


def test_a_process_that_looked_before_another_wrote_writes_nothing(world):
    at = world.round.deadline - 7 * DAY
    (filing, step, accounts), *_ = steps_due(world.round, waiting(world.round), at)
    late = list(to_filers(filing, step, accounts, at))
    assert remind_due(at) == 5
    with pytest.raises(Refuse, match="stale"):
        write_reminders(Acting(None, "", at), world.round, "7", late, filing.alliance)
    assert Mail.objects.count() == 5
    assert not verified().faults


@pytest.mark.django_db(transaction=True)
def test_processes_that_run_at_once_write_each_letter_once():
    world = make_world()
    for n in range(10):
        account = Account.objects.create_user(f"f{n}", name=f"F{n}", email=f"f{n}@example.org")
        Duty.objects.create(account=account, role=Role.FILER, alliance=world.alliances[2])
    at = world.round.deadline - 7 * DAY

    def go(_):
        try:
            return remind_due(at)
        finally:
            if at_once > 1:
                connection.close()

    at_once = 4 if connection.vendor == "postgresql" else 1  # SQLite's database of tests, in memory, bears one
    with ThreadPoolExecutor(at_once) if at_once > 1 else nullcontext() as pool:
        written = sum(pool.map(go, range(4)) if pool else map(go, range(4)))
    assert written == Mail.objects.count() == 3 + 10 + 2
    assert not verified().faults


def test_the_schedule_shows_what_goes_out_and_what_went_out(world, as_, before):
    world.round.opens_at = world.round.deadline - 10 * DAY
    world.round.save()
    before(7)
    Mail.objects.filter(to=world.ada).update(state="bounced")
    as_en = as_("sun")
    as_en.cookies["lang"] = "en"
    page = as_en.get("/rounds/r1/reminders/").content.decode()
    assert "before the opening" in page
    assert "5 letters" in page
    assert "1 did not arrive" in page
    assert as_("lin").get("/rounds/r1/reminders/").status_code == 403


def test_one_piece_of_background_work_that_fails_stops_neither_the_other_nor_the_loop(world, settings):
    settings.SENDS_MAIL, settings.EMAIL_BACKEND = True, "no.such.Backend"
    Round.objects.update(opens_at=NOW - 30 * DAY, deadline=NOW + 7 * DAY - timedelta(minutes=5))
    run_once(NOW)
    assert names() == ["ada", "ben", "dov"]
    run_once(NOW)
    assert [letter.state for letter in letters()] == ["queued"] * 3


def test_the_loop_ends_when_it_is_told_to(world):
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    run_forever(stop)
    assert stop.is_set()
