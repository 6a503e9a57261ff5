"""The processes that answer requests."""

from __future__ import annotations

import http.client
import json
import socket
from contextlib import closing
from typing import Any

APPLICATION = "huoyue.server.worker:application"
THREADS = 4
"""Requests that one process answers at a time."""


def is_taken(host: str, port: int) -> bool:
    """Whether something else answers at that port already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return True
    return False


def answer_of(host: str, port: int, name: str, token: str) -> tuple[int, dict[str, Any]]:
    """What the running server says to /ready/: the status, 0 if nobody answers, and what was found where it tells."""
    headers = {"Host": name, "X-Forwarded-Proto": "https"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        with closing(http.client.HTTPConnection(host, port, timeout=10)) as line:
            line.request("GET", "/ready/", headers=headers)
            answer = line.getresponse()
            body = answer.read()
    except (OSError, http.client.HTTPException):
        return 0, {}
    return answer.status, json.loads(body) if token and body.startswith(b"{") else {}


def server(host: str, port: int, workers: int, target: str = APPLICATION) -> Any:
    """The processes that answer requests; one that dies is begun again."""
    from granian.constants import HTTPModes, Interfaces  # why: slow
    from granian.log import LogLevels  # why: slow
    from granian.server import MPServer  # why: slow

    return MPServer(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        workers_kill_timeout=20,
        log_level=LogLevels.warning,
        websockets=False,
    )
