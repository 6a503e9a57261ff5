"""Small pictures of evidence, drawn in a child process with limits: what people upload is not to be trusted."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from django.conf import settings

from huoyue.server.operations.journal import Refuse
from huoyue.server.operations.previews_child import SECONDS
from huoyue.server.operations.storage import evidence_path
from huoyue.server.queries.kinds import previewable

WAIT = SECONDS + 10
"""Seconds after which the child is given up, however little processor time it used."""
PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
"""What the child learns of our environment: no address of a database, no secret."""
AT_ONCE = threading.BoundedSemaphore(2)
"""How many of a process's threads may wait for a drawing; the others answer those who work."""


def preview(digest: str, kind: str) -> Path | None:
    """A PNG of the first page or of the picture; None where none can be drawn. Kept once it is drawn."""
    place = Path(settings.FILES, "previews", digest[:2], f"{digest}.png")
    if place.exists():
        return place
    if not previewable(kind) or not evidence_path(digest).exists():
        return None
    if not AT_ONCE.acquire(blocking=False):
        raise Refuse("preview_busy")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".drawing-", dir=place.parent, ignore_cleanup_errors=True) as folder:
            drawn = Path(folder, "drawn.png")
            if not in_child(kind, evidence_path(digest), drawn):
                return None
            os.replace(drawn, place)
    except OSError:
        return None
    finally:
        AT_ONCE.release()
    return place


def in_child(kind: str, source: Path, target: Path) -> bool:
    """Let a process of its own draw, which the system stops beyond the limits; what it began is stopped with it."""
    folder = target.parent
    known = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    child = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-P", "-m", "huoyue.server.operations.previews_child", kind, str(source), str(target)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=known | {"HOME": str(folder), "TMPDIR": str(folder), "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    try:
        return child.wait(WAIT) == 0 and target.is_file()
    except subprocess.TimeoutExpired:
        return False
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
