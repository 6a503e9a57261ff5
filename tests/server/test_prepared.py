"""Prepared queries and statements give what the plain ones give; doors see what the lists show."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from tests.server.reviewing import assigned, make_reviewing, opened
from tests.server.world import make_round

from huoyue.server.models import (
    Account,
    Conflict,
    Duty,
    Event,
    Evidence,
    Filing,
    Head,
    Record,
    ReviewStage,
    Round,
    Stage,
)
from huoyue.server.operations import filing as filing_operations
from huoyue.server.operations import journal
from huoyue.server.operations.journal import Acting, Refuse, digest_of
from huoyue.server.operations.statements import insert, update
from huoyue.server.queries import doors, filings, people, review
from huoyue.server.queries.doors import ABSENT, filing_door, visible_filings, visible_rounds
from huoyue.server.queries.people import person
from huoyue.server.queries.prepared import Prepared
from huoyue.server.queries.review import own_sheets, readable_sheets
from huoyue.server.sessions import SessionStore

MEETING = {"title": "理事会", "held_on": "2016-05-03"}


@pytest.fixture
def record(world) -> Record:
    return Record.objects.create(
        filing=world.filings[0], uid="a" * 24, kind="meeting", cells=MEETING, position=3, changed_at=timezone.now(),
        changed_by=world.ada,
    )  # fmt: skip


def plain(row) -> dict[str, object]:
    """Every column of a row, those read later too."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_prepared_queries_give_the_rows_of_the_plain_ones(world, record):
    a_file = Evidence.objects.create(
        filing=world.filings[0], uid="e" * 32, record="a" * 24, name="纪要.pdf", size=1, kind="application/pdf",
        digest="0" * 64, by=world.ada, at=timezone.now(),
    )  # fmt: skip
    ids = {"account": world.lin.pk, "filing": world.filings[0].pk}
    for prepared, values, expected in (
        (people.held_by, {"account": ids["account"]}, Duty.objects.filter(account=world.lin)),
        (people.held_by, {"account": world.nil.pk}, Duty.objects.none()),
        (doors.filing_by_address, {"key": "r1", "unit": "A002"}, Filing.objects.filter(alliance__code="A002")),
        (doors.filing_by_address, {"key": "r1", "unit": "A0%"}, Filing.objects.none()),
        (filing_operations.record_of, {"filing": ids["filing"], "uid": "a" * 24}, [record]),
        (filing_operations.record_of, {"filing": ids["filing"], "uid": "' OR 1=1 --"}, []),
        (doors.round_by_key, {"key": "r1"}, [world.round]),
        (doors.round_by_key, {"key": "r2"}, []),
        (filings.files_of, {"filing": ids["filing"], "record": "a" * 24}, [a_file]),
    ):
        for _ in range(2):
            assert [plain(row) for row in prepared(**values)] == [plain(row) for row in expected]
            assert prepared.first(**values) == (list(expected) or [None])[0]


def test_prepared_queries_of_the_review_give_the_rows_of_the_plain_ones(db):
    found = make_reviewing()
    assigned(found, "cross")
    opened(found)
    eva, ada, account = found.seats["eva"], found.seats["ada"], found.world.people["eva"].pk
    own = own_sheets(eva)
    for prepared, values, expected in (
        (review.seat_by_account, {"round_id": found.round.pk, "account": account}, [found.seat("eva")]),
        (review.seat_by_account, {"round_id": found.round.pk, "account": found.world.sun.pk}, []),
        (review.sheet_by_address, {"panellist": eva.pk, "stage": "preliminary", "unit": "A002"},
         own.filter(filing__alliance__code="A002")),
        (review.sheet_by_address, {"panellist": ada.pk, "stage": "preliminary", "unit": "A002"}, []),
        (review.sheet_by_address, {"panellist": eva.pk, "stage": "cross", "unit": "A004"}, []),
        (review.sheet_of_stage, {"panellist": eva.pk, "stage": "preliminary"}, own[:1]),
        (review.sheet_of_stage, {"panellist": eva.pk, "stage": "cross"}, []),
    ):  # fmt: skip
        for _ in range(2):
            assert [plain(row) for row in prepared(**values)] == [plain(row) for row in expected], values
    assert own.count() == 3
    at = {"panellist": eva.pk, "stage": "preliminary", "unit": "A003"}
    own.filter(filing__alliance__code="A003").update(aside_at=timezone.now(), aside_kind="closed")
    assert review.sheet_by_address(**at) == []
    ReviewStage.objects.filter(key="preliminary").update(state="closed")
    assert [sheet.filing.alliance.code for sheet in review.sheet_by_address(**at)] == ["A003"]
    Conflict.objects.create(panellist=eva, alliance=found.world.alliances[2], kind="declared", found_at=timezone.now())
    assert review.sheet_by_address(**at) == list(readable_sheets(eva).filter(filing__alliance__code="A003")) == []


def test_an_account_comes_with_its_duties_and_they_are_used_once(world, django_assert_num_queries):
    for name in ("ada", "lin", "nil"):
        known = world.people[name]
        with django_assert_num_queries(2 if name == "nil" else 1):
            found = people.account_with_duties(known.pk)
        assert plain(found) == plain(known)
        with django_assert_num_queries(1 if name == "nil" else 0):
            who = person(found)
        assert (who.role, len(who.duties)) == (person(known).role, known.duties.count())
        Duty.objects.filter(account=known).update(ended_at=timezone.now())
        assert person(found).roles == ()
    assert people.account_with_duties(0) is None


def test_rows_that_come_with_a_prepared_row_need_no_further_query(world, django_assert_num_queries):
    doors.filing_by_address.first(key="r1", unit="A001")
    with django_assert_num_queries(1):
        found = doors.filing_by_address.first(key="r1", unit="A001")
        assert (found.round.key, found.alliance.code, found.in_force) == ("r1", "A001", None)
    with django_assert_num_queries(1):
        assert found.round.scheme_text == world.round.scheme_text


def test_each_thread_prepares_its_own(transactional_db):
    def accounts(kind: int):
        return Account.objects.filter(pk=kind).order_by()

    accounts.__annotations__ = {"kind": "int"}
    prepared, seen = Prepared(accounts), []

    def ask() -> None:
        seen.append(prepared(kind=1))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
        thread.join()
    assert seen == [[], [], []]


def test_a_door_opens_exactly_what_the_lists_show(world):
    """For everybody, rounds of every stage, and duties for one round alone."""
    for stage in Stage.values:
        round_ = make_round(f"of-{stage}")
        for alliance in world.alliances:
            Filing.objects.create(round=round_, alliance=alliance)
        Round.objects.filter(pk=round_.pk).update(stage=stage)
    only = Round.objects.get(key=f"of-{Stage.OPEN}")
    Duty.objects.filter(account=world.ben).update(round=only)
    Duty.objects.filter(account=world.obi).update(round=only)
    opened = 0
    for account in world.people.values():
        who = person(account, second_factor=True)
        for round_ in Round.objects.all():
            listed = set()
            if visible_rounds(who).filter(pk=round_.pk).exists():
                listed = set(visible_filings(who, round_))
            for filing in Filing.objects.filter(round=round_):
                found = filing_door(who, round=round_.key, unit=filing.alliance.code)
                assert (found != ABSENT) == (filing in listed), (account.username, round_.key, filing.alliance.code)
                opened += found != ABSENT
    assert opened > 20


def test_an_insert_writes_what_save_writes(world):
    values = {
        "filing": world.filings[0], "kind": "meeting", "cells": {"题": "a'b\"c", "n": ""}, "position": 1,
        "changed_at": timezone.now(), "changed_by": world.ada,
    }  # fmt: skip
    mine, django = Record(uid="m" * 24, **values), Record.objects.create(uid="d" * 24, **values)
    insert(mine)
    kept = Record.objects.get(uid="m" * 24)
    assert kept.pk == mine.pk
    assert plain(kept) == plain(Record.objects.get(pk=django.pk)) | {"id": mine.pk, "uid": "m" * 24}
    mine.title = "x"
    mine.save()
    assert Record.objects.count() == 2


def test_an_event_is_hashed_alike_by_python_and_by_the_database(world):
    """On PostgreSQL the database numbers, hashes and chains it; what it writes is what our verifier works out."""
    for n, name in enumerate(("", "名称\"\\\n\t\u2028'", "a" * 80)):
        acting = Acting(world.ada if n else None, "filer", timezone.now(), "10.0.0.1", f"t{n}" if n else "")
        event = journal.record(
            acting, "test.kind", round=world.round if n else None, subject=name, after={"名": name, "n": None}
        )
        kept = Event.objects.get(seq=event.seq)
        assert kept.digest == event.digest == digest_of(kept)
        assert (kept.previous, kept.token, kept.detail) == (event.previous, event.token, event.detail)
        assert not event._state.adding
        head = Head.objects.get()
        assert (head.seq, head.digest) == (event.seq, event.digest)


def test_a_new_record_comes_after_the_last_one_that_stands_in_its_section(record, world):
    filing = world.filings[0]
    kind = filing_operations.kind_of(filing, "meeting")
    acting = Acting(world.ada, "filer", timezone.now())
    made = filing_operations.save_record(acting, filing, kind, filing_operations.Typed("b" * 24, MEETING))
    assert (made.position, Record.objects.get(uid="b" * 24).position) == (4, 4)
    assert not made._state.adding
    Record.objects.filter(pk=made.pk).update(removed_at=timezone.now())
    again = filing_operations.save_record(acting, filing, kind, filing_operations.Typed("c" * 24, MEETING))
    assert again.position == 4
    Record.objects.filter(pk=again.pk).update(position=filing_operations.MOST_RECORDS)
    with pytest.raises(Refuse):
        filing_operations.save_record(acting, filing, kind, filing_operations.Typed("d" * 24, MEETING))
    assert not Record.objects.filter(uid="d" * 24).exists()


def test_who_asks_is_read_with_what_they_may_do_in_one_step(as_, world, django_assert_num_queries):
    account = SimpleLazyObject(lambda: people.account_with_duties(world.ada.pk))
    with django_assert_num_queries(1):
        assert person(account).role == "filer"
    with django_assert_num_queries(1):  # whoever asks again is told what holds then
        assert person(account).role == "filer"


def test_an_update_changes_exactly_the_rows_for_which_it_holds(record, world):
    now = timezone.now() + timedelta(seconds=1)
    same = {"id": record.pk, "revision": 1, "removed_at": None}
    assert update(Record, same | {"revision": 2}, cells={}) == 0
    assert update(Record, same, cells={"a": "b"}, revision=2, changed_at=now, changed_by=world.ben.pk) == 1
    assert update(Record, same, cells={}) == 0
    kept = Record.objects.get(pk=record.pk)
    assert (kept.cells, kept.revision, kept.changed_at, kept.changed_by) == ({"a": "b"}, 2, now, world.ben)
    assert update(Record, {"id": record.pk}, removed_at=now) == 1
    assert update(Record, {"id": record.pk, "removed_at": None}, cells={}) == 0


def test_a_session_ends_when_it_expires_and_when_it_is_taken_away(as_, world):
    client = as_("ada")
    assert client.get("/account/").status_code == 200
    key = client.session.session_key
    Session.objects.filter(pk=key).update(expire_date=timezone.now())
    assert client.get("/account/").status_code == 302
    assert SessionStore(key).load() == {}
    client = as_("ada")
    Session.objects.all().delete()
    assert client.get("/account/").status_code == 302
    client = as_("ada")
    Account.objects.filter(pk=world.ada.pk).update(is_active=False)
    assert client.get("/account/").status_code == 302


def test_postgresql_plans_what_every_save_asks_once_a_connection(world, record):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps its own statements")
    for n in range(4):
        filing_operations.record_of(filing=world.filings[0].pk, uid=str(n) * 24)
        update(Record, {"id": record.pk}, revision=n + 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [row[0] for row in cursor.fetchall()]
    assert any("SELECT" in one and "server_record" in one for one in kept)
    assert any("UPDATE" in one and "server_record" in one for one in kept)
