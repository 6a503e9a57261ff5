"""The work beside the requests: reminders that are due, letters that wait, uploads that were given up.

Several processes may run it at once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

from huoyue.server.operations.evidence import drop_abandoned
from huoyue.server.operations.objection_reminders import remind_objections
from huoyue.server.operations.outbox import send_due
from huoyue.server.operations.reminders import remind_due

PAUSE = 20.0
WORK: tuple[Callable[[datetime], int], ...] = (remind_due, remind_objections, send_due, drop_abandoned)
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
        close_old_connections()
        stop.wait(PAUSE)
