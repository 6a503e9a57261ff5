"""Lists in parts: in an order that does not change, each part ending with a cursor from which the next begins."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from ninja import Schema
from pydantic import Field

from huoyue.core.message import M
from huoyue.server.operations.journal import Refuse

Row = TypeVar("Row", bound=Model)
Order = Mapping[str, type]
"""By what a list is ordered, path by path, and whether a number or a text stands there."""
LARGEST = 2**31


class Paging(Schema):
    """Which part of a list."""

    cursor: str = Field("", max_length=400, description=M("Where to begin: “next” of the part before.").text)
    limit: int = Field(50, ge=1, le=200, description=M("How many at most.").text)


def part_of(found: QuerySet[Row], order: Order, paging: Paging, shown: Callable[[Row], Any]) -> dict[str, Any]:
    """The rows from the cursor on, and the cursor of the next part. `order` has to tell any two rows apart."""
    if paging.cursor:
        found = found.filter(after(tuple(order), cursor_read(paging.cursor, order)))
    rows = list(found.order_by(*order)[: paging.limit + 1])
    kept = rows[: paging.limit]
    following = cursor_of([reached(kept[-1], path) for path in order]) if len(rows) > paging.limit else None
    return {"items": [shown(row) for row in kept], "next": following}


def after(order: tuple[str, ...], values: list[int | str]) -> Q:
    """What comes after `values` in that order."""
    found = Q()
    for at, path in enumerate(order):
        same = dict(zip(order[:at], values[:at], strict=True))
        found |= Q(**same, **{f"{path}__gt": values[at]})
    return found


def reached(row: Any, path: str) -> int | str:
    """The value at the end of a path through related rows."""
    for name in path.split("__"):
        row = getattr(row, name)
    value: int | str = row
    return value


def cursor_of(values: list[int | str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def cursor_read(text: str, order: Order) -> list[int | str]:
    """The values in a cursor. Refused if it is none of ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode())
    except (ValueError, binascii.Error, RecursionError) as error:
        raise Refuse("cursor") from error
    if not isinstance(values, list) or len(values) != len(order) or not all(map(is_ours, values, order.values())):
        raise Refuse("cursor")
    return values


def is_ours(value: object, kind: type) -> bool:
    """Whether a value may stand in a cursor: a number that every database holds, or a text that it does."""
    if type(value) is not kind:
        return False
    if isinstance(value, int):
        return 0 <= value < LARGEST
    text = str(value)
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)
