"""Fixtures of the server's tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.server.living import DATABASE
from tests.server.world import World, make_world

from huoyue.server.models.protection import protect, release
from huoyue.server.models.sealing import seal, unseal

DATABASES = {"db", "transactional_db", "place", "places", "visits"}
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
    """Such a test empties the database when it ends, which the triggers on events refuse."""
    operations = type(connection.ops)
    plain = operations.execute_sql_flush

    def flushed(self: Any, statements: list[str]) -> None:
        release(self.connection)
        unseal(self.connection)
        plain(self, statements)
        protect(self.connection)
        seal(self.connection)

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
