"""Freezing while others are half-way through a change: it is in the snapshot's round, or it is refused."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from tests.server.world import make_world

from huoyue.server.models import Event, Filing, Record, Round, Stage
from huoyue.server.models.sealing import hold_still, is_kept
from huoyue.server.operations.filing import Typed, kind_of, save_record
from huoyue.server.operations.freezing import last_event, unmoved
from huoyue.server.operations.journal import Acting, Refuse, record

UID = "a" * 24


@pytest.fixture
def world(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    return make_world()


def beside(act: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Do something on a connection of its own; what came of it, or the error."""
    came: list[object] = []

    def run() -> None:
        try:
            came.append(act())
        except Exception as error:
            came.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, came


def saved(world) -> Record:
    filing = world.filings[0]
    cells = {"kind": "council", "title": "会", "held_on": "2016-05-03", "evidence": "纪要"}
    acting = Acting(world.ada, "filer", timezone.now())
    return save_record(acting, filing, kind_of(filing, "meeting"), Typed(UID, cells))


def frozen(world, seq: int) -> str:
    """What freezing does before it keeps a snapshot that was cut at event `seq`."""
    with transaction.atomic():
        hold_still(connection, world.round.pk)
        try:
            unmoved(world.round, seq)
        except Refuse as refused:
            return refused.refusal.code
        Round.objects.filter(pk=world.round.pk).update(stage=Stage.FROZEN)
    return "frozen"


def test_who_freezes_waits_for_a_change_half_way_and_then_knows_of_it(world):
    seq = last_event(world.round)
    with transaction.atomic():
        Filing.objects.filter(pk=world.filings[1].pk).update(changed_at=timezone.now())
        thread, came = beside(lambda: frozen(world, seq))
        thread.join(0.5)
        assert thread.is_alive()
        saved(world)
    thread.join(10)
    assert came == ["moved_meanwhile"]


def test_who_changes_something_while_it_is_frozen_waits_and_is_refused(world):
    with transaction.atomic():
        assert frozen(world, last_event(world.round)) == "frozen"
        thread, came = beside(lambda: saved(world))
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)
    (error,) = came
    assert isinstance(error, Refuse)
    assert error.refusal.code == "frozen"
    assert not Record.objects.filter(uid=UID).exists()


def test_a_change_by_hand_waits_too(world):
    record = saved(world)
    with transaction.atomic():
        assert frozen(world, last_event(world.round)) == "frozen"
        thread, came = beside(lambda: Record.objects.filter(pk=record.pk).update(revision=9))
        thread.join(0.3)
    thread.join(10)
    (error,) = came
    assert isinstance(error, DatabaseError)
    assert is_kept(error)


def test_who_tells_of_a_change_before_making_it_does_not_hold_up_the_freeze(world):
    def told_first() -> object:
        with transaction.atomic():
            record(Acting(world.ada, "filer", timezone.now()), "filing.saved", round=world.round)
            return Filing.objects.filter(pk=world.filings[1].pk).update(changed_at=timezone.now())

    with transaction.atomic():
        hold_still(connection, world.round.pk)
        thread, came = beside(told_first)
        thread.join(0.5)
        assert thread.is_alive()
        record(Acting(world.sun, "secretariat", timezone.now()), "round.frozen", round=world.round)
        Round.objects.filter(pk=world.round.pk).update(stage=Stage.FROZEN)
    thread.join(10)
    (error,) = came
    assert isinstance(error, DatabaseError)
    assert is_kept(error)
    assert Event.objects.filter(kind="filing.saved").count() == 0
