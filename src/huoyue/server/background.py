"""The work beside the requests: reminders that are due, letters that wait, uploads given up, webhooks, documents.

Several processes may run it at once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

from huoyue.server.operations.alive import sign_of_life
from huoyue.server.operations.building import build_next
from huoyue.server.operations.deliveries import deliver_due
from huoyue.server.operations.evidence import drop_abandoned
from huoyue.server.operations.objection_reminders import remind_objections
from huoyue.server.operations.outbox import send_due
from huoyue.server.operations.reminders import remind_due
from huoyue.server.operations.solving import solve_next

PAUSE = 20.0
REST = 2.0
"""Seconds between looks for documents to build: somebody waits for them."""
WORK: tuple[Callable[[datetime], int], ...] = (
    remind_due,
    remind_objections,
    send_due,
    drop_abandoned,
    deliver_due,
)
log = logging.getLogger("huoyue.background")


def run_once(now: datetime) -> None:
    """Do what is due; what goes wrong is logged and tried again the next time."""
    for work in WORK:
        try:
            work(now)
        except Exception:  # one piece of work must not stop the other, nor the loop
            log.exception("%s went wrong", work.__name__)


def run_forever(stop: threading.Event) -> None:
    """Do what is due every few seconds until told to stop."""
    while not stop.is_set():
        close_old_connections()
        run_once(timezone.now())
        sign_of_life("background")
        close_old_connections()
        stop.wait(PAUSE)


def build_forever(stop: threading.Event) -> None:
    """Build the documents that are asked for, one after another, until told to stop.

    This takes minutes, so it has a thread of its own: letters and reminders go on meanwhile.
    """
    repeat(build_next, stop)


def solve_forever(stop: threading.Event) -> None:
    """Solve the assignments that are asked for; somebody waits for them, so they do not wait for documents."""
    repeat(solve_next, stop)


def repeat(work: Callable[[threading.Event], int], stop: threading.Event) -> None:
    """Do what waits, one piece after another, and look again in a moment."""
    while not stop.is_set():
        close_old_connections()
        done = work(stop)
        close_old_connections()
        if not done:
            stop.wait(REST)
