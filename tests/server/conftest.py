"""Fixtures of the server's tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.server.world import World, make_world


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
