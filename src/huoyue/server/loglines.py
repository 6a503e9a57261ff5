"""How the log is written: as lines or as JSON, without what people typed and without what addresses name.

A path holds codes of alliances, tokens of invitations and names of accounts, and the words of an exception may hold
what somebody typed. So the log names routes and not paths, and kinds of exceptions with their places and not their
words, unless the settings ask for the words.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from django.conf import settings

ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def route_of(request: Any) -> str:
    """The name of what a request asked for; `static` for files of ours, `unknown` for what there is not."""
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return str(match.url_name or "unknown")
    return "static" if request.path.startswith(f"/{settings.STATIC_URL.lstrip('/')}") else "unknown"


class Line(logging.Formatter):
    """Time, level, who writes, what."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        kept = logging.makeLogRecord(record.__dict__)
        kept.msg, kept.args, kept.exc_text = spoken(record), None, None
        return super().format(kept)

    def formatException(self, ei: ExcInfo) -> str:
        return unworded(ei)


class JsonLine(Line):
    """The same as one object of JSON a line, with the fields of a request apart."""

    def format(self, record: logging.LogRecord) -> str:
        row: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "logger": record.name, "message": spoken(record),
            **getattr(record, "fields", {}),
        }  # fmt: skip
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        return json.dumps(row, ensure_ascii=False)


def spoken(record: logging.LogRecord) -> str:
    """What a record says: of a request that failed, its route; never an e-mail address."""
    if (request := getattr(record, "request", None)) is not None and hasattr(request, "path"):
        return f"{getattr(record, 'status_code', '')} {route_of(request)}".strip()
    return ADDRESS.sub("[address]", record.getMessage())


def unworded(ei: ExcInfo) -> str:
    """Where an exception came from and of what kind it is; in its own words where the settings ask for them."""
    if ei[1] is None:
        return ""
    if settings.LOG_WORDS:
        return "".join(traceback.format_exception(ei[1])).rstrip()
    parts: list[str] = []
    error: BaseException | None = ei[1]
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        places = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{places}{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or error.__context__
    return "\n  from\n".join(parts)
