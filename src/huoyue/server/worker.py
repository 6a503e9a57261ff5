"""What each process of `huoyue serve` runs: the application, warm, and ended when the process that began it ends."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from django.urls import get_resolver

from huoyue.server.wsgi import application as application

PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Ask the system to end this process when its parent is killed, lest it go on serving beside the next one."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent == 1 or os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


if os.environ.get("HUOYUE_WORKER"):
    end_with_parent()
_ = get_resolver().url_patterns  # all pages are read before the first request comes
