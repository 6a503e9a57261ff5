"""The chain of events as the database holds it: read, checked, exported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from huoyue.server.models import Event, Head
from huoyue.server.operations.chain import ORIGIN, Link, Verified, verify
from huoyue.server.operations.journal import link_of

BEGIN = {"sqlite": "BEGIN", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}
CHUNK = 2000


@contextmanager
def one_moment() -> Iterator[None]:
    """Read everything inside as it stood at one moment, without holding up those who write."""
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(BEGIN[connection.vendor])
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def links() -> Iterator[Link]:
    """Every event in the order of the chain, not all in memory at a time."""
    for event in Event.objects.order_by("seq").iterator(chunk_size=CHUNK):
        yield link_of(event)


def head() -> tuple[int, str]:
    """The number and the digest with which the chain ends."""
    row = Head.objects.filter(id=1).values_list("seq", "digest").first()
    return (row[0], row[1]) if row else (0, ORIGIN)


def verified(noted: str = "") -> Verified:
    """Check the whole chain against its head, and against a digest that was `noted` earlier."""
    with one_moment():
        return verify(links(), end=head(), noted=noted)
