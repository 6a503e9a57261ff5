"""The journal: every operation is one transaction that leaves its event in the chain, or nothing at all."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import DatabaseError, connection, transaction

from huoyue.core.refusal import Refusal
from huoyue.server.models import Account, Alliance, Event, Head, Round
from huoyue.server.models.appending import CALL
from huoyue.server.models.sealing import is_kept
from huoyue.server.operations.chain import (
    ORIGIN,
    Link,
    canonical,
    digest_of_detail,
    digest_of_link,
    middle_of_columns,
)
from huoyue.server.operations.statements import insert, update
from huoyue.server.queries.prepared import prepared_cursor

P = ParamSpec("P")
R = TypeVar("R")

OPERATIONS: dict[str, Callable[..., Any]] = {}
"""Every operation by its event's kind: a contract test calls the roll."""
_appended: ContextVar[int] = ContextVar("appended", default=0)


class Refuse(Exception):
    """An operation that may not be done, with the refusal that page, JSON and exit code show alike."""

    def __init__(self, code: str, /, **detail: str) -> None:
        super().__init__(code)
        self.refusal = Refusal(code, detail)


@dataclass(frozen=True)
class Acting:
    """Who acts, in which role, when, and from where. `token` is what the browser calls this one change."""

    account: Account | None
    role: str
    at: datetime
    address: str = ""
    token: str = ""

    @property
    def doer(self) -> Account:
        """The account, for a change that only a person makes."""
        if self.account is None:
            raise Refuse("sign_in")
        return self.account


def operation(kind: str) -> Callable[[Callable[Concatenate[Acting, P], R]], Callable[Concatenate[Acting, P], R]]:
    """Make a function that takes an `Acting` first into an operation: atomic, and refused to end without an event."""

    def declared(function: Callable[Concatenate[Acting, P], R]) -> Callable[Concatenate[Acting, P], R]:
        @wraps(function)
        def done(acting: Acting, /, *arguments: P.args, **named: P.kwargs) -> R:
            before = _appended.get()
            try:
                with transaction.atomic():
                    result = function(acting, *arguments, **named)
                    if _appended.get() == before:
                        raise RuntimeError(f"{kind}: the operation left no event")
            except DatabaseError as error:
                if is_kept(error):
                    raise Refuse("frozen") from error
                raise
            return result

        if OPERATIONS.setdefault(kind, done) is not done:
            raise ValueError(f"two operations are called {kind}")
        return done

    return declared


def record(
    acting: Acting,
    kind: str,
    *,
    round: Round | None = None,  # noqa: A002 - the field's word
    alliance: Alliance | None = None,
    subject: str = "",
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> Event:
    """Append an event. It takes the head of the chain until the transaction ends, so events never fork."""
    detail = json.loads(canonical({"from": acting.address, "before": dict(before or {}), "after": dict(after or {})}))
    event = Event(
        at=acting.at,
        actor=acting.account,
        role=acting.role,
        kind=kind,
        round=round,
        alliance=alliance,
        subject=subject,
        detail=detail,
        salt=secrets.token_hex(16),
        token=acting.token or None,
    )
    event.detail_digest = digest_of_detail(event.salt, detail)
    if connection.vendor == "postgresql":
        _append_at_once(event)
    else:
        event.seq, event.previous = _taken_head()
        event.digest = digest_of(event)
        insert(event)
        update(Head, {"id": 1, "seq": event.seq}, digest=event.digest)
    _appended.set(_appended.get() + 1)
    return event


def _append_at_once(event: Event) -> None:
    """Append an event by the database's own function: it numbers, hashes and chains it in one step."""
    link = link_of(event)
    columns = link[2:9]
    given = [middle_of_columns(*link[1:9], event.detail_digest), event.at, *columns[:-1], json.dumps(event.detail),
             event.salt, event.detail_digest, event.token]  # fmt: skip
    with prepared_cursor() as cursor:
        cursor.execute(CALL, given)
        event.seq, event.previous, event.digest = cursor.fetchone()
    event._state.adding, event._state.db = False, connection.alias


def hold_end() -> None:
    """Hold the end of the chain until the transaction ends: what is read now of the events is what there is."""
    update(Head, {"id": 1}, id=1)


def _taken_head() -> tuple[int, str]:
    """The next number and the digest of the event before; no other transaction gets them until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE server_head SET seq = seq + 1 WHERE id = 1 RETURNING seq, digest")
        row = cursor.fetchone()
        if row is None:
            Head.objects.get_or_create(id=1, defaults={"seq": 0, "digest": ORIGIN})
            return _taken_head()
    return row[0], row[1]


def link_of(event: Event) -> Link:
    """An event as the chain hashes and exports it."""
    return Link(
        event.seq, event.at.timestamp(), event.actor_id, event.role, event.kind, event.round_id, event.alliance_id,
        event.subject, event.token, event.detail, event.salt, event.detail_digest, event.previous, event.digest,
    )  # fmt: skip


def digest_of(event: Event) -> str:
    """The hash that chains an event."""
    return digest_of_link(link_of(event))
