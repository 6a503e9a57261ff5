"""Fixtures of the server's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from tests.server.living import DATABASE
from tests.server.reviewing import Reviewing, make_reviewing
from tests.server.settled import Settled, make_frozen, make_settled
from tests.server.world import World, make_world

from huoyue.server.demonstration import ACCOUNTS, account, fill
from huoyue.server.models import Head
from huoyue.server.models.protection import protect, release
from huoyue.server.models.sealing import seal, unseal
from huoyue.server.operations.chain import ORIGIN

DATABASES = {"db", "demonstrated", "frozen", "reviewing", "settled", "transactional_db", "place", "places", "visits"}
"""Fixtures that reach a database."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On another database than SQLite, only what can come out differently there is run again."""
    if not DATABASE:
        return
    again = {
        item
        for item in items
        if "server" not in item.path.parts
        or (DATABASES & set(item.fixturenames) and item.get_closest_marker("once") is None)
    }
    config.hook.pytest_deselected(items=[item for item in items if item not in again])
    items[:] = [item for item in items if item in again]


@pytest.fixture(autouse=True, scope="session")
def events_are_flushed_after_tests_that_commit() -> Iterator[None]:
    """Such a test empties the database when it ends, which the triggers on events refuse.

    What the migrations put there is put there again: the head that stands before the first event.
    """
    operations = type(connection.ops)
    plain = operations.execute_sql_flush

    def flushed(self: Any, statements: list[str]) -> None:
        release(self.connection)
        unseal(self.connection)
        plain(self, statements)
        protect(self.connection)
        seal(self.connection)
        Head.objects.get_or_create(id=1, defaults={"seq": 0, "digest": ORIGIN})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "execute_sql_flush", flushed)
        yield


@pytest.fixture
def world(db: None) -> World:
    return make_world()


@pytest.fixture
def as_(world: World) -> Callable[[str], Client]:
    """A browser in which somebody of the world is signed in."""

    def signed_in(name: str, *, role: str = "") -> Client:
        client = Client()
        if name:
            client.force_login(world.people[name])
            if role:
                session = client.session
                session["role"] = role
                session.save()
        return client

    return signed_in


@pytest.fixture(scope="module")
def frozen_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Settled]:
    """A frozen round that the tests of a module share: what each changes is rolled back to it (see `frozen`)."""
    with django_db_blocker.unblock(), rolled_back():
        yield make_frozen()


@pytest.fixture
def frozen(frozen_once: Settled, db: None) -> Settled:
    """A frozen round with a snapshot, to change as one likes."""
    return deepcopy(frozen_once)


@pytest.fixture(scope="module")
def settled_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Settled]:
    """A round whose review is over, shared likewise. A module uses this or `frozen`, not both: they are one world."""
    with django_db_blocker.unblock(), rolled_back():
        yield make_settled()


@pytest.fixture
def settled(settled_once: Settled, db: None) -> Settled:
    """A round that can be frozen."""
    return deepcopy(settled_once)


@pytest.fixture(scope="module")
def reviewing_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[Reviewing]:
    """A round in review, shared likewise: its stages are laid out, nothing is assigned."""
    with django_db_blocker.unblock(), rolled_back():
        yield make_reviewing()


@pytest.fixture
def reviewing(reviewing_once: Reviewing, db: None) -> Reviewing:
    """A round in review, to change as one likes."""
    return deepcopy(reviewing_once)


@pytest.fixture(scope="module")
def demonstrated_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The whole demonstration, shared by the tests of a module."""
    with django_db_blocker.unblock(), rolled_back():
        fill({name: account(name, role, title) for name, role, title in ACCOUNTS})
        yield


@pytest.fixture
def demonstrated(demonstrated_once: None, db: None) -> None:
    """The whole demonstration, to change as one likes."""


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever is written inside is gone afterwards; the tests' own transactions are nested in it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
