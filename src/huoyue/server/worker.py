"""What each process of `huoyue serve` runs: the application, warm, and ended when the process that began it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from django.urls import get_resolver

from huoyue.core.phrase import catalogue
from huoyue.server.wsgi import application

__all__ = ["application"]

PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> None:
    """Ask the system to end this process when its parent is killed, lest it go on serving beside the next one."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os.kill(os.getpid(), signal.SIGKILL)


if parent := os.environ.get("HUOYUE_WORKER_OF"):
    end_with(int(parent))
_ = get_resolver().url_patterns, catalogue("zh"), catalogue("en")  # read before the first request comes
